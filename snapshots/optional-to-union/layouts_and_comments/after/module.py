from collections.abc import Callable, Mapping
from typing import (
    Any,
    Literal,
    # keeps the old callers working
)

Scalar = (
    str
    | int
    | float
    | bool
    # JSON has a null, too
    | None
)

Level = Literal["debug"] | Literal["info"] | Literal["warning"] | Literal["error"] | int


def configure(
    handler: (
        Callable[[Mapping[str, Any], str | None], Mapping[str, int | str] | None]
        | None
    ) = None,
    level: (  # of the root logger
        Level | None
    ) = None,
    names: (
        Mapping[
            str,  # what is shown
            str | None,  # what is meant
        ]
        | None
    ) = None,
    retries: (
        int  # as many
        | float  # as long, in seconds
    ) = 3,
) -> dict[str, Any] | None:
    return None
