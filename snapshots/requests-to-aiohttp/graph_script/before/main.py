import sys

import client


def main(url: str, times: int = 2) -> list:
    """Ask a few times."""
    found = []
    for _ in range(times):
        found.append(client.fetch(url, "object"))
    return found


if __name__ == "__main__":
    main(sys.argv[1])
