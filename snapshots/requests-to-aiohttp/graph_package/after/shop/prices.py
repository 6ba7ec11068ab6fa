from .clients import rates


async def price(url: str, cents: int) -> int:
    if not cents:
        return 0
    return cents * await rates.rate(url) + (await rates.rate(url) if cents > 5 else 1)
