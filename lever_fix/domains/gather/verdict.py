"""May this await run beside others? The judgement of one call, by what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lever_fix.domains.effects.calls import arguments_of, dotted_name
from lever_fix.domains.effects.configured import configured
from lever_fix.domains.effects.local import GUESSED
from lever_fix.domains.effects.model import Effect, Frame, Held, Notes, Origin, Summary
from lever_fix.domains.effects.resources import holder, last_name, may_be_resource, resource
from lever_fix.domains.effects.summary import call_summary
from lever_fix.domains.effects.values import held
from lever_fix.domains.positions import dotted
from lever_fix.index.index import Symbol
from lever_fix.knowledge.effects import canonical, is_known
from lever_fix.knowledge.verbs import (
    guards,
    is_client,
    is_repository,
    may_be_exclusive,
    reads,
    writes,
)
from lever_fix.semantics.names import qualified_name

_TIMING = frozenset(
    "sleep wait wait_for gather shield timeout as_completed run_in_executor".split()
)
_MOST_REASONS = 3
NOTHING = Summary()


@dataclass(frozen=True)
class Verdict:
    """What is known of one awaited call.

    Attributes:
        code: A reason code where it may not run beside others; empty where it may.
        chain: In words, what blocks it, outermost first.
        reasons: Why it is not safe.
        waits: Whether it gives way at all, so that running it beside others pays.
        pools: Pools that it takes a connection of.
        shared: What the call is made on, where that is a repository or service.
        summary: What it does.
    """

    code: str = ""
    chain: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    waits: bool = True
    pools: tuple[str, ...] = ()
    shared: str = ""
    summary: Summary = NOTHING


def judge(frame: Frame, call: ast.Call, table: Mapping[str, str]) -> Verdict:
    """The verdict on one awaited call.

    Args:
        frame: The function it stands in.
        call: The call.
        table: What the configuration says of effects.
    """
    name = last_name(call.func)
    stated = _stated(frame, call, table)
    if stated != "read" and guards(name):
        return Verdict("guard", (f"`{name}` may be there to stop what follows",))
    if name in _TIMING and _is_asyncio(frame, call):
        return Verdict("timing", (f"`{name}` is about time and order",))
    if stated in ("read", "none"):
        return _arguments(frame, call) or Verdict()
    return _arguments(frame, call) or _by_effects(frame, call, name, table)


def _is_asyncio(frame: Frame, call: ast.Call) -> bool:
    found = qualified_name(frame.module, call.func) or ""
    return found.partition(".")[0] == "asyncio" or last_name(call.func) == "run_in_executor"


def _stated(frame: Frame, call: ast.Call, table: Mapping[str, str]) -> str:
    """What the configuration says of the callee: nothing else is asked where it speaks."""
    if not table:
        return ""
    effect = configured(table)
    name = qualified_name(frame.module, call.func)
    target = frame.index.resolve(name, frame.module.path) if name else None
    names = [name or dotted(call.func)]
    if isinstance(target, Symbol):
        names.append(dotted_name(frame, target))
    if isinstance(call.func, ast.Attribute):
        for owner in held(frame, call.func.value).classes:
            named = dotted_name(frame, owner) if isinstance(owner, Symbol) else owner
            names.append(f"{named}.{call.func.attr}")
    return next(filter(None, map(effect, names)), "")


def _arguments(frame: Frame, call: ast.Call) -> Verdict | None:
    """A session or connection in the arguments or as the receiver: never."""
    for argument in arguments_of(call):
        for node in ast.walk(argument):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                what = _exclusive(frame, node)
                if what:
                    shown = ast.unparse(node)
                    return Verdict("shared-resource", (f"`{shown}` is {what}, handed over",))
    if not isinstance(call.func, ast.Attribute):
        return None
    receiver = call.func.value
    value = held(frame, receiver)
    if what := resource(frame, receiver, value):
        return Verdict("shared-resource", (f"`{ast.unparse(receiver)}` is {what}",))
    if may_be_resource(frame, receiver, value):
        given = next(filter(None, (holder(frame.index, owner) for owner in value.classes)), "")
        return Verdict(
            "shared-resource",
            (f"`{ast.unparse(receiver)}` was given {given}, which its methods share",),
            shared=ast.unparse(receiver),
        )
    return None


def _exclusive(frame: Frame, node: ast.Name | ast.Attribute) -> str:
    value = held(frame, node)
    if what := resource(frame, node, value):
        return what
    if may_be_resource(frame, node, value):
        return "an object that was given " + next(
            filter(None, (holder(frame.index, owner) for owner in value.classes)), "one"
        )
    return ""


_BLOCKING = {
    "writes": "writes",
    "uses": "shared-resource",
    "mutates": "mutates",
    "ordered": "order-sensitive",
}
_WORDS = {
    "writes": "writes {}",
    "uses": "uses {}, which others may use as well",
    "mutates": "changes {}",
    "ordered": "depends on the order: {}",
}


def _by_effects(frame: Frame, call: ast.Call, name: str, table: Mapping[str, str]) -> Verdict:
    found = call_summary(frame, call, table, "no read")
    effect = next(found.of("uses", "writes", "mutates", "ordered"), None)
    if effect is not None:
        function = call.func
        shared = function.value if isinstance(function, ast.Attribute) else None
        return Verdict(
            _BLOCKING[effect.kind],
            tuple(_chain(name, effect)),
            shared=ast.unparse(shared) if shared and effect.kind == "uses" else "",
            summary=found,
        )
    own = [one for one in found.of("unknown") if not one.via]
    if own:
        return _unresolved(frame, call, name)
    deeper = [one for one in found.of("unknown") if one.via]
    if deeper and not reads(name):
        return Verdict("unknown-effects", tuple(_chain(name, deeper[0])), summary=found)
    reasons = [_unknown(name, one) for one in deeper[:_MOST_REASONS]]
    if any(found.of("control")):
        reasons.append(
            f"`{name}` may answer with an HTTP error, and the next would run all the same"
        )
    pools = tuple(dict.fromkeys(one.what for one in found.of("opens")))
    return Verdict(reasons=tuple(reasons), waits=found.waits, pools=pools, summary=found)


_ITEM = Origin("closure", "the item of the loop")
_OWN_ITEM = (
    "`{}` writes, so it must not matter in which order, nor what was written before one fails"
)


def judge_effect(
    frame: Frame, call: ast.Call, items: frozenset[str], table: Mapping[str, str]
) -> Verdict:
    """The verdict on a call that is made for its effect on one item of a loop.

    Args:
        frame: The function it stands in.
        call: The call.
        items: The names the item is bound to.
        table: What the configuration says of effects.
    """
    name = last_name(call.func)
    if blocked := _arguments(frame, call):
        return blocked
    if name in _TIMING and _is_asyncio(frame, call):
        return Verdict("timing", (f"`{name}` is about time and order",))
    found = call_summary(_with_item(frame, call, items), call, table, "no item")
    for effect in found.of("uses", "mutates", "ordered", "unknown"):
        if effect.kind == "mutates" and effect.origin == _ITEM:
            continue
        code = _BLOCKING.get(effect.kind, "unknown-effects")
        return Verdict(code, tuple(_chain(name, effect)), summary=found)
    guessed = [one for one in found.of("writes") if one.what.startswith(GUESSED)]
    if guessed:
        return Verdict("unknown-effects", tuple(_chain(name, guessed[0])), summary=found)
    if not any(isinstance(one, ast.Name) and one.id in items for one in ast.walk(call)):
        return Verdict("same-call", ("each call does the same, whatever the item",))
    if not any(found.of("writes", "mutates")):
        return Verdict("result-unused", ("its result is not used, and it changes nothing",))
    reasons = (_OWN_ITEM.format(name),)
    return Verdict(reasons=reasons, waits=found.waits, summary=found)


def _with_item(frame: Frame, call: ast.Call, items: frozenset[str]) -> Frame:
    """The frame as one turn of the loop sees it: the item is nobody else's."""
    known: dict[ast.AST, Held] = {}
    for node in ast.walk(call):
        if isinstance(node, ast.Name) and node.id in items:
            known[node] = Held(held(frame, node).classes, frozenset({_ITEM}))
    return Frame(frame.index, frame.module, frame.function, frame.symbol, Notes(known))


