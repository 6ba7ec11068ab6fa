import requests


def _ask(url: str) -> requests.Response:
    return requests.get(f"{url}/status/409")


async def main(url):
    answer = _ask(url)
    try:
        answer.raise_for_status()
    except requests.HTTPError:
        return answer.status_code, answer.text, answer.headers["Content-Type"]
