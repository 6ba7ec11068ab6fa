from app import overview
from world import EVENTS, database


async def main() -> object:
    async with database():
        return await overview(), len(EVENTS)
