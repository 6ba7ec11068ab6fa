from app import overview, overview_in
from store import sessions
from world import EVENTS, database


async def main() -> object:
    async with database():
        found = await overview()
        async with sessions() as session:
            return found, await overview_in(session), len(EVENTS)
