"""What is known of the calls that hand-written retry loops make, and of tenacity."""

from __future__ import annotations

SLEEPS = {
    "time.sleep": False,
    "asyncio.sleep": True,
    "anyio.sleep": True,
}
"""Qualified names of the functions that sleep, and whether they are awaited."""

SLEEP_LIKE = ("sleep", "wait", "backoff", "back_off", "delay")
"""A call with one of these in its name may sleep by means that tenacity does not replace."""

LOG_METHODS = frozenset({
    "critical", "debug", "error", "exception", "fatal", "info", "log", "success", "trace", "v",
    "vv", "vvv", "vvvv", "warn", "warning",
})  # fmt: skip
"""Methods of loggers, of `logging`'s and of its like (structlog, loguru)."""

LOGGERS = ("display", "log")
"""What is in the name of an object that logs: `logger`, `self.log`, Ansible's `display`."""

LOG_FUNCTIONS = frozenset({
    "builtins.print", "click.echo", "click.secho", "logging.critical", "logging.debug",
    "logging.error", "logging.exception", "logging.info", "logging.log", "logging.warn",
    "logging.warning", "typer.echo", "typer.secho", "warnings.warn",
})  # fmt: skip

EXITS = frozenset({"sys.exit", "os._exit", "builtins.exit", "builtins.quit"})
"""Functions that do not come back."""

UNIFORM = "random.uniform"
RANDOM = "random.random"

HARMLESS = frozenset({
    "builtins.abs", "builtins.float", "builtins.int", "builtins.len", "builtins.max",
    "builtins.min", "builtins.pow", "builtins.round", "math.pow",
    "random.randint", "random.random", "random.uniform",
})  # fmt: skip
"""Functions that a delay may call once more than it needs."""

ASKING = frozenset({
    "abs", "all", "any", "bool", "float", "getattr", "hasattr", "int", "isinstance", "len", "max",
    "min", "repr", "round", "str", "type",
})  # fmt: skip
"""Built-in functions that may be asked twice."""

ASKING_METHODS = frozenset({
    "casefold", "endswith", "format", "get", "join", "lower", "split", "splitlines",
    "startswith", "strip", "upper",
})  # fmt: skip
"""Methods that may be."""

CLOCKS = frozenset({"time.monotonic", "time.time", "time.perf_counter"})

IN_HANDLER = frozenset({
    "sys.exc_info", "traceback.format_exc", "traceback.print_exc", "traceback.print_exception",
})  # fmt: skip
"""Functions that only mean something inside an `except` block."""

CANCELLATIONS = frozenset({
    "asyncio.CancelledError", "asyncio.exceptions.CancelledError", "builtins.BaseException",
    "builtins.GeneratorExit", "builtins.KeyboardInterrupt", "builtins.SystemExit",
    "concurrent.futures.CancelledError", "trio.Cancelled",
})  # fmt: skip
"""Exceptions that may come out of a sleep, and that `except Exception` lets through."""

CLIENT_RETRIES = frozenset({
    "requests.adapters.Retry", "requests.packages.urllib3.util.retry.Retry", "urllib3.Retry",
    "urllib3.util.Retry", "urllib3.util.retry.Retry",
})  # fmt: skip
"""Names of the class that makes urllib3, and requests on top of it, retry by itself."""

ADAPTERS = frozenset({"requests.adapters.HTTPAdapter"})

REQUIREMENT = "tenacity>=9"

NAMES = frozenset({
    "retry_if_exception", "retry_if_exception_type", "retry_if_not_exception_type",
    "retry_if_result", "stop_after_attempt", "stop_after_delay", "stop_before_delay",
    "stop_never", "wait_chain", "wait_exception",
    "wait_exponential", "wait_fixed", "wait_incrementing", "wait_random",
    "wait_random_exponential",
})  # fmt: skip
"""What a rewritten loop may pass to tenacity."""
