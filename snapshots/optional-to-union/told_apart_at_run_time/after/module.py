"""Describes the fields of a record."""

from typing import Any, Optional, Union, get_args, get_origin

OPTIONAL_REPR = repr(Optional[int])
ORIGIN = get_origin(Union[int, str])
SHOWN = f"{Optional[int]}"


def is_optional(kind: Any) -> bool:
    return get_origin(kind) is Union and type(None) in get_args(kind)
