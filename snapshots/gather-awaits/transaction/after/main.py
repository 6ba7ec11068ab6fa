from typing import Any

from world import EVENTS, make_pool


class Ledger:
    def __init__(self, gateway_client: Any) -> None:
        self.gateway_client = gateway_client

    async def balance(self) -> list[str]:
        async with self.gateway_client.transaction():
            debit = await self.gateway_client.fetch_debit()
            credit = await self.gateway_client.fetch_credit()
        return [debit, credit]


async def main() -> object:
    return Ledger(make_pool()) is not None, EVENTS
