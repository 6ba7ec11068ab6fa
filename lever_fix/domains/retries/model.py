"""What a retry loop does, apart from how it is written."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Literal

from lever_fix.domains.retries.linear import Counter, Linear

Loop = ast.For | ast.While
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
StepKind = Literal["log", "act", "sleep", "assign"]
EndingKind = Literal["again", "raise", "return", "break", "exit"]


class NotRewritableError(Exception):
    """A loop that looks like a retry and is left alone, with a stable code and words."""

    def __init__(self, code: str, *chain: str) -> None:
        super().__init__(code, *chain)
        self.code = code
        self.chain = chain


@dataclass(frozen=True, eq=False)
class Step:
    """One thing that happens after a failed attempt.

    Attributes:
        kind: What kind of thing.
        node: The statement that does it.
        bumped: Counters that the iteration has bumped when it happens.
        delay: What is slept, of a `sleep`.
        ahead: True where it stands at the top of the next iteration.
        guard: A condition under which alone it happens.
    """

    kind: StepKind
    node: ast.stmt
    bumped: frozenset[str] = frozenset()
    delay: ast.expr | None = None
    ahead: bool = False
    guard: ast.expr | None = None


@dataclass(frozen=True, eq=False)
class Ending:
    """How the handling of a failure ends: another attempt, or the way out of the loop."""

    kind: EndingKind
    node: ast.stmt | None = None


@dataclass(frozen=True, eq=False)
class Reject:
    """A condition under which a failure is not tried again, and what happens then.

    Attributes:
        test: The condition, freed of what it says about the number of attempts.
        holds: The truth value of `test` that rejects.
        before: What happens before the condition is looked at.
        steps: What happens between it and the way out.
        ending: The way out.
        node: The statement that asks.
    """

    test: ast.expr
    holds: bool
    before: tuple[Step, ...]
    steps: tuple[Step, ...]
    ending: Ending
    node: ast.If


@dataclass(frozen=True, eq=False)
class Path:
    """What happens from a failure to the end of the iteration."""

    steps: tuple[Step, ...]
    ending: Ending
    rejects: tuple[Reject, ...] = ()
    bumped: frozenset[str] = frozenset()
    """Counters and growing delays that have changed by then."""

    @property
    def leaves(self) -> bool:
        """Whether it leads out of the loop."""
        return self.ending.kind != "again"


@dataclass(frozen=True, eq=False)
class Clause:
    """An `except` clause whose exceptions are tried again.

    Attributes:
        handler: The clause.
        always: What every failure leads to, the last one included.
        between: What only happens between two attempts.
        delay: What is slept between two attempts; None for no sleep at all.
        final: What only happens after the last attempt, and the way out.
        sleeps_at_end: True where it sleeps even when no attempt follows.
        rejects: Conditions under which it is not tried again.
        unasked: Those of them that the last failure is not asked about.
        inside: What stays where it is, in an `except` clause that raises the failure again.
    """

    handler: ast.ExceptHandler
    always: tuple[Step, ...]
    between: tuple[Step, ...]
    delay: Step | None
    final: Path
    sleeps_at_end: bool
    rejects: tuple[Reject, ...]
    unasked: tuple[Reject, ...] = ()
    inside: tuple[Step, ...] = ()


@dataclass(frozen=True, eq=False)
class Accumulator:
    """A delay that grows with every failure: `delay = min(delay * 2, cap)`.

    Attributes:
        name: The variable.
        start: Its value before the loop.
        op: `*` or `+`.
        factor: What it is multiplied with, or what is added.
        cap: Its upper limit, if any.
    """

    name: str
    start: ast.expr
    op: str
    factor: ast.expr
    cap: ast.expr | None = None


@dataclass(frozen=True, eq=False)
class Deadline:
    """A time after which there is no more attempt.

    Attributes:
        name: The variable that a clock is compared with.
        time: The time that there is.
        guard: The statement that asks after a failure; None where the head of the loop asks.
        only: The condition under which alone the time is limited, if any.
    """

    name: str
    time: ast.expr
    guard: ast.If | None = None
    only: ast.expr | None = None


@dataclass(frozen=True, eq=False)
class Head:
    """What the head of a loop and the assignments before it say.

    Attributes:
        counters: Variables that count attempts, by name.
        limit: How many iterations there are at most; None where the head sets no limit.
        entered: True where the head lets the first iteration pass, whatever the limit.
        delays: Name of the loop variable and the sequence of delays it runs over.
        deadline: When the loop gives up, by a clock.
        setup: Assignments before the loop that are there for the loop alone.
        accumulators: Delays that grow, by name.
        optional: Variables that may be None, and limit nothing then.
    """

    counters: dict[str, Counter]
    limit: Linear | None = None
    entered: bool = False
    delays: tuple[str, ast.expr] | None = None
    deadline: Deadline | None = None
    setup: tuple[ast.stmt, ...] = ()
    accumulators: dict[str, Accumulator] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class ResultTest:
    """The question whether a result is good.

    Attributes:
        name: The variable that holds the result.
        test: The question.
        holds: The answer for a good result.
        body: The statements of an attempt, the last of which sets the variable.
        gives: What comes out after the last attempt; empty for the last result.
    """

    name: str
    test: ast.expr
    holds: bool
    body: tuple[ast.stmt, ...]
    gives: str = ""


@dataclass(frozen=True, eq=False)
class RetryLoop:
    """A loop that tries the same thing until it works.

    Attributes:
        loop: The loop.
        attempt: The `try` statement in it.
        function: The function it stands in; None at module level.
        head: What its head says.
        attempts: How many attempts there are at most; None for no limit.
        entered: True where at least one attempt is made for sure.
        lead: Statements in front of the `try`, which run with each attempt.
        clauses: The `except` clauses that lead to another attempt.
        others: Those that lead out of the loop, whatever happens.
        success: What runs after an attempt that worked, `else` and what follows the `try`.
        orelse: What runs when no attempt worked, before what follows the loop.
        tail: Statements behind the loop that are part of it: one more attempt.
        stored: Variables that keep the last exception.
        temporaries: Variables assigned while a failure is handled.
        result: Where a bad result is tried again: the question about it.
        is_async: True where it awaits its sleeps.
        blocks: True where it sleeps by `time.sleep` in an `async def`.
        again: True where an attempt that comes to its end is tried again.
        moved: Statements behind the `try` that decide whether an attempt worked.
        inner: Clauses behind those that stay in the loop, which let their exceptions through.
    """

    loop: Loop
    attempt: ast.Try
    function: FunctionNode | None
    head: Head
    attempts: Linear | None
    entered: bool
    lead: tuple[ast.stmt, ...]
    clauses: tuple[Clause, ...]
    others: tuple[ast.ExceptHandler, ...]
    success: tuple[ast.stmt, ...]
    orelse: tuple[ast.stmt, ...]
    tail: tuple[ast.stmt, ...]
    stored: frozenset[str]
    temporaries: frozenset[str]
    result: ResultTest | None = None
    is_async: bool = False
    blocks: bool = False
    again: bool = False
    moved: tuple[ast.stmt, ...] = ()
    inner: tuple[ast.ExceptHandler, ...] = ()
