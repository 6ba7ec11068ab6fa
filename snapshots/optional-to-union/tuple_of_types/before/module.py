from typing import Union

NUMBERS = (int, float, complex)
Number = Union[NUMBERS]


def scale(value: Number, by: Union[tuple(NUMBERS)]) -> Number:
    return value * by
