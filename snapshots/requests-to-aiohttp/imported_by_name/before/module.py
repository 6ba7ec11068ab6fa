from requests import get, post
from requests.exceptions import HTTPError as Failed


async def main(url):
    posted = post(url + "/status/201").status_code
    try:
        get(url + "/status/500").raise_for_status()
    except Failed:
        return posted, "failed"
