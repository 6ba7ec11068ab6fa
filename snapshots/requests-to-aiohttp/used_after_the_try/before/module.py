import requests


async def main(url):
    try:
        response = requests.get(url + "/text/ascii", timeout=5)
    except requests.Timeout:
        return None
    else:
        print(response.status_code)
    return response.text
