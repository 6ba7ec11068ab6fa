"""Suppression comments: `# lever: ignore[gather-awaits] why`, and `ignore-file` for a whole file.

A comment stands on the first or last line of a statement, on a line of its own above it, or on
the `def` or `class` line of what should stay as it is. It blocks every finding that touches that
place, whole, in whichever file the finding itself stands.

The grammar is anchored: a comment that only mentions the words is prose. What looks like a
directive and is none is an error, never silently without effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lever_fix.errors import did_you_mean
from lever_fix.model import Edit, Finding, Fix, Needs, Problem, Safety, Span, Value
from lever_fix.sources import SourceFile

UNUSED = "unused-suppression"
"""Id of the pseudo-codemod that reports suppressions without effect."""
UNUSED_SUMMARY = "Remove suppression comments that block nothing"
UNUSED_DOC = """\
A `# lever: ignore[...]` comment that blocks no finding any more hides the next one.

Only codemods that ran are judged.

Fix safety: safe. Only the comment, or the one id in it, is removed."""

MARK = b"lever:"
"""Bytes without which a file holds no suppression comment."""
_ID = rb"[A-Za-z0-9_][\w-]*"
_PIECE = re.compile(rb"(?:\A|(?<=[ \t]))#+[ \t]*(?=[A-Za-z])")
_DIRECTIVE = re.compile(
    rb"#+[ \t]*lever:[ \t]*(?P<kind>ignore-file|ignore)"
    rb"\[[ \t]*(?P<ids>%b(?:[ \t]*,[ \t]*%b)*)[ \t]*\](?=[ \t]|\Z)(?P<reason>.*)" % (_ID, _ID)
)
_ATTEMPT = re.compile(rb"#+[ \t]*lever:[ \t]*(?P<word>[\w-]*)[ \t]*(?P<bracket>[\[(]?)")
_WORD = re.compile(_ID)
_BLANK_LINE = re.compile(rb"\n[ \t\f]*\r?\n")
_KINDS = ("ignore", "ignore-file")


@dataclass(frozen=True)
class Shape:
    """What suppressions need to know of a file's layout; offsets are bytes into its view.

    Attributes:
        comments: Ranges of comments, `#` included, in order.
        statement_at: Range of the logical line around an offset; blank lines and comment lines
            belong to the one below them.
        enclosing: Starts of the `def` and `class` headers around the statement at an offset.
    """

    comments: Sequence[tuple[int, int]]
    statement_at: Callable[[int], tuple[int, int]]
    enclosing: Callable[[int], Iterable[int]]


class Named(Value, frozen=True):
    """One codemod's id in a directive, and where it stands."""

    id: str
    span: Span


class Directive(Value, frozen=True, kw_only=True):
    """One suppression comment."""

    path: str
    comment: Span
    """The whole comment, with other directives in it."""
    piece: Span
    """The directive itself, with its reason."""
    line: int
    ids: tuple[Named, ...]
    reason: str = ""
    whole_file: bool = False
    anchors: tuple[int, ...] = ()
    """Starts of the statements it belongs to."""


class Suppressed(Value, frozen=True, kw_only=True):
    """A finding that comments block."""

    finding: Finding
    reason: str = ""
    """What the first of the comments says."""
    used: tuple[tuple[str, Span], ...] = ()
    """Path and place of each id that blocks it."""


