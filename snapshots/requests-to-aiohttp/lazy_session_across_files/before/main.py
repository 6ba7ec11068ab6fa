from client import login
from prices import order, price


async def main(url):
    url = url.replace("127.0.0.1", "localhost")  # a jar keeps no cookies of addresses
    first = login(url)
    seen = price(url, "cup")
    return first, seen["headers"].get("cookie"), order(url, "cup")
