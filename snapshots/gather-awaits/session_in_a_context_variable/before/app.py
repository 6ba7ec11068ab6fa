from contextvars import ContextVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from world import Item

current: ContextVar[AsyncSession] = ContextVar("current")


def db() -> AsyncSession:
    return current.get()


async def count_items() -> int:
    return await db().scalar(select(func.count()).select_from(Item)) or 0


async def item_names() -> list[str]:
    session = current.get()
    return list(await session.scalars(select(Item.name).order_by(Item.name)))


async def overview() -> tuple[int, list[str]]:
    count = await count_items()
    names = await item_names()
    return count, names
