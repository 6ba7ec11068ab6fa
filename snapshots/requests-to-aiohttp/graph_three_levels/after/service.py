from client import fetch


async def total(url: str, names: list[str]) -> int:
    """The sum over all names."""
    return sum([(await fetch(url, name))["a"] for name in names])


async def report(url: str) -> str:
    # Twice the same: it is a fake.
    return f"total: {await total(url, ['object', 'plain'])}"
