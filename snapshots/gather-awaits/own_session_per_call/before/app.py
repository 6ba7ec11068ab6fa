from store import count_items, item_names


async def overview() -> tuple[int, list[str]]:
    count = await count_items()
    names = await item_names()
    return count, names
