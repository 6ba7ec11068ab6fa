"""The delay between two attempts as one of tenacity's waits, or as a function of the attempt.

`wait_exponential(multiplier=m, exp_base=b)` sleeps `m * b**(n - 1)` after the n-th failure;
`wait_incrementing(start=s, increment=i)` sleeps `s + i * (n - 1)`. Both were measured to sleep
what the hand-written sums do. Only the first keeps a whole number whole, and only without `max=`,
so where the delay is logged the others are written as a `lambda`.
"""

from __future__ import annotations

import ast

from lever_fix.domains.retries.delays import STATE, Delay, Wait
from lever_fix.domains.retries.model import Clause, Head, NotRewritableError
from lever_fix.domains.retries.named_waits import named_wait, straight_line
from lever_fix.domains.retries.syntax import assigned, called, copied, loaded, stored, written_out
from lever_fix.domains.retries.wording import comparing, numbered, written
from lever_fix.knowledge.retry_facts import HARMLESS, RANDOM, UNIFORM
from lever_fix.semantics.module import Module


def wait_of(
    module: Module, head: Head, clause: Clause, *, exact: bool, by_number: bool = False
) -> Wait:
    """The wait between two attempts of a clause.

    Args:
        module: The module.
        head: What the head of the loop says.
        clause: The clause.
        exact: Whether a whole number has to stay one, because the delay is logged.
        by_number: Whether it is wanted as a function of the attempt's number.

    Raises:
        NotRewritableError: The delay depends on something that tenacity does not know.
    """
    if head.delays is not None:
        if exact:
            raise NotRewritableError("delay-logged", "a listed delay is told, and becomes a float")
        return _listed(head.delays[0], head.delays[1], clause)
    if clause.delay is None:
        return Wait("")
    expr = delay_of(clause)
    delay = Delay(
        module,
        head.counters,
        head.accumulators,
        clause.delay.bumped,
        clause.handler.name or "",
    )
    wait = named_wait(delay, expr)
    grows = loaded([expr]) & head.accumulators.keys()
    if wait is None or (exact and wait.rounds) or (by_number and not grows):
        wait = _by_number(delay, expr)
    if clause.delay.ahead and wait.is_function:
        raise NotRewritableError("delay-unclear", "it sleeps at the top of the next iteration")
    return wait


def delay_of(clause: Clause) -> ast.expr:
    """What is slept, with the variables written out that the handler assigns."""
    assert clause.delay is not None
    assert clause.delay.delay is not None
    before = (*clause.always, *clause.between)
    found = written_out(clause.delay.delay, assigned((*clause.inside, *before)))
    for step in before:
        if isinstance(step.node, ast.Import | ast.ImportFrom) and stored([step.node]) & loaded(
            [found]
        ):
            raise NotRewritableError(
                "delay-unclear", "what the delay calls is imported in the clause"
            )
    return found


def _listed(name: str, sequence: ast.expr, clause: Clause) -> Wait:
    """`for delay in (1, 2, 4)`."""
    slept = clause.delay.delay if clause.delay else None
    if not isinstance(slept, ast.Name) or slept.id != name:
        raise NotRewritableError("counter-is-data", f"`{name}` is more than the delay")
    if isinstance(sequence, ast.Tuple | ast.List):
        if all(ast.dump(one) == ast.dump(sequence.elts[0]) for one in sequence.elts):
            return Wait(f"wait_fixed({written(sequence.elts[0])})", ("wait_fixed",), rounds=True)
        waits = ", ".join(f"wait_fixed({written(one)})" for one in sequence.elts)
        return Wait(f"wait_chain({waits})", ("wait_chain", "wait_fixed"), rounds=True)
    text = f"wait_chain(*map(wait_fixed, {written(sequence)}))"
    return Wait(text, ("wait_chain", "wait_fixed"), rounds=True)


def _by_number(delay: Delay, expr: ast.expr) -> Wait:
    """The delay as a function of the attempt's number."""
    names = loaded([expr])
    if names & set(delay.growing):
        raise NotRewritableError(
            "delay-unclear", "the delay grows in a way tenacity has no wait for"
        )
    if any(isinstance(node, ast.Await) for node in ast.walk(expr)):
        raise NotRewritableError("delay-unclear", "the delay is awaited")
    say = numbered(dict(delay.counters), delay.bumped, f"{STATE}.attempt_number")

    class _Number(ast.NodeTransformer):
        def generic_visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.expr) and (text := say(node)) is not None:
                return ast.parse(text, mode="eval").body
            return super().generic_visit(node)

        def visit_Compare(self, node: ast.Compare) -> ast.AST:
            text = comparing(dict(delay.counters), delay.bumped, f"{STATE}.attempt_number")(node)
            return ast.parse(text, mode="eval").body if text else self.generic_visit(node)

        def visit_Name(self, node: ast.Name) -> ast.AST:
            text = say(node)
            return node if text is None else ast.parse(text, mode="eval").body

    text = written(_Number().visit(copied(expr)))
    draws = any(
        called(delay.module, node) in (UNIFORM, RANDOM)
        for node in ast.walk(expr)
        if isinstance(node, ast.Call)
    )
    asked = [node for node in ast.walk(expr) if _asks(delay, node)]
    return Wait(
        text,
        asks=ast.unparse(asked[0]) if asked else "",
        draws=draws or _calls_random(delay, expr),
        reads_error=bool(delay.error) and delay.error in names,
        is_function=True,
        may_be_zero=isinstance(expr, ast.IfExp) or _starts_at_zero(delay, expr),
    )


def _asks(delay: Delay, node: ast.AST) -> bool:
    """Whether a part of a delay may fail, or do more than to tell a number."""
    if isinstance(node, ast.Subscript):
        return True
    return isinstance(node, ast.Call) and called(delay.module, node) not in HARMLESS


def _calls_random(delay: Delay, expr: ast.expr) -> bool:
    return any(
        called(delay.module, node).startswith("random.")
        for node in ast.walk(expr)
        if isinstance(node, ast.Call)
    )


def _starts_at_zero(delay: Delay, expr: ast.expr) -> bool:
    line = straight_line(delay, expr)
    return line is not None and line[1] == 0
