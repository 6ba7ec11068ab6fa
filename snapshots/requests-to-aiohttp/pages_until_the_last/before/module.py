import requests


async def main(url):
    found, page = [], 1
    while True:
        response = requests.get(f"{url}/echo", params={"page": page})
        data = response.json()
        if page == 3:
            break
        found.append(data["target"])
        page += 1
    return found
