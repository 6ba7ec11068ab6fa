from app import page
from world import EVENTS, client


async def main() -> object:
    async with client() as shared:
        return await page(shared, 7), len(EVENTS)