def _chain(name: str, effect: Effect) -> Iterator[str]:
    """From the callee down to the place, in words."""
    for inner in effect.via[:1]:
        yield f"`{name}` is `{inner}`" if inner.rpartition(".")[2] != name else f"`{inner}`"
    for inner in effect.via[1:]:
        yield f"calls `{inner}`"
    template = _WORDS.get(effect.kind, "calls {}")
    yield f"{template.format(effect.what)} ({effect.origin}) at {effect.where}"


def _unknown(name: str, effect: Effect) -> str:
    place = effect.where.partition(": ")[0]
    return f"`{name}` calls {effect.what} ({place}), and what that does is not known"


def _unresolved(frame: Frame, call: ast.Call, name: str) -> Verdict:
    """A callee whose code cannot be read: its name, and what it is called on, decide."""
    if writes(name):
        return Verdict("writes", (f"`{name}` says that it changes something",))
    if not reads(name):
        return Verdict("unknown-effects", (f"what `{ast.unparse(call.func)}` does is not known",))
    shown = ast.unparse(call.func)
    reason = f"`{shown}` is not defined in this project, so what it does is not known"
    if not isinstance(call.func, ast.Attribute) or _is_foreign(frame, call.func):
        return Verdict(reasons=(reason,))
    receiver, value = call.func.value, held(frame, call.func.value)
    last = last_name(receiver)
    if last in ("self", "cls", "super"):
        return Verdict("same-object", (f"`{shown}` is a method of the same object",))
    if may_be_exclusive(last):
        return Verdict("shared-resource", (f"`{ast.unparse(receiver)}` may be a connection",))
    if is_repository(last):
        return Verdict(
            "unknown-repository",
            (f"`{ast.unparse(receiver)}` may share one session between its methods",),
            shared=ast.unparse(receiver),
        )
    if is_client(last) or _is_foreign_instance(value):
        return Verdict(reasons=(reason,))
    return Verdict("unknown-receiver", (f"what `{ast.unparse(receiver)}` is is not known",))


