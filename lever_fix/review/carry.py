"""Decisions after fixes were made: what was carried out goes, what is left keeps its finding.

Sites that read the same are told apart by their order alone. Where one of them was rewritten, the
others are counted anew, and what was decided about them has to follow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import msgspec

from lever_fix.engine.fingerprint import site_key
from lever_fix.model import Decision, Finding
from lever_fix.review.changes import Sources

Sites = dict[bytes, list[Finding]]
"""Findings whose sites read the same, in order."""


def sites(findings: Iterable[Finding], source: Sources) -> Sites:
    """The findings by what they are about; those that stand for themselves are left out."""
    found: defaultdict[bytes, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.alike > 1:
            found[site_key(source(finding.path).text, finding)].append(finding)
    return found


def carried(
    decisions: Mapping[str, Decision],
    made: Collection[str],
    before: Sites,
    after: Iterable[Finding],
    source: Sources,
) -> dict[str, Decision | None]:
    """How decisions change once some of them were carried out.

    Args:
        decisions: By fingerprint.
        made: Fingerprints of those carried out.
        before: The sites that read the same, as they were.
        after: The findings there are now.
        source: Their files.

    Returns:
        What to record: None where a decision goes.
    """
    changes: dict[str, Decision | None] = dict.fromkeys(one for one in made if one in decisions)
    paths = {one.path for group in before.values() for one in group if one.fingerprint in made}
    now: defaultdict[bytes, list[Finding]] = defaultdict(list)
    for finding in after:
        if finding.path in paths:
            now[site_key(source(finding.path).text, finding)].append(finding)
    moved: dict[str, Decision | None] = {}
    for key, group in before.items():
        left = [one for one in group if one.fingerprint not in made]
        if len(left) == len(group):
            continue
        changes.update((one.fingerprint, None) for one in left if one.fingerprint in decisions)
        if len(left) != len(now[key]):
            continue  # something else happened here, too: better to ask again
        for old, new in zip(left, now[key], strict=True):
            if (decision := decisions.get(old.fingerprint)) is not None:
                moved[new.fingerprint] = msgspec.structs.replace(
                    decision, fingerprint=new.fingerprint, alike=new.alike
                )
    return changes | moved
