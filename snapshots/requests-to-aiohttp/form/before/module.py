import requests


async def main(url):
    form = {"name": "Ada", "age": 36, "tags": ["a", "b"]}
    response = requests.post(url + "/echo", data=form)
    return response.json()
