from client import fetch


def total(url: str, names: list[str]) -> int:
    """The sum over all names."""
    return sum([fetch(url, name)["a"] for name in names])


def report(url: str) -> str:
    # Twice the same: it is a fake.
    return f"total: {total(url, ['object', 'plain'])}"
