import asyncio

import httpx

from world import EVENTS, client


class Account:
    def __init__(self, shop: httpx.AsyncClient) -> None:
        self.shop = shop
        self.lock = asyncio.Lock()

    async def get_balance(self) -> str:
        async with self.lock:
            return (await self.shop.get("https://shop/balance")).text

    async def both(self) -> list[str]:
        first = await self.get_balance()
        second = await self.get_balance()
        return [first, second]

    async def within(self) -> list[str]:
        async with self.lock:
            first = await self.shop.get("https://shop/first")
            second = await self.shop.get("https://shop/second")
        return [first.text, second.text]


async def main() -> object:
    async with client() as shared:
        account = Account(shared)
        return await account.both(), await account.within(), EVENTS
