from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from world import Item, engine

session = AsyncSession(engine)


async def count_items() -> int:
    return await session.scalar(select(func.count()).select_from(Item)) or 0


async def item_names() -> list[str]:
    return list(await session.scalars(select(Item.name).order_by(Item.name)))


async def overview() -> tuple[int, list[str]]:
    count = await count_items()
    names = await item_names()
    return count, names
