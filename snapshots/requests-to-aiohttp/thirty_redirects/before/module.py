import requests


async def main(url):
    allowed = requests.get(url + "/loop/30").status_code
    try:
        requests.get(url + "/loop/31")
    except requests.TooManyRedirects:
        return allowed, "too many"
    return allowed, "followed"
