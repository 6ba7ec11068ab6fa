"""Import every module of some packages whose dependencies are not installed: what fails, is told.

    python benchmarks/importing.py PACKAGE...

A verify command for packages without tests. What cannot be found is stood in for by classes that
take any subscript, call, operand and subclass, so that annotations and module-level code really
run. Each module that cannot be imported is named as pytest names a failing test. It imports
nothing of this project: it runs in the tree of another.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import os
import signal
import socket
import sys
import types
import warnings
from abc import ABCMeta
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

SECONDS = 20
"""How long one module may take."""


_DECORATED = (classmethod, property, staticmethod)


class _Anything(ABCMeta):
    """The type of classes that stand in for what is not installed."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _stand_in(name)
        setattr(cls, name, value)
        return value

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        if cls.__dict__.get("_stands_in"):
            # What it is given alone is most likely what it decorates.
            alone = len(arguments) == 1 and not named
            kept = alone and (callable(arguments[0]) or isinstance(arguments[0], _DECORATED))
            return arguments[0] if kept else _stand_in(cls.__name__)
        return super().__call__(*arguments, **named)

    def __getitem__(cls, _key: Any) -> Any:
        return cls

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __or__(cls, other: Any) -> Any:
        return other

    def __ror__(cls, other: Any) -> Any:
        return other


def _stand_in(name: str) -> Any:
    members = {"_stands_in": True, "__get_pydantic_core_schema__": classmethod(_any_schema)}
    return _Anything(name, (), members)


def _any_schema(_cls: type, _source: Any, _handler: Any) -> dict[str, str]:
    return {"type": "any"}


class _Missing(types.ModuleType):
    """A module that is not installed."""

    __path__ = []
    __file__ = "not installed"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _stand_in(name)
        setattr(self, name, value)
        return value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds whatever nobody else does, but for modules of the packages under test."""

    def __init__(self, own: Sequence[str]) -> None:
        self._own = frozenset(own)

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = name.partition(".")[0]
        if top in self._own or top in sys.stdlib_module_names:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Missing(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


def main(packages: Sequence[str]) -> int:
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(5_000)
    sys.meta_path.append(_Finder(packages))
    socket.socket.connect = _refuse  # type: ignore[method-assign]
    socket.getaddrinfo = _refuse
    importlib.metadata.version = _version  # type: ignore[assignment]
    signal.signal(signal.SIGALRM, _refuse)
    names = [name for package in packages for name in _modules(Path(package))]
    failed = {name: error for name in names if (error := _imported(name)) is not None}
    for name, error in failed.items():
        print(f"FAILED {name} - {type(error).__name__}: {' '.join(str(error).split())[:120]}")
    print(f"{len(names) - len(failed)} of {len(names)} modules can be imported", flush=True)
    # Threads that a module left behind must not hold the command up.
    os._exit(bool(failed))


def _version(name: str) -> str:
    try:
        return importlib.metadata.distribution(name).version
    except importlib.metadata.PackageNotFoundError:
        return "2.0"


def _refuse(*_arguments: Any, **_named: Any) -> NoReturn:
    raise OSError("not while modules are imported")


def _modules(package: Path) -> Iterator[str]:
    files = [package] if package.suffix == ".py" else sorted(package.rglob("*.py"))
    for file in files:
        parts = file.with_suffix("").parts
        if parts[-1] == "__main__" or not all(map(str.isidentifier, parts)):
            continue
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(name: str) -> BaseException | None:
    signal.alarm(SECONDS)
    try:
        importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a stranger's module does, the next one has its turn
        return error
    finally:
        signal.alarm(0)
    return None


if __name__ == "__main__":
    # In place of this file's own directory.
    sys.path[0] = str(Path.cwd())
    sys.exit(main(sys.argv[1:]))
