from asyncpg import Pool

from world import EVENTS, make_pool


async def report(pool: Pool) -> list[str]:
    async with pool.acquire() as connection:
        orders = await connection.fetch("SELECT * FROM orders")
        items = await connection.fetch("SELECT * FROM items")
        return [orders, items]


async def main() -> object:
    return await report(make_pool()), EVENTS
