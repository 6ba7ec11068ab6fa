from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from world import Item


class Items:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def count(self) -> int:
        return await self.session.scalar(select(func.count()).select_from(Item)) or 0

    async def names(self) -> list[str]:
        return list(await self.session.scalars(select(Item.name).order_by(Item.name)))

    async def overview(self) -> tuple[int, list[str]]:
        count = await self.count()
        names = await self.names()
        return count, names
