"""Runs of adjacent `name = await call(...)`, and which of them depend on each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lever_fix.codemod import Module
from lever_fix.semantics.scopes import Scope, scopes


@dataclass(frozen=True, eq=False)
class Step:
    """One statement `name = await call(...)`.

    Attributes:
        statement: The statement.
        target: The name it binds.
        call: What is awaited.
        annotation: The annotation of the target, if it has one.
    """

    statement: ast.Assign | ast.AnnAssign
    target: str
    call: ast.Call
    annotation: ast.expr | None = None


@dataclass(frozen=True, eq=False)
class Run:
    """Steps that follow each other in one block, without anything in between.

    Attributes:
        function: The function they stand in.
        steps: At least two.
    """

    function: ast.AsyncFunctionDef
    steps: tuple[Step, ...]


def runs(module: Module) -> Iterator[Run]:
    """Every run of a module, outer functions first."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.AsyncFunctionDef):
            for block in blocks(node):
                for steps in _adjacent(block):
                    yield Run(node, steps)


def blocks(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists of a function's own code."""
    pending: list[ast.AST] = [function]
    while pending:
        node = pending.pop(0)
        for _, value in ast.iter_fields(node):
            if not isinstance(value, list) or not value:
                continue
            if isinstance(value[0], ast.stmt):
                yield value
                pending += [one for one in value if not isinstance(one, _OWN_CODE)]
            elif isinstance(value[0], ast.ExceptHandler | ast.match_case):
                pending += value


_OWN_CODE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _adjacent(block: Sequence[ast.stmt]) -> Iterator[tuple[Step, ...]]:
    current: list[Step] = []
    for statement in block:
        step = step_of(statement)
        if step is not None:
            current.append(step)
            continue
        if len(current) > 1:
            yield tuple(current)
        current = []
    if len(current) > 1:
        yield tuple(current)


def step_of(statement: ast.stmt) -> Step | None:
    """The step that a statement is, if it has the shape of one."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Await(value=ast.Call() as call)):
            return Step(statement, name, call)
        case ast.AnnAssign(
            target=ast.Name(id=name),
            value=ast.Await(value=ast.Call() as call),
            annotation=annotation,
            simple=1,
        ):
            return Step(statement, name, call, annotation)
    return None


def depends(module: Module, step: Step, earlier: Sequence[Step]) -> str:
    """In words, what a step takes from earlier ones; empty where it takes nothing."""
    stored: set[str] = set()
    for one in earlier:
        stored |= stored_names(one)
    if step.target in stored:
        return f"`{step.target}` is bound twice"
    for node in ast.walk(step.statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in stored:
            return f"`{node.id}` is a result of the one before"
    written = stored_names(step) - {step.target}
    for one in earlier:
        if shared := written & (_read_names(one) | stored_names(one)):
            return f"`{min(shared)}` is bound in the arguments"
    return _captured(module, step, stored)


def stored_names(step: Step) -> set[str]:
    """The target, and what `:=` in the arguments binds."""
    return {step.target} | {
        node.target.id for node in ast.walk(step.call) if isinstance(node, ast.NamedExpr)
    }


def _read_names(step: Step) -> set[str]:
    return {node.id for node in ast.walk(step.call) if isinstance(node, ast.Name)}


def _captured(module: Module, step: Step, stored: set[str]) -> str:
    """A nested function, made before the step, that reads what an earlier step binds."""
    here = scopes(module).scope_of(step.statement)
    for scope in scopes(module).every:
        if scope.kind not in ("function", "lambda") or scope is here or not scope.is_inside(here):
            continue
        later = getattr(scope.node, "lineno", 0) > (step.statement.end_lineno or 0)
        if later and not _in_loop(module, step):
            continue
        if name := _reads_any(module, scope, stored, here):
            return f"a nested function reads `{name}`"
    return ""


def _in_loop(module: Module, step: Step) -> bool:
    return any(
        isinstance(node, ast.For | ast.AsyncFor | ast.While)
        for node in scopes(module).ancestors(step.statement)
    )


def _reads_any(module: Module, scope: Scope, names: set[str], owner: Scope) -> str:
    known = scopes(module)
    for node in ast.walk(scope.node):
        if not (isinstance(node, ast.Name) and node.id in names):
            continue
        if known.resolve(node) is owner and known.scope_of(node) is not owner:
            return node.id
    return ""


def shape_problem(module: Module, step: Step) -> tuple[str, str] | None:
    """Reason code and words for why a single step cannot stand in a gather at all."""
    scope = scopes(module).scope_of(step.statement)
    if step.target in scope.globals | scope.nonlocals:
        return "target-not-local", f"`{step.target}` is not a local name: others can see it"
    if step.target == "_":
        return "result-unused", "its result is not used, so it is there for its effect"
    for node in ast.walk(step.call):
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom):
            return "nested-await", "its arguments await something themselves"
        if isinstance(node, ast.comprehension) and node.is_async:
            return "nested-await", "its arguments await something themselves"
    if step.annotation is not None and _needs_value(step.annotation):
        return "annotation", "its annotation cannot stand without a value"
    if any(isinstance(argument, ast.Starred) for argument in step.call.args):
        return "star-arguments", "what `*` unpacks would be read before the one before it runs"
    return None


def _needs_value(annotation: ast.expr) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id in ("Final", "ClassVar"))
        or (isinstance(node, ast.Attribute) and node.attr in ("Final", "ClassVar"))
        for node in ast.walk(annotation)
    )


def is_used(function: ast.AST | None, step: Step) -> bool:
    """Whether anything reads the result."""
    return any(
        isinstance(node, ast.Name) and node.id == step.target and isinstance(node.ctx, ast.Load)
        for node in (ast.walk(function) if function else ())
    )
