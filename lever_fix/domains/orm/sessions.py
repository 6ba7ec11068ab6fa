"""Methods of a session: what they run, write, and hand back."""

from __future__ import annotations

import ast

from lever_fix.domains.orm.options import options_of
from lever_fix.domains.orm.queries import begin, fetched
from lever_fix.domains.orm.rows import read
from lever_fix.domains.orm.trace import Escaped, Frame, Wrote
from lever_fix.domains.orm.values import (
    ClassAttribute,
    Condition,
    Entity,
    MappedName,
    Result,
    Session,
    Site,
    Statement,
    Value,
)
from lever_fix.domains.orm.walk import Walk, element_of, single

RUNS = frozenset({"execute", "exec", "scalars", "scalar", "stream", "stream_scalars"})
GETS = frozenset({"get", "get_one"})
WRITES = frozenset({
    "add", "add_all", "bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings", "close",
    "close_all", "commit", "delete", "delete_all", "expire", "expire_all", "expunge",
    "expunge_all", "invalidate", "merge", "merge_all", "prepare", "remove", "reset", "rollback",
})  # fmt: skip
_HARMLESS = frozenset({
    "autoflush", "get_bind", "get_transaction", "identity_key", "in_nested_transaction",
    "in_transaction", "is_modified", "object_session",
})  # fmt: skip
_ENTERED = frozenset({"begin", "begin_nested"})
DML = frozenset({"delete", "insert", "update"})


def session_method(walk: Walk, frame: Frame, node: ast.Call, session: Session, name: str) -> Value:
    """A method of a session."""
    if name == "query":
        return begin(walk, frame, node, "query", session)
    values = [walk.evaluate(walk, frame, one) for one in node.args]
    named = {one.arg: walk.evaluate(walk, frame, one.value) for one in node.keywords}
    if name in RUNS:
        first = values[0] if values else named.get("statement")
        return _run(walk, frame, node, session, name, first)
    if name in GETS:
        return _get(walk, frame, node, session, values, named)
    if name == "refresh":
        return _refresh(walk, frame, node, session, values)
    if name in WRITES:
        what = f"`{session.key}.{name}()` is called between the query and the access"
        walk.record(Wrote, frame, node, what=what, session=session)
        return values[0] if name == "merge" and values and isinstance(values[0], Entity) else None
    if name in _ENTERED:
        return session
    if name == "flush" or name in _HARMLESS:
        return None
    what = f"what `{session.key}.{name}()` does with the session is not known"
    walk.record(Escaped, frame, node, what=what, gets="session")
    return None


def _run(
    walk: Walk, frame: Frame, node: ast.Call, session: Session, name: str, statement: Value
) -> Value:
    if not isinstance(statement, Statement):
        argument = node.args[0] if node.args else None
        if _changes_rows(walk, frame, argument):
            what = "a statement changes rows between the query and the access"
            walk.record(Wrote, frame, node, what=what, session=session)
        elif argument is not None and not _is_select(walk, frame, argument):
            what = f"what `{session.key}.{name}({_short(argument)})` runs could not be followed"
            walk.record(Escaped, frame, node, what=what, gets="session")
        return None
    fetch = fetched(walk, frame, node, statement, session, streamed=name.startswith("stream"))
    scalars = name in ("scalars", "scalar", "stream_scalars")
    result = Result(fetch, scalars or (name == "exec" and len(statement.entities) == 1))
    return single(element_of(result)) if name == "scalar" else result


def _changes_rows(walk: Walk, frame: Frame, node: ast.expr | None) -> bool:
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
            node = node.func.value
            continue
        qualified = walk.world.qualified(frame.module, node.func) or ""
        return qualified.startswith("sqlalchemy") and qualified.rpartition(".")[2] in DML
    return False


def _is_select(walk: Walk, frame: Frame, node: ast.expr) -> bool:
    """Whether a statement that selects no entity is a `select` all the same."""
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
            node = node.func.value
            continue
        qualified = walk.world.qualified(frame.module, node.func) or ""
        return qualified.rpartition(".")[2] == "select"
    return False


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 30 else f"{text[:27]}..."


def _get(
    walk: Walk, frame: Frame, node: ast.Call, session: Session, values: list[Value],
    named: dict[str | None, Value],
) -> Value:  # fmt: skip
    entity = values[0] if values else named.get("entity")
    if not isinstance(entity, MappedName):
        return None
    hazards = {"opaque"} if None in named else set()
    every = [ast.Starred(one.value) for one in node.keywords if one.arg == "options"]
    options, minded = options_of(walk, frame, every)
    hazards |= minded
    if "with_for_update" in named:
        hazards.add("for-update")
    site = Site(frame.module, node)
    mapped = walk.world.registry.mapped(entity.key)
    keys = mapped.primary_key if mapped else ()
    ties: tuple[Condition, ...] = ()
    if len(keys) == 1 and len(node.args) > 1:
        column = ClassAttribute(entity, keys[0])
        ties = (Condition(node.args[1], frame.module, column, node.args[1], values[1]),)
    statement = Statement(
        (site,), "get", (entity,), tuple(options), conditions=ties, hazards=frozenset(hazards),
        session=session, whole=site, sources=tuple(node.args),
    )  # fmt: skip
    fetch = fetched(walk, frame, node, statement, session)
    return Entity(entity.key, fetch, picked=True)


def _refresh(
    walk: Walk, frame: Frame, node: ast.Call, session: Session, values: list[Value]
) -> Value:
    """`refresh(row, ["orders"])` loads relationships; any other refresh re-reads the row."""
    row = values[0] if values else None
    names = node.args[1] if len(node.args) > 1 else next(
        (one.value for one in node.keywords if one.arg == "attribute_names"), None
    )  # fmt: skip
    if isinstance(row, Entity) and isinstance(names, ast.List | ast.Tuple):
        texts = [one.value for one in names.elts if isinstance(one, ast.Constant)]
        known = walk.world.registry.relationships(row.key)
        if texts and len(texts) == len(names.elts) and all(text in known for text in texts):
            for text in texts:
                read(walk, frame, node, row, str(text), "refresh")
            return None
    what = f"`{session.key}.refresh()` is called between the query and the access"
    walk.record(Wrote, frame, node, what=what, session=session)
    return None
