import requests


def ask(url, deep):
    found = len(url)
    if found > 999:
        return found
    try:
        found = requests.get(url + "/json/object", timeout=5)
        seen = [found.text]
        found = found.json()
        seen.append(found["a"])
    except ValueError:
        return None
    found = [found]
    for found in found:
        seen.append(sorted(found))
    if deep:
        found = requests.get(url + "/status/404", timeout=5)
        seen.append(found.status_code)
    else:
        found = requests.post(url + "/echo", data={"a": "b"}, timeout=5)
        seen.append(found.ok)
    found = 3
    return seen, found


async def main(url):
    return ask(url, True), ask(url, False)