@dataclass(frozen=True)
class Suppressions:
    """The suppression comments of one file."""

    source: SourceFile
    shape: Shape
    directives: tuple[Directive, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Filtered:
    """Findings after suppression."""

    kept: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()


def read_suppressions(
    source: SourceFile, shape_of: Callable[[SourceFile], Shape], known: Collection[str]
) -> Suppressions | None:
    """The suppression comments of a file; None, and nothing looked at, where it can have none.

    Args:
        source: The file.
        shape_of: Works out the file's layout; called only where it is needed.
        known: Ids of all codemods, whether they run or not.
    """
    if MARK not in source.text:
        return None
    shape = shape_of(source)
    directives: list[Directive] = []
    problems: list[Problem] = []
    for start, end in shape.comments:
        if MARK in source.view[start:end]:
            for found in _pieces(source, shape, Span(start, end)):
                (directives if isinstance(found, Directive) else problems).append(found)  # type: ignore[arg-type]
    for directive in directives:
        problems += _unknown_ids(directive, {*known, UNUSED})
    problems.sort(key=lambda problem: problem.line)
    return Suppressions(source, shape, tuple(directives), tuple(problems))


def filter_findings(
    findings: Iterable[Finding], suppressions: Callable[[str], Suppressions | None]
) -> Filtered:
    """Divide findings into those that stay and those that comments block.

    Args:
        findings: The findings of one round, from any files.
        suppressions: The suppression comments of a path.
    """
    kept: list[Finding] = []
    blocked: list[Suppressed] = []
    for finding in findings:
        directives = list(_blocking(finding, suppressions))
        if not directives:
            kept.append(finding)
            continue
        used = tuple((directive.path, name.span) for directive, name in directives)
        blocked.append(Suppressed(finding=finding, reason=directives[0][0].reason, used=used))
    return Filtered(tuple(kept), tuple(blocked))


def unused_suppressions(
    files: Iterable[Suppressions], suppressed: Iterable[Suppressed], ran: Collection[str]
) -> list[Finding]:
    """A finding for each comment with ids that block nothing, with the fix that removes them.

    Args:
        files: The suppression comments of every file that was checked.
        suppressed: What they blocked.
        ran: Ids of the codemods that ran over these files; only theirs can be unused.
    """
    used = {place for one in suppressed for place in one.used}
    findings = []
    for file in files:
        for comment, group in groupby(file.directives, key=lambda directive: directive.comment):
            directives = [one for one in group if UNUSED not in (name.id for name in one.ids)]
            idle = {
                name.span
                for directive in directives
                for name in directive.ids
                if name.id in ran and (directive.path, name.span) not in used
            }
            if idle:
                findings.append(_unused(file.source, comment, directives, idle))
    return findings


def _blocking(
    finding: Finding, suppressions: Callable[[str], Suppressions | None]
) -> Iterator[tuple[Directive, Named]]:
    """Every directive and id that blocks the finding, in the files it touches."""
    touched: dict[str, list[Span]] = {finding.path: [finding.span]}
    for edit in finding.fix.edits if finding.fix else ():
        touched.setdefault(edit.path, []).append(Span(edit.start, edit.end))
    for path, spans in touched.items():
        file = suppressions(path)
        starts: set[int] | None = None
        for directive in file.directives if file else ():
            for name in directive.ids:
                if file is None or name.id != finding.codemod:
                    continue
                if starts is None:
                    starts = {start for span in spans for start in _statements(file, span)}
                if directive.whole_file or not starts.isdisjoint(directive.anchors):
                    yield directive, name


def _statements(file: Suppressions, span: Span) -> Iterator[int]:
    """Starts of the logical lines a span touches, and of the definitions around them."""
    view, shape = file.source.view, file.shape
    offset, floor = span.start, -1
    while floor < 0 or offset < span.end:
        start, end = shape.statement_at(offset)
        if floor >= 0 and start >= span.end:
            return
        yield from _decorated(view, shape, start)
        yield from shape.enclosing(start)
        floor = start
        offset = view.find(b"\n", max(end, offset)) + 1
        if not offset:
            return


def _decorated(view: bytes, shape: Shape, start: int) -> Iterator[int]:
    """A statement's start; for a decorator, also those below it down to the definition's."""
    yield start
    while view[start : start + 1] == b"@":
        following = view.find(b"\n", shape.statement_at(start)[1]) + 1
        start = shape.statement_at(following)[0] if following else len(view)
        yield start


def _pieces(source: SourceFile, shape: Shape, comment: Span) -> Iterator[Directive | Problem]:
    """The directives of one comment, and what only looks like one."""
    view = source.view
    text = view[comment.start : comment.end]
    line, _ = source.position(comment.start)
    own_line = not view[view.rfind(b"\n", 0, comment.start) + 1 : comment.start].strip()
    cuts = [match.start() for match in _PIECE.finditer(text)]
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        piece = text[start:end].rstrip()
        span = Span(comment.start + start, comment.start + start + len(piece))
        match = _DIRECTIVE.fullmatch(piece)
        if own_line and start > 0:
            # Code that was commented out took its directive along: it is about nothing now.
            return
        if match is None:
            yield from _malformed(source.path, line, piece)
            continue
        yield from _directive(source, shape, comment, span, match, own_line)


def _directive(
    source: SourceFile,
    shape: Shape,
    comment: Span,
    piece: Span,
    match: re.Match[bytes],
    own_line: bool,
) -> Iterator[Directive | Problem]:
    line, _ = source.position(piece.start)
    whole_file = match["kind"] == b"ignore-file"
    if whole_file and not (own_line and _above_all_code(shape, comment.start)):
        ids = match["ids"].decode("utf-8", "replace")
        yield Problem(
            path=source.path,
            line=line,
            message="`# lever: ignore-file` below the first comment block has no effect",
            hint=f"move it above the first line of code, or write `# lever: ignore[{ids}]`",
        )
        return
    base = piece.start + match.start("ids")
    yield Directive(
        path=source.path,
        comment=comment,
        piece=piece,
        line=line,
        ids=tuple(
            Named(
                name.group().decode("utf-8", "replace"),
                Span(base + name.start(), base + name.end()),
            )
            for name in _WORD.finditer(match["ids"])
        ),
        reason=match["reason"].decode("utf-8", "replace").strip(" \t:-"),
        whole_file=whole_file,
        anchors=() if whole_file else tuple(_anchors(source.view, shape, comment, own_line)),
    )


def _above_all_code(shape: Shape, offset: int) -> bool:
    """True ahead of the first statement; a file of comments has none."""
    start, end = shape.statement_at(0)
    return offset < start or start == end


def _anchors(view: bytes, shape: Shape, comment: Span, own_line: bool) -> Iterator[int]:
    """Starts of the statements a comment belongs to; none in the middle of a statement."""
    start, end = shape.statement_at(comment.start)
    if own_line:
        # A blank line parts a comment from the statement below.
        apart = _BLANK_LINE.search(view, comment.end, max(start, comment.end))
        if comment.start < start < end and not apart:
            yield from _decorated(view, shape, start)
        return
    on_first_line = b"\n" not in view[start : comment.start]
    on_last_line = b"\n" not in view[comment.start : end]
    if on_first_line or on_last_line:
        yield start


def _malformed(path: str, line: int, piece: bytes) -> Iterator[Problem]:
    """A complaint about a piece that was surely meant as a directive; prose has none."""
    match = _ATTEMPT.match(piece)
    if match is None:
        return
    word = match["word"].decode("utf-8", "replace")
    kind = "ignore-file" if "file" in word else "ignore"
    if word not in _KINDS and not match["bracket"] and not did_you_mean(word, _KINDS):
        return
    shown = piece.decode("utf-8", "replace")
    message = f"`{shown}` names no codemod" if word in _KINDS else f"`{shown}` is no directive"
    if word in _KINDS and match["bracket"]:
        message = f"`{shown}` is malformed"
    yield Problem(
        path=path,
        line=line,
        message=message,
        hint=f"write `# lever: {kind}[codemod-id] why`; `lever-fix list` shows the ids",
    )


def _unknown_ids(directive: Directive, known: Collection[str]) -> Iterator[Problem]:
    for name in directive.ids:
        if name.id not in known:
            yield Problem(
                path=directive.path,
                line=directive.line,
                message=f"`# lever: ignore` names the unknown codemod '{name.id}'",
                hint=did_you_mean(name.id, known) or "`lever-fix list` shows the ids",
            )


def _unused(
    source: SourceFile, comment: Span, directives: Sequence[Directive], idle: Collection[Span]
) -> Finding:
    """The finding for a comment with idle ids, and the fix that removes them."""
    view = source.view
    names = [name for directive in directives for name in directive.ids if name.span in idle]
    old, new = view[comment.start : comment.end], _without(view, comment, directives, idle)
    start, end = comment.start, comment.end
    if not new:
        start, end = _with_surroundings(view, comment)
    edit = Edit(source.path, start, end, new.decode("utf-8", "replace"))
    needs = Needs(
        source.path,
        comments_dropped=(old.decode("utf-8", "replace"),),
        comments_added=(edit.text,) if new else (),
    )
    return Finding(
        codemod=UNUSED,
        path=source.path,
        span=names[0].span if len(names) == 1 else Span(names[0].span.start, names[-1].span.end),
        message="Nothing here is blocked for " + ", ".join(f"`{name.id}`" for name in names),
        safety=Safety.SAFE,
        fix=Fix((edit,), (needs,)),
    )


def _without(
    view: bytes, comment: Span, directives: Sequence[Directive], idle: Collection[Span]
) -> bytes:
    """The comment without its idle ids, and without the directives that are left with none."""
    text = view[comment.start : comment.end]
    for directive in reversed(directives):
        kept = [name.id.encode() for name in directive.ids if name.span not in idle]
        if len(kept) == len(directive.ids):
            continue
        low, high = directive.ids[0].span.start, directive.ids[-1].span.end
        if not kept:
            low = directive.piece.start
            rest = view[directive.piece.end : comment.end].lstrip()
            high = comment.end - len(rest)
        text = text[: low - comment.start] + b", ".join(kept) + text[high - comment.start :]
    return text.rstrip()


def _with_surroundings(view: bytes, comment: Span) -> tuple[int, int]:
    """What goes with a comment: its line where it is alone on it, else the blanks before it."""
    line = view.rfind(b"\n", 0, comment.start) + 1
    before = view[line : comment.start].rstrip()
    if before:
        return line + len(before), comment.end
    below = view.find(b"\n", comment.end)
    return line, len(view) if below < 0 else below + 1
