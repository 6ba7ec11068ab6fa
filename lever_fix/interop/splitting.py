"""A file's whole new text, taken apart into changes that can be made one without the other.

Lines that differ are a change; lines of one statement, of a decorated header, of a block that
moved in or out, and lines that move from one place to another are one change. What then remains
is put to the test that a file has to pass before it is written: changes that fail it alone, and
pass it with others, belong to those.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lever_fix.errors import failure
from lever_fix.interop.definitions import Defined, changed_definitions
from lever_fix.interop.differences import Hunk, hunks, trimmed
from lever_fix.interop.flows import Statements, flow, flowing
from lever_fix.interop.import_changes import ImportChange, explained, import_change
from lever_fix.interop.partition import joined, refined
from lever_fix.interop.texts import Texts, related, statementwise
from lever_fix.model import Edit, Finding, Fix, Import, Needs, Safety, Span, Value
from lever_fix.rewrite.compose import compose
from lever_fix.rewrite.verify import bound_names, complaints, undefined_names
from lever_fix.semantics.module import Module
from lever_fix.sources import SourceFile

_WORD = re.compile(r"[^\W\d]\w*")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
"""A word that is no attribute of anything."""


class Change(Value, frozen=True, kw_only=True):
    """Edits of one file that are only made together.

    Attributes:
        edits: In order.
        needs: What they need besides.
        span: The lines of the first edit, or of the one that defines something.
        old: Their text as it was, white space at both ends left out.
        new: The same as it becomes.
        scope: Qualified name of the enclosing scope.
        defines: What the edits define or no longer do, as other code knows it.
        loses: Those of them that it no longer defines at all.
        mentions: Every word on the changed lines, before and after.
    """

    edits: tuple[Edit, ...]
    needs: Needs
    span: Span
    old: str
    new: str
    scope: str
    defines: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()

    @property
    def fix(self) -> Fix:
        """The edits with what they need, if anything."""
        return Fix(self.edits, () if self.needs == Needs(self.needs.path) else (self.needs,))


def split(module: Module, after: bytes) -> list[Change]:
    """The changes that turn a module into another text, in order.

    Raises:
        SourceError: The module, or what it would become, does not parse.
    """
    texts = Texts(module, Module(SourceFile(module.path, after, "")))
    builder = _Builder(texts)
    found = list(statementwise(texts, hunks(texts.old, texts.new)))
    groups = joined(len(found), related(texts, found))
    drafts = _drafts(texts, [[found[at] for at in group] for group in groups])
    changes = [builder.change(one) for one in drafts]
    tied = joined(len(drafts), [*_insertions(changes), *builder.flowing(drafts, changes)])
    drafts = [_merged([drafts[at] for at in group]) for group in tied]
    changes = [builder.change(one) for one in drafts]
    scopes = [one.scope for one in changes]
    parts = refined(scopes, lambda chosen: builder.works([changes[at] for at in sorted(chosen)]))
    return [builder.change(_merged([drafts[at] for at in part])) for part in parts]


class _Draft(Value, frozen=True):
    """Hunks that are made together, with the imports they need and the names they free."""

    hunks: tuple[Hunk, ...]
    imports: frozenset[Import] = frozenset()
    freed: frozenset[str] = frozenset()


def _drafts(texts: Texts, groups: Sequence[Sequence[Hunk]]) -> list[_Draft]:
    """The groups, imports that they account for no longer changes but needs."""
    imports = {at: change for at, one in enumerate(groups) if (change := _imports(texts, one))}
    others = [at for at in range(len(groups)) if at not in imports]
    words = [_names(texts, groups[at]) for at in others]
    needs, freed, accounted = explained(list(imports.values()), words, _missed(texts, imports))
    left = [at for place, at in enumerate(imports) if place not in accounted]
    drafts = {
        at: _Draft(tuple(groups[at]), frozenset(needs[place]), frozenset(freed[place]))
        for place, at in enumerate(others)
    } | {at: _Draft(tuple(groups[at])) for at in left}
    return [drafts[at] for at in sorted(drafts)]


def _missed(texts: Texts, imports: Mapping[int, ImportChange]) -> set[str]:
    """The names that the new text uses, though it no longer imports them."""
    gone = {one.bound for change in imports.values() for one in change.removed}
    before, after = texts.before, texts.after
    missed = undefined_names(after.path, after.text, gone)
    return missed - undefined_names(before.path, before.text, gone)


def _imports(texts: Texts, group: Sequence[Hunk]) -> ImportChange | None:
    (hunk, *others) = group
    old = texts.old_units.beginning(hunk.start, hunk.end)
    new = texts.new_units.beginning(hunk.new_start, hunk.new_end)
    if others or not (old or new):  # no statement begins here: it is the inside of a string
        return None
    return import_change(texts.old, texts.new, hunk)


def _names(texts: Texts, group: Sequence[Hunk]) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a group of hunks takes away, and those it brings."""
    old, new = (Counter(_NAME.findall(text)) for text in _lines(texts, group))
    return frozenset(old - new), frozenset(new - old)


def _lines(texts: Texts, group: Sequence[Hunk]) -> tuple[str, str]:
    """The changed lines, before and after."""
    old = b"".join(b"".join(texts.old[hunk.start : hunk.end]) for hunk in group)
    new = b"".join(b"".join(texts.new[hunk.new_start : hunk.new_end]) for hunk in group)
    return old.decode("utf-8"), new.decode("utf-8")


def _merged(drafts: Sequence[_Draft]) -> _Draft:
    return _Draft(
        tuple(sorted((hunk for one in drafts for hunk in one.hunks), key=lambda one: one.start)),
        frozenset().union(*(one.imports for one in drafts)),
        frozenset().union(*(one.freed for one in drafts)),
    )


