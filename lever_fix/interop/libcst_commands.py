"""LibCST's codemod commands as codemods.

Any class that `python -m libcst.tool codemod` can run: a `CodemodCommand`, visitor-based or not.
What its `add_args` declares is given as arguments in the name: `libcst.codemod.commands.rename:
RenameCommand(old_name='a.b', new_name='a.c')`. A class may say more than LibCST asks it to:
`LEVER_TRIGGERS = ("utcnow",)`, words of which a file must hold one to be looked at, and
`LEVER_SAFETY = "safe"`.
"""

from __future__ import annotations

import argparse
import functools
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import libcst as cst
from libcst import metadata
from libcst.codemod import Codemod as Command
from libcst.codemod import CodemodCommand as CliCommand
from libcst.codemod import CodemodContext, SkipFile

from lever_fix.codemod import Codemod
from lever_fix.errors import CodemodError, UnsupportedError
from lever_fix.interop.differences import with_line_ends_of
from lever_fix.interop.foreign import Foreign, Note, Outcome, as_codemod
from lever_fix.interop.naming import dashed, digest_of, first_sentence, safety_of, slug, triggers_of
from lever_fix.semantics.module import Module

_GENERATED = b"@gen" + b"erated"
"""LibCST's runner leaves files alone that say so."""
_TRIGGERS = {
    "AddPyreUnsafeCommand": ("pyre",),
    "ConvertFormatStringCommand": (".format",),
    "ConvertNamedTupleToDataclassCommand": ("NamedTuple",),
    "ConvertPercentFormatStringCommand": ("%",),
    "ConvertTypeComments": ("type:",),
    "ConvertUnionToOrCommand": ("Union", "Optional"),
    "FixVariadicCallableCommmand": ("Callable",),
    "RemoveUnusedImportsCommand": ("import",),
    "RenameTypingGenericAliases": ("typing",),
    "StripStringsCommand": ("import",),
    "UnnecessaryFormatString": ("f'", 'f"', "F'", 'F"'),
}
"""Words without which LibCST's own commands change nothing."""


def is_command(value: object, *, with_helpers: bool) -> bool:
    """Whether a value is a class of LibCST's that can be run, not an abstract one.

    Args:
        value: Anything.
        with_helpers: Whether transformers count that are no commands.
    """
    kind = Command if with_helpers else CliCommand
    return isinstance(value, type) and issubclass(value, kind) and not inspect.isabstract(value)


@functools.cache
def libcst_codemod(
    command: type[Command], written: str, values: _Arguments, called: str = ""
) -> Codemod:
    """The codemod that a command is.

    Args:
        command: The class.
        written: Its arguments as they were written, for the id; empty where it has none.
        values: The same, evaluated.
        called: What the codemod is to be called; empty for the name of the class.

    Raises:
        CodemodError: It asks for other arguments.
    """
    origin = Path(inspect.getsourcefile(command) or "")
    arguments = _checked(command, values, origin)
    name = dashed(command.__name__.removesuffix("Codemod").removesuffix("Command"))
    own = [inspect.getsourcefile(one) for one in command.__mro__ if one is not object]
    doc = inspect.cleandoc(vars(command).get("__doc__") or "")
    said = getattr(command, "DESCRIPTION", "")
    described = doc if said in ("", CliCommand.DESCRIPTION) else inspect.cleandoc(said)
    foreign = Foreign(
        id=called or (f"{name}-{slug(written)}" if written else name),
        kind="LibCST command",
        summary=first_sentence(described) or f"Run {command.__name__}",
        doc=described or f"The LibCST command {command.__name__}.",
        origin=origin,
        version=digest_of([path for path in own if path], "libcst", written),
        triggers=triggers_of(command, _TRIGGERS.get(command.__name__, ())),
        safety=safety_of(command, origin),
    )
    return as_codemod(foreign, functools.partial(_transformed, command, arguments, foreign.id))


class Arguments(dict[str, Any]):
    """Evaluated arguments of a command; equal ones are one key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(repr(sorted(self.items())))


_Arguments = Arguments


class _Parser(argparse.ArgumentParser):
    """Says what is wrong, where others end the process."""

    def error(self, message: str) -> NoReturn:
        raise CodemodError(message)


def _checked(command: type[Command], values: Mapping[str, Any], origin: Path) -> dict[str, Any]:
    """The arguments with the defaults that the command declares for its own command line.

    Raises:
        CodemodError: One is missing, or there is no such argument.
    """
    parser = _Parser(add_help=False)
    if issubclass(command, CliCommand):
        command.add_args(parser)
    declared = {action.dest: action for action in parser._actions}
    missing = [one.dest for one in declared.values() if one.required and one.dest not in values]
    example = ", ".join(f"{name}='…'" for name in missing) or ", ".join(declared)
    hint = f"write {command.__module__}:{command.__name__}({example})"
    if missing:
        raise CodemodError(f"{command.__name__} needs {' and '.join(missing)}", hint)
    arguments = {
        name: action.default
        for name, action in declared.items()
        if action.default is not argparse.SUPPRESS
    } | dict(values)
    try:
        inspect.signature(command).bind(CodemodContext(), **arguments)
    except TypeError as error:
        raise CodemodError(f"{origin}: {command.__name__}: {error}", hint) from error
    return arguments


def _transformed(
    command: type[Command], arguments: Mapping[str, Any], name: str, module: Module
) -> Outcome:
    """What a command makes of a module, by an instance that has seen no other."""
    if _GENERATED in module.text:
        return Outcome(notes=(Note("generated", "it says that it is generated"),))
    text = module.view.decode("utf-8")
    try:
        tree = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        _ = module.tree  # the file's own fault is told as such
        raise UnsupportedError(
            f"{module.path}:{error.raw_line}: not parsed by LibCST, which {name} is written for: "
            f"{error.message}",
            "upgrade libcst, or leave the file out",
        ) from error
    context = _context(command, module)
    running = command(context, **arguments)
    try:
        after = running.transform_module(tree)
    except SkipFile as error:
        said = str(error) or "it asked to skip the file"
        return Outcome(notes=(*_warnings(running), Note("skipped", said)))
    made = after.code.encode("utf-8")
    if made != module.view and tree.code != text:
        raise UnsupportedError(
            f"{module.path}: LibCST does not print what it has read, so {name} did nothing here",
            "leave the file out",
        )
    if module.view != module.text:  # LibCST knows no lone carriage returns
        made = with_line_ends_of(module.text, made, module.source.newline)
    return Outcome(made, _warnings(running))


def _warnings(running: Command) -> tuple[Note, ...]:
    return tuple(Note("warning", text) for text in running.context.warnings)


def _context(command: type[Command], module: Module) -> CodemodContext:
    """What a command may ask about the file it is at."""
    path = Path(module.path)
    package = path.parent.parts
    parts = package if path.stem == "__init__" else (*package, path.stem)
    wanted = {
        one
        for one in command.get_inherited_dependencies()
        if isinstance(one, type) and one.gen_cache is not None
    }
    manager = metadata.FullRepoManager(".", [module.path], wanted) if wanted else None
    return CodemodContext(
        filename=module.path,
        full_module_name=".".join(parts),
        full_package_name=".".join(package),
        metadata_manager=manager,
    )
