"""What decorators and base classes mean for a function that is to become async."""

from __future__ import annotations

TRANSPARENT = frozenset({
    "builtins.staticmethod", "builtins.classmethod", "tenacity.retry", "backoff.on_exception",
    "backoff.on_predicate", "typing.override", "typing.final", "typing.no_type_check",
    "typing_extensions.override", "abc.abstractmethod", "pytest.mark.asyncio",
    "pytest.mark.anyio", "pytest.mark.parametrize", "pytest.mark.slow", "pytest.mark.usefixtures",
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
    "builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "pydantic.BaseModel",
    "builtins.Exception", "typing.NamedTuple", "enum.Enum",
})  # fmt: skip
"""Bases outside the project that call no method of their subclasses by name."""

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
