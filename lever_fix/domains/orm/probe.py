"""A first walk that only tells whether a second one, which notes everything, can find something.

Most functions that loop and query are no N+1. A probe ends as soon as it sees what a finding needs:
a relationship read of each of many rows, or a query in a loop that is tied to a row. And what a
called function gives back is remembered, with all that it depends on, so that the helpers that a
project calls everywhere are walked once and not from every caller.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from lever_fix.domains.orm.trace import Event, Fetched, Frame, Touched
from lever_fix.domains.orm.values import (
    BoundMethod,
    ClassAttribute,
    ColumnOf,
    Entity,
    Flag,
    Instance,
    Known,
    MappedName,
    Mapping,
    Nothing,
    Rows,
    Session,
    SessionFactory,
    Tuple,
    Value,
)
from lever_fix.domains.orm.walk import Walk

Activation = tuple[str, str]
"""Path and name of a function that is being walked."""


class WorthwhileError(Exception):
    """A walk has come to what a finding needs."""


@dataclass(frozen=True)
class Summary:
    """What a walk into a function came to, where it ran no query.

    Attributes:
        returned: What it gives back.
        steps: The statements it took.
        entered: The functions that were walked for it, itself included.
    """

    returned: Value
    steps: int
    entered: frozenset[Activation]


@dataclass
class Probe(Walk):
    """A walk that ends with `WorthwhileError` where a finding may come of it.

    Attributes:
        known: Summaries by function, depth, and what the function is given.
        entered: The functions that were walked, in order.
        turned_away: The functions that were not entered because they were being walked already.
    """

    notes_all = False

    known: dict[Hashable, Summary] = field(default_factory=dict)
    entered: list[Activation] = field(default_factory=list)
    turned_away: list[Activation] = field(default_factory=list)

    def record(self, kind: type[Event], frame: Frame, node: Any, **more: Any) -> None:
        """Note that something happened, and stop where that is enough."""
        if kind is not Touched and kind is not Fetched:
            return
        super().record(kind, frame, node, **more)
        event = self.events[-1]
        if isinstance(event, Touched) and event.entity.fetch is not None and event.entity.many:
            raise WorthwhileError
        if isinstance(event, Fetched) and event.loops:
            held = (one.held for one in event.fetch.statement.conditions)
            if any(isinstance(one, ColumnOf) and one.entity.many for one in held):
                raise WorthwhileError

    def enter(
        self, key: Hashable, frame: Frame, activation: Activation, walk: Callable[[], Value]
    ) -> Value:
        """Walk into a function, unless it is known what comes of that.

        Args:
            key: The function and what it is given.
            frame: The caller.
            activation: The function.
            walk: Walks into it.
        """
        around = {(one.module.path, one.name) for one in frame.chain()}
        depends_on = (key, frame.depth)
        known = self.known.get(depends_on)
        if known and known.steps < self.steps and known.entered.isdisjoint(around):
            self.steps -= known.steps
            self.entered += known.entered
            return known.returned
        before = len(self.events), len(self.entered), len(self.turned_away)
        steps = self.steps
        self.entered.append(activation)
        returned = walk()
        events, entered, turned_away = self.events, self.entered, self.turned_away
        fetched = any(isinstance(one, Fetched) for one in events[before[0] :])
        # What was not entered because of a caller would be entered from elsewhere.
        depends_on_callers = not around.isdisjoint(turned_away[before[2] :])
        if self.steps > 0 and not fetched and not depends_on_callers and is_plain(returned):
            inside = frozenset(entered[before[1] :])
            self.known[depends_on] = Summary(returned, steps - self.steps, inside)
        return returned


def is_plain(value: Value) -> bool:
    """Whether a value holds no nodes, frames or fetches, which are good for one analysis."""
    match value:
        case Instance(attributes=attributes):
            return all(is_plain(one) for _, one in attributes)
        case BoundMethod(owner=owner):
            return is_plain(owner)
        case Tuple(elements=elements):
            return all(map(is_plain, elements))
        case Rows(element=element, fetch=None) | Mapping(element=element):
            return is_plain(element)
        case Entity(fetch=fetch, steps=steps):
            return fetch is None and not steps
    return value is None or isinstance(
        value, Known | Nothing | Flag | Session | SessionFactory | MappedName | ClassAttribute
    )
