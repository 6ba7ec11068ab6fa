import httpx

from world import EVENTS, client

total = 0


async def add(shop: httpx.AsyncClient, name: str) -> int:
    global total
    before = total
    await shop.get(f"https://shop/{name}")
    total = before + 1
    return total


async def note_all(shop: httpx.AsyncClient, names: list[str], seen: list[str]) -> None:
    for name in names:
        await note(shop, name, seen)


async def note(shop: httpx.AsyncClient, name: str, seen: list[str]) -> None:
    await shop.put(f"https://shop/{name}")
    seen.append(name)


async def main() -> object:
    seen: list[str] = []
    async with client() as shared:
        counts = [await add(shared, name) for name in ["a", "b"]]
        await note_all(shared, ["c", "d"], seen)
    return counts, seen, EVENTS
