import requests


async def main(url):
    return requests.head(url + "/redirect/302").status_code
