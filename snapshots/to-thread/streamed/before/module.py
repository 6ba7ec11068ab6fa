import requests


async def main(url):
    response = requests.get(url + "/text/ascii", stream=True)
    return list(response.iter_lines())
