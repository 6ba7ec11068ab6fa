"""What the top level of a module binds, told by its facts: as its tree would tell it."""

from __future__ import annotations

from lever_fix.index.facts import ModuleFacts


def stands_for(facts: ModuleFacts, name: str) -> frozenset[str] | None:
    """Every dotted name that a name of the module may stand for.

    Returns:
        What `lever_fix.semantics.names.names_from` says of it at the top level; None where
        nothing binds it, which leaves the builtins.
    """
    unclear = facts.unclear.get(name)
    if unclear is not None:
        return frozenset(unclear.names)
    target = facts.imports.get(name) or facts.aliases.get(name)
    if target is not None:
        return frozenset({target})
    if name in facts.functions or name in facts.classes or name in facts.variables:
        return frozenset({f"{facts.name}.{name}"})
    return frozenset() if facts.stars else None


def known_as(facts: ModuleFacts, name: str) -> str:
    """The absolute name that a name written in an annotation or a string has in its module.

    Args:
        facts: The facts of the module.
        name: The name, dotted or not.

    Returns:
        What `lever_fix.semantics.names.known_as` says of it.
    """
    head, dot, rest = name.partition(".")
    unclear = facts.unclear.get(head)
    if unclear is not None:
        return unclear.known + dot + rest
    if head in facts.imports:
        return facts.imports[head] + dot + rest
    return f"{facts.name}.{name}" if head in facts.classes else name
