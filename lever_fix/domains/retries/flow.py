"""What follows a failed attempt: the statements of a handler, walked once for each case.

A handler is walked twice, as if another attempt followed and as if none did. Conditions on the
number of the attempt are then true or false; what is left of a condition is a question about the
exception, and one of its answers has to lead out of the loop.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lever_fix.domains.retries.heads import bump, growth, may_be_none
from lever_fix.domains.retries.linear import Counter, Linear, linear, threshold
from lever_fix.domains.retries.model import Ending, NotRewritableError, Path, Reject, Step
from lever_fix.domains.retries.syntax import (
    is_exit,
    is_log,
    jumps,
    loaded,
    may_leave,
    own,
    same,
    slept,
    stored,
    written_out,
)
from lever_fix.semantics.module import Module


@dataclass(frozen=True, eq=False)
class View:
    """What is known while a failure is walked through.

    Attributes:
        module: The module.
        counters: Variables that count attempts.
        growing: Delays that grow.
        attempts: The number of the last attempt; None where there is none.
        error: The name that the exception is bound to.
        last: Whether this is the last attempt.
        optional: Limits that may be None, taken here not to be.
        guard: The question to a clock whether it was the last attempt, if there is one.
        rejecting: Which answer to an `if` leads out of the loop, as found in the first walk.
    """

    module: Module
    counters: Mapping[str, Counter]
    growing: frozenset[str]
    attempts: Linear | None
    error: str
    last: bool = False
    optional: frozenset[str] = frozenset()
    guard: ast.If | None = None
    rejecting: dict[ast.If, bool] = field(default_factory=dict)


def walk(statements: Sequence[ast.stmt], view: View, bumped: frozenset[str]) -> Path:
    """What the statements do, up to the next iteration or the way out of the loop.

    Raises:
        NotRewritableError: They do something that cannot be told apart.
    """
    steps: list[Step] = []
    for at, node in enumerate(statements):
        rest = statements[at + 1 :]
        if (ending := _ending(node, view)) is not None:
            return Path(tuple(steps), ending, bumped=bumped)
        if node is view.guard:
            assert isinstance(node, ast.If)
            chosen = node.body if view.last else node.orelse
            return _after(steps, walk([*chosen, *rest], view, bumped))
        if isinstance(node, ast.If):
            values = counted(steps, view.counters, bumped)
            answer = answered(node.test, view, bumped, values)
            if isinstance(answer, bool):
                chosen = node.body if answer else node.orelse
                return _after(steps, walk([*chosen, *rest], view, bumped))
            if not _is_plain(node, view):
                return _after(steps, _branch(node, answer, rest, view, bumped))
        bumped, step = _step(node, view, bumped)
        steps += [step] if step else []
    return Path(tuple(steps), Ending("again"), bumped=bumped)


def _after(steps: list[Step], path: Path) -> Path:
    """A path with steps in front, which the rejected failures take as well."""
    rejects = tuple(replace(one, before=(*steps, *one.before)) for one in path.rejects)
    return replace(path, steps=(*steps, *path.steps), rejects=rejects)


def _ending(node: ast.stmt, view: View) -> Ending | None:
    match node:
        case ast.Continue():
            return Ending("again", node)
        case ast.Break():
            return Ending("break", node)
        case ast.Return():
            return Ending("return", node)
        case ast.Raise():
            return Ending("raise", node)
        case ast.Expr(value=value) if is_exit(view.module, value):
            return Ending("exit", node)
    return None


def _step(node: ast.stmt, view: View, bumped: frozenset[str]) -> tuple[frozenset[str], Step | None]:
    """One statement that goes on to the next, and the counters bumped after it."""
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return bumped, None
    for name in stored([node]):
        if name in view.counters and bump(node, name) is not None:
            if name in bumped:
                raise NotRewritableError("counter-unclear", f"`{name}` changes more than once")
            return bumped | {name}, None
        if name in view.growing and growth(node, name):
            return bumped | {name}, None
    if jumps([node], ast.Break, ast.Continue) or any(
        isinstance(n, ast.Return) for n in own([node])
    ):
        raise NotRewritableError("handler-branches", "what a failure leads to is not clear")
    if (delay := slept(view.module, node)) is not None:
        return bumped, Step("sleep", node, bumped, delay)
    if is_log(view.module, node):
        return bumped, Step("log", node, bumped)
    match node:
        case ast.Import() | ast.ImportFrom():
            return bumped, Step("assign", node, bumped)
        case (
            ast.Assign(targets=[ast.Name() | ast.Tuple()])
            | ast.AnnAssign(target=ast.Name(), value=ast.expr())
        ) if all(isinstance(one, ast.Name) for one in _targets(node)):
            return bumped, Step("assign", node, bumped)
    return bumped, Step("act", node, bumped)


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.elts if isinstance(target, ast.Tuple) else [target]


def _is_plain(node: ast.If, view: View) -> bool:
    """Whether an `if` can stay as it is: it neither leaves, nor sleeps, nor counts."""
    inner = [one for one in own([node]) if isinstance(one, ast.stmt)]
    names = {*view.counters, *view.growing}
    if may_leave([node]) or jumps([node], ast.Continue):
        return False
    return not any(
        isinstance(one, ast.Raise)
        or _contains_sleep(one, view)
        or names & stored([one])
        or _ending(one, view)
        for one in inner
    ) and not _assigns_alike(node)


def _contains_sleep(node: ast.stmt, view: View) -> bool:
    return slept(view.module, node) is not None


def _assigns_alike(node: ast.If) -> bool:
    """Whether both branches assign the same variable, as in `if …: delay = 1 else: delay = 2`."""
    first, second = (_assigned(branch) for branch in (node.body, node.orelse))
    return bool(first) and (not node.orelse or first == second)


def _assigned(branch: list[ast.stmt]) -> str:
    match branch:
        case [ast.Assign(targets=[ast.Name(id=name)])]:
            return name
    return ""


def counted(
    steps: Sequence[Step], counters: Mapping[str, Counter], bumped: frozenset[str]
) -> dict[str, ast.expr]:
    """Variables that the steps set to a sum with a counter in it: `left = retries - attempt`."""
    values: dict[str, ast.expr] = {}
    for step in steps:
        match step.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                used = loaded([value]) & counters.keys()
                if linear(value) is not None and used and used & bumped == used & step.bumped:
                    values[name] = value
    return values


def answered(
    test: ast.expr, view: View, bumped: frozenset[str], values: Mapping[str, ast.expr]
) -> bool | ast.expr:
    """A condition with what it says about the number of the attempt answered."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Compare() if may_be_none(test) in view.optional:
            return True
        case ast.BoolOp(op=op, values=parts):
            stops = isinstance(op, ast.Or)
            left = [answered(one, view, bumped, values) for one in parts]
            open_ = [one for one in left if isinstance(one, ast.expr)]
            if any(one is stops for one in left):
                return stops
            if not open_:
                return not stops
            if len(open_) == len(parts) and all(map(operator.is_, open_, parts)):
                return test
            return open_[0] if len(open_) == 1 else ast.BoolOp(op, open_)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = answered(operand, view, bumped, values)
            if isinstance(inner, bool):
                return not inner
            return test if inner is operand else ast.UnaryOp(ast.Not(), inner)
    solved = threshold(written_out(test, values), view.counters, bumped)
    if solved is not None and view.attempts is not None and solved.at == view.attempts:
        return view.last if solved.holds_from else not view.last
    return test


