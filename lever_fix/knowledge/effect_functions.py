"""What well-known functions do, and what methods do whose names alone tell it."""

from __future__ import annotations

from collections.abc import Mapping

FUNCTIONS: Mapping[str, str] = {
    "builtins.open": "write file",
    "builtins.print": "write output",
    "builtins.input": "ordered input",
    "builtins.exec": "write process",
    "builtins.eval": "write process",
    "builtins.setattr": "mutates",
    "builtins.delattr": "mutates",
    "builtins.next": "mutates",
    "builtins.anext": "ordered iterator",
    "asyncio.sleep": "waits",
    "asyncio.timeout": "pure",
    "asyncio.timeout_at": "pure",
    "asyncio.gather": "waits",
    "asyncio.wait_for": "waits",
    "asyncio.shield": "waits",
    "asyncio.to_thread": "calls",
    "asyncio.iscoroutinefunction": "pure",
    "asyncio.get_running_loop": "pure",
    "asyncio.get_event_loop": "pure",
    "asyncio.current_task": "pure",
    "asyncio.create_task": "ordered task",
    "asyncio.ensure_future": "ordered task",
    "asyncio.create_subprocess_exec": "write process",
    "asyncio.create_subprocess_shell": "write process",
    "fastapi.concurrency.run_in_threadpool": "calls",
    "starlette.concurrency.run_in_threadpool": "calls",
    "requests.get": "read http",
    "requests.head": "read http",
    "httpx.get": "read http",
    "os.getenv": "pure",
    "os.environ.get": "pure",
    "os.listdir": "read file",
    "os.stat": "read file",
    "os.walk": "read file",
    "time.sleep": "pure",
    "functools.partial": "pure",
    "contextlib.suppress": "pure",
    "contextlib.nullcontext": "pure",
    "contextlib.closing": "pure",
    "contextlib.ExitStack": "pure",
    "contextlib.AsyncExitStack": "pure",
    "inspect.iscoroutinefunction": "pure",
    "inspect.isawaitable": "pure",
    "fastapi.encoders.jsonable_encoder": "pure",
    "sqlalchemy.inspect": "pure",
    "sqlalchemy.text": "pure",
    "random.random": "pure",
    "random.uniform": "pure",
    "uuid.uuid4": "pure",
}
"""Effects by dotted name; `mutates` is of the first argument, `calls` runs it in a thread."""

PURE_MODULES = frozenset(
    """
    abc ast base64 binascii bisect calendar cmath collections copy dataclasses datetime decimal
    difflib email enum fnmatch fractions functools hashlib hmac html inspect ipaddress itertools
    json keyword logging math mimetypes numbers operator os.path pprint re secrets statistics
    string struct textwrap time types typing typing_extensions unicodedata urllib.parse uuid
    warnings zlib zoneinfo orjson structlog loguru pydantic dateutil pytz packaging
    """.split()
)
"""Modules whose functions and classes do nothing that another task could tell."""

_IMPURE = frozenset("collections.deque logging.config logging.basicConfig".split())

PURE_BUILTINS = frozenset(
    """
    abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict dir divmod
    enumerate filter float format frozenset getattr hasattr hash hex id int isinstance issubclass
    iter len list map max memoryview min object oct ord pow property range repr reversed round set
    slice sorted staticmethod str sum super tuple type vars zip aiter
    """.split()
)

COPIES = frozenset(
    """
    bool bytes dict float frozenset int len list range repr round set sorted str sum tuple
    isinstance hash type
    """.split()
)
"""Builtins whose result shares nothing that can change with their arguments."""

FRESH_MODULES = frozenset(
    """
    base64 collections datetime decimal fractions hashlib html json math orjson os.path random re
    secrets statistics string textwrap time urllib.parse uuid
    """.split()
)
"""Modules whose functions and classes return new things, and keep nothing of their arguments."""

PURE_METHODS = frozenset(
    """
    all any as_dict as_integer_ratio astimezone capitalize casefold center copy count date decode
    dict difference encode endswith expandtabs fetchall fetchone find first format format_map
    fromisoformat get group groupdict groups hex hexdigest index intersection isalnum isalpha
    isascii isdecimal isdigit isdisjoint isidentifier islower isnumeric isoformat isspace issubset
    issuperset istitle isupper items json keys ljust lower lstrip mappings match model_copy
    model_dump model_dump_json one one_or_none parent partition raise_for_status removeprefix
    removesuffix replace rfind rindex rjust rpartition rsplit rstrip scalar scalar_one
    scalar_one_or_none scalars search split splitlines startswith strftime strip swapcase symmetric
    time timestamp title total_seconds translate union unique upper utctimetuple values
    weekday where order_by limit offset filter filter_by join outerjoin options group_by having
    distinct select_from with_for_update in_ like ilike is_ is_not asc desc label desc nulls_last
    is_distinct_from isnot isnot_distinct_from notin_ not_in any_ between contains_ exists
    subquery cte alias execution_options isoweekday timetuple zfill to_dict
    debug info warning error exception critical log
    """.split()
)
"""Methods that do nothing that another task could tell, on whatever plain value they are called.

Those of plain values, of SQLAlchemy's statements and results, and of loggers.
"""

NEW_METHODS = frozenset(
    """
    from_orm model_construct model_copy model_dump model_dump_json model_validate
    model_validate_json parse_obj parse_raw split splitlines
    """.split()
)
"""Methods whose result is new, and shares nothing that can change."""

PURE_DECORATORS = frozenset(
    """
    abc.abstractmethod builtins.classmethod builtins.property builtins.staticmethod
    contextlib.asynccontextmanager contextlib.contextmanager functools.wraps typing.overload
    typing.override typing_extensions.override typing.final functools.cached_property
    typing_extensions.deprecated warnings.deprecated tenacity.retry
    """.split()
)

CONTROL = frozenset({"HTTPException", "Http404", "HTTPError404", "NotFound", "abort"})
"""Exceptions that are answers: the second read of two is only meant to run without one."""


def function_effect(qualified: str) -> str | None:
    """The effect of a function or class by its dotted name; None where it is not known."""
    found = FUNCTIONS.get(qualified)
    if found is not None:
        return found
    module, _, name = qualified.rpartition(".")
    if module == "builtins":
        error = name[:1].isupper()
        return "pure" if error or name in PURE_BUILTINS else None
    if qualified in _IMPURE or module in _IMPURE:
        return None
    while module:
        if module in PURE_MODULES:
            return "pure"
        module = module.rpartition(".")[0]
    if qualified.startswith("sqlalchemy.") and not name.startswith("create_"):
        return "pure"  # statements, functions, types
    return None
