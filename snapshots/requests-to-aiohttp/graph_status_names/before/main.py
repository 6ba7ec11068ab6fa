import requests


def read(url: str) -> str:
    import requests

    response = requests.get(url)
    if response.status_code == requests.codes.not_found:
        return "not there"
    return response.text if response.status_code == requests.codes.ok else "odd"


async def main(url):
    return [read(f"{url}/status/{code}") for code in (200, 404, 500)]
