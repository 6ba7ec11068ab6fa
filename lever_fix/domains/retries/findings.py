"""The findings of a module, and what has to be known of all modules for them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Literal

import msgspec

from lever_fix.domains.retries.celery_tasks import task_decorator
from lever_fix.domains.retries.clients import client_retries
from lever_fix.domains.retries.emit import rewritten
from lever_fix.domains.retries.model import Loop, NotRewritableError, RetryLoop
from lever_fix.domains.retries.patching import doubts_by, patched
from lever_fix.domains.retries.recognise import loops, recognise
from lever_fix.domains.retries.results import recognise_result
from lever_fix.domains.retries.safety import doubts_of
from lever_fix.domains.retries.writer import Rewrite
from lever_fix.index.project import Project
from lever_fix.knowledge.retry_facts import REQUIREMENT
from lever_fix.model import Finding, Needs, Refusal, Safety, Span, Value
from lever_fix.semantics.module import Module


class RetryOptions(Value, frozen=True, rename="kebab"):
    """What `[tool.lever-fix.retry-to-tenacity]` may hold."""

    final_sleep: Literal["drop", "keep"] = "drop"
    """`keep` keeps the sleep that a loop makes after the last failure."""


class RetryFacts(Value, frozen=True):
    """What is to be known of a file when findings are made."""

    loops: bool = False
    """Whether it has loops, or clients, to be looked at."""
    patched: tuple[str, ...] = ()
    """Names that it replaces, as tests do."""


def scan(module: Module) -> RetryFacts | None:
    """The facts of a file; None where there are none."""
    found = RetryFacts(
        any(_looks_like_one(module, one) for one in loops(module))
        or any(True for _ in client_retries(module)),
        tuple(sorted(patched(module))),
    )
    return found if found.loops or found.patched else None


def findings_of(
    module: Module, project: Project, options: RetryOptions, names: Collection[str]
) -> Iterator[Finding | Refusal]:
    """One finding or refusal for each loop that may be a retry.

    Args:
        module: The module.
        project: The settings in force.
        options: The settings of the codemod.
        names: Dotted names that tests replace.
    """
    keep = options.final_sleep == "keep"
    for loop in loops(module):
        found = _read(module, project, loop, keep_final_sleep=keep)
        if isinstance(found, NotRewritableError):
            yield module.refusal(_site(module, loop), found.code, *found.chain)
        elif found is not None:
            yield _finding(module, *found, names)
    for call in client_retries(module):
        yield module.finding(
            module.span(call.func),
            "an HTTP client retries by itself, where tenacity would around the call",
            safety=Safety.DISPLAY,
            reasons=("what the client retries, methods and statuses, is for you to say",),
        )


Reading = Callable[[Module, Loop], RetryLoop | None]

_READINGS: tuple[Reading, ...] = (
    recognise_result,
    recognise,
    partial(recognise, inside=True),
    partial(recognise, inside=True, again=True),
)
"""The ways to understand a loop, the one whose rewrite reads best first."""


def _read(
    module: Module, project: Project, loop: Loop, *, keep_final_sleep: bool
) -> tuple[RetryLoop, Rewrite] | NotRewritableError | None:
    """The first reading of a loop that can be written; else why the first one cannot."""
    first: NotRewritableError | None = None
    for reading in _READINGS:
        try:
            retry = reading(module, loop)
            if retry is None:
                continue
            if retry.function is not None and task_decorator(module, retry.function):
                raise NotRewritableError("celery-task", "`celery-autoretry` is for Celery tasks")
            return retry, rewritten(module, project, retry, keep_final_sleep=keep_final_sleep)
        except NotRewritableError as error:
            first = first or error
    return first


def _looks_like_one(module: Module, loop: Loop) -> bool:
    """Whether a loop is a retry, or looks like one."""
    try:
        return bool(recognise_result(module, loop) or recognise(module, loop))
    except NotRewritableError:
        return True


def _site(module: Module, loop: Loop) -> Span:
    """The head of a loop."""
    start = module.span(loop).start
    end = module.span(loop.test if isinstance(loop, ast.While) else loop.iter).end
    return Span(start, end)


def _finding(module: Module, retry: RetryLoop, rewrite: Rewrite, names: Collection[str]) -> Finding:
    reasons = doubts_of(module, retry, rewrite)
    reasons += tuple(doubts_by(module, retry, rewrite, names))
    needs = Needs(
        module.path,
        imports=rewrite.imports,
        freed=rewrite.freed,
        packages=(REQUIREMENT,),
        comments_dropped=rewrite.dropped,
        names_bound=tuple(sorted(rewrite.unbound)),
    )
    form = "@retry" if rewrite.form == "decorator" else "Retrying"
    finding = module.finding(
        _site(module, retry.loop),
        f"a hand-written retry loop is tenacity's `{form}`",
        safety=Safety.UNSAFE if reasons else Safety.SAFE,
        reasons=reasons,
        edits=rewrite.edits,
        needs=needs,
    )
    symbol = f"{module.path}::{finding.scope}"
    return msgspec.structs.replace(finding, reads=(symbol,), writes=(symbol,))
