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
        *(
            f"fastapi.{name}"
            for name in "Body Cookie Depends File Form Header Path Query Security".split()
        ),
        "typing.NamedTuple",  # a function since Python 3.9
        "typing.TypedDict",
        "typing_extensions.NamedTuple",
        "typing_extensions.TypedDict",
        "numpy.array",
        "tempfile.NamedTemporaryFile",  # a function that returns a wrapper
        "tempfile.TemporaryFile",
        "pydantic.Field",
        "pydantic.PrivateAttr",
        "pydantic.conint",
        "pydantic.constr",
        "contextlib.contextmanager",
        "contextlib.asynccontextmanager",
    }
)
"""Callables that pass for types inside `Optional[...]` and have no `|`."""

LOWERCASE_BUILTINS = frozenset(
    "bool bytearray bytes classmethod complex dict enumerate filter float frozenset int list "
    "map memoryview object property range reversed set slice staticmethod str super tuple type "
    "zip".split()
)
"""Builtins that are classes."""

LOWERCASE_TYPES = frozenset(
    f"{module}.{name}"
    for module, names in {
        "_thread": "lock",
        "array": "array",
        "asyncio": "timeout",
        "collections": "defaultdict deque",
        "contextlib": "closing nullcontext redirect_stderr redirect_stdout suppress",
        "csv": "excel excel_tab unix_dialect",
        "ctypes": (
            "c_bool c_byte c_char c_char_p c_double c_float c_int c_int16 c_int32 c_int64 c_int8 "
            "c_long c_longlong c_short c_size_t c_ubyte c_uint c_uint16 c_uint32 c_uint64 c_uint8 "
            "c_ulong c_ulonglong c_ushort c_void_p c_wchar c_wchar_p py_object"
        ),
        "datetime": "date datetime time timedelta timezone tzinfo",
        "dateutil.parser": "parser",
        "dateutil.relativedelta": "relativedelta",
        "dateutil.rrule": "rrule rruleset weekday",
        "enum": "auto nonmember member property",
        "functools": "cached_property partial partialmethod singledispatchmethod",
        "inspect": "_empty",
        "itertools": (
            "accumulate chain combinations compress count cycle dropwhile filterfalse groupby "
            "islice pairwise permutations product repeat starmap takewhile zip_longest"
        ),
        "mmap": "mmap",
        "numpy": (
            "bool_ broadcast busdaycalendar bytes_ character complex128 complex64 complexfloating "
            "csingle datetime64 double dtype flatiter flexible float16 float32 float64 floating "
            "generic half inexact int16 int32 int64 int8 int_ integer intc intp longdouble matrix "
            "memmap ndarray ndenumerate ndindex nditer number object_ recarray record short "
            "signedinteger single str_ timedelta64 ubyte ufunc uint uint16 uint32 uint64 uint8 "
            "uintc uintp ulonglong unsignedinteger ushort vectorize void"
        ),
        "operator": "attrgetter itemgetter methodcaller",
        "os": "stat_result terminal_size",
        "scipy.sparse": (
            "bsr_matrix coo_array coo_matrix csc_array csc_matrix csr_array csr_matrix "
            "dia_matrix dok_matrix lil_matrix spmatrix"
        ),
        "select": "epoll kqueue poll",
        "socket": "socket",
        "sqlalchemy.orm": "scoped_session sessionmaker",
        "sqlalchemy.ext.asyncio": "async_scoped_session async_sessionmaker",
        "threading": "local",
        "time": "struct_time",
        "torch": "device dtype finfo iinfo layout",
        "tqdm": "tqdm",
        "tqdm.auto": "tqdm",
        "weakref": "finalize ref",
    }.items()
    for name in names.split()
)
"""Classes whose names are lowercase, so that lowercase alone does not make an operand doubtful."""
