import requests


class Client:
    def __init__(self, url: str) -> None:
        self.url = url

    async def ask(self, path: str, again: bool = False) -> requests.Response:
        answer: requests.Response = requests.get(self.url + path)
        if answer.status_code == 404 and not again:
            return await self.ask("/echo", again=True)
        return answer


async def main(url):
    client = Client(url)
    answer = await client.ask("/status/404")
    return answer.json()["target"], (await client.ask("/text/utf8")).status_code
