import time


class Rates:
    def __init__(self) -> None:
        self.cache: dict[str, int] = {}

    async def rate(self, currency: str) -> int:
        if currency not in self.cache:
            self.fill(currency)
        return self.cache[currency]

    async def rate_slowly(self, currency: str) -> int:
        if currency not in self.cache:
            time.sleep(1)
            self.fill(currency)
        return self.cache[currency]

    def fill(self, currency: str) -> None:
        self.cache[currency] = len(currency)


async def main() -> int:
    rates = Rates()
    return await rates.rate_slowly("EUR") + await rates.rate("CHF")
