"""First walks, which only tell whether one that notes everything can find something.

Most functions that loop and query are no N+1. They are walked through without the rest of their
files. A probe ends as soon as it sees what a finding needs: a relationship read of each of many
rows, or a query in a loop that is tied to a row. And what a called function gives back is
remembered, with all that it depends on, so that the helpers that a project calls everywhere are
walked once and not from every caller. Which call fetched a row does not matter there, so that
nothing remembered holds on to a tree. A glance does without all that, and so knows what the query
loads already.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from lever_fix.domains.orm.trace import Event, Fetched, Frame, Touched
from lever_fix.domains.orm.values import (
    BoundMethod,
    ClassAttribute,
    ColumnOf,
    Entity,
    Fetch,
    Flag,
    Instance,
    Known,
    MappedName,
    Mapping,
    Nothing,
    Result,
    Rows,
    Session,
    SessionFactory,
    Site,
    Statement,
    Tuple,
    Value,
)
from lever_fix.domains.orm.walk import Walk
from lever_fix.domains.orm.world import Definition
from lever_fix.index.index import Symbol
from lever_fix.index.memory import Asked
from lever_fix.semantics.module import Module
from lever_fix.sources import SourceFile

Activation = tuple[str, str]
"""Path and name of a function that is being walked."""


class WorthwhileError(Exception):
    """A walk has come to what a finding needs."""


@dataclass(frozen=True)
class Summary:
    """What a walk into a function came to, where nothing in it was what a finding needs.

    Attributes:
        returned: What it gives back.
        steps: The statements it took.
        entered: The functions that were walked for it, itself included.
        depth: How many calls led to its caller.
        is_whole: Whether nothing in it was too deep to be followed.
        in_loop: Whether it was called in a loop.
        fetches: Whether it runs queries.
        asked: What the walk asked of the project.
    """

    returned: Value
    steps: int
    entered: frozenset[Activation]
    depth: int
    is_whole: bool
    in_loop: bool
    fetches: bool
    asked: tuple[Asked, ...]

    def holds(self, depth: int, *, in_loop: bool) -> bool:
        """Whether a walk would come to the same from other calls, in a loop or not."""
        goes_as_deep = depth == self.depth or (depth < self.depth and self.is_whole)
        return goes_as_deep and (self.in_loop or not in_loop or not self.fetches)


@dataclass
class Glance(Walk):
    """A walk that notes what is fetched and read, and nothing else."""

    notes_all = False

    def definition(self, symbol: Symbol) -> Definition | None:
        """A function of the project that is called, without the rest of its file."""
        return self.world.excerpt(symbol)

    def record(self, kind: type[Event], frame: Frame, node: Any, **more: Any) -> None:
        """Note that a query was run, or a relationship read."""
        if kind is Touched or kind is Fetched:
            super().record(kind, frame, node, **more)


@dataclass
class Probe(Glance):
    """A walk that ends with `WorthwhileError` where a finding may come of it.

    Attributes:
        known: Summaries by function and what it is given.
        fetches: How many queries were run.
        entered: The functions that were walked, in order.
        turned_away: The functions that were not entered because they were being walked already.
    """

    known: dict[Hashable, tuple[Summary, ...]] = field(default_factory=dict)
    fetches: int = 0
    entered: list[Activation] = field(default_factory=list)
    turned_away: list[Activation] = field(default_factory=list)

    def record(self, kind: type[Event], frame: Frame, node: Any, **more: Any) -> None:
        """Note that something happened, and stop where that is enough."""
        if kind is not Touched and kind is not Fetched:
            return
        self.fetches += kind is Fetched
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
        in_loop = bool(self.loops)
        for one in self.known.get(key, ()):
            is_new = one.steps < self.steps and one.entered.isdisjoint(around)
            if is_new and one.holds(frame.depth, in_loop=in_loop):
                return self._take(one)
        entered, turned_away = len(self.entered), len(self.turned_away)
        steps, fetches, cut_short = self.steps, self.fetches, self.cut_short
        self.entered.append(activation)
        returned, asked = self.world.index.apart(walk)
        # What was not entered because of a caller would be entered from elsewhere.
        depends_on_callers = not around.isdisjoint(self.turned_away[turned_away:])
        is_own = self.steps > 0 and not self.spared and not depends_on_callers
        if is_own and is_plain(returned):
            made = Summary(
                bare(returned), steps - self.steps, frozenset(self.entered[entered:]), frame.depth,
                self.cut_short == cut_short, in_loop, self.fetches > fetches, asked,
            )  # fmt: skip
            alike = made.depth, made.in_loop
            others = (one for one in self.known.get(key, ()) if (one.depth, one.in_loop) != alike)
            self.known[key] = *others, made
        return returned

    def _take(self, summary: Summary) -> Value:
        """Go on as if a function had been walked that is known."""
        self.steps -= summary.steps
        self.entered += summary.entered
        self.fetches += summary.fetches
        self.cut_short += not summary.is_whole
        self.world.index.asked.update(summary.asked)
        return summary.returned


def is_plain(value: Value) -> bool:
    """Whether a value is bare of nodes and frames, which are good for one analysis, but fetches."""
    match value:
        case Instance(attributes=attributes):
            return all(is_plain(one) for _, one in attributes)
        case BoundMethod(owner=owner):
            return is_plain(owner)
        case Tuple(elements=elements):
            return all(map(is_plain, elements))
        case Rows(element=element) | Mapping(element=element):
            return is_plain(element)
    return value is None or isinstance(value, _PLAIN)


_PLAIN = (
    ClassAttribute | ColumnOf | Entity | Flag | Known | MappedName | Nothing | Result | Session
    | SessionFactory
)  # fmt: skip


def bare(value: Value) -> Value:
    """A plain value as it would be had any other call fetched its rows."""
    match value:
        case Instance(key=key, attributes=attributes):
            return Instance(key, tuple((name, bare(one)) for name, one in attributes))
        case BoundMethod(owner=owner, name=name):
            return BoundMethod(bare(owner), name)
        case Tuple(elements=elements):
            return Tuple(tuple(map(bare, elements)))
        case Rows(element=element, fetch=fetch):
            return replace(value, element=bare(element), fetch=_bare_fetch(fetch))
        case Mapping(element=element):
            return Mapping(bare(element))
        case ColumnOf(entity=entity):
            return replace(value, entity=replace(entity, fetch=_bare_fetch(entity.fetch)))
        case Entity(fetch=fetch):
            return replace(value, fetch=_bare_fetch(fetch))
        case Result(fetch=fetch):
            return replace(value, fetch=_fetch_of(fetch.statement.entities))
    return value


def _bare_fetch(fetch: Fetch | None) -> Fetch | None:
    return _fetch_of(fetch.statement.entities) if fetch else None


@functools.cache
def _fetch_of(entities: tuple[MappedName | None, ...]) -> Fetch:
    """Some fetch of entities: the same one whenever it is asked for."""
    nowhere = Site(Module(SourceFile("", b"", "")), ast.Constant(None))
    return Fetch(Statement((), "select", entities), nowhere, None, is_async=False, index=0)
