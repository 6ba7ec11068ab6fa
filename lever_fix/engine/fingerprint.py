"""What a finding is recognised by when its line has moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from lever_fix.model import Finding
from lever_fix.semantics.module import Module


def with_fingerprints(module: Module, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of one module, each with its fingerprint.

    It is a digest of codemod, path, qualified name of the enclosing scope, the site's text with
    white space folded, and the ordinal among equal sites, so that lines may move around it.
    """
    keyed = [(site_key(module.text, finding), finding) for finding in findings]
    alike = Counter(key for key, _ in keyed)
    seen: Counter[bytes] = Counter()
    for key, finding in keyed:
        digest = hashlib.sha256(b"%b\0%d" % (key, seen[key])).hexdigest()[:16]
        seen[key] += 1
        yield msgspec.structs.replace(finding, fingerprint=digest, alike=alike[key])


def site_key(text: bytes, finding: Finding) -> bytes:
    """What a finding is about: equal for sites that only their order tells apart."""
    site = b" ".join(text[finding.span.start : finding.span.end].split())
    parts = (finding.codemod.encode(), finding.path.encode(), finding.scope.encode(), site)
    return b"\0".join(parts)
