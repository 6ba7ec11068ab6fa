import requests


async def main(url):
    response = requests.get(url + "/redirect/301", allow_redirects=False)
    return response.status_code, response.headers["Location"]
