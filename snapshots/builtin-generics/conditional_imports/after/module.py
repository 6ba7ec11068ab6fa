try:
    from collections.abc import Mapping
except ImportError:
    from typing import Mapping


def merge(*tables: Mapping[str, int]) -> None: ...
