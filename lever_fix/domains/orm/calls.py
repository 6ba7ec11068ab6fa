"""Calls: of SQLAlchemy, of builtins, and of the project's own functions, which are followed."""

from __future__ import annotations

import ast

from lever_fix.domains.orm.invoke import invoke, invoke_local, not_followed
from lever_fix.domains.orm.known import FACTORIES, SESSIONS, initialiser
from lever_fix.domains.orm.options import COLUMNS as COLUMN_OPTIONS
from lever_fix.domains.orm.options import STRATEGIES, chained, load, loader_option
from lever_fix.domains.orm.queries import begin, iterated, result_method, statement_method
from lever_fix.domains.orm.rows import read
from lever_fix.domains.orm.schemas import FILLS, fill, is_schema
from lever_fix.domains.orm.sessions import RUNS, session_method
from lever_fix.domains.orm.trace import Escaped, Frame, Loop, Wrote
from lever_fix.domains.orm.values import (
    BoundMethod,
    ClassAttribute,
    Entity,
    Instance,
    Known,
    LoaderOption,
    LocalFunction,
    MappedName,
    Mapping,
    Result,
    Rows,
    Session,
    SessionFactory,
    Statement,
    Tuple,
    Value,
)
from lever_fix.domains.orm.walk import Walk, element_of, forget, pick, single
from lever_fix.index.index import Symbol

_SELECTS = frozenset({"select", "lambda_stmt"})
_LISTS = frozenset({"list", "sorted", "tuple", "reversed", "set", "frozenset", "iter"})
_PICKS = frozenset({"next", "min", "max"})
_ADDS = frozenset({"append", "add", "extend", "insert", "remove", "discard", "pop", "clear",
                   "__setitem__", "setdefault", "update"})  # fmt: skip
_OF_SESSIONS = RUNS | {"get", "get_one", "query"}
_SESSION_WORDS = frozenset({"add", "commit", "delete", "expire", "expunge", "merge", "rollback"})
_QUIET = frozenset({
    "append", "appendleft", "bind", "center", "count", "critical", "debug", "decode", "dumps",
    "encode", "endswith", "error", "exception", "extend", "format", "get", "index", "info",
    "insert", "isoformat", "items", "join", "keys", "ljust", "log", "lower", "lstrip", "rjust",
    "replace", "rstrip", "setdefault", "sort", "split", "splitlines", "startswith", "strftime",
    "strip", "title", "total_seconds", "upper", "values", "warn", "warning", "write", "writerow",
})  # fmt: skip


def call(walk: Walk, frame: Frame, node: ast.Call) -> Value:
    """What a call returns."""
    target = walk.evaluate(walk, frame, node.func)
    match target:
        case BoundMethod(owner=owner, name=name):
            return _method(walk, frame, node, owner, name)
        case Known(qualified=qualified):
            return _known(walk, frame, node, qualified)
        case SessionFactory(is_async=is_async):
            _arguments(walk, frame, node)
            return Session(ast.unparse(node), is_async, fresh=True)
        case Session():  # scoped_session(): the session of this thread
            return target
        case MappedName():
            _arguments(walk, frame, node)
            name = target.key.rpartition("::")[2]
            what = f"a `{name}` is made between the query and the access"
            walk.record(Wrote, frame, node, what=what, session=None)
            return None
        case LocalFunction():
            values = [walk.evaluate(walk, frame, one) for one in node.args]
            for keyword in node.keywords:
                walk.evaluate(walk, frame, keyword.value)
            return invoke_local(walk, frame, node, target, values)
    return _unknown(walk, frame, node)


def _arguments(walk: Walk, frame: Frame, node: ast.Call) -> dict[str | int, Value]:
    """What the arguments hold, by position and by name."""
    given: dict[str | int, Value] = {}
    for at, argument in enumerate(node.args):
        value = walk.evaluate(walk, frame, argument)
        given[at if not isinstance(argument, ast.Starred) else f"*{at}"] = value
    for keyword in node.keywords:
        given[keyword.arg or "**"] = walk.evaluate(walk, frame, keyword.value)
    return given


