from api import Api
from world import EVENTS, client


async def main() -> object:
    async with client() as shared:
        return await Api(shared, "https://shop").both(), len(EVENTS)
