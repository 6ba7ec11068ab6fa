from typing import Any

Rows = list[dict[str, Any]]
Key = tuple[str, ...]


def group(rows: Rows, by: Key, *, seen: set[str], kinds: frozenset[type[Any]]) -> dict[Key, Rows]:
    groups: dict[Key, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in by), []).append(row)
    return groups
