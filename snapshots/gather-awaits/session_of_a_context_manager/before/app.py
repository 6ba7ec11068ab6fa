from sqlalchemy.ext.asyncio import AsyncSession

from store import Items


async def overview() -> tuple[int, list[str]]:
    count = await Items.count()
    names = await Items.names()
    return count, names


async def overview_in(session: AsyncSession) -> tuple[int, list[str]]:
    count = await Items.count(session)
    names = await Items.names(session)
    return count, names