def _unknown(walk: Walk, frame: Frame, node: ast.Call) -> Value:
    """A call of what is not known: of a session, if what it is given says so."""
    func = node.func
    if isinstance(func, ast.Attribute):
        if _is_of_session(walk, frame, node, func):
            return session_method(walk, frame, node, _seen(frame, node, func), func.attr)
        return _unknown_method(walk, frame, node, func)
    given = _arguments(walk, frame, node)
    not_followed(walk, frame, node, func, given)
    return None


def _is_of_session(walk: Walk, frame: Frame, node: ast.Call, func: ast.Attribute) -> bool:
    """Whether a method gets what only a session takes: a statement, or a mapped class."""
    if not node.args or func.attr not in _OF_SESSIONS:
        return False
    first = walk.evaluate(walk, frame, node.args[0])
    if func.attr in RUNS:
        return isinstance(first, Statement)
    return isinstance(first, MappedName) or (
        func.attr == "query" and isinstance(first, ClassAttribute)
    )


def _seen(frame: Frame, node: ast.Call, func: ast.Attribute) -> Session:
    """A session that only its use tells: what it is given is a statement or a mapped class."""
    is_async = id(node) in frame.awaited or None
    session = Session(ast.unparse(func.value), is_async)
    if isinstance(func.value, ast.Name) and func.value.id in frame.env:
        frame.env[func.value.id] = session
    return session


def _unknown_method(walk: Walk, frame: Frame, node: ast.Call, func: ast.Attribute) -> Value:
    return _after_arguments(walk, frame, node, _arguments(walk, frame, node))


def _after_arguments(
    walk: Walk, frame: Frame, node: ast.Call, given: dict[str | int, Value]
) -> Value:
    """A method of an object that is not known: its name says whether it may write."""
    func = node.func
    assert isinstance(func, ast.Attribute)
    if not walk.notes_all:
        return None
    text = ast.unparse(func)
    has_row = any(isinstance(one, Entity) for one in given.values())
    if func.attr in _SESSION_WORDS and has_row and func.attr != "add":
        walk.record(Wrote, frame, node, what=f"`{text}()` gets a row before the access")
    elif func.attr in ("commit", "rollback", "expire_all", "expunge_all") and not node.args:
        walk.record(Wrote, frame, node, what=f"`{text}()` is called before the access")
    elif func.attr == "add" and has_row:
        # A set, or a session nobody annotated.
        walk.record(Escaped, frame, node, what=f"`{text}()` gets a row", gets="row")
    elif func.attr not in _QUIET and func.attr not in _ADDS:
        not_followed(walk, frame, node, text, given)
    return None


def _method(walk: Walk, frame: Frame, node: ast.Call, owner: Value, name: str) -> Value:
    match owner:
        case Session():
            return session_method(walk, frame, node, owner, name)
        case SessionFactory(is_async=is_async):
            _arguments(walk, frame, node)
            return Session(ast.unparse(node), is_async, fresh=name != "begin")
        case Statement():
            return statement_method(walk, frame, node, owner, name)
        case Result():
            return result_method(walk, frame, node, owner, name)
        case LoaderOption():
            return chained(walk, frame, owner, node, name)
        case ClassAttribute(entity=entity, name=column):
            _arguments(walk, frame, node)
            return ClassAttribute(entity, column, plain=False)
        case Rows():
            return _of_rows(walk, frame, node, owner, name)
        case Mapping(element=element):
            _arguments(walk, frame, node)
            if name == "values":
                return Rows(element)
            if name == "items":
                return Rows(Tuple((None, element)))
            return single(element) if name in ("get", "pop") else None
        case Entity(key=key):
            return _followed(walk, frame, node, key, name, owner)
        case Instance(key=key):
            return _followed(walk, frame, node, key, name, owner)
        case MappedName(key=key):
            if name == "query":
                return None
            return _of_class(walk, frame, node, key, name)
        case Known(qualified=qualified) if "::" in qualified:
            return _of_class(walk, frame, node, qualified, name)
        case Tuple() if name in _ADDS and isinstance(node.func, ast.Attribute):
            forget(frame, node.func.value)
    return _unknown(walk, frame, node)


