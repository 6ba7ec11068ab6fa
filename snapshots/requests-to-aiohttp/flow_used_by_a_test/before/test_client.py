from client import fetch


def test_fetch(server):
    assert fetch(server.url).text == "x"
