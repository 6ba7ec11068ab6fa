import requests


async def main(url):
    response = requests.get(url + "/headers")
    print(f"{response.status_code} {response.reason}: {response.text!r} {response.headers['X-One']}")
    return f"{response.status_code:>5} {response.ok} {response.text}"
