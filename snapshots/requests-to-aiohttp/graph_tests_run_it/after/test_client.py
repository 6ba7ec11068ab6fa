import asyncio
import os

import aiohttp
import client
import pytest


def test_fetch():
    assert asyncio.run(client.fetch(os.environ["SERVER"], "object"))["a"] == 1


def test_missing():
    with pytest.raises(aiohttp.ClientResponseError):
        asyncio.run(client.fetch(os.environ["SERVER"] + "/status/404?", "object"))
