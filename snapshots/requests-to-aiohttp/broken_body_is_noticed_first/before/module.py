import requests


async def main(url):
    done = []
    try:
        answer = requests.get(url + "/truncated", timeout=5)
        done.append(answer.status_code)
        done.append(answer.text)
    except requests.RequestException:
        done.append("broken")
    try:
        if requests.get(url + "/truncated", timeout=5).ok:
            done.append("there")
    except requests.RequestException:
        done.append("broken")
    with requests.get(url + "/text/ascii", timeout=5) as shown:
        done.append(shown.status_code)
        done.append(shown.text)
    found = requests.get(url + "/json/object", timeout=5)
    if found.status_code == 200:
        done.append(found.json())
    return done
