"""Which relationships a fetch should have loaded, by what happened to its rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.orm.queries import loaded
from lever_fix.domains.orm.registry import Relationship
from lever_fix.domains.orm.trace import AnyEvent, Fetched, Frame, Loop, Touched
from lever_fix.domains.orm.values import ClassAttribute, Fetch, Path, Statement
from lever_fix.domains.orm.walk import Walk


@dataclass(frozen=True)
class Need:
    """A fetch whose rows are asked, one by one, for relationships that it did not load.

    Attributes:
        walk: The walk that saw it.
        event: The fetch, as it happened.
        column: Which of its entities.
        paths: Each path to load with the relationships it goes along; no path is the beginning
            of another one.
        touches: What reads them, in order.
        first: The first that is read once for each row.
    """

    walk: Walk
    event: Fetched
    column: int
    paths: dict[Path, tuple[Relationship, ...]]
    touches: tuple[Touched, ...]
    first: Touched

    @property
    def fetch(self) -> Fetch:
        """The fetch."""
        return self.event.fetch


def needs(walk: Walk) -> Iterator[Need]:
    """What a walk shows to be loaded row by row, one need for each fetch and entity."""
    fetches = {event.fetch: event for event in walk.events if isinstance(event, Fetched)}
    groups: dict[tuple[Fetch, int], list[Touched]] = {}
    for event in walk.events:
        if isinstance(event, Touched) and event.entity.fetch in fetches:
            assert event.entity.fetch is not None
            groups.setdefault((event.entity.fetch, event.entity.column), []).append(event)
    for (fetch, column), touches in groups.items():
        need = _need(walk, fetches[fetch], column, touches)
        if need is not None:
            yield need


def _need(walk: Walk, event: Fetched, column: int, touches: list[Touched]) -> Need | None:
    known = loaded(event.fetch.statement, column)
    wanted = [
        one
        for one in touches
        if one.relationship.is_lazy
        and path_of(one) not in known
        and _own(event.frame, one.frame)
        and all(step.is_lazy or step.fact.lazy in _LOADED for step in one.entity.steps)
        and not _brought_in(walk, event, one)
        and not _is_shared(event, one)
    ]
    per_row = [one for one in wanted if one.entity.many]
    if not per_row:
        return None
    paths: dict[Path, tuple[Relationship, ...]] = {}
    for one in per_row:
        paths[path_of(one)] = (*one.entity.steps, one.relationship)
    leaves = {
        path: steps
        for path, steps in paths.items()
        if not any(other[: len(path)] == path and other != path for other in paths)
    }
    return Need(walk, event, column, leaves, tuple(wanted), per_row[0])


_LOADED = frozenset({"selectin", "joined", "subquery", "immediate"})


def _brought_in(walk: Walk, fetched: Fetched, touch: Touched) -> bool:
    """Whether the loop itself queries for what the relationship leads to: then it is there."""
    loop = outer_loop(touch, fetched)
    led_to = {step.target for step in (*touch.entity.steps, touch.relationship)}
    return any(
        isinstance(one, Fetched)
        and loop in one.loops
        and one.index < touch.index
        and any(entity and entity.key in led_to for entity in one.fetch.statement.entities)
        for one in walk.events
    )


def _is_shared(fetched: Fetched, touch: Touched) -> bool:
    """Whether all rows lead to one and the same object, which is loaded once.

    They do where the query asks for one value of the foreign key. In async code even one access
    raises, so that it has to be loaded there.
    """
    entity, statement = touch.entity, fetched.fetch.statement
    first = (*entity.steps, touch.relationship)[0]
    if fetched.fetch.is_async or fetched.loops or any(one.many for one in entity.steps):
        return False
    asked = {
        one.column.name
        for one in statement.conditions
        if one.column is not None
        and one.column.plain
        and one.column.entity == statement.entities[entity.column]
        and isinstance(one.value, ast.Name | ast.Attribute | ast.Constant)
        and not isinstance(one.held, ClassAttribute | Statement)
    }
    return first.direction == "many-to-one" and bool(first.keys) and asked.issuperset(first.keys)


def path_of(touch: Touched) -> Path:
    """The path of the relationship that is read."""
    return (*touch.entity.path, touch.relationship.name)


def _own(one: Frame, other: Frame) -> bool:
    """Whether only the function that is looked at sees both: else another walk tells of it."""
    first, second = one.chain(), other.chain()
    return len(first) == 1 or len(second) == 1 or first[1] is not second[1]


def outer_loop(event: AnyEvent, fetched: AnyEvent) -> Loop | None:
    """The outermost loop around an event that the fetch stands outside of."""
    return next((loop for loop in event.loops if loop not in fetched.loops), None)


def window(walk: Walk, fetched: AnyEvent, last: AnyEvent) -> tuple[list[AnyEvent], list[Loop]]:
    """What happens between a fetch and the end of the loop that its rows are last read in.

    A loop comes round again: what stands behind the access in its body counts as well.
    """
    loop = outer_loop(last, fetched)
    end = last.index
    if loop is not None:
        end = max((one.index for one in walk.events if loop in one.loops), default=end)
    events = [one for one in walk.events if fetched.index < one.index <= end]
    loops = {one: None for event in events for one in event.loops if one not in fetched.loops}
    return events, list(loops)
