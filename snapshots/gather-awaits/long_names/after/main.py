import asyncio

import httpx

from world import EVENTS, client


async def page(shop: httpx.AsyncClient) -> list[str]:
    (
        response_of_the_service_for_customers,
        response_of_the_service_for_shipments,
    ) = await asyncio.gather(
        shop.get("https://shop/customers"),
        shop.get("https://shop/shipments"),
    )
    return [
        response_of_the_service_for_customers.text,
        response_of_the_service_for_shipments.text,
    ]


async def main() -> object:
    async with client() as shared:
        return await page(shared), len(EVENTS)
