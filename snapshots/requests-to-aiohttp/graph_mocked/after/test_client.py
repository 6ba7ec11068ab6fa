from unittest import mock

import client


def test_fetch():
    with mock.patch("client.requests.get") as get:
        get.return_value.json.return_value = {"a": 2}
        assert client.fetch("http://x", "y") == {"a": 2}
