from typing import Optional, Union


def f(
    a: Optional[int],  # first
    b: Union[
        int,  # one
        str,
    ] = 1,
) -> Optional[str]:
    return None
