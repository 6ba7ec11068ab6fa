"""What a loaded module holds that was written for other tools, as codemods."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from lever_fix.codemod import Codemod
from lever_fix.codemod_names import CodemodName
from lever_fix.errors import CodemodError, LeverFixError, failure
from lever_fix.interop.bowler_install import held_back, require_bowler
from lever_fix.interop.loading import Loaded, line_of
from lever_fix.interop.naming import dashed, first_sentence, slug
from lever_fix.interop.quiet import quiet


def foreign_codemods(loaded: Loaded, named: CodemodName) -> Iterator[Codemod]:
    """The LibCST commands and Bowler queries in a module.

    Args:
        loaded: The module.
        named: Which one is meant, and its arguments; all that the module defines if none.

    Raises:
        CodemodError: An argument is missing or wrong, or a script does not lead to a query.
    """
    for name, value in _values(loaded.module, named):
        if _is_command(value, named.name):
            yield _command(value, named)
        elif _is_query(value):
            yield _query(loaded.module, value, name, named)
        elif named.name and inspect.isfunction(value) and _knows_bowler(loaded.module):
            yield from _made(loaded.module, value, named)
    if not named.name:
        yield from _script(loaded, named)


def query_codemod(written: str, name: str = "") -> Codemod:
    """The codemod that a Bowler query is which a user wrote out, such as `select_var("a")…`.

    Raises:
        CodemodError: It is no query.
    """
    require_bowler(f"bowler:{written}")
    return _written_query(written, name)


@functools.cache
def _written_query(written: str, name: str) -> Codemod:
    import bowler

    from lever_fix.interop.bowler_queries import bowler_codemod

    text = written if written.lstrip().startswith("Query") else f"Query().{written.lstrip('.')}"
    names = {name: value for name, value in vars(bowler).items() if not name.startswith("_")}
    made: list[Any] = []

    def evaluate() -> None:
        with quiet(), held_back():
            made.append(eval(text, names))

    error = failure(evaluate)
    if error is not None or not _is_query(made[0]):
        said = f"{type(error).__name__}: {error}" if error else f"it is a {type(made[0]).__name__}"
        raise CodemodError(
            f"bowler: {text}: {said}",
            'a query selects and modifies: select_function("old").rename("new")',
        ) from error
    summary = " ".join(text.removeprefix("Query().").split())
    return bowler_codemod(
        made[0],
        id=name or f"bowler-{slug(summary)}",
        summary=summary,
        doc=f"The Bowler query `{summary}`.",
        origin=Path(bowler.__file__),
        holder=None,
        written=(text,),
    )


def _values(module: ModuleType, named: CodemodName) -> Iterator[tuple[str, Any]]:
    """What is meant in a module; without a name, what it defines itself."""
    if named.name:
        value: Any = module
        for part in named.name.split("."):
            value = getattr(value, part, None)
        yield named.name, value
        return
    for name, value in vars(module).items():
        own = not isinstance(value, type) or value.__module__ == module.__name__
        if own and not name.startswith("_"):
            yield name, value


def _is_command(value: object, name: str) -> bool:
    if "libcst.codemod" not in sys.modules or not isinstance(value, type):
        return False  # a command's module has imported it
    from lever_fix.interop.libcst_commands import is_command

    # A file's helpers are transformers, too; only who names one means it.
    return is_command(value, with_helpers=bool(name))


def _is_query(value: object) -> bool:
    known = sys.modules.get("bowler.query")
    return known is not None and isinstance(value, known.Query)


def _knows_bowler(module: ModuleType) -> bool:
    if "bowler" not in sys.modules:
        return False
    packages = {"bowler", "fissix"}
    return any(
        getattr(value, "__module__", None) and value.__module__.partition(".")[0] in packages
        for value in vars(module).values()
    ) or any(isinstance(v, ModuleType) and v.__name__ in packages for v in vars(module).values())


def _command(value: Any, named: CodemodName) -> Codemod:
    from lever_fix.interop.libcst_commands import Arguments, libcst_codemod

    positional, keywords = _arguments(named)
    if positional:
        raise CodemodError(
            f"{named.place}:{named.name}({named.arguments}): its arguments need names",
            f"such as {named.name}(old_name='a.b')",
        )
    return libcst_codemod(value, named.arguments, Arguments(keywords), named.id)


def _arguments(named: CodemodName) -> tuple[list[Any], dict[str, Any]]:
    """The arguments in a codemod's name: literals, nothing that is executed.

    Raises:
        CodemodError: They are anything else.
    """
    try:
        call = ast.parse(f"_({named.arguments})", mode="eval").body
        assert isinstance(call, ast.Call)
        positional = [ast.literal_eval(one) for one in call.args]
        keywords = {one.arg or "": ast.literal_eval(one.value) for one in call.keywords}
    except (SyntaxError, ValueError, AssertionError) as error:
        raise CodemodError(
            f"{named.place}:{named.name}({named.arguments}): the arguments are not literals",
            "write them as in Python: name='value', count=3",
        ) from error
    return positional, keywords


@functools.cache
def _query(module: ModuleType, query: Any, name: str, named: CodemodName) -> Codemod:
    from lever_fix.interop.bowler_queries import bowler_codemod

    origin = Path(getattr(module, "__file__", None) or "")
    doc = inspect.cleandoc(module.__doc__ or "")
    arguments = f"-{slug(named.arguments)}" if named.arguments else ""
    described = " ".join(f"{one.selector} {one.kwargs.get('name', '')}" for one in query.transforms)
    return bowler_codemod(
        query,
        id=named.id or dashed(name or origin.stem) + arguments,
        summary=first_sentence(doc.partition("\n\n")[0]) or f"Bowler query on {described}".strip(),
        doc=doc or f"The Bowler query of {origin.name}.",
        origin=origin,
        holder=module,
        written=(name, named.arguments),
    )


def _script(loaded: Loaded, named: CodemodName) -> Iterator[Codemod]:
    """The queries that a script ran when it was loaded, or runs in its `main`."""
    module = loaded.module
    kept = [value for value in vars(module).values() if _is_query(value)]
    ran = [one for one in loaded.queries if all(one is not known for known in kept)]
    yield from _numbered(module, ran, "", named)
    main = getattr(module, "main", None)
    if not kept and not ran and inspect.isfunction(main) and _knows_bowler(module):
        yield from _made(module, main, named)


@functools.cache
def _made(module: ModuleType, function: Any, named: CodemodName) -> tuple[Codemod, ...]:
    """The queries that a function runs or returns."""
    positional, keywords = _arguments(named)
    path = getattr(module, "__file__", None) or named.place
    found: list[Any] = []

    def call() -> None:
        with quiet(), held_back() as ran:
            returned = function(*positional, **keywords)
            values = returned if isinstance(returned, list | tuple) else [returned]
            for value in [*ran, *values]:
                if _is_query(value) and all(value is not known for known in found):
                    found.append(value)

    error = failure(call)
    if isinstance(error, LeverFixError):
        raise error
    if error is not None:
        name = getattr(function, "__name__", "main")
        raise CodemodError(
            f"{path}:{line_of(path, error)}: {name}() {type(error).__name__}: {error}",
            f"give it arguments as PATH.py:{name}('…'), or keep the query in a variable",
        ) from error
    return tuple(_numbered(module, found, named.name if named.name != "main" else "", named))


def _numbered(
    module: ModuleType, queries: list[Any], name: str, named: CodemodName
) -> Iterator[Codemod]:
    """Queries without names of their own: called by the file, and by number if there are more."""
    stem = name or Path(getattr(module, "__file__", None) or module.__name__).stem
    for number, query in enumerate(queries, 1):
        yield _query(module, query, f"{stem}-{number}" if len(queries) > 1 else stem, named)
