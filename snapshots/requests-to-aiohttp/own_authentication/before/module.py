import requests
from requests.auth import AuthBase


class Token(AuthBase):
    def __call__(self, request):
        request.headers["X-Token"] = "1"
        return request


async def main(url):
    return requests.get(url + "/echo", auth=Token()).json()
