import collections.abc as cabc
import typing as t

if t.TYPE_CHECKING:
    import decimal

T = t.TypeVar("T")
Json = t.Union[str, int, float, bool, None, list["Json"], dict[str, "Json"]]
Handler = cabc.Callable[[t.Optional[str]], t.Optional[bytes]]


def first(items: cabc.Iterable[T], default: t.Optional[T] = None) -> t.Optional[T]:
    for item in items:
        return item
    return default


def price(value: "t.Optional[decimal.Decimal]") -> "t.Union[decimal.Decimal, None]":
    amount: t.Optional[decimal.Decimal] = value
    return t.cast("t.Optional[decimal.Decimal]", amount)
