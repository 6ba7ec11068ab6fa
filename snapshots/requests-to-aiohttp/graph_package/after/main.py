from shop.prices import price


async def main(url):
    return [await price(url, cents) for cents in (0, 3, 7)]
