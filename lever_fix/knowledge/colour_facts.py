"""What decorators and base classes mean for a function that is to become async."""

from __future__ import annotations

TRANSPARENT = frozenset({
    "builtins.staticmethod", "builtins.classmethod", "tenacity.retry", "backoff.on_exception",
    "backoff.on_predicate", "typing.override", "typing.final", "typing.no_type_check",
    "typing_extensions.override", "abc.abstractmethod", "starlette.authentication.requires",
    "pytest.mark.asyncio", "pytest.mark.anyio", "pytest.mark.parametrize", "pytest.mark.slow",
    "pytest.mark.usefixtures",
})  # fmt: skip
"""Decorators that do for a coroutine function what they do for a function."""

ROUTERS = frozenset({
    "fastapi.FastAPI", "fastapi.APIRouter", "fastapi.applications.FastAPI",
    "fastapi.routing.APIRouter",
})  # fmt: skip
"""Classes whose methods, as decorators, take functions of either colour."""

ROUTES = frozenset({
    "get", "post", "put", "patch", "delete", "head", "options", "trace", "route", "api_route",
    "websocket", "middleware", "exception_handler", "on_event",
})  # fmt: skip

ENTRIES = frozenset({
    "click.command", "click.group", "typer.Typer.command", "typer.Typer.callback",
    "celery.Celery.task", "celery.shared_task", "celery.app.shared_task",
    "django_rq.job", "dramatiq.actor",
})  # fmt: skip
"""Decorators that make an entry point: something outside calls it, and does not await."""

ENTRY_OBJECTS = {
    "typer.Typer": frozenset({"command", "callback"}),
    "click.Group": frozenset({"command"}),
    "celery.Celery": frozenset({"task"}),
}
"""The same, as methods of an object: `app.command()`."""

GROUPS = frozenset({"click.group", "click.decorators.group", "rich_click.group"})
"""Decorators that make of a function an object with methods of the next table."""

GROUP_METHODS = frozenset({"command", "group", "result_callback"})
"""Methods of a group of commands that make entry points, as decorators."""

TAKES_EITHER = frozenset({
    "fastapi.Depends", "fastapi.param_functions.Depends", "fastapi.Security",
    "fastapi.params.Depends",
})  # fmt: skip
"""Calls that take a function of either colour and await it where need be."""

TAKES_EITHER_METHODS = frozenset({"add_api_route", "add_task", "add_event_handler"})
"""The same, as methods."""

TAKERS = ROUTERS | {
    "fastapi.BackgroundTasks", "fastapi.background.BackgroundTasks",
    "starlette.background.BackgroundTasks",
}  # fmt: skip
"""The classes whose methods these are."""

CACHES = frozenset({
    "functools.lru_cache", "functools.cache", "functools.cached_property", "builtins.property",
    "cachetools.cached", "cachetools.func.ttl_cache", "functools.singledispatch",
    "functools.partialmethod", "contextlib.contextmanager",
})  # fmt: skip
"""Decorators that would keep or use a coroutine as if it were the value."""

HARMLESS_BASES = frozenset({
    "builtins.object", "object", "abc.ABC", "typing.Generic", "typing.Protocol",
    "pydantic.BaseModel", "builtins.Exception", "typing.NamedTuple", "enum.Enum",
})  # fmt: skip
"""Bases outside the project that call no method of their subclasses by name.

Below a star import, `object` is but a name; nobody gives it another meaning.
"""

MOCKING_LIBRARIES = frozenset(
    {
        "responses",
        "requests_mock",
        "betamax",
        "vcr",
        "httpretty",
        "pook",
        "respx",
        "pytest_httpx",
        "httpx_mock",
    }
)
"""Test libraries that catch what requests sends, and nothing that aiohttp sends."""

ISOLATED = "unittest.IsolatedAsyncioTestCase"
TEST_CASES = frozenset({
    "unittest.TestCase", "unittest.case.TestCase", ISOLATED,
    "unittest.async_case.IsolatedAsyncioTestCase",
})  # fmt: skip
"""Test cases whose async tests are run as such, or are once the case is an isolated one."""

_OF_TEST_CASES = (
    "test", "setUp", "tearDown", "asyncSetUp", "asyncTearDown", "run", "debug", "id", "assert",
    "fail", "skip", "subTest", "add", "do", "enter", "count", "default", "shortDescription", "_",
)  # fmt: skip
KNOWN_BASES = dict.fromkeys(TEST_CASES, _OF_TEST_CASES)
"""Bases that call methods of their subclasses, by how the names of those start."""

