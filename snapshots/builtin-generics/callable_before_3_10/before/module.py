from typing import Callable


def call(function: Callable[[int], str]) -> str:
    return function(1)
