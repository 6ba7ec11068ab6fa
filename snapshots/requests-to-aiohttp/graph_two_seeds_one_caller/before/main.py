from rates import rate
from stock import stock


async def main(url):
    return rate(url) + stock(url)
