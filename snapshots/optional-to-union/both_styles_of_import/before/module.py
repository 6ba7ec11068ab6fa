from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Optional as Opt

if TYPE_CHECKING:
    from typing import Union

KIND = typing.Optional[int]


def mix(a: Opt[int], b: Union[int, str] = 0, c: typing.Optional[str] = None) -> Opt[KIND]:
    return a
