from world import EVENTS


class Catalogue:
    def __init__(self) -> None:
        self.names = ["nut", "bolt"]

    async def count(self) -> int:
        return len(self.names)

    async def first(self) -> str:
        return self.names[0]


catalogue = Catalogue()


async def overview() -> tuple[int, str]:
    count = await catalogue.count()
    first = await catalogue.first()
    return count, first


async def main() -> object:
    return await overview(), EVENTS
