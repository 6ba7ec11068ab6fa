from typing import Annotated

from fastapi import Depends
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from world import Item, engine


async def get_session():
    async with AsyncSession(engine) as session:
        yield session


class ItemRepository:
    def __init__(self, session: Annotated[AsyncSession, Depends(get_session)]) -> None:
        self._session = session

    async def count(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(Item)) or 0

    async def list_names(self) -> list[str]:
        return list(await self._session.scalars(select(Item.name).order_by(Item.name)))


class ItemService:
    def __init__(self, items: Annotated[ItemRepository, Depends()]) -> None:
        self.items = items

    async def get_count(self) -> int:
        return await self.items.count()

    async def get_names(self) -> list[str]:
        return await self.items.list_names()

    async def get_first(self) -> str:
        return (await self.items.list_names())[0]


Service = Annotated[ItemService, Depends()]
