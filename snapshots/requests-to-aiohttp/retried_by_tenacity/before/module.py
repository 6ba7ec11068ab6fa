import requests
from tenacity import retry, retry_if_exception_type, stop_after_attempt

tries = []


@retry(
    retry=retry_if_exception_type(requests.ConnectionError),
    stop=stop_after_attempt(3),
    reraise=True,
)
async def read(url):
    tries.append(url)
    return requests.post(url, timeout=5).text


async def main(url):
    try:
        await read(url + "/drop")
    except Exception:
        return len(tries)
