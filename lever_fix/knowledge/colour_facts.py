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

LOOP_METHODS_OF = {
    "discord": frozenset({"run"}),
    "InquirerPy": frozenset({"execute"}),
    "prompt_toolkit": frozenset({"prompt", "run"}),
    "questionary": frozenset({"ask", "unsafe_ask"}),
    "textual": frozenset({"run"}),
}
"""The same, in files that import a package."""
