from typing import Any, Dict, FrozenSet, List, Set, Tuple, Type

Rows = List[Dict[str, Any]]
Key = Tuple[str, ...]


def group(rows: Rows, by: Key, *, seen: Set[str], kinds: FrozenSet[Type[Any]]) -> Dict[Key, Rows]:
    groups: Dict[Key, List[Dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in by), []).append(row)
    return groups
