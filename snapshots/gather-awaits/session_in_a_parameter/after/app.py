from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from world import Item


async def count_items(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Item)) or 0


async def item_names(session: AsyncSession) -> list[str]:
    return list(await session.scalars(select(Item.name).order_by(Item.name)))


async def overview(session: AsyncSession) -> tuple[int, list[str]]:
    count = await count_items(session)
    names = await item_names(session)
    return count, names