def _branch(
    node: ast.If, test: ast.expr, rest: Sequence[ast.stmt], view: View, bumped: frozenset[str]
) -> Path:
    """An `if` about the exception: one answer leads out of the loop, or both go on alike."""
    yes = walk([*node.body, *rest], view, bumped)
    no = walk([*node.orelse, *rest], view, bumped)
    rejecting: bool | None = None
    if yes.leaves is not no.leaves:
        rejecting = yes.leaves
    elif yes.leaves:
        rejecting = view.rejecting.get(node) if view.last else None
        if rejecting is None and view.last:
            rejecting = True
        if rejecting is None:
            raise NotRewritableError("handler-branches", "no failure is tried again for sure")
    if rejecting is None:
        return _merged(node, test, rest, view, bumped)
    if not view.last:
        view.rejecting[node] = rejecting
    if loaded([test]) & {*view.counters, *view.growing}:
        raise NotRewritableError(
            "attempts-unclear", f"`{ast.unparse(test)}` decides whether there is another attempt"
        )
    out, on = (yes, no) if rejecting else (no, yes)
    if out.rejects:
        raise NotRewritableError("handler-branches", "conditions are nested too deep")
    reject = Reject(test, rejecting, (), out.steps, out.ending, node)
    return replace(on, rejects=(reject, *on.rejects))


def _merged(
    node: ast.If, test: ast.expr, rest: Sequence[ast.stmt], view: View, bumped: frozenset[str]
) -> Path:
    """An `if` whose branches only differ in how long they sleep, or in what one name is."""
    if test is not node.test:
        raise NotRewritableError("handler-branches", "a branch depends on the attempt, too")
    choice = _chosen_sleep(node, view) or _chosen_value(node)
    if choice is not None:
        return walk([choice, *rest], view, bumped)
    if not node.orelse and len(node.body) > 1 and slept(view.module, node.body[-1]) is not None:
        *first, sleep = node.body
        if all(is_log(view.module, one) for one in first):
            logs = [Step("log", one, bumped, guard=test) for one in first]
            alone = ast.copy_location(ast.If(test, [sleep], []), node)
            return _after(logs, walk([alone, *rest], view, bumped))
    raise NotRewritableError("handler-branches", "the branches of a handler differ")


def _chosen_sleep(node: ast.If, view: View) -> ast.stmt | None:
    """`if c: sleep(a)` with or without `else: sleep(b)`, as `sleep(a if c else b)`."""
    delays: list[ast.expr] = []
    for branch in (node.body, node.orelse):
        if not branch:
            delays.append(ast.Constant(0))
        elif len(branch) == 1 and (delay := slept(view.module, branch[0])) is not None:
            delays.append(delay)
        else:
            return None
    sleep = node.body[0]
    assert isinstance(sleep, ast.Expr)
    chosen = ast.IfExp(node.test, delays[0], delays[1])
    call = sleep.value.value if isinstance(sleep.value, ast.Await) else sleep.value
    assert isinstance(call, ast.Call)
    again = ast.Call(call.func, [chosen], [])
    value = ast.Await(again) if isinstance(sleep.value, ast.Await) else again
    return ast.copy_location(ast.Expr(value), node)


def _chosen_value(node: ast.If) -> ast.stmt | None:
    """`if c: x = a` and `else: x = b`, as `x = a if c else b`."""
    match node.body, node.orelse:
        case [ast.Assign(targets=[ast.Name() as x], value=a)], [
            ast.Assign(targets=[ast.Name() as y], value=b)
        ] if same(x, y):
            return ast.copy_location(ast.Assign([x], ast.IfExp(node.test, a, b)), node)
    return None
