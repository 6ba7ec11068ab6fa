from store import find_item
from world import EVENTS, database


async def keys(names: list[str]) -> list[int | None]:
    return [await find_item(name) for name in names]


async def main() -> object:
    async with database():
        return await keys(["nut", "bolt", "screw"]), len(EVENTS)
