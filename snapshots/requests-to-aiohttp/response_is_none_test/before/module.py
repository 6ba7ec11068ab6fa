import requests


async def main(url):
    try:
        response = requests.post(url + "/drop", timeout=1)
        response.raise_for_status()
    except requests.RequestException as error:
        if error.response is not None:
            return "answered", error.response.status_code
        return "unreachable"
    return "fine"
