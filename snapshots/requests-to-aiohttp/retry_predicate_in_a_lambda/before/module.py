import requests
from tenacity import retry, retry_if_exception, stop_after_attempt


@retry(
    retry=retry_if_exception(
        lambda error: isinstance(error, requests.HTTPError) and error.response.status_code == 503
    ),
    stop=stop_after_attempt(2),
    reraise=True,
)
async def read(url):
    response = requests.get(url)
    response.raise_for_status()
    return response.text


async def main(url):
    return await read(url + "/text/ascii")
