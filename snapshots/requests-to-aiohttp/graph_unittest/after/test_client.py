import os
from unittest import IsolatedAsyncioTestCase, TestCase

import aiohttp
import client


class FetchTest(IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.url = os.environ["SERVER"]
        self.found = await client.fetch(self.url, "object")

    def test_fetch(self) -> None:
        self.assertEqual(self.found["a"], 1)

    async def test_missing(self) -> None:
        with self.assertRaises(aiohttp.ClientResponseError):
            await client.fetch(self.url + "/status/404?", "object")

    async def test_that_fails(self) -> None:
        self.assertEqual((await client.fetch(self.url, "object"))["a"], 2)


class OtherTest(TestCase):
    def test_nothing(self) -> None:
        self.assertTrue(True)
