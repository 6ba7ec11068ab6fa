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

_MAY_BIND = re.compile(r"=|\b(?:def|class|import|for|as|global|nonlocal|del|case|type)\b")
_NAME = re.compile(rb"[^\W\d]\w*")


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
    except SourceError as error:
        symbols(before.path, before.text)
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
    if not _could_bind(before, findings):
        return
    declared = _declared(before.path, findings)
    old_bound, new_bound = _bound(symbols(before.path, before.text)), _bound(new)
    for name in sorted(old_bound - new_bound - declared):
        yield f"the name `{name}` would no longer be bound"
    for name in sorted(new_bound - old_bound - declared):
        yield f"the name `{name}` would be bound"


def _touched_names(before: SourceFile, findings: Sequence[Finding]) -> set[str]:
    """Every name that the fixes write, free, import or move."""
    words: set[str] = set()
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            if edit.path == before.path and edit.text:
                words.update(word.decode() for word in _NAME.findall(edit.text.encode()))
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


def _could_bind(before: SourceFile, findings: Sequence[Finding]) -> bool:
    """False where the edits hold no token that any binding or deletion needs."""
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            if edit.path == before.path:
                old = before.text[edit.start : edit.end].decode("utf-8", "replace")
                if _MAY_BIND.search(edit.text) or _MAY_BIND.search(old):
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


def _bound(top: symtable.SymbolTable) -> set[str]:
    """Names that the module binds, `global` statements in functions included."""
    found = {symbol.get_name() for symbol in top.get_symbols() if _binds(symbol)}
    pending = list(top.get_children())
    while pending:
        table = pending.pop()
        pending.extend(table.get_children())
        found.update(
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_declared_global() and _binds(symbol)
        )
    return found
