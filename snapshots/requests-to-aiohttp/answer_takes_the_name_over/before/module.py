import requests


def read(url):
    answer = requests.get(url, timeout=5)
    if answer.status_code != 200:
        return answer.text
    answer = answer.json()
    answer["seen"] = True
    return answer


def every(url):
    found = []
    for name in ("plain", "object"):
        part = requests.get(f"{url}/json/{name}", timeout=5)
        for part in part.json():
            found.append(part)
    return found


async def main(url):
    return read(url + "/json/object"), read(url + "/status/404"), every(url)
