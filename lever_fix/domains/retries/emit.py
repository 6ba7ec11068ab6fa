"""A retry written with tenacity, as edits of the module it stands in."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace

from lever_fix.domains.retries.again import TRY_AGAIN
from lever_fix.domains.retries.arguments import Arguments, arguments_of
from lever_fix.domains.retries.callbacks import Setting
from lever_fix.domains.retries.decorator_form import decorated, fits_decorator, may_decorate
from lever_fix.domains.retries.endings import Finale, finale_of
from lever_fix.domains.retries.loop_form import looped
from lever_fix.domains.retries.model import (
    FunctionNode,
    NotRewritableError,
    ResultTest,
    RetryLoop,
)
from lever_fix.domains.retries.safety import check_attempts, check_nothing_lost
from lever_fix.domains.retries.surroundings import Surroundings, surroundings_of
from lever_fix.domains.retries.writer import Rewrite, Writer
from lever_fix.index.project import Project
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


def rewritten(
    module: Module, project: Project, retry: RetryLoop, *, keep_final_sleep: bool = False
) -> Rewrite:
    """Write a retry with tenacity.

    Raises:
        NotRewritableError: It cannot be written so that it does the same.
    """
    check_attempts(module, retry)
    check_nothing_lost(retry)
    function = retry.function
    typed = function is not None and _is_typed(function)
    column = module.span(retry.loop).start - module.view.rfind(
        b"\n", 0, module.span(retry.loop).start
    )
    setting = Setting(module, retry, typed, width=project.line_length - column - 4)
    around = surroundings_of(module, retry)
    if retry.result is not None:
        return _asking(module, project, setting, around, retry.result)
    finale = finale_of(module, retry, around)
    ends_plainly = not finale.handlers and finale.kind != "give-up"
    keeps = keep_final_sleep and finale.sleeps and ends_plainly
    setting = replace(setting, keeps_sleep=keeps)
    writer = Writer(module, project, setting, around, finale)
    again = [TRY_AGAIN] if retry.again else []
    if function is not None and may_decorate(writer):
        arguments = arguments_of(setting, finale.kind, _suffix(module, function), finale.gives)
        if fits_decorator(writer, arguments):
            names = [*arguments.names, "retry", "RetryCallState", *again]
            writer = replace(writer, prefix=writer.prefix_for(names))
            _check_names(writer, arguments)
            return decorated(writer, function, arguments)
    arguments = arguments_of(setting, finale.kind, "")
    names = [*arguments.names, "Retrying", "AsyncRetrying", "RetryCallState", *again]
    _check_names(writer, arguments)
    return looped(replace(writer, prefix=writer.prefix_for(names)), arguments)


def _suffix(module: Module, function: FunctionNode) -> str:
    """What tells the callbacks of a function from those of others: its name, and its class's."""
    names: Counter[str] | None = module.memo.get("times-a-function-is-named")
    if names is None:
        found = (node.name for node in ast.walk(module.tree) if isinstance(node, FunctionNode))
        names = module.memo["times-a-function-is-named"] = Counter(found)
    parent = scopes(module).parent(function)
    owner = f"_{parent.name.lower()}" if isinstance(parent, ast.ClassDef) else ""
    return f"{owner if names[function.name] > 1 else ''}_{function.name.strip('_')}"


def _check_names(writer: Writer, arguments: Arguments) -> None:
    """Refuse names for callbacks that mean something else already."""
    names = {one.name for one in arguments.functions}
    known = scopes(writer.module).top.names.keys() | writer.around.names
    if names & known:
        raise NotRewritableError("name-taken", f"`{min(names & known)}` means something else")


def _asking(
    module: Module, project: Project, setting: Setting, around: Surroundings, asked: ResultTest
) -> Rewrite:
    """A retry on a bad result, which has to be a function of its own."""
    retry, function = setting.retry, setting.retry.function
    assert function is not None
    kind = "fall" if asked.gives else "result"
    sleeps = any(one.sleeps_at_end for one in retry.clauses)
    finale = Finale(kind, asked.gives, sleeps=sleeps)
    writer = Writer(module, project, setting, around, finale)
    arguments = arguments_of(setting, kind, _suffix(module, function), asked.gives)
    if not may_decorate(writer) or not fits_decorator(writer, arguments):
        raise NotRewritableError("result-decides", "a retry on a result is a function of its own")
    names = [*arguments.names, "retry", "RetryCallState"]
    writer = replace(writer, prefix=writer.prefix_for(names))
    _check_names(writer, arguments)
    return decorated(writer, function, arguments)


def _is_typed(function: FunctionNode) -> bool:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return function.returns is not None or any(one.annotation for one in every)
