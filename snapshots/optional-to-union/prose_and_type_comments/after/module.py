"""Takes an Optional[str], or a Union[int, str].

>>> find(None)  # Optional[int]
"""

from typing import Optional, Union


def find(name, limit=10):
    # type: (Optional[str], int) -> Union[int, None]
    """Return Optional[int]."""
    found = None  # type: Optional[int]
    message = "expected Optional[int]"
    return found or (message and None)
