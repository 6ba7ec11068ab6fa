import requests


async def main(url):
    try:
        response = requests.get(url + "/status/404")
        response.raise_for_status()
    except Exception as error:
        return getattr(error, "response", None).status_code
