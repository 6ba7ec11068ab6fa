from client import login
from prices import order, price


async def main(url):
    url = url.replace("127.0.0.1", "localhost")  # a jar keeps no cookies of addresses
    first = await login(url)
    seen = await price(url, "cup")
    return first, seen["headers"].get("cookie"), await order(url, "cup")
