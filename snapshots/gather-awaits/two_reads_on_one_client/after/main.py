from app import health
from world import EVENTS, client


async def main() -> object:
    async with client() as shared:
        found = await health(shared)
    return found, len(EVENTS)
