import client


class Fake:
    def get(self, url):
        return type("Answer", (), {"text": url})


def test_read(monkeypatch):
    monkeypatch.setattr("client.session", Fake())
    assert client.read("x") == "x/text/ascii"
