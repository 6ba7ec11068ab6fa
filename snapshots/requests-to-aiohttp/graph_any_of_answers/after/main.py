from client import fetch


async def main(url):
    return any(fetch(url, name)["a"] == 1 for name in ("object", "plain"))
