from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from world import Item, engine

sessions = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def session_for(session: AsyncSession | None = None) -> AsyncIterator[AsyncSession]:
    """The session that is given, or a new one."""
    if session is not None:
        yield session
    else:
        async with sessions() as fresh:
            yield fresh


class Items:
    @staticmethod
    async def count(session: AsyncSession | None = None) -> int:
        async with session_for(session) as session:
            return await session.scalar(select(func.count()).select_from(Item)) or 0

    @staticmethod
    async def names(session: AsyncSession | None = None) -> list[str]:
        async with session_for(session) as session:
            return list(await session.scalars(select(Item.name).order_by(Item.name)))
