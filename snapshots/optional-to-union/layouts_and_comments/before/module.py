from collections.abc import Callable, Mapping
from typing import (
    Any,
    Literal,
    Optional,  # keeps the old callers working
    Union,
)

Scalar = Union[
    str,
    int,
    float,
    bool,
    # JSON has a null, too
    None,
]

Level = Union[Literal["debug"], Literal["info"], Literal["warning"], Literal["error"], int]


def configure(
    handler: Optional[
        Callable[[Mapping[str, Any], Optional[str]], Optional[Mapping[str, Union[int, str]]]]
    ] = None,
    level: Optional[  # of the root logger
        Level
    ] = None,
    names: Optional[
        Mapping[
            str,  # what is shown
            Optional[str],  # what is meant
        ]
    ] = None,
    retries: Union[
        int,  # as many
        float,  # as long, in seconds
    ] = 3,
) -> Optional[
    dict[str, Any]
]:
    return None
