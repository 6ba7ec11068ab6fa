import os

import client


def test_fetch():
    assert client.fetch(os.environ["SERVER"], "object")["a"] == 1
