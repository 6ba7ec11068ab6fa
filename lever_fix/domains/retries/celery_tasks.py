"""Celery tasks that try again by hand, and the options of Celery that do it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from lever_fix.domains.retries.delays import Wait, only_assignment
from lever_fix.domains.retries.endings import finale_of
from lever_fix.domains.retries.layout import call, lost_comments
from lever_fix.domains.retries.model import FunctionNode, NotRewritableError, RetryLoop
from lever_fix.domains.retries.predicates import type_texts
from lever_fix.domains.retries.surroundings import surroundings_of
from lever_fix.domains.retries.syntax import loaded, own, stored
from lever_fix.domains.retries.waits import wait_of
from lever_fix.domains.retries.wording import said, statements_span, text_of, written
from lever_fix.knowledge.celery_facts import (
    APPLICATION,
    APPLICATION_NAMES,
    BACKOFF_MAX,
    CAUGHT_FIRST,
    RETRY_OPTIONS,
    TASK_DECORATORS,
)
from lever_fix.model import Edit, Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name

_REQUEUED = "the task goes back to the queue between attempts, where it slept in the worker"
_DIRECTLY = "called as a plain function, the task is not tried again"


@dataclass(frozen=True)
class TaskRewrite:
    """A task with Celery's options in the place of its own attempts.

    Attributes:
        span: The site.
        edits: The edits.
        dropped: Comments that go.
        unbound: Names that are bound no more.
        doubts: What is different.
        freed: Names that may be needed no more.
    """

    span: Span
    edits: tuple[Edit, ...]
    dropped: tuple[str, ...]
    unbound: frozenset[str]
    doubts: tuple[str, ...]
    freed: frozenset[str]


def task_decorator(module: Module, function: FunctionNode) -> ast.expr | None:
    """The decorator that makes a function a Celery task; None where there is none."""
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if qualified_name(module, target) in TASK_DECORATORS:
            return decorator
        match target:
            case ast.Attribute(value=ast.Name() as name, attr="task"):
                if _is_application(module, name):
                    return decorator
    return None


def _is_application(module: Module, name: ast.Name) -> bool:
    """Whether a name is a Celery application, made here or imported from where it is made."""
    if b"elery" not in module.view:
        return False
    statement = only_assignment(module, name.id)
    if statement is not None and isinstance(statement.value, ast.Call):
        return qualified_name(module, statement.value.func) in (APPLICATION, "celery.app.Celery")
    return statement is None and name.id in APPLICATION_NAMES


def task_of_loop(module: Module, retry: RetryLoop, width: int) -> TaskRewrite:
    """A task that is nothing but a retry loop.

    Raises:
        NotRewritableError: Celery has no options that do the same.
    """
    function = retry.function
    decorator = task_decorator(module, function) if function else None
    if function is None or decorator is None:
        raise NotRewritableError("no-task", "the function is no Celery task")
    if retry.result is not None or retry.attempts is None:
        raise NotRewritableError("task-result", "Celery tries again on failures, and not for ever")
    around = surroundings_of(module, retry)
    finale = finale_of(module, retry, around)
    if not around.whole or not finale.decorable or finale.kind != "raise" or retry.lead:
        raise NotRewritableError("task-does-more", "the task does more than to try again")
    counting = {*retry.head.counters, *retry.head.accumulators}
    if around.carried or counting & loaded(retry.attempt.body):
        raise NotRewritableError("counter-is-data", "an attempt depends on the one before it")
    for clause in retry.clauses:
        steps = [s for s in (*clause.always, *clause.between) if s.kind != "assign"]
        if steps or clause.rejects:
            raise NotRewritableError("task-does-more", "a failure leads to more than a retry")
    waits = {wait_of(module, retry.head, one, exact=False) for one in retry.clauses}
    if len(waits) > 1:
        raise NotRewritableError("delay-unclear", "the delay depends on the failure")
    retries = str(retry.attempts + -1)
    if {text for text, _ in retry.attempts.terms} & around.local:
        raise NotRewritableError("attempts-unclear", "the number of attempts is an argument")
    types = type_texts([one.handler.type for one in retry.clauses])
    options, doubts = _options(waits.pop(), retries)
    doubts += _wide(module, [one.handler.type for one in retry.clauses])
    body = [*retry.attempt.body, *finale.inside]
    if isinstance(body[-1], ast.Break):
        body.pop()
    body += finale.returns
    region = (around.block[0], around.block[-1])
    made = _written(module, function, decorator, [_for(types), *options], body, region, width)
    edits, dropped = made
    return TaskRewrite(
        module.span(retry.loop.iter if isinstance(retry.loop, ast.For) else retry.loop.test),
        edits,
        dropped,
        frozenset(stored([retry.loop]) | stored(around.obsolete)),
        (_REQUEUED, _DIRECTLY, *doubts),
        frozenset(loaded([retry.loop])),
    )


def _for(types: list[str]) -> str:
    return f"autoretry_for=({', '.join(types)}{',' if len(types) == 1 else ''})"


def _wide(module: Module, types: list[ast.expr | None]) -> tuple[str, ...]:
    if any(one is None or qualified_name(module, one) in CAUGHT_FIRST for one in types):
        return ("Celery's own `Ignore` and `Retry` come out at once, where they were caught",)
    return ()


def _options(wait: Wait, retries: str) -> tuple[list[str], tuple[str, ...]]:
    """Celery's options for a delay and a number of attempts."""
    if not wait.text:
        return [f'retry_kwargs={{"max_retries": {retries}, "countdown": 0}}'], ()
    if fixed := re.fullmatch(r"wait_fixed\((.*)\)", wait.text):
        return [f'retry_kwargs={{"max_retries": {retries}, "countdown": {fixed[1]}}}'], ()
    if wait.text.startswith("wait_exponential("):
        backoff, doubts = _backoff(wait.text)
        return [f'retry_kwargs={{"max_retries": {retries}}}', *backoff], doubts
    raise NotRewritableError("delay-unclear", "Celery has no such delay")