TEST_DECORATORS = (
    "pytest.mark.", "pytest.fixture", "pytest_asyncio.fixture", "unittest.mock.patch",
    "unittest.skip", "unittest.case.skip", "mock.patch",
)  # fmt: skip
"""How the names of decorators start that do the same for an async test."""
LOOP_STARTERS = frozenset({
    "aiohttp.web.run_app", "anyio.run", "asgiref.sync.async_to_sync", "asyncio.Runner",
    "asyncio.run", "asyncio.runners.run", "curio.run", "InquirerPy.prompt",
    "playwright.sync_api.sync_playwright", "prompt_toolkit.Application",
    "prompt_toolkit.PromptSession", "prompt_toolkit.application.Application",
    "prompt_toolkit.prompt", "prompt_toolkit.shortcuts.PromptSession",
    "prompt_toolkit.shortcuts.prompt", "questionary.confirm", "questionary.select",
    "questionary.text", "trio.run", "uvicorn.run", "uvloop.run",
})  # fmt: skip
"""What starts an event loop where it is called, or is made for nothing else."""

LOOP_METHODS = frozenset({"run_until_complete", "run_forever", "run_polling"})
"""The same, as methods of whatever object."""

TO_THREAD_KEYWORDS = frozenset({"anyio.to_thread.run_sync"})
"""Those whose keywords are their own, and not for the function."""
TO_THREAD = TO_THREAD_KEYWORDS | {
    "asyncio.to_thread", "asyncio.threads.to_thread", "starlette.concurrency.run_in_threadpool",
    "fastapi.concurrency.run_in_threadpool",
}  # fmt: skip
"""Calls that run the function they get in a thread, with the arguments behind it."""
POOLS = frozenset({"submit", "map", "imap", "imap_unordered", "apply", "apply_async", "starmap"})
"""Methods of pools of threads or processes."""

BLOCKING = frozenset({
    "os.system", "os.popen", "os.wait", "os.waitpid", "logging.config.fileConfig",
    "asyncio.run", "anyio.run",
})  # fmt: skip
"""What blocks although its package is a calm one."""
CALM_BUILTINS = frozenset(
    """
    abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate filter
    float format frozenset getattr hasattr hash hex id int isinstance issubclass iter len list map
    max min next object oct ord pow print property range repr reversed round set setattr slice
    sorted str sum super tuple type vars zip
    """.split()
)
CALM_PACKAGES = frozenset(
    """
    abc ast asyncio base64 binascii bisect calendar collections colorsys contextlib contextvars copy
    dataclasses datetime decimal difflib enum fractions functools hashlib heapq hmac html inspect
    ipaddress itertools json keyword logging loguru math mimetypes numbers operator os.environ
    os.getenv os.path.basename os.path.dirname os.path.join os.path.splitext posixpath pprint
    quopri random re secrets statistics string struct structlog textwrap time traceback types typing
    typing_extensions unicodedata urllib.parse uuid warnings weakref zlib
    attr attrs fastapi.HTTPException fastapi.exceptions msgspec orjson pydantic
    starlette.exceptions validators yarl
    """.split()
)
"""Packages and names in them that wait neither for the network nor for a disk."""
CALM_METHODS = frozenset(
    """
    add append capitalize casefold clear copy count critical debug decode difference discard
    encode endswith error exception extend fget find findall finditer format format_map fromkeys get
    group groupdict groups hexdigest index info insert intersection isalnum isalpha isdecimal
    isdigit isidentifier islower isnumeric isoformat isspace istitle isupper items join json keys
    ljust log lower lstrip match model_dump model_validate partition pop popitem raise_for_status
    remove removeprefix removesuffix replace reverse rfind rindex rjust rpartition rsplit rstrip
    search setdefault sort split splitlines startswith strftime strip sub swapcase timestamp title
    total_seconds translate union update upper utcnow values warn warning zfill
    """.split()
)
"""Methods of texts, containers, dates, loggers and responses, whatever they are called on."""

ASYNC_MOCK = "unittest.mock.AsyncMock"
MOCKS = frozenset(
    {"unittest.mock.Mock", "unittest.mock.MagicMock", "unittest.mock.NonCallableMock"}
)
"""Mocks whose calls nobody can await."""
