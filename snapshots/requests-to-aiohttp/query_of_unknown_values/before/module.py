import datetime as dt
import decimal

import requests


async def search(url, since=None, exact=None, price=None):
    params = {"since": since, "exact": exact, "price": price, "limit": 10}
    return requests.get(f"{url}/echo", params=params, timeout=5).json()["target"]


async def main(url):
    return [
        await search(url),
        await search(url, dt.date(2024, 2, 29), True),
        await search(url, price=decimal.Decimal("1.50")),
    ]
