import requests


async def main(url):
    status = requests.delete(url + "/status/204", timeout=5).status_code
    return status
