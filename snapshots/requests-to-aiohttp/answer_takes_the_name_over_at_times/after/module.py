import requests


async def main(url, decode=False):
    answer = requests.get(url + "/json/object", timeout=5)
    if decode:
        answer = answer.json()
    return str(answer.text)


async def again(url):
    for name in ("plain", "object"):
        if name == "object":
            print(answer)
        answer = requests.get(f"{url}/json/{name}", timeout=5)
        answer = answer.json()


async def other(url):
    answer = requests.get(url, timeout=5)
    answer = str(url)
    return answer
