from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from world import Item


class Counts:
    @classmethod
    def from_session(cls, session: AsyncSession) -> Counts:
        made = cls()
        made.db = session
        return made

    async def get_all(self) -> int:
        return await self.db.scalar(select(func.count()).select_from(Item)) or 0


class Names:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get_all(self) -> list[str]:
        return list(await self.session.scalars(select(Item.name).order_by(Item.name)))


async def overview(session: AsyncSession) -> tuple[int, list[str]]:
    counts, names = Counts.from_session(session), Names(session)
    count = await counts.get_all()
    found = await names.get_all()
    return count, found
