from client import fetch


async def main(url):
    return fetch(url + "/text/ascii").text