def _backoff(text: str) -> tuple[list[str], tuple[str, ...]]:
    """`retry_backoff=…` for an exponential delay."""
    made = ast.parse(text, mode="eval").body
    assert isinstance(made, ast.Call)
    given = {one.arg: one.value for one in made.keywords}
    factor = given.get("multiplier")
    if "exp_base" in given or not (factor is None or _is_whole(factor)):
        raise NotRewritableError("delay-unclear", "Celery doubles a whole number of seconds")
    options = [f"retry_backoff={'True' if factor is None else written(factor)}"]
    doubts: tuple[str, ...] = ()
    if "max" in given:
        options.append(f"retry_backoff_max={written(given['max'])}")
    else:
        doubts = (f"Celery waits for no more than {BACKOFF_MAX} seconds",)
    return [*options, "retry_jitter=False"], doubts


def _is_whole(expr: ast.expr) -> bool:
    return isinstance(expr, ast.Constant) and isinstance(expr.value, int) and expr.value >= 1


def _written(
    module: Module,
    function: FunctionNode,
    decorator: ast.expr,
    options: list[str],
    body: list[ast.stmt],
    region: tuple[ast.stmt, ast.stmt],
    width: int,
) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """The edits: the options in the decorator, one attempt in the body."""
    given: list[str] = []
    target = decorator
    if isinstance(decorator, ast.Call):
        if any(one.arg in RETRY_OPTIONS or one.arg is None for one in decorator.keywords):
            raise NotRewritableError("task-retries", "the task has options of its own for this")
        target = decorator.func
        given = [text_of(module, one) for one in [*decorator.args, *decorator.keywords]]
    start = statements_span(module, [function.body[0]]).start
    indent = re.match(rb"[ \t]*", module.view[start:])
    line = module.view.rfind(b"\n", 0, module.span(decorator).start) + 1
    margin = re.match(rb"[ \t]*", module.view[line:])
    assert indent is not None
    assert margin is not None
    text = call(text_of(module, target), [*given, *options], margin[0].decode(), "", width - 1)
    where = module.span(decorator)
    inner = said(module, body, indent[0].decode())
    whole = Span(
        statements_span(module, [region[0]]).start, statements_span(module, [region[1]]).end
    )
    kept, dropped = lost_comments(module, whole, inner)
    above = "".join(f"{indent[0].decode()}{comment}\n" for comment in kept)
    newline = module.source.newline
    edits = (
        module.edit(where.start, where.end, text.lstrip().replace("\n", newline)),
        module.edit(whole.start, whole.end, (above + inner).replace("\n", newline)),
    )
    return edits, tuple(dropped)


