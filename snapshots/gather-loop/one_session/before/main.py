from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from world import EVENTS, Item, database, engine


async def find_item(session: AsyncSession, name: str) -> int | None:
    return await session.scalar(select(Item.id).where(Item.name == name))


async def keys(session: AsyncSession, names: list[str]) -> list[int | None]:
    found = []
    for name in names:
        found.append(await find_item(session, name))
    return [*found, *[await find_item(session, name) for name in names]]


async def main() -> object:
    async with database(), AsyncSession(engine) as session:
        return await keys(session, ["nut", "bolt"]), len(EVENTS)
