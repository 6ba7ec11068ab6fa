import requests


async def main(url):
    answers = []
    for method in ("GET", "POST", "PUT"):
        response = requests.request(method, f"{url}/echo", json={"by": method})
        answers.append(response.json())
    return answers
