import asyncio

from world import EVENTS, make_pool
from asyncpg import Pool


async def report(pool: Pool, shop: int) -> list[object]:
    open_orders, items = await asyncio.gather(
        pool.fetchval("SELECT count(*) FROM orders WHERE shop = $1", shop),
        pool.fetch("SELECT name FROM items WHERE shop = $1 ORDER BY name", shop),
    )
    return [open_orders, items]


async def main() -> object:
    return await report(make_pool(), 3), len(EVENTS)