def _is_foreign(frame: Frame, node: ast.expr) -> bool:
    """True for a function of another package."""
    name = qualified_name(frame.module, node)
    return isinstance(frame.index.resolve(name, frame.module.path), str) if name else False


def _is_foreign_instance(value: Held) -> bool:
    """True for an instance of a class of another package, by whose name it is a client."""
    return bool(value.classes) and all(
        isinstance(owner, str)
        and (is_client(owner.rpartition(".")[2]) or is_known(canonical(owner)))
        for owner in value.classes
    )


def argument_doubts(call: ast.Call, before: str) -> Iterator[str]:
    """Arguments that would be evaluated before the call in front of this one has run."""
    receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    for argument in (*receiver, *arguments_of(call)):
        if not _is_plain(argument):
            yield f"`{ast.unparse(argument)[:60]}` would be evaluated before `{before}` has run"


def _is_plain(node: ast.expr) -> bool:
    """True for names, constants, attribute reads, and displays and f-strings of these."""
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=inner) | ast.UnaryOp(operand=inner):
            return _is_plain(inner)
        case ast.FormattedValue(value=inner):
            return _is_plain(inner)
        case ast.JoinedStr(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            return all(map(_is_plain, values))
        case ast.Set(elts=values):
            return all(map(_is_plain, values))
        case ast.Dict(keys=keys, values=values):
            return all(_is_plain(one) for one in (*keys, *values) if one is not None)
    return False
