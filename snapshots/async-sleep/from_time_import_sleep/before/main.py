"""The name is imported, and nothing else of `time` is."""

from time import sleep

EVENTS: list[str] = []


async def main() -> str:
    for step in ("one", "two"):
        EVENTS.append(step)
        sleep(
            1.5,  # seconds
        )
    return "done"
