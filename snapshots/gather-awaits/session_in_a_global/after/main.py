from app import overview, session
from world import EVENTS, database


async def main() -> object:
    async with database(), session:
        return await overview(), len(EVENTS)
