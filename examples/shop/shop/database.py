"""Engines and sessions: async for the API, sync for the worker and the reports."""

from typing import AsyncIterator, Iterator

from sqlalchemy import NullPool, create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from shop.settings import settings

engine = create_engine(f"sqlite:///{settings.database_path}")
async_engine = create_async_engine(
    f"sqlite+aiosqlite:///{settings.database_path}",
    # Opening a file costs next to nothing, and a pooled connection would outlive its event loop.
    poolclass=NullPool,
)

session_maker = sessionmaker(engine, expire_on_commit=False)
async_session_maker = async_sessionmaker(async_engine, expire_on_commit=False)


def get_db() -> Iterator[Session]:
    with session_maker() as session:
        yield session


async def get_async_db() -> AsyncIterator[AsyncSession]:
    async with async_session_maker() as session:
        yield session
