from .clients import rates


def price(url: str, cents: int) -> int:
    if not cents:
        return 0
    return cents * rates.rate(url) + (rates.rate(url) if cents > 5 else 1)
