"""What a local holds after branches that gave it different values."""

from __future__ import annotations

from msgspec.structs import replace

from lever_fix.domains.orm.values import Entity, Nothing, Rows, Session, Statement, Value


def join(one: Value, other: Value) -> Value:
    """What both have in common; None where that is nothing one could rely on."""
    if one == other:
        return one
    if isinstance(one, Nothing):
        return other
    if isinstance(other, Nothing):
        return one
    if isinstance(one, Statement) and isinstance(other, Statement):
        return _statements(one, other)
    if isinstance(one, Entity) and isinstance(other, Entity) and one.key == other.key:
        return Entity(one.key, None, (), one.many and other.many)
    if isinstance(one, Rows) and isinstance(other, Rows):
        element = join(one.element, other.element)
        return Rows(element, None, one.is_list and other.is_list) if element else None
    if isinstance(one, Session) and isinstance(other, Session):
        return replace(one, is_async=None, fresh=False)
    return None


def _statements(one: Statement, other: Statement) -> Value:
    """A statement that branches went on building differently; its options are those of either."""
    if one.kind != other.kind or one.entities != other.entities:
        return None
    options = one.options
    hazards = one.hazards | other.hazards
    if set(one.options) != set(other.options):
        options = (*one.options, *(each for each in other.options if each not in one.options))
        hazards |= {"options in one branch only"}
    conditions = (
        *one.conditions,
        *(each for each in other.conditions if each not in one.conditions),
    )
    return replace(
        one,
        sites=tuple(dict.fromkeys((*one.sites, *other.sites))),
        options=options,
        option_calls=tuple(call for call in one.option_calls if call in other.option_calls),
        hazards=hazards,
        conditions=conditions,
        ordering=one.ordering if one.ordering == other.ordering else (),
        limit=one.limit if one.limit == other.limit else 0,
        whole=None,
    )
