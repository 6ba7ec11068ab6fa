from typing import Dict, Type


class Column:
    type: str = "text"
    python_type: Type[object] = str


def dict(**options: int) -> Dict[str, int]:
    return options
