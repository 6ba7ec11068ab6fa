from sqlalchemy.ext.asyncio import AsyncSession

from app import Items
from world import EVENTS, database, engine


async def main() -> object:
    async with database(), AsyncSession(engine) as session:
        return await Items(session).overview(), len(EVENTS)
