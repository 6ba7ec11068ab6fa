"""Equal changes as one: over the files of a repository, and over all repositories."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lever_fix.api import Plan
from lever_fix.bulk.order import Shape
from lever_fix.engine.fingerprint import shape
from lever_fix.model import Finding, Safety
from lever_fix.report.excerpt import excerpt


def shapes_of(plan: Plan) -> Iterator[Shape]:
    """The findings of a plan that have a fix of the plan's level, grouped by shape."""
    least = Safety.UNSAFE if plan.unsafe else Safety.SAFE
    # The run hands out a file anew each time, and where its lines start would be counted each time.
    source = functools.cache(plan.session.source)
    groups: dict[str, list[Finding]] = {}
    for finding in plan:
        if finding.fix is not None and finding.safety >= least:
            text = source(finding.path).text
            groups.setdefault(shape(text, finding), []).append(finding)
    for key, findings in groups.items():
        first = findings[0]
        before, after = excerpt(source(first.path), first)
        yield Shape(
            key=key,
            codemod=first.codemod,
            safety=first.safety.value,
            message=first.message,
            reasons=first.reasons,
            before=before,
            after=after,
            places=tuple(
                (one.path, source(one.path).position(one.span.start)[0]) for one in findings
            ),
            fingerprints=tuple(one.fingerprint for one in findings),
        )


@dataclass(frozen=True)
class Row:
    """One shape over all repositories.

    Attributes:
        shape: What it looks like in one of them.
        places: How many places it has in each repository.
    """

    shape: Shape
    places: Mapping[str, int]

    @property
    def count(self) -> int:
        """In how many places it is."""
        return sum(self.places.values())


def rows(shapes: Iterable[tuple[str, Shape]]) -> list[Row]:
    """The shapes of all repositories, one row for each, the commonest first."""
    first: dict[str, Shape] = {}
    places: dict[str, dict[str, int]] = {}
    for repository, one in shapes:
        first.setdefault(one.key, one)
        counts = places.setdefault(one.key, {})
        counts[repository] = counts.get(repository, 0) + len(one.places)
    found = [Row(first[key], counts) for key, counts in places.items()]
    return sorted(found, key=lambda row: (-row.count, row.shape.codemod, row.shape.key))
