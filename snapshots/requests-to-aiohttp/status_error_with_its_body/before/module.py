import requests


async def main(url):
    try:
        response = requests.post(url + "/status/422", json={"a": 1})
        response.raise_for_status()
    except requests.HTTPError as error:
        return error.response.status_code, error.response.text
    return response.status_code, response.text
