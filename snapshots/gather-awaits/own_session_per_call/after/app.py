import asyncio

from store import count_items, item_names


async def overview() -> tuple[int, list[str]]:
    count, names = await asyncio.gather(count_items(), item_names())
    return count, names
