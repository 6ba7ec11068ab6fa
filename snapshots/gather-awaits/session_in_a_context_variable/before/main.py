from sqlalchemy.ext.asyncio import AsyncSession

from app import current, overview
from world import EVENTS, database, engine


async def main() -> object:
    async with database(), AsyncSession(engine) as session:
        current.set(session)
        return await overview(), len(EVENTS)
