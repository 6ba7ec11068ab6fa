import asyncio
import sys

from client import fetch


def main(url=None, *, names=("object", "plain")):
    return asyncio.run(_main(url, names=names))


async def _main(url=None, *, names=("object", "plain")):
    if url is None:
        return await _main(sys.argv[1])
    found = []
    for name in names:
        found.append(await fetch(url, name))
    return found if len(names) > 1 else [*await _main(url, names=("plain", "object")), *found]


if __name__ == "__main__":
    print(main())
