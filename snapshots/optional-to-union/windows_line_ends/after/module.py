def f(
    a: int | None,  # first
    b: (
        int  # one
        | str
    ) = 1,
) -> str | None:
    return None
