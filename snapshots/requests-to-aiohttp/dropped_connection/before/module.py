import requests


async def main(url):
    try:
        requests.post(url + "/drop", data={"a": "1"})
    except requests.exceptions.ConnectionError as error:
        return "dropped"
    return "sent"
