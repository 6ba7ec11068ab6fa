from rates import rate
from stock import stock


async def main(url):
    return await rate(url) + await stock(url)