def _of_rows(walk: Walk, frame: Frame, node: ast.Call, owner: Rows, name: str) -> Value:
    _arguments(walk, frame, node)
    if owner.collection is not None and name in _ADDS:
        what = f"`{ast.unparse(node.func)}()` changes the collection, which is written"
        walk.record(Wrote, frame, node, what=what, session=None)
    if name in ("pop", "first", "one", "one_or_none"):
        return pick(walk, frame, node, owner)
    if name in ("all", "copy", "unique", "scalars", "fetchall"):
        return owner
    return None


def _followed(walk: Walk, frame: Frame, node: ast.Call, key: str, name: str, owner: Value) -> Value:
    method = walk.world.method(key, name)
    given = _arguments(walk, frame, node)
    if method is None:
        not_followed(walk, frame, node, node.func, given)
        return None
    return invoke(walk, frame, node, method, given, owner)


def _of_class(walk: Walk, frame: Frame, node: ast.Call, key: str, name: str) -> Value:
    """A call of `Class.method(...)`."""
    path, _, inner = key.partition("::")
    symbol = Symbol(path, inner)
    given = _arguments(walk, frame, node)
    if name in FILLS and walk.world.is_class(symbol) and is_schema(walk, symbol):
        fill(walk, frame, node, symbol, given.get(0), "schema")
        return None
    if not walk.world.is_class(symbol):
        return _after_arguments(walk, frame, node, given)
    method = walk.world.method(key, name)
    if method is None:
        not_followed(walk, frame, node, node.func, given)
        return None
    owner = MappedName(key) if walk.world.registry.mapped(key) else Known(key)
    return invoke(walk, frame, node, method, given, owner)


def _known(walk: Walk, frame: Frame, node: ast.Call, qualified: str) -> Value:
    if "::" in qualified:
        return _of_project(walk, frame, node, qualified)
    top, last = qualified.partition(".")[0], qualified.rpartition(".")[2]
    if top == "builtins":
        return _builtin(walk, frame, node, last)
    if top in ("sqlalchemy", "sqlmodel"):
        return _sqlalchemy(walk, frame, node, qualified, last)
    if isinstance(node.func, ast.Attribute) and _is_of_session(walk, frame, node, node.func):
        session = _seen(frame, node, node.func)
        return session_method(walk, frame, node, session, node.func.attr)
    given = _arguments(walk, frame, node)
    if last == "cast" and top in ("typing", "typing_extensions"):
        return given.get(1)
    if qualified == "asyncio.gather":
        return Tuple(tuple(given.values()))
    if any(isinstance(one, Session) for one in given.values()) or _hands_on(given):
        not_followed(walk, frame, node, node.func, given)
    return None


def _hands_on(given: dict[str | int, Value]) -> bool:
    """Whether a library gets a function of the project together with a row: `to_thread(f, row)`."""
    functions = [
        one
        for one in given.values()
        if isinstance(one, LocalFunction | BoundMethod)
        or (isinstance(one, Known) and "::" in one.qualified)
    ]
    return bool(functions) and any(isinstance(one, Entity | Rows) for one in given.values())


def _sqlalchemy(walk: Walk, frame: Frame, node: ast.Call, qualified: str, last: str) -> Value:
    if last in _SELECTS:
        return begin(walk, frame, node, "select")
    if last in STRATEGIES or last in COLUMN_OPTIONS:
        return loader_option(walk, frame, node, last)
    if last == "Load":
        return load(walk, frame, node)
    given = _arguments(walk, frame, node)
    if last == "aliased" and isinstance(given.get(0), MappedName) and len(given) == 1:
        one = given[0]
        assert isinstance(one, MappedName)
        return MappedName(one.key, f"line {node.lineno}")
    if qualified in FACTORIES:
        return SessionFactory(FACTORIES[qualified])
    if qualified in SESSIONS:
        return Session(ast.unparse(node), SESSIONS[qualified], fresh=True)
    if last == "with_loader_criteria":
        return LoaderOption("")
    return None


