"""Which failures are tried again, as tenacity's `retry=`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from lever_fix.domains.retries.again import asks_again
from lever_fix.domains.retries.model import (
    Clause,
    NotRewritableError,
    Reject,
    ResultTest,
    RetryLoop,
    Step,
)
from lever_fix.domains.retries.syntax import assigned, called, loaded, stored, written_out
from lever_fix.domains.retries.wording import said, said_inline
from lever_fix.knowledge.retry_facts import CANCELLATIONS, CLOCKS
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name

_FLIPPED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}  # fmt: skip
_ORDERED = {ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt}


_LONGEST = 140
"""Characters of a condition that a lambda still reads well with."""


@dataclass(frozen=True)
class Predicate:
    """What to pass as `retry=`.

    Attributes:
        text: The expression.
        names: The names of tenacity in it.
        reads: Names of the program that it reads.
        error: What a function that decides calls the exception.
        body: The statements of such a function, where it is too much for a lambda.
    """

    text: str
    names: tuple[str, ...]
    reads: frozenset[str]
    error: str = ""
    body: str = ""


def predicate_of(module: Module, retry: RetryLoop) -> Predicate:
    """The condition under which a failure is tried again."""
    if retry.result is not None:
        return _of_result(module, retry, retry.result)
    retry = _without_try_again(retry)
    excluded = _excluded(module, retry)
    reads = {name for one in retry.clauses for name in _type_names(one.handler.type)}
    reads |= {name for one in excluded for name in _type_names(one)}
    if not any(clause.rejects for clause in retry.clauses):
        text = f"retry_if_exception_type({_types([one.handler.type for one in retry.clauses])})"
        names = ["retry_if_exception_type"]
        if excluded:
            text += f" & retry_if_not_exception_type({_types(excluded)})"
            names.append("retry_if_not_exception_type")
        return Predicate(text, tuple(names), frozenset(reads))
    name = next((one.handler.name for one in retry.clauses if one.handler.name), "error")
    if any(one.handler.name not in (None, name) for one in retry.clauses):
        raise NotRewritableError("handler-names", "the exception has several names")
    test = _test(module, retry.clauses, name)
    if excluded:
        test = f"not isinstance({name}, {_types(excluded)}) and {test}"
    changing = {*retry.head.counters, *retry.head.accumulators, *retry.temporaries}
    for clause in retry.clauses:
        for reject in clause.rejects:
            read = loaded([asked_of(reject)])
            if read & changing:
                raise NotRewritableError(
                    "attempts-unclear", f"`{min(read & changing)}` decides whether it tries again"
                )
            reads |= read
            for node in ast.walk(asked_of(reject)):
                if isinstance(node, ast.Call) and called(module, node) in CLOCKS:
                    raise NotRewritableError("deadline", "the time decides whether it tries again")
    text = f"retry_if_exception(lambda {name}: {test})"
    body = ""
    imports = any(_imports(one, reads) for clause in retry.clauses for one in clause.rejects)
    if imports and excluded:
        raise NotRewritableError("attempts-unclear", "what decides is imported in the clause")
    if (len(test) > _LONGEST or imports) and not excluded:
        body = "\n".join(_steps(module, retry.clauses, name))
    return Predicate(
        text, ("retry_if_exception",), frozenset(reads - {name}), name if body else "", body
    )


def _imports(reject: Reject, names: Collection[str]) -> bool:
    """Whether a clause imports what it asks."""
    return any(
        isinstance(step.node, ast.Import | ast.ImportFrom) and stored([step.node]) & set(names)
        for step in reject.before
    )


def _without_try_again(retry: RetryLoop) -> RetryLoop:
    """The retry without `TryAgain`, which is tried again anyway."""
    return replace(retry, clauses=tuple(one for one in retry.clauses if not asks_again(one)))


def _steps(module: Module, clauses: Sequence[Clause], name: str) -> Iterator[str]:
    """The clauses one below the other, with the variables that a handler sets."""
    for clause in clauses:
        kind = clause.handler.type
        lines = list(_answer(module, clause))
        if kind is None:
            yield from lines
        elif len(clauses) == 1:
            yield f"if not isinstance({name}, {_types([kind])}):"
            yield "    return False"
            yield from lines
        else:
            yield f"if isinstance({name}, {_types([kind])}):"
            yield from (f"    {line}" for text in lines for line in text.split("\n"))
    if len(clauses) > 1:
        yield "return False"


def _answer(module: Module, clause: Clause) -> Iterator[str]:
    """Whether a failure that a clause catches is tried again."""
    asked = [one.test for one in clause.rejects]
    wanted = loaded(asked)
    needed: list[Step] = []
    for step in reversed(clause.rejects[-1].before if clause.rejects else ()):
        if stored([step.node]) & wanted:
            needed.insert(0, step)
            wanted |= loaded([step.node])
    for step in needed:
        yield said(module, [step.node], "")
    conditions = [_worded(module, one.test, not one.holds) for one in clause.rejects]
    yield f"return {' and '.join(conditions) or 'True'}"


def _of_result(module: Module, retry: RetryLoop, asked: ResultTest) -> Predicate:
    """The condition under which a bad result, and a failure, are tried again."""
    bad = _worded(module, asked.test, not asked.holds)
    text = f"retry_if_result(lambda {asked.name}: {bad})"
    reads = loaded([asked.test]) - {asked.name}
    types = [one.handler.type for one in retry.clauses[1:]]
    if not types:
        return Predicate(text, ("retry_if_result",), frozenset(reads))
    reads |= {name for one in types for name in _type_names(one)}
    names = ("retry_if_exception_type", "retry_if_result")
    return Predicate(f"retry_if_exception_type({_types(types)}) | {text}", names, frozenset(reads))


def _test(module: Module, clauses: Sequence[Clause], name: str) -> str:
    """The clauses one after the other: the first whose type fits decides."""
    clause, *rest = clauses
    conditions = [_condition(module, clause, one) for one in clause.rejects]
    types = "" if clause.handler.type is None else _types([clause.handler.type])
    kind = f"isinstance({name}, {types})" if types else ""
    if not rest:
        return " and ".join(([kind] if kind else []) + conditions)
    wanted = " and ".join(conditions) or "True"
    if not conditions:
        return f"{kind} or {_test(module, rest, name)}"
    return f"{wanted} if {kind} else {_test(module, rest, name)}"


def asked_of(reject: Reject) -> ast.expr:
    """A condition with the variables written out that the handler assigns before it."""
    return written_out(reject.test, assigned(reject.before))


def _condition(module: Module, clause: Clause, reject: Reject) -> str:
    """The condition under which a failure is not rejected."""
    test, wanted = asked_of(reject), not reject.holds
    return _worded(module, test, wanted)


def _worded(module: Module, test: ast.expr, wanted: bool) -> str:
    """A condition, or the opposite of one, as an operand of `and`."""
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, wanted = test.operand, not wanted
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is wanted:
        return " and ".join(_worded(module, one, wanted) for one in test.values)
    if not wanted and (opposite := _opposite(module, test)):
        return opposite
    text = said_inline(module, test)
    loose = isinstance(test, ast.BoolOp | ast.IfExp | ast.Lambda)
    if not wanted:
        return f"not ({text})" if loose or isinstance(test, ast.Compare) else f"not {text}"
    return f"({text})" if loose else text


def _opposite(module: Module, test: ast.expr) -> str:
    """A comparison turned round: `error.status < 500` to `error.status >= 500`."""
    match test:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            kind = _FLIPPED.get(type(op))
            if kind is None and isinstance(right, ast.Constant) and isinstance(right.value, int):
                kind = _ORDERED.get(type(op))
            if kind is None:
                return ""
            sign = ast.unparse(ast.Compare(ast.Name("a"), [kind()], [ast.Name("b")]))[1:-1].strip()
            return f"{said_inline(module, left)} {sign} {said_inline(module, right)}"
    return ""


def _excluded(module: Module, retry: RetryLoop) -> list[ast.expr]:
    """Types of clauses that come first and lead out of the loop."""
    found: list[ast.expr] = []
    first = min(
        at for at, one in enumerate(retry.attempt.handlers)
        if any(clause.handler is one for clause in retry.clauses)
    )  # fmt: skip
    every = any(_is_every(module, one.handler.type) for one in retry.clauses)
    last = max(
        at for at, one in enumerate(retry.attempt.handlers)
        if any(clause.handler is one for clause in retry.clauses)
    )  # fmt: skip
    for at, handler in enumerate(retry.attempt.handlers[:last]):
        if any(handler is other for other in retry.others):
            if at > first:
                raise NotRewritableError("handler-order", "clauses of both kinds alternate")
            if handler.type is not None and (every or not _is_cancellation(module, handler.type)):
                found.append(handler.type)
    return found


def _is_every(module: Module, expr: ast.expr | None) -> bool:
    return expr is None or any(
        qualified_name(module, one) == "builtins.BaseException" for one in _flat(expr)
    )


def _is_cancellation(module: Module, expr: ast.expr) -> bool:
    return all(qualified_name(module, one) in CANCELLATIONS for one in _flat(expr))


def catches_cancellation(module: Module, expr: ast.expr | None) -> bool:
    """Whether an `except` clause may catch what comes out of a sleep."""
    return expr is None or any(qualified_name(module, one) in CANCELLATIONS for one in _flat(expr))


def type_texts(types: Sequence[ast.expr | None]) -> list[str]:
    """The types of `except` clauses, each once."""
    parts = [text for one in types for text in (_parts(one) if one else ["BaseException"])]
    return list(dict.fromkeys(parts))


def _types(types: Sequence[ast.expr | None]) -> str:
    unique = type_texts(types)
    return unique[0] if len(unique) == 1 else f"({', '.join(unique)})"


def _parts(expr: ast.expr) -> list[str]:
    return [ast.unparse(one) for one in _flat(expr)]


def _flat(expr: ast.expr) -> Iterator[ast.expr]:
    if isinstance(expr, ast.Tuple):
        for element in expr.elts:
            yield from _flat(element)
    else:
        yield expr


def _type_names(expr: ast.expr | None) -> set[str]:
    return loaded([expr]) if expr is not None else set()
