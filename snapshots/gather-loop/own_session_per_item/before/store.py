from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker

from world import Item, engine

sessions = async_sessionmaker(engine)


async def find_item(name: str) -> int | None:
    async with sessions() as session:
        return await session.scalar(select(Item.id).where(Item.name == name))