def _builtin(walk: Walk, frame: Frame, node: ast.Call, name: str) -> Value:
    values = [iterated(walk, frame, one, walk.evaluate(walk, frame, one)) for one in node.args]
    for keyword in node.keywords:
        function = walk.evaluate(walk, frame, keyword.value)
        if isinstance(function, LocalFunction) and values:  # sorted(rows, key=lambda row: ...)
            _per_element(walk, frame, node, function, values[0])
    first = values[0] if values else None
    if name in _LISTS and isinstance(first, Rows | Result):
        fetch = first.fetch if name in ("list", "tuple", "iter") else None
        same = first.collection if name == "iter" and isinstance(first, Rows) else None
        return Rows(element_of(first), fetch, name != "iter", same)
    if name == "next" and isinstance(first, Rows):
        return pick(walk, frame, node, first)
    if name in _PICKS and len(values) <= 2 and isinstance(first, Rows | Result):
        return single(element_of(first))
    if name == "enumerate" and first is not None:
        return Rows(Tuple((None, element_of(first))), is_list=False)
    if name == "zip":
        return Rows(Tuple(tuple(element_of(one) for one in values)), is_list=False)
    if name in ("map", "filter") and len(values) == 2 and isinstance(values[0], LocalFunction):
        made = _per_element(walk, frame, node, values[0], values[1])
        return Rows(made if name == "map" else element_of(values[1]), is_list=False)
    if name in ("getattr", "hasattr") and len(node.args) > 1 and isinstance(first, Entity):
        named = node.args[1]
        if isinstance(named, ast.Constant) and isinstance(named.value, str):
            return read(walk, frame, node, first, named.value, "attribute")
    for value in values if name in ("ascii", "format", "print", "repr", "str") else ():
        is_plain = name in ("ascii", "repr")
        shown(walk, frame, node, value, ("__repr__",) if is_plain else ("__str__", "__repr__"))
    if name == "setattr" and isinstance(first, Entity):
        what = "`setattr` changes a row between the query and the access"
        walk.record(Wrote, frame, node, what=what, session=None)
    return None


def shown(walk: Walk, frame: Frame, node: ast.expr, value: Value, names: tuple[str, ...]) -> None:
    """Write a row as text: the first of some methods that its class has is walked."""
    methods = (walk.world.method(value.key, one) for one in names if isinstance(value, Entity))
    method = next(filter(None, methods), None)
    if method is not None:
        invoke(walk, frame, node, method, {}, value)


def _per_element(
    walk: Walk, frame: Frame, node: ast.Call, function: LocalFunction, rows: Value
) -> Value:
    walk.loops.append(Loop(node, rows, frame, len(walk.events)))
    made = invoke_local(walk, frame, node, function, [element_of(rows)])
    walk.loops.pop()
    return made


def _of_project(walk: Walk, frame: Frame, node: ast.Call, key: str) -> Value:
    """A call of something the project defines."""
    path, _, name = key.partition("::")
    symbol = Symbol(path, name)
    given = _arguments(walk, frame, node)
    if walk.world.is_class(symbol):
        return _instance(walk, symbol, given)
    if not walk.world.is_function(symbol):
        not_followed(walk, frame, node, node.func, given)
        return None
    return invoke(walk, frame, node, symbol, given)


def _instance(walk: Walk, symbol: Symbol, given: dict[str | int, Value]) -> Value:
    """An object of a class of the project, with what its `__init__` is given."""
    held: list[tuple[str, Value]] = []
    if all(value is None for value in given.values()):
        return Instance(symbol.id)
    init = initialiser(walk.world, symbol.id)
    if init is not None:
        names = [one.arg for one in [*init.node.args.posonlyargs, *init.node.args.args]][1:]
        values = {
            names[key] if isinstance(key, int) and key < len(names) else key: value
            for key, value in given.items()
        }
        for statement in init.node.body:
            match statement:
                case (
                    ast.Assign(
                        targets=[ast.Attribute(value=ast.Name(), attr=attr)],
                        value=ast.Name(id=source),
                    )
                    | ast.AnnAssign(
                        target=ast.Attribute(value=ast.Name(), attr=attr), value=ast.Name(id=source)
                    )
                ) if source in values:
                    held.append((attr, values[source]))
    return Instance(symbol.id, tuple((name, value) for name, value in held if value is not None))
