import os

import client
import pytest
import requests


def test_fetch():
    assert client.fetch(os.environ["SERVER"], "object")["a"] == 1


def test_missing():
    with pytest.raises(requests.HTTPError):
        client.fetch(os.environ["SERVER"] + "/status/404?", "object")
