"""Facts about `typing` and about objects that look like types and are none. Data, not code."""

from __future__ import annotations

SOURCES = ("typing", "typing_extensions")

BUILTINS = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
    "Type": "type",
}
"""Names in `typing` whose replacement needs no import (PEP 585, Python 3.9)."""

RENAMED = {
    "Deque": ("collections", "deque"),
    "DefaultDict": ("collections", "defaultdict"),
}
"""Names in `typing` whose replacement has another name (PEP 585, Python 3.9)."""

MOVED = {
    **dict.fromkeys(("OrderedDict", "Counter", "ChainMap"), "collections"),
    **dict.fromkeys(
        (
            "AsyncGenerator",
            "AsyncIterable",
            "AsyncIterator",
            "Awaitable",
            "Callable",
            "Collection",
            "Container",
            "Coroutine",
            "Generator",
            "Hashable",
            "ItemsView",
            "Iterable",
            "Iterator",
            "KeysView",
            "Mapping",
            "MappingView",
            "MutableMapping",
            "MutableSequence",
            "MutableSet",
            "Reversible",
            "Sequence",
            "Sized",
            "ValuesView",
        ),
        "collections.abc",
    ),
}
"""Names in `typing` that live elsewhere under the same name, with that module.

`AbstractSet` is left out: its real name, `Set`, is what `typing` calls the builtin.
"""

CALLABLE_FROM = (3, 10)
"""`collections.abc.Callable[[int], str]` is wrong inside unions before 3.9.2 (bpo-42195)."""

FUNCTION_BUILTINS = frozenset(
    "abs aiter all anext any ascii bin breakpoint callable chr compile delattr dir divmod eval "
    "exec format getattr globals hasattr hash hex id input isinstance issubclass iter len locals "
    "max min next oct open ord pow print repr round setattr sorted sum vars".split()
)
"""Builtins often written where a type was meant: `any | None` raises TypeError."""

NOT_TYPES = frozenset(
    {
        "threading.Lock",  # a function until Python 3.13
        "threading.RLock",
        "_thread.allocate_lock",
        *(
            f"multiprocessing.{name}"
            for name in (
                "Array Barrier BoundedSemaphore Condition Event JoinableQueue Lock Manager Pipe "
                "Pool Queue RLock RawArray RawValue Semaphore SimpleQueue Value"
            ).split()
        ),
        "numpy.array",
        "tempfile.NamedTemporaryFile",  # a function that returns a wrapper
        "tempfile.TemporaryFile",
        "np.array",
        "pydantic.conint",
        "pydantic.constr",
        "contextlib.contextmanager",
        "contextlib.asynccontextmanager",
    }
)
"""Callables that pass for types inside `Optional[...]` and have no `|`."""

LOWERCASE_TYPES = frozenset(
    "bool bytearray bytes classmethod complex dict enumerate filter float frozenset int list map "
    "memoryview object property range reversed set slice staticmethod str super tuple type zip "
    "date datetime time timedelta timezone tzinfo deque defaultdict partial partialmethod "
    "cached_property singledispatchmethod array mmap socket struct_time stat_result "
    "ndarray recarray matrix dtype ufunc generic number integer inexact floating datetime64 "
    "timedelta64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 "
    "complex64 complex128 bool_ str_ bytes_ object_ intp uintp longdouble half single double "
    "device dtype chain count cycle repeat product permutations islice starmap tee "
    "attrgetter itemgetter methodcaller local error iterator mappingproxy auto date_range "
    "csr_matrix csc_matrix coo_matrix spmatrix connection cursor scoped_session sessionmaker "
    "async_sessionmaker async_scoped_session date_type datetime_type py_object c_char c_int "
    "c_uint c_long c_ulong c_void_p c_char_p c_bool c_double c_float c_byte c_size_t".split()
)
"""Classes whose names are lowercase, so that lowercase alone does not make an operand doubtful."""