def task_of_boilerplate(
    module: Module, function: FunctionNode, decorator: ast.expr, width: int
) -> TaskRewrite | None:
    """A task whose body is `try: … except E as error: raise self.retry(exc=error)`.

    Raises:
        NotRewritableError: Celery has no options that do the same.
    """
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    first = function.args.args[0].arg if function.args.args else ""
    match body:
        case [ast.Try(handlers=[handler], orelse=[], finalbody=[]) as attempt]:
            retried = _retried(handler, first)
        case _:
            return None
    if retried is None or handler.type is None:
        return None
    options, doubts = _of_call(module, retried, handler.name or "", first)
    if any(isinstance(node, ast.Yield) for node in own(attempt.body)):
        return None
    types = type_texts([handler.type])
    edits, dropped = _written(
        module,
        function,
        decorator,
        [_for(types), *options],
        attempt.body,
        (attempt, attempt),
        width,
    )
    return TaskRewrite(
        module.span(handler.type),
        edits,
        dropped,
        frozenset({handler.name} if handler.name else ()),
        (*doubts, *_wide(module, [handler.type])),
        frozenset(loaded([handler])),
    )


def _retried(handler: ast.ExceptHandler, first: str) -> ast.Call | None:
    """The call of `self.retry` that is all that a handler does."""
    match handler.body:
        case [ast.Raise(exc=ast.Call() as made, cause=None)] | [ast.Expr(value=ast.Call() as made)]:
            match made.func:
                case ast.Attribute(value=ast.Name(id=name), attr="retry") if name == first:
                    return made
    return None


def _of_call(
    module: Module, made: ast.Call, error: str, first: str
) -> tuple[list[str], tuple[str, ...]]:
    """Celery's options for what `self.retry` is called with."""
    given = {one.arg: one.value for one in made.keywords}
    if made.args or not given.keys() <= {"exc", "countdown", "max_retries"}:
        raise NotRewritableError("task-retries", "it is tried again with arguments of its own")
    doubts: tuple[str, ...] = ()
    match given.get("exc"):
        case ast.Name(id=name) if name == error:
            pass
        case None:
            doubts = (
                "after the last attempt the failure itself comes out, where it was"
                " `MaxRetriesExceededError`",
            )
        case _:
            raise NotRewritableError("task-retries", "another exception is raised at last")
    settled: list[str] = []
    for name in ("max_retries", "countdown"):
        value = given.get(name)
        if value is not None and (name == "max_retries" or _is_settled(value)):
            if not _is_settled(value):
                raise NotRewritableError("attempts-unclear", "the number of attempts is computed")
            settled.append(f'"{name}": {text_of(module, value)}')
    options = [f"retry_kwargs={{{', '.join(settled)}}}"] if settled else []
    countdown = given.get("countdown")
    if countdown is not None and not _is_settled(countdown):
        backoff, more = _backoff(_exponential(countdown, first))
        return [*options, *backoff], (*doubts, *more)
    return options, doubts


def _is_settled(expr: ast.expr) -> bool:
    """Whether a value is known when the module is imported."""
    return isinstance(expr, ast.Constant) or (isinstance(expr, ast.Name) and expr.id.isupper())


def _exponential(expr: ast.expr, first: str) -> str:
    """`2 ** self.request.retries` as the wait that sleeps as long."""
    request = rf"{first}\.request\.retries"
    text = written(expr)
    factor = r"(?:(?P<factor>\d+) \* )?"
    for pattern in (
        rf"{factor}2 ?\*\* ?{request}",
        rf"2 ?\*\* ?{request}(?: \* (?P<factor>\d+))?",
        rf"min\({factor}2 ?\*\* ?{request}, (?P<cap>\w+)\)",
        rf"min\((?P<cap>\w+), {factor}2 ?\*\* ?{request}\)",
    ):
        if found := re.fullmatch(pattern, text):
            parts = found.groupdict()
            arguments = [f"multiplier={parts['factor']}"] if parts.get("factor") else []
            arguments += [f"max={parts['cap']}"] if parts.get("cap") else []
            return f"wait_exponential({', '.join(arguments)})"
    raise NotRewritableError("delay-unclear", "Celery has no such delay")
