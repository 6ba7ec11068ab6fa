import asyncio
import sys

import client


def main(url: str, times: int = 2) -> list:
    """Ask a few times."""
    return asyncio.run(_main(url, times))


async def _main(url: str, times: int) -> list:
    found = []
    for _ in range(times):
        found.append(await client.fetch(url, "object"))
    return found


if __name__ == "__main__":
    main(sys.argv[1])
