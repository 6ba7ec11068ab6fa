import requests


async def main(url):
    requests.post(url + "/echo", json={"event": "started"})
    requests.post(url + "/echo", json={"event": "done"})  # whatever comes of it
