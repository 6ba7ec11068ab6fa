import requests


def _checked(response: requests.Response) -> None:
    """Nothing in here waits, so it stays as it is."""
    if response.status_code == 404:
        raise LookupError(response.status_code)
    response.raise_for_status()


def _parsed(response: requests.Response, *, key: str) -> str:
    _checked(response)
    return response.json()[key]


async def main(url):
    first = requests.get(f"{url}/echo")
    second = requests.post(f"{url}/echo", data="x")
    found = [_parsed(first, key="method"), _parsed(second, key="method")]
    try:
        _checked(requests.get(f"{url}/status/404"))
    except LookupError as error:
        found.append(str(error))
    return found
