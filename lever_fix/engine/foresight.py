"""A file's next rounds, worked out where its findings are made, while its text is at hand.

An unattended run goes on to make what it finds. So the worker that scanned a file makes the
findings at once, verifies the new text and scans that, too. What comes of it is a forecast, no
decision: rounds are settled as they are without it, and a forecast only stands in for work whose
arguments turn out to be exactly those it was made with.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence

import msgspec

from lever_fix.engine.analyse import Scanned, is_candidate, scan_file
from lever_fix.engine.conflicts import without_conflicts
from lever_fix.engine.rewriting import RewriteJob, rewrite
from lever_fix.engine.workers import Foresight, Workbench
from lever_fix.model import Finding, Value
from lever_fix.sources import SourceFile, decode

ROUNDS_AHEAD = 3
"""How many rounds are worked out ahead; nearly every file has come to rest by then."""


class Forecast(Value, frozen=True, omit_defaults=True):
    """What becomes of a file if some of its findings are made.

    Attributes:
        made: Indices of the findings among those of the file, in the order they are made in.
        data: The new bytes, verified.
        scanned: What is found in them; None where that depends on other files.
    """

    made: tuple[int, ...]
    data: bytes
    scanned: Scanned | None = None


def with_forecast(
    bench: Workbench, group: int, source: SourceFile, scanned: Scanned, rounds: int = ROUNDS_AHEAD
) -> Scanned:
    """What was found in a file, with a forecast where one can be made."""
    if bench.foresight is None or scanned.marked or not rounds:
        return scanned
    chosen = _chosen(bench.foresight, scanned.outcome.findings)
    if not chosen:
        return scanned
    findings = tuple(scanned.outcome.findings[at] for at in chosen)
    width = bench.settings[group].line_length
    own = bench.foresight.first_party
    job = RewriteJob(source.path, findings, width, first_party=own)
    rewritten = rewrite(source, job)
    if rewritten.dropped or rewritten.problem is not None:
        return scanned  # to be reported by the round itself
    after = _scanned(bench, group, decode(source.path, rewritten.data), rounds - 1)
    forecast = Forecast(tuple(chosen), rewritten.data, after)
    return msgspec.structs.replace(scanned, forecast=msgspec.msgpack.encode(forecast))


def foreseen(scanned: Scanned | None, findings: Sequence[Finding]) -> Forecast | None:
    """What becomes of a file by making the findings, where just that was worked out ahead."""
    if scanned is None or not scanned.forecast:
        return None
    forecast = msgspec.msgpack.decode(scanned.forecast, type=Forecast)
    own = scanned.outcome.findings
    expected = [own[at] for at in forecast.made]
    same = len(expected) == len(findings) and all(map(operator.is_, expected, findings))
    return forecast if same else None


def _chosen(foresight: Foresight, findings: Sequence[Finding]) -> list[int]:
    """Indices of the findings that a round makes, as far as one file can tell."""
    wanted = {
        id(one): at
        for at, one in enumerate(findings)
        if one.fix is not None and one.safety >= foresight.least
    }
    ranks = {name: rank for rank, name in enumerate(foresight.order)}
    made, _ = without_conflicts((findings[at] for at in wanted.values()), ranks)
    return [wanted[id(one)] for one in made]


def _scanned(bench: Workbench, group: int, source: SourceFile, rounds: int) -> Scanned | None:
    """What is found in a new text, unless the answer lies in other files as well."""
    codemods = bench.codemods[group]
    if any(one.index and is_candidate(source, one) for one in codemods):
        return None
    scanned = scan_file(source, codemods, bench.projects[group], bench.settings[group])
    return with_forecast(bench, group, source, scanned, rounds)
