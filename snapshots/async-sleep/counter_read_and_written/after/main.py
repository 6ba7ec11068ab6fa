import asyncio

total = 0


async def main() -> bool:
    """Two of these at once would lose an update."""
    global total
    seen = total
    await asyncio.sleep(1)
    total = seen + 1
    return total > 0
