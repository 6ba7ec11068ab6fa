import requests


def _ask(url: str) -> requests.Response:
    return requests.post(url, timeout=1)


def _length(url: str) -> int | str:
    try:
        answer = _ask(url)
        answer.raise_for_status()
        return len(answer.content)
    except requests.HTTPError as error:
        return error.response.status_code
    except requests.Timeout:
        return "slow"
    except requests.ConnectionError:
        return "gone"


async def main(url):
    return [_length(url + path) for path in ("/text/ascii", "/status/503", "/slow", "/drop")]
