import requests
from tenacity import retry, retry_if_exception, stop_after_attempt


def is_busy(error: BaseException) -> bool:
    return isinstance(error, requests.HTTPError) and error.response.status_code == 503


@retry(retry=retry_if_exception(is_busy), stop=stop_after_attempt(2), reraise=True)
def read(url):
    response = requests.get(url)
    response.raise_for_status()
    return response.text


async def main(url):
    return read(url + "/text/ascii")
