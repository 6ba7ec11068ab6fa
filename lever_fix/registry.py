"""Finds codemods: the ones shipped beside this package, installed ones, and the user's own."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from lever_fix.codemod import Codemod
from lever_fix.codemod_names import CodemodName, parse_codemod_name
from lever_fix.errors import CodemodError, UsageError, did_you_mean
from lever_fix.interop.loading import Loaded, load_file, load_module
from lever_fix.suppress import UNUSED

SHIPPED = Path(__file__).resolve().parent.parent / "codemods"
"""Located by where this package stands: a bare `import codemods` could find a user's folder."""

GROUP = "lever_fix.codemods"
"""Entry-point group; each entry point names a codemod, or a module that holds codemods."""


def load(extra: Iterable[str] = (), root: Path | None = None) -> dict[str, Codemod]:
    """Every codemod there is, by id, in order of id.

    Args:
        extra: Files (`PATH` or `PATH:NAME`), modules and Bowler queries of the user's.
        root: What relative paths among them are relative to.

    Raises:
        CodemodError: A file is malformed, or two codemods share an id; names both files.
    """
    found: dict[str, Codemod] = {}
    sources = [str(path) for path in sorted(SHIPPED.glob("[!_]*.py"))]
    for codemod in [*_all(sources, None), *_installed(), *_all(extra, root)]:
        known = found.get(codemod.id, codemod)
        if known.function is not codemod.function:
            raise CodemodError(
                f"{codemod.origin}: the id '{codemod.id}' is taken by {known.origin}",
                "a codemod is called after its file, class or query: rename one of them",
            )
        found[codemod.id] = codemod  # named here, though installed
    return dict(sorted(found.items()))


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
    wanted = {name for name, one in codemods.items() if one.enabled}
    wanted = (set(select) if select is not None else wanted) | set(extend)
    return tuple(codemods[name] for name in in_order(codemods) if name in wanted - set(ignore))


def in_order(codemods: Mapping[str, Codemod]) -> list[str]:
    """All ids, each behind those it declares to come `after`; otherwise by id.

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

    for name in sorted(codemods):
        place(name, ())
    return list(placed)


def _all(sources: Iterable[str], root: Path | None) -> Iterator[Codemod]:
    for source in sources:
        named = parse_codemod_name(source)
        if named.query:
            from lever_fix.interop.adapters import query_codemod

            yield query_codemod(named.query)
        elif named.is_file:
            yield from _in_module(load_file(str((root or Path()) / named.place)), named)
        else:
            yield from _in_module(load_module(named.place), named)


@functools.cache
def _installed() -> tuple[Codemod, ...]:
    return tuple(_from_entry_points())


def _from_entry_points() -> Iterator[Codemod]:
    from importlib.metadata import entry_points  # 10 ms that only an installed plug-in is worth

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


def _in_module(loaded: Loaded, named: CodemodName) -> Iterator[Codemod]:
    values = [value for value in vars(loaded.module).values() if isinstance(value, Codemod)]
    own = [value for value in values if named.name in ("", value.function.__name__, value.id)]
    for value in own:
        yield from _with_version(value)
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


def _with_version(codemod: Codemod) -> Iterator[Codemod]:
    try:
        version = hashlib.sha256(codemod.origin.read_bytes()).hexdigest()
    except OSError as error:
        raise CodemodError(
            f"{codemod.origin}: cannot be read: {error.strerror}", "check its permissions"
        ) from error
    yield _versioned(codemod, version)


@functools.cache
def _versioned(codemod: Codemod, version: str) -> Codemod:
    """The codemod with its version; one object for one file, so that ids stay comparable."""
    return dataclasses.replace(codemod, version=version)
