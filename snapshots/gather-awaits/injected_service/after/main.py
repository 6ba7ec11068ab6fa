from sqlalchemy.ext.asyncio import AsyncSession

from app import overview
from services import ItemRepository, ItemService
from world import EVENTS, database, engine


async def main() -> object:
    async with database(), AsyncSession(engine) as session:
        return await overview(ItemService(ItemRepository(session))), len(EVENTS)
