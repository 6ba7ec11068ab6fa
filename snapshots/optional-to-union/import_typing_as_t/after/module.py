import collections.abc as cabc
import typing as t

if t.TYPE_CHECKING:
    import decimal

T = t.TypeVar("T")
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Handler = cabc.Callable[[str | None], bytes | None]


def first(items: cabc.Iterable[T], default: T | None = None) -> T | None:
    for item in items:
        return item
    return default


def price(value: "decimal.Decimal | None") -> "decimal.Decimal | None":
    amount: decimal.Decimal | None = value
    return t.cast("decimal.Decimal | None", amount)
