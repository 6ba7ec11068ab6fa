"""What a finding is recognised by when its line has moved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from lever_fix.model import Finding
from lever_fix.semantics.module import Module


def with_fingerprints(module: Module, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of one module, each with its fingerprint.

    It is a digest of codemod, path, qualified name of the enclosing scope, the site's text with
    white space folded, and the ordinal among equal sites, so that lines may move around it.
    """
    seen: dict[bytes, int] = {}
    text = module.text
    for finding in findings:
        site = b" ".join(text[finding.span.start : finding.span.end].split())
        key = b"\0".join(
            (finding.codemod.encode(), finding.path.encode(), finding.scope.encode(), site)
        )
        ordinal = seen[key] = seen.get(key, -1) + 1
        digest = hashlib.sha256(b"%b\0%d" % (key, ordinal)).hexdigest()[:16]
        yield msgspec.structs.replace(finding, fingerprint=digest)
