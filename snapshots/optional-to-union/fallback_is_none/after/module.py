try:
    from orjson_that_is_not_installed import Fragment
except ImportError:
    Fragment = None


def dump(value: Fragment | None = None) -> bytes | str:
    return b""
