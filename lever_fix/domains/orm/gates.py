"""Why loading relationships with their rows may not mean the same as loading them one by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.orm.needs import Need, window
from lever_fix.domains.orm.registry import Relationship
from lever_fix.domains.orm.sessions import GETS
from lever_fix.domains.orm.trace import (
    AnyEvent,
    Escaped,
    Fetched,
    Left,
    Loop,
    Picked,
    Touched,
    Wrote,
    Yielded,
)
from lever_fix.domains.orm.values import Entity, Session, Tuple
from lever_fix.domains.orm.walk import element_of, method_called
from lever_fix.domains.orm.world import CONFIGURES
from lever_fix.semantics.module import Module

TOO_LONG = "what the function does is too much to be followed whole"
_EXPIRES = frozenset({"commit", "expire_all", "rollback"})
_BROAD = frozenset({"BaseException", "Exception"})


def reasons(need: Need) -> Iterator[str]:
    """Everything that keeps a need from being met safely; nothing where it is."""
    walk, fetch = need.walk, need.fetch
    if all(one.entity.picked for one in need.touches):
        # What a query finds is filled where it lacks something; `get` does not even ask.
        held = ", and one that the session already holds ignores options"
        yield f"only one row is fetched{held if method_called(fetch.site.node) in GETS else ''}"
    if walk.steps < 0:
        yield TOO_LONG
    if "populate-existing" in fetch.statement.hazards:
        yield "`populate_existing` also overwrites what the options load"
    if "options-of-method" in fetch.statement.hazards:
        yield "a method gives it options, and that of a subclass may give others"
    if fetch.statement.limit == 1:
        yield "only one row is fetched"
    for steps in need.paths.values():
        yield from _of_backref(need, steps)
        yield from _of_keys(need, steps)
    events, loops = window(walk, need.event, need.touches[-1])
    targets = {step.target for steps in need.paths.values() for step in steps}
    yield from between(events, fetch.session, targets)
    yield from _early(events, [one for one in loops if _goes_over(one, need)])
    yield from _picked(events, {step for steps in need.paths.values() for step in steps})
    for touch in need.touches:
        yield from _caught(touch, need.event)
        if touch.how == "response":
            yield "FastAPI reads it after the function returned, by the response model's fields"
        elif touch.how == "refresh":
            yield "`refresh` also flushes and reads the row anew, which the option does not"


def expired(need: Need) -> str | None:
    """What makes the rows forget all that was loaded with them before the next one is read."""
    read_in = {loop for touch in need.touches for loop in touch.loops if _goes_over(loop, need)}
    for event in need.walk.events:
        if not isinstance(event, Wrote) or event.conditional or read_in.isdisjoint(event.loops):
            continue
        name, session = method_called(event.node), event.session
        is_same = not session or not need.fetch.session or _same(session, need.fetch.session)
        if name in _EXPIRES and is_same:
            kept = ", unless the session has `expire_on_commit=False`" if name == "commit" else ""
            return f"`{name}()` in the loop expires the rows, with what was loaded{kept}"
    return None


def _picked(events: list[AnyEvent], loaded: set[Relationship]) -> Iterator[str]:
    """Collections of which one row is taken by its place."""
    for event in events:
        if isinstance(event, Picked) and event.relationship in loaded:
            name = f"{event.relationship.owner.rpartition('::')[2]}.{event.relationship.name}"
            yield f"one of `{name}` is taken by its place, and no `order_by` says which is first"


def _of_backref(need: Need, steps: tuple[Relationship, ...]) -> Iterator[str]:
    """An attribute that only a backref makes is not there until mappers are configured."""
    first = steps[0]
    if need.fetch.statement.kind == "query":
        return  # `session.query` configures them before the option is made
    if first.from_backref and not need.walk.world.index.entry(CONFIGURES, ""):
        owner = first.owner.rpartition("::")[2]
        yield (
            f"`{owner}.{first.name}` comes from a `backref`: the option fails if it runs before"
            " any other query; call `configure_mappers()` at the start"
        )


def _of_keys(need: Need, steps: tuple[Relationship, ...]) -> Iterator[str]:
    """Collections whose foreign key names something else than the primary key.

    `selectinload` tells the rows apart by what the class calls its primary key, which nothing but
    a foreign key vouches for: the models of a migration may well call it by the wrong column.
    """
    registry = need.walk.world.registry
    for step in steps:
        owner, target = registry.mapped(step.owner), registry.mapped(step.target)
        if step.direction != "one-to-many" or owner is None or target is None:
            continue
        keys = (owner.columns[name] for name in owner.primary_key)
        primary = {name for key in keys for name in (key.name, key.column)}
        for name in step.keys:
            foreign = target.columns[name].foreign_key if name in target.columns else ""
            if foreign and foreign.rpartition(".")[2] not in primary:
                simple = step.owner.rpartition("::")[2]
                yield f"`{foreign}` is not known as the primary key of `{simple}`"


def between(events: list[AnyEvent], session: Session | None, targets: set[str]) -> Iterator[str]:
    """What happens between a query and the access that the access would have seen."""
    for event in events:
        if isinstance(event, Wrote) and event.what.startswith("="):
            if event.what[1:] in targets:
                name = event.what.rpartition("::")[2]
                yield f"a `{name}` is changed in the loop, and what is loaded early may differ"
        elif isinstance(event, Wrote):
            if event.session is None or session is None or _same(event.session, session):
                yield event.what
        elif isinstance(event, Escaped):
            if event.gets == "row" or (event.gets == "session" or _is_shared(session)):
                yield event.what
        elif isinstance(event, Yielded):
            yield "control is handed away between the rows, by `yield`"


def _same(one: Session, other: Session) -> bool:
    # Two names may mean one session; only sessions that the function made itself are apart.
    return one.key == other.key or not (one.fresh and other.fresh)


def _is_shared(session: Session | None) -> bool:
    """Whether code that is given nothing can still use the session."""
    return session is None or "." in session.key or "(" in session.key


def _goes_over(loop: Loop, need: Need) -> bool:
    """Whether a loop goes over rows of the fetch, and not over something else in between."""
    element = element_of(loop.over)
    parts = element.elements if isinstance(element, Tuple) else (element,)
    return any(isinstance(one, Entity) and one.fetch is need.fetch for one in parts)


def _early(events: list[AnyEvent], loops: list[Loop]) -> Iterator[str]:
    for event in events:
        if isinstance(event, Left) and any(
            loop in loops and loop.frame is event.frame for loop in event.loops
        ):
            yield f"a `{event.word}` may end the loop early, and all rows' relationships are loaded"


def _caught(touch: Touched, fetched: Fetched) -> Iterator[str]:
    """A handler around the access that would catch what a query raises."""
    for one in touch.tries:
        if one not in fetched.tries and any(_is_broad(touch, handler) for handler in one.handlers):
            yield "the access stands in a `try` that would catch an error of its query"


def _is_broad(touch: Touched, handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(_catches(touch.frame.module, one) for one in types)


def _catches(module: Module, node: ast.expr) -> bool:
    text = ast.unparse(node)
    return text.rpartition(".")[2] in _BROAD or text.rpartition(".")[2].endswith(
        ("SQLAlchemyError", "MissingGreenlet", "DBAPIError", "OperationalError", "StatementError",
         "DetachedInstanceError", "InvalidRequestError", "DatabaseError", "AttributeError")
    )  # fmt: skip
