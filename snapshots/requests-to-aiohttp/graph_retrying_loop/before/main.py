import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

tries = []


def read(url: str) -> str:
    for attempt in Retrying(
        stop=stop_after_attempt(3),
        retry=retry_if_exception_type(requests.HTTPError),
        reraise=True,
    ):
        with attempt:
            tries.append(1)
            response = requests.post(url, timeout=5)
            response.raise_for_status()
    return response.text


async def main(url):
    found = read(url + "/status/201")
    try:
        read(url + "/status/500")
    except requests.HTTPError:
        return found, len(tries)
