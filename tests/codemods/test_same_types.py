"""Executed proof: a module means the same to all who read its annotations, before and after."""

import dataclasses
import enum
import inspect
import sys
import types
import typing
from typing import Any

import pytest

CODEMODS = ("builtin-generics", "optional-to-union")
NAME = "module_under_test"
Described = dict[str, Any]


def execute(source: bytes) -> types.ModuleType:
    """Run a module under the same name each time, as libraries look it up by name."""
    module = types.ModuleType(NAME)
    sys.modules[NAME] = module
    exec(compile(source, f"{NAME}.py", "exec", dont_inherit=True), vars(module))
    return module


def normal(kind: Any) -> Any:
    """A type as plain data: `typing.List[int]` and `list[int]` are the same."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is None:
        return normal(type(None))
    if isinstance(kind, list | tuple):
        return [normal(one) for one in kind]
    if isinstance(kind, str | typing.ForwardRef):
        return getattr(kind, "__forward_arg__", kind)
    if origin is typing.Annotated:
        return ("Annotated", normal(arguments[0]), [type(one).__name__ for one in arguments[1:]])
    if origin in (typing.Union, types.UnionType):
        return ("Union", [normal(one) for one in arguments])
    if origin is typing.Literal:
        return ("Literal", list(arguments))
    if origin is not None and origin is not kind:
        return (normal(origin), [normal(one) for one in arguments]) if arguments else normal(origin)
    if isinstance(kind, typing.TypeVar):
        return (repr(kind), normal(kind.__bound__), normal(kind.__constraints__))
    return f"{getattr(kind, '__module__', '')}.{getattr(kind, '__qualname__', repr(kind))}"


def hints(thing: Any) -> Any:
    try:
        found = typing.get_type_hints(thing, include_extras=True)
    except NameError as error:  # imported under TYPE_CHECKING
        return f"unknown: {error}"
    return {name: normal(kind) for name, kind in found.items()}


def described(module: types.ModuleType) -> Described:
    """What everyone who looks at the module's types sees."""
    found: Described = {"": hints(module)}
    for name, value in vars(module).items():
        if name.startswith("__") or inspect.ismodule(value):
            continue
        if typing.get_args(value):
            found[name] = normal(value)
        elif getattr(value, "__module__", None) == NAME and callable(value):
            found[name] = hints(value)
            if isinstance(value, type) and not issubclass(value, enum.Enum):
                found |= of_class(name, value)
        found |= of_application(name, value)
    return found


def of_class(name: str, cls: type) -> Described:
    found: Described = {
        f"{name}.{key}": hints(value)
        for key, value in vars(cls).items()
        if inspect.isfunction(value) and value.__module__ == NAME
    }
    if dataclasses.is_dataclass(cls):
        fields = dataclasses.fields(cls)
        found[f"{name} fields"] = [(one.name, repr(one.default), one.compare) for one in fields]
    if hasattr(cls, "model_json_schema"):
        found[f"{name} schema"] = cls.model_json_schema()
    if hasattr(cls, "__table__"):
        found[f"{name} columns"] = [
            (one.name, repr(one.type), one.nullable, sorted(map(str, one.foreign_keys)))
            for one in cls.__table__.columns
        ]
        found[f"{name} relationships"] = [
            (one.key, one.mapper.class_.__name__, one.uselist, str(one.collection_class))
            for one in cls.__mapper__.relationships
        ]
    return found


def of_application(name: str, value: Any) -> Described:
    from fastapi import APIRouter, FastAPI
    from pydantic import TypeAdapter
    from typer import Typer
    from typer.testing import CliRunner

    if isinstance(value, Typer):
        run = CliRunner().invoke
        commands = [info.callback.__name__ for info in value.registered_commands]
        asked = [["--help"], *([one, "--help"] for one in commands)]
        return {f"{name} help": [run(value, words).output for words in asked]}
    if isinstance(value, APIRouter):
        app = FastAPI()
        app.include_router(value)
        return {f"{name} openapi": app.openapi()}
    if isinstance(value, TypeAdapter):
        return {f"{name} schema": value.json_schema()}
    return {}


@pytest.fixture(autouse=True)
def forget():
    yield
    sys.modules.pop(NAME, None)


def raised(source: bytes) -> str:
    """The name of what importing a module raises; empty for nothing."""
    try:
        execute(source)
    except (ImportError, TypeError) as error:
        return type(error).__name__
    return ""


def test_same_types(snapshot, monkeypatch):
    monkeypatch.setattr(typing, "TYPE_CHECKING", snapshot.options.get("type-checking", False))
    after = snapshot.after
    for path, source in snapshot.before.items():
        assert (raised(source), raised(after[path])) == snapshot.raises
        if any(snapshot.raises):
            continue
        old = described(execute(source))
        new = described(execute(after[path]))
        if snapshot.path.name == "generic_models":
            assert old != new, "it is unsafe because of a difference that must show here"
            continue
        assert new == old
        assert snapshot.left_alone or any(old.values()), "nothing was compared"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x: list[int]", "x: list[str]"),
        ("def f(a: int | None): ...", "def f(a: int): ..."),
        ("class A:\n    def f(self) -> int: ...", "class A:\n    def f(self) -> str: ..."),
        ("X = list[int]", "X = tuple[int]"),
        ("x: int | str", "x: str | int"),
        (
            "import pydantic\nclass A(pydantic.BaseModel):\n    a: int = 1",
            "import pydantic\nclass A(pydantic.BaseModel):\n    a: int = 2",
        ),
    ],
)
def test_a_difference_shows(old: str, new: str):
    assert described(execute(old.encode())) != described(execute(new.encode()))
