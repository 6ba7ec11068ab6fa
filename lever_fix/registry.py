"""Finds codemods: the ones shipped beside this package, installed ones, and the user's own."""

from __future__ import annotations

import dataclasses
import functools
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from lever_fix.codemod import Codemod
from lever_fix.codemod_names import CodemodName, parse_codemod_name
from lever_fix.errors import CodemodError, UsageError, did_you_mean
from lever_fix.interop.loading import Loaded, load_file, load_module
from lever_fix.outlines import digest, outlined
from lever_fix.suppress import UNUSED

SHIPPED = Path(__file__).resolve().parent.parent / "codemods"
"""Located by where this package stands: a bare `import codemods` could find a user's folder."""

GROUP = "lever_fix.codemods"
"""Entry-point group; each entry point names a codemod, or a module that holds codemods."""


class Codemods(Mapping[str, Codemod]):
    """Codemods by id, in order of id; those shipped are looked up when they are first asked for.

    Ids are all that most commands need of most codemods, and these are the stems of the files.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        """Start with the codemods that ship.

        Args:
            files: Their files by id.
        """
        self._files = dict(files)
        self._loaded: dict[str, Codemod] = {}

    def add(self, codemod: Codemod) -> None:
        """Add a codemod from elsewhere.

        Raises:
            CodemodError: Another one has its id.
        """
        known = self.get(codemod.id, codemod)
        if known.function is not codemod.function:
            raise CodemodError(
                f"{codemod.origin}: the id '{codemod.id}' is taken by {known.origin}",
                "rename a file, or put an id in front of a LibCST command or query: my-id=…",
            )
        self._loaded[codemod.id] = codemod  # named here, though installed

    def __getitem__(self, name: str) -> Codemod:
        if name not in self._loaded and name in self._files:
            self._loaded[name] = _shipped(self._files[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._loaded or name in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._loaded, *self._files}))

    def __len__(self) -> int:
        return len({*self._loaded, *self._files})


def load(extra: Iterable[str] = (), root: Path | None = None) -> Codemods:
    """Every codemod there is, by id, in order of id.

    Args:
        extra: Files (`PATH` or `PATH:NAME`), modules and Bowler queries of the user's.
        root: What relative paths among them are relative to.

    Raises:
        CodemodError: A file is malformed, or two codemods share an id; names both files.
    """
    found = Codemods({path.stem.replace("_", "-"): path for path in SHIPPED.glob("[!_]*.py")})
    for codemod in [*_installed(), *_all(extra, root)]:
        found.add(codemod)
    return found


def choose(
    codemods: Mapping[str, Codemod],
    select: Sequence[str] | None,
    extend: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> tuple[Codemod, ...]:
    """The codemods to run, in the order they declare by `after`.

    Args:
        codemods: All there are.
        select: Ids to run; None for all that are enabled by default.
        extend: Ids to run besides these.
        ignore: Ids not to run.

    Raises:
        UsageError: An id is unknown.
    """
    for name in (*(select or ()), *extend, *ignore):
        if name not in codemods and name != UNUSED:
            raise UsageError(
                f"no codemod is called '{name}'",
                did_you_mean(name, codemods) or "`lever-fix list` names them all",
            )
    if select is None:
        select = [name for name, one in codemods.items() if one.enabled]
    wanted = ({*select, *extend} - {*ignore}) & codemods.keys()
    return tuple(codemods[name] for name in in_order(codemods, wanted))


def in_order(codemods: Mapping[str, Codemod], names: Iterable[str] | None = None) -> list[str]:
    """Ids, each behind those its codemod declares to come `after`; otherwise by id.

    Args:
        codemods: All there are.
        names: The ids to order; all if none are given.

    Raises:
        CodemodError: The declarations run in a circle.
    """
    placed: dict[str, None] = {}

    def place(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " -> ".join([*path[path.index(name) :], name])
            raise CodemodError(f"codemods come after each other in a circle: {circle}")
        if name not in placed and name in codemods:
            for before in sorted(codemods[name].after):
                place(before, (*path, name))
            placed[name] = None

    wanted = set(codemods if names is None else names)
    for name in sorted(wanted):
        place(name, ())
    return [name for name in placed if name in wanted]


@functools.cache
def _shipped(path: Path) -> Codemod:
    """A codemod of ours, which is loaded when it has something to do."""

    def loaded() -> Codemod:
        (codemod,) = _all([str(path)], None)
        return codemod

    return outlined(path, loaded) or loaded()


def _all(sources: Iterable[str], root: Path | None) -> Iterator[Codemod]:
    for source in sources:
        named = parse_codemod_name(source)
        if named.query:
            from lever_fix.interop.adapters import query_codemod

            yield query_codemod(named.query, named.id)
        elif named.is_file:
            yield from _in_module(load_file(str((root or Path()) / named.place)), named)
        else:
            yield from _in_module(load_module(named.place), named)


@functools.cache
def _installed() -> tuple[Codemod, ...]:
    return tuple(_from_entry_points())


def _from_entry_points() -> Iterator[Codemod]:
    if not _may_have_entry_points():
        return
    from importlib.metadata import entry_points  # as slow to load as all of our own codemods

    for point in entry_points(group=GROUP):
        try:
            loaded = load_module(point.module)
            found = tuple(_in_module(loaded, CodemodName(point.module, point.attr or "")))
        except CodemodError as error:
            raise CodemodError(
                f"the installed codemod '{point.name}' ({point.value}) does not load: "
                f"{error.message}",
                "upgrade or uninstall the package that brings it",
            ) from error
        for codemod in found:
            # What another tool's codemod costs and does, nobody who installed it asked for here.
            yield dataclasses.replace(codemod, enabled=codemod.enabled and not codemod.once)


def _may_have_entry_points() -> bool:
    """False where a look at the installed packages tells that none of them brings codemods."""
    group = GROUP.encode()
    for entry in dict.fromkeys(sys.path):
        try:
            names = os.listdir(entry or ".")  # noqa: PTH208 - a `Path` for each name costs more
        except NotADirectoryError:
            return True  # an archive: only its importer knows what is in it
        except OSError:
            continue
        for name in names:
            if name.endswith(_METADATA) and group in _entry_points_in(f"{entry or '.'}/{name}"):
                return True
    return False


_METADATA = (".dist-info", ".egg-info")


def _entry_points_in(directory: str) -> bytes:
    try:
        with open(f"{directory}/entry_points.txt", "rb") as file:
            return file.read()
    except OSError:
        return b""


def _in_module(loaded: Loaded, named: CodemodName) -> Iterator[Codemod]:
    values = [value for value in vars(loaded.module).values() if isinstance(value, Codemod)]
    own = [value for value in values if named.name in ("", value.function.__name__, value.id)]
    if own and named.id:
        raise CodemodError(
            f"{named.place}: the codemod '{own[0].id}' is called after its file",
            f"name it without '{named.id}='",
        )
    for value in own:
        yield _versioned(value, digest(value.origin))
    found: list[Codemod] = []
    if not (own and named.name) and ("libcst.codemod" in sys.modules or "bowler" in sys.modules):
        from lever_fix.interop.adapters import foreign_codemods

        found += foreign_codemods(loaded, named)
        yield from found
    if not own and not found:
        wanted = f"named '{named.name}'" if named.name else "registered with @codemod"
        raise CodemodError(
            f"{named.place}: no codemod {wanted}",
            did_you_mean(named.name, vars(loaded.module))
            or "decorate its function with `@codemod(...)` from lever_fix.codemod, "
            "or name a LibCST command or a Bowler query",
        )


@functools.cache
def _versioned(codemod: Codemod, version: str) -> Codemod:
    """The codemod with its version; one object for one file, so that ids stay comparable."""
    return dataclasses.replace(codemod, version=version)
