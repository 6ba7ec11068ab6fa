"""What a finding is recognised by when its line has moved."""

from __future__ import annotations

import hashlib
import keyword
import re
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


_NAME = re.compile(r"[^\W\d]\w*")


def shape(text: bytes, finding: Finding) -> str:
    """What equal changes share wherever they are made: a key without path and names.

    It is a digest of codemod, safety, the site and what it becomes, with white space folded and
    each name replaced by the order in which it first appears.

    Args:
        text: The text of the finding's own file.
        finding: Any finding.
    """
    seen: dict[str, str] = {}

    def placed(match: re.Match[str]) -> str:
        name = match[0]
        return name if keyword.iskeyword(name) else seen.setdefault(name, f"_{len(seen)}")

    def folded(part: str) -> str:
        return " ".join(_NAME.sub(placed, part).split())

    site = text[finding.span.start : finding.span.end].decode("utf-8", "replace")
    edits = finding.fix.edits if finding.fix else ()
    own = [edit for edit in edits if edit.path == finding.path]
    parts = [finding.codemod, finding.safety.value, folded(site)]
    for edit in own:
        # An edit's place counts from the site; what it replaces may lie outside of it.
        replaced = text[edit.start : edit.end].decode("utf-8", "replace")
        parts += [folded(replaced), folded(edit.text)]
    parts.append(str(len(edits) - len(own)))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
