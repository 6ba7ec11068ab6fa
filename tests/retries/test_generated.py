"""Thousands of loops, made of what hand-written ones are made of, run before and after."""

from collections import Counter

import pytest
import retry_loops
import retry_worlds

BATCHES = 8
LOOPS = 640
"""Loops that are made in each batch; the numbers below are what comes of their fixed seeds."""
COMPARED = 375
"""Loops that at least are rewritten, and so compared, in each batch: 3,000 in all."""
SHARE = 0.6
"""Share of the true retries that at least is rewritten."""
SIZE = 25
FAILURES = [ConnectionError, TimeoutError, retry_worlds.Busy]
SCRIPTS = [*retry_worlds.scripts(FAILURES), *retry_worlds.breaking(FAILURES)]


def findings_in(plan, programs):
    """The finding in each program that has one."""
    found = {name: one for one in plan.findings for name in one.scope.split(".")}
    assert len(plan.findings) == len(found.keys() & {one.name for one in programs})
    return found


def tallied(shapes, batch, rewritten, present):
    """What became of the loops of a batch, each asserted to do the same as before."""
    tally = Counter()
    for programs in retry_loops.modules(LOOPS, SIZE, batch * LOOPS, shapes):
        source = retry_loops.source_of(programs)
        result = rewritten(source)
        findings = findings_in(result.plan, programs)
        old, new = (retry_worlds.load(text, present) for text in (source, result.data))
        for one in programs:
            kind = "spoiled" if one.spoiled else "true"
            tally[kind, "made"] += 1
            tally[one.shape, "made"] += 1
            if one.name not in findings:
                continue
            reasons = findings[one.name].reasons
            forgiven = retry_worlds.forgiven_by(reasons)
            _, difference = retry_worlds.compare(
                old[one.name], new[one.name], present, SCRIPTS, forgiven
            )
            assert not difference, f"{difference}\n{one.text}\n{one.drawn}\n{reasons}"
            tally[kind, "rewritten"] += 1
            tally[kind, "unsafe" if reasons else "safe"] += 1
            tally[one.shape, "rewritten"] += 1
    return tally


@pytest.mark.parametrize("batch", range(BATCHES))
def test_generated_loops(batch, rewritten, present):
    shapes = list(retry_loops.SHAPES)[batch::BATCHES]
    tally = tallied(shapes, batch, rewritten, present)
    print({f"{kind} {what}": number for (kind, what), number in sorted(tally.items(), key=str)})
    assert tally["true", "rewritten"] + tally["spoiled", "rewritten"] >= COMPARED
    assert tally["true", "rewritten"] > SHARE * tally["true", "made"]
    assert tally["true", "safe"] > tally["true", "rewritten"] / 3
    for shape in shapes:
        assert tally[shape, "rewritten"] > tally[shape, "made"] / 3, shape


def test_every_shape_is_made():
    """37, 39 and 40 are no retries, or none that tenacity does; see the snapshots left alone."""
    assert {*retry_loops.SHAPES} == {*range(1, 41)} - {37, 39, 40}
