import httpx

from world import EVENTS, client


async def direct(shop: httpx.AsyncClient) -> str:
    user = await shop.get("https://shop/user")
    team = await shop.get(f"https://shop{user.text}/team")
    return team.text


async def in_a_default(shop: httpx.AsyncClient) -> str:
    user = await shop.get("https://shop/user")
    team = await shop.get("https://shop/team", extensions={"f": lambda x=user: x})
    return team.text


async def in_a_lambda(shop: httpx.AsyncClient) -> str:
    user = await shop.get("https://shop/user")
    team = await shop.get("https://shop/team", extensions={"f": lambda: user})
    return team.text


async def as_the_receiver(shop: httpx.AsyncClient) -> str:
    other = await fetch_client(shop)
    team = await other.get("https://shop/team")
    return team.text


async def fetch_client(shop: httpx.AsyncClient) -> httpx.AsyncClient:
    await shop.get("https://shop/address")
    return shop


async def main() -> object:
    async with client() as shared:
        found = [await direct(shared), await in_a_default(shared), await in_a_lambda(shared)]
        return found, await as_the_receiver(shared), EVENTS
