import os
from unittest import TestCase

import client
import requests


class FetchTest(TestCase):
    def setUp(self) -> None:
        self.url = os.environ["SERVER"]
        self.found = client.fetch(self.url, "object")

    def test_fetch(self) -> None:
        self.assertEqual(self.found["a"], 1)

    def test_missing(self) -> None:
        with self.assertRaises(requests.HTTPError):
            client.fetch(self.url + "/status/404?", "object")

    def test_that_fails(self) -> None:
        self.assertEqual(client.fetch(self.url, "object")["a"], 2)


class OtherTest(TestCase):
    def test_nothing(self) -> None:
        self.assertTrue(True)
