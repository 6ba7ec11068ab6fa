from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from world import EVENTS, Item, database, engine


async def overview() -> tuple[int, list[str]]:
    async with AsyncSession(engine) as session:

        async def count_items() -> int:
            return await session.scalar(select(func.count()).select_from(Item)) or 0

        async def item_names() -> list[str]:
            return list(await session.scalars(select(Item.name).order_by(Item.name)))

        count = await count_items()
        names = await item_names()
        return count, names


async def main() -> object:
    async with database():
        return await overview(), len(EVENTS)
