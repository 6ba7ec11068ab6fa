import httpx
from fastapi import HTTPException

from world import EVENTS, client


async def get_owner(shop: httpx.AsyncClient, name: str) -> str:
    response = await shop.get(f"https://shop/owners/{name}")
    if name == "eve":
        raise HTTPException(403)
    return response.text


async def get_secret(shop: httpx.AsyncClient) -> str:
    return (await shop.get("https://shop/secret")).text


async def page(shop: httpx.AsyncClient, name: str) -> str:
    owner = await get_owner(shop, name)
    secret = await get_secret(shop)
    return secret


async def main() -> object:
    async with client() as shared:
        try:
            return await page(shared, "eve")
        except HTTPException:
            return EVENTS
