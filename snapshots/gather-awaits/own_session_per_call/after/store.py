from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_sessionmaker

from world import Item, engine

sessions = async_sessionmaker(engine)


async def count_items() -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(Item)) or 0


async def item_names() -> list[str]:
    async with sessions() as session:
        result = await session.scalars(select(Item.name).order_by(Item.name))
        return list(result)
