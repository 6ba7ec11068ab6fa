import os

import requests

session = requests.Session()
if "NO_SUCH_VARIABLE" not in os.environ:
    session.headers["X-Deployed"] = "yes"

LIMIT = 3


class Pages:
    def __init__(self, url: str) -> None:
        self.url = url

    def page(self, number: int) -> str:
        response = session.get(f"{self.url}/text/ascii", params={"page": number})
        if response.status_code != 200:
            raise LookupError(number)
        return response.text

    def every(self) -> list[str]:
        return [self.page(number) for number in range(LIMIT)]


async def main(url):
    pages = Pages(url)
    return pages.every()