class _Builder:
    """Makes changes of drafts."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        path = texts.before.path
        old = bound_names(path, texts.before.text)
        new = bound_names(path, texts.after.text)
        self._rebound = {
            name
            for scope in old.keys() | new.keys()
            for name in old.get(scope, set()) ^ new.get(scope, set())
        }
        self._lost, self._gained = changed_definitions(texts.before.tree, texts.after.tree)
        self._statements = Statements(texts.before.tree), Statements(texts.after.tree)

    def change(self, draft: _Draft) -> Change:
        """What a draft stands for."""
        module, group = self.texts.before, draft.hunks
        words = {word for text in _lines(self.texts, group) for word in _WORD.findall(text)}
        dropped, added = self._comments(group)
        lost, gained = self._defined(group)
        site = next((hunk for hunk in group if any(self._defined([hunk]))), group[0])
        old, new = _lines(self.texts, [site])
        span = self._span(site)
        return Change(
            edits=tuple(self._edit(hunk) for hunk in group),
            needs=Needs(
                module.path,
                imports=tuple(sorted(draft.imports, key=lambda one: (one.module, one.name))),
                freed=tuple(sorted(draft.freed)),
                comments_added=tuple(added.elements()),
                comments_dropped=tuple(dropped.elements()),
                names_bound=tuple(sorted(self._rebound & words)),
            ),
            span=span,
            old=old.strip(),
            new=new.strip(),
            scope=module.scope_at(span.start),
            defines=tuple(sorted(lost | gained)),
            loses=tuple(sorted(lost - gained)),
            mentions=tuple(sorted(words)),
        )

    def works(self, changes: Sequence[Change]) -> bool:
        """Whether the changes pass what a file has to pass before it is written."""
        source = self.texts.before.source
        findings = [
            Finding(
                codemod="",
                path=source.path,
                span=one.span,
                message="",
                safety=Safety.UNSAFE,
                fix=one.fix,
            )
            for one in changes
        ]
        wrong: list[str] = []

        def attempt() -> None:
            wrong.extend(complaints(source, compose(source, findings).text, findings))

        return failure(attempt) is None and not wrong

    def flowing(self, drafts: Sequence[_Draft], changes: Sequence[Change]) -> Iterator[set[int]]:
        """Which drafts, and the changes they stand for, hang together by what they compute."""
        flows = []
        before, after = self._statements
        for draft, change in zip(drafts, changes, strict=True):
            old, new = _numbers(draft.hunks)
            words = frozenset(change.mentions)
            flows.append(flow(before.on(old), after.on(new), change.scope, words))
        return flowing(flows)

    def _edit(self, hunk: Hunk) -> Edit:
        old, new = _lines(self.texts, [hunk])
        before, behind = trimmed(old, new)
        start = self._offset(hunk.start) + len(old[:before].encode())
        end = self._offset(hunk.end) - len(old[len(old) - behind :].encode())
        return self.texts.before.edit(start, end, new[before : len(new) - behind])

    def _offset(self, line: int) -> int:
        starts = self.texts.before.source.line_starts
        return starts[line] if line < len(starts) else len(self.texts.before.text)

    def _span(self, hunk: Hunk) -> Span:
        """The lines of a hunk, white space at both ends left out.

        Of lines that are only brought in, it is the line they come in front of.
        """
        first, last = hunk.start, hunk.end
        text = self.texts.before.text
        if first == last:
            last = min(first + 1, len(self.texts.old))
        start, end = self._offset(first), self._offset(last)
        inside = text[start:end]
        start += len(inside) - len(inside.lstrip())
        return Span(start, max(start, start + len(inside.strip())))

    def _comments(self, group: Sequence[Hunk]) -> tuple[Counter[str], Counter[str]]:
        """The comments that the hunks drop, and those they add."""
        old = self._comments_of(self.texts.before, ((one.start, one.end) for one in group))
        new = self._comments_of(self.texts.after, ((one.new_start, one.new_end) for one in group))
        return old - new, new - old

    def _comments_of(self, module: Module, ranges: Iterable[tuple[int, int]]) -> Counter[str]:
        starts = [*module.source.line_starts, len(module.text)]
        found: Counter[str] = Counter()
        for first, last in ranges:
            begin, end = starts[min(first, len(starts) - 1)], starts[min(last, len(starts) - 1)]
            for start, stop in module.lexed.comments:
                if begin <= start < end:
                    found[module.view[start:stop].decode("utf-8", "replace")] += 1
        return found

    def _defined(self, group: Sequence[Hunk]) -> tuple[set[str], set[str]]:
        """Qualified names of what the hunks define no longer, and of what they define anew.

        A function with other parameters is in both.
        """
        old, new = _numbers(group)
        return _names_on(self._lost, old), _names_on(self._gained, new)


def _numbers(group: Sequence[Hunk]) -> tuple[set[int], set[int]]:
    """Numbers of the changed lines, from 1, before and after."""
    old = {line for hunk in group for line in range(hunk.start + 1, hunk.end + 1)}
    new = {line for hunk in group for line in range(hunk.new_start + 1, hunk.new_end + 1)}
    return old, new


def _names_on(known: Mapping[Defined, set[int]], lines: set[int]) -> set[str]:
    return {
        f"{one.scope}.{one.name}".lstrip(".")
        for one, places in known.items()
        if not places.isdisjoint(lines)
    }


def _insertions(changes: Sequence[Change]) -> Iterator[set[int]]:
    """Changes that insert at one place: which comes first is only known of both together."""
    places: dict[int, set[int]] = {}
    for at, change in enumerate(changes):
        for edit in change.edits:
            if edit.start == edit.end:
                places.setdefault(edit.start, set()).add(at)
    yield from places.values()
