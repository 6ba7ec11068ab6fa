"""The name is imported, and nothing else of `time` is."""

import asyncio

EVENTS: list[str] = []


async def main() -> str:
    for step in ("one", "two"):
        EVENTS.append(step)
        await asyncio.sleep(
            1.5,  # seconds
        )
    return "done"
