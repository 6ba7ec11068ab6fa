def check(url):
    """Look."""
    # To keep startup fast, avoid importing this unless needed
    import requests

    try:
        return requests.get(url, timeout=5).json()
    except requests.RequestException:
        return 1


def late(url):
    if url:
        import requests

        return requests.get(url, timeout=5).text


def in_turns(url):
    found = []
    for name in ("plain", "object"):
        import requests

        found.append(requests.get(f"{url}/json/{name}", timeout=5).text)
    return found


async def main(url):
    return check(url + "/json/object"), check(url + "/text/ascii"), late(url + "/echo")[:1], in_turns(url)
