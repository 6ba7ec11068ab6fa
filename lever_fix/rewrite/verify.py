"""Refuse to write rather than write wrong: what must hold of a new text before it is written."""

from __future__ import annotations

import builtins
import re
import symtable
from collections import Counter
from collections.abc import Iterator, Sequence

from lever_fix.errors import SourceError
from lever_fix.model import Finding
from lever_fix.semantics.lexical import lex
from lever_fix.semantics.module import syntax_error
from lever_fix.sources import SourceFile

_BUILTINS = frozenset(dir(builtins)) | {
    "__file__", "__path__", "__name__", "__doc__", "__spec__", "__loader__", "__package__",
    "__builtins__", "__annotations__", "__class__", "__dict__", "__module__", "__qualname__",
    "WindowsError",
}  # fmt: skip

_MAY_BIND = re.compile(r"=|\b(?:def|class|import|for|as|global|nonlocal|del|case)\b")
"""Any binding or deletion needs one of these; a `type` statement has its `=`."""
_PLACED = re.compile(r"\b(?:async|await|break|continue|return|yield)\b|\*")
"""What the grammar allows anywhere, and only the compiler refuses out of its place."""
_NAME = re.compile(r"[^\W\d]\w*")
_ANONYMOUS = frozenset({"lambda", "genexpr", "listcomp", "setcomp", "dictcomp"})


def complaints(before: SourceFile, after: bytes, findings: Sequence[Finding]) -> Iterator[str]:
    """What is wrong with the text that the findings' fixes lead to; nothing where all is well.

    Args:
        before: The file as it was.
        after: Its new text, as UTF-8.
        findings: The findings whose fixes were made.

    Raises:
        SourceError: The file as it was does not parse, so nothing can be shown.
    """
    try:
        new = symbols(before.path, after)
        if _touches(before, findings, _PLACED):
            check_compiles(before.path, after)
    except SourceError as error:
        check_compiles(before.path, before.text)
        yield f"the result {error.message.partition(': ')[2] or error.message}"
        return
    yield from _comments(before, after, findings)
    yield from _names(before, after, new, findings)


def symbols(path: str, text: bytes) -> symtable.SymbolTable:
    """The symbol table of a text; cheaper than a tree, and stricter.

    Raises:
        SourceError: The text does not compile.
    """
    try:
        return symtable.symtable(text.decode("utf-8"), path, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise syntax_error(path, error) from error


def check_compiles(path: str, text: bytes) -> None:
    """Compile a text; four times the price of its symbols.

    Raises:
        SourceError: The text does not compile.
    """
    try:
        compile(text.decode("utf-8"), path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise syntax_error(path, error) from error


def _comments(before: SourceFile, after: bytes, findings: Sequence[Finding]) -> Iterator[str]:
    """Comments lost or come up without being declared."""
    expected = _comment_counter(before.view)
    for finding in findings:
        for need in finding.fix.needs if finding.fix else ():
            if need.path == before.path:
                expected.update(comment.encode() for comment in need.comments_added)
                expected.subtract(comment.encode() for comment in need.comments_dropped)
    found = _comment_counter(before.with_text(after).view)
    if found == expected:
        return
    for comment in (+(expected - found)).elements():
        yield f"the comment `{comment.decode('utf-8', 'replace')}` would be lost"
    for comment in (+(found - expected)).elements():
        yield f"the comment `{comment.decode('utf-8', 'replace')}` would be doubled"


def _comment_counter(view: bytes) -> Counter[bytes]:
    if b"#" not in view:
        return Counter()
    return Counter(view[start:end] for start, end in lex(view).comments)


def _names(
    before: SourceFile, after: bytes, new: symtable.SymbolTable, findings: Sequence[Finding]
) -> Iterator[str]:
    """Names left undefined, and bindings lost or gained without being declared."""
    touched = _touched_names(before, findings)
    undefined = _undefined(new, touched)
    if undefined:
        undefined -= _undefined(symbols(before.path, before.text), touched)
    for name in sorted(undefined):
        yield f"the name `{name}` would be undefined"
    if not _touches(before, findings, _MAY_BIND):
        return
    declared = _declared(before.path, findings)
    old_bound, new_bound = _bound(symbols(before.path, before.text)), _bound(new)
    for scope in sorted(old_bound.keys() & new_bound.keys()):
        where = f" in {scope}" if scope else ""
        for name in sorted(old_bound[scope] - new_bound[scope] - declared):
            yield f"the name `{name}` would no longer be bound{where}"
        for name in sorted(new_bound[scope] - old_bound[scope] - declared):
            yield f"the name `{name}` would be bound{where}"


def _touched_names(before: SourceFile, findings: Sequence[Finding]) -> set[str]:
    """Every name that the fixes write, replace, free, import or move."""
    words: set[str] = set()
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            if edit.path == before.path:
                old = before.text[edit.start : edit.end].decode("utf-8", "replace")
                words.update(_NAME.findall(edit.text), _NAME.findall(old))
    return words | _declared(before.path, findings)


def _declared(path: str, findings: Sequence[Finding]) -> set[str]:
    names: set[str] = set()
    for finding in findings:
        for need in finding.fix.needs if finding.fix else ():
            if need.path == path:
                names.update(need.freed, need.names_bound)
                names.update(one.bound for one in need.imports)
                names.update(move.source.bound for move in need.moved)
                for definition in need.definitions:
                    names.add(definition.name)
                    names.update(one.bound for one in definition.imports)
    return names


def _touches(before: SourceFile, findings: Sequence[Finding], words: re.Pattern[str]) -> bool:
    """Whether an edit writes or replaces one of the words."""
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            if edit.path == before.path:
                old = before.text[edit.start : edit.end].decode("utf-8", "replace")
                if words.search(edit.text) or words.search(old):
                    return True
    return False


def _undefined(top: symtable.SymbolTable, names: set[str]) -> set[str]:
    """Those of the names that some scope looks up globally and nothing binds."""
    at_top = set(top.get_identifiers())
    suspects = {
        name for name in names - _BUILTINS if name not in at_top or not _binds(top.lookup(name))
    }
    found: set[str] = set()
    pending = [top]
    while pending and suspects:
        table = pending.pop()
        for name in suspects.intersection(table.get_identifiers()):
            symbol = table.lookup(name)
            if symbol.is_declared_global() and _binds(symbol):
                suspects.discard(name)
            elif symbol.is_referenced() and (table is top or symbol.is_global()):
                found.add(name)
        pending.extend(table.get_children())
    return found & suspects


def _binds(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()


def undefined_names(path: str, text: bytes, names: set[str]) -> set[str]:
    """Those of the names that a text uses and never binds.

    Raises:
        SourceError: The text does not compile.
    """
    return _undefined(symbols(path, text), names)


def bound_names(path: str, text: bytes) -> dict[str, set[str]]:
    """The names that each named scope of a text binds, by the scope's qualified name.

    Raises:
        SourceError: The text does not compile.
    """
    return _bound(symbols(path, text))


def _bound(top: symtable.SymbolTable) -> dict[str, set[str]]:
    """Names that each named scope binds; `global` statements bind for the module."""
    found: dict[str, set[str]] = {"": set()}
    pending = [("", top)]
    while pending:
        scope, table = pending.pop()
        found.setdefault(scope, set())
        for symbol in table.get_symbols():
            if _binds(symbol):
                found["" if symbol.is_declared_global() else scope].add(symbol.get_name())
        for child in table.get_children():
            if child.get_name() not in _ANONYMOUS:
                pending.append((f"{scope}.{child.get_name()}".lstrip("."), child))
    return found
