import requests


async def main(url, decode=False):
    answer = requests.get(url + "/json/object", timeout=5)
    if decode:
        answer = answer.json()
    return str(answer.text)


async def again(url):
    answer = ""
    for name in ("plain", "object"):
        print(answer)
        answer = requests.get(f"{url}/json/{name}", timeout=5)


async def handled(url):
    answer = "no"
    try:
        answer = requests.get(url, timeout=5)
    except ValueError:
        return answer


async def waited(url):
    answer = ""
    while len(answer) < 3:
        answer = requests.get(url, timeout=5)


async def after(url):
    answer = []
    for answer in answer:
        requests.get(url, timeout=5)
    else:
        answer = requests.get(url, timeout=5)
    return answer.text


async def at_last(url):
    answer = ""
    try:
        answer = requests.get(url, timeout=5)
    finally:
        print(answer)
