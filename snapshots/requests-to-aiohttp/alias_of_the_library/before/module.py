import requests as http


async def main(url):
    answer = http.put(url + "/echo", data={"a": "1"})
    return answer.json()
