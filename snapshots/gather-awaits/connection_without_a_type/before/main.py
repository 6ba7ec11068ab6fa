from typing import Any

from world import EVENTS, make_pool


async def get_orders(conn: Any) -> str:
    return await conn.fetch("SELECT * FROM orders")


async def get_items(conn: Any) -> str:
    return await conn.fetch("SELECT * FROM items")


async def report(conn: Any) -> list[str]:
    orders = await get_orders(conn)
    items = await get_items(conn)
    return [orders, items]


async def main() -> object:
    async with make_pool().acquire() as connection:
        return await report(connection), EVENTS
