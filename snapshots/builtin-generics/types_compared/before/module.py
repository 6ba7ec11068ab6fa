from typing import Any, Dict, List

PYTHON_TYPES = {List[str]: "array", Dict[str, str]: "object"}


def is_list_of_strings(kind: Any) -> bool:
    return kind in (List[str], list[str]) or kind == List[str]
