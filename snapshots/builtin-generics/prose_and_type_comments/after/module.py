"""Takes a List[int] and gives a Dict[str, int]."""

from typing import Dict, List


def count(words):
    # type: (List[str]) -> Dict[str, int]
    totals = {}  # type: Dict[str, int]
    return totals
