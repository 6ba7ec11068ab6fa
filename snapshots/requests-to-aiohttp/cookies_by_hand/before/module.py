import requests


async def main(url):
    token = "abc=="
    shown = requests.get(url + "/cookies/show", cookies={"sid": token, "lang": "en"}).text
    return sorted(shown.split("; "))
