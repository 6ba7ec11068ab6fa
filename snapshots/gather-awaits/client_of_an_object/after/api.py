import asyncio

import httpx


class Api:
    """A client that is made once and only ever read from."""

    def __init__(self, client: httpx.AsyncClient, base: str) -> None:
        self.client = client
        self.base = base

    async def users(self) -> str:
        response = await self.client.get(f"{self.base}/users")
        return response.text

    async def orders(self, state: str = "open") -> str:
        response = await self.client.get(f"{self.base}/orders", params={"state": state})
        return response.text

    async def both(self) -> list[str]:
        users, orders = await asyncio.gather(self.users(), self.orders("closed"))
        return [users, orders]
