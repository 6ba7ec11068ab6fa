import requests


class Api:
    @staticmethod
    def ping(url: str) -> bool:
        return requests.get(url + "/status/200").ok

    @classmethod
    def both(cls, url: str) -> tuple[bool, bool]:
        return Api.ping(url), cls.ping(url)


async def main(url):
    return Api.both(url)
