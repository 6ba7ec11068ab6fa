"""Loader options as text, and the edits that put them on a statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from lever_fix.domains.orm.layout import RefusedError, option_edits
from lever_fix.domains.orm.needs import Need
from lever_fix.domains.orm.queries import loaded
from lever_fix.domains.orm.registry import Registry, Relationship
from lever_fix.domains.orm.trace import Fetched
from lever_fix.domains.orm.values import Hop, Path, Site
from lever_fix.domains.orm.world import World
from lever_fix.model import Edit, Import
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import imported_name
from lever_fix.semantics.scopes import Binding, scopes

ORM = "sqlalchemy.orm"
_UNJOINED = frozenset({
    "distinct", "execution-options", "for-update", "from-statement", "group-by", "join ?", "text",
    "union", "yield-per",
})  # fmt: skip
"""What in a statement makes a joined table change rows, order or validity (or has no effect)."""


@dataclass
class Placed:
    """Options written onto a statement.

    Attributes:
        edits: The edits, of the statement's own file.
        imports: What they need imported there.
        texts: The options.
        reasons: What the imports leave open.
    """

    edits: list[Edit] = field(default_factory=list)
    imports: dict[Import, None] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def place(need: Need, width: int) -> Placed:
    """Write the options that a need asks for onto its statement.

    Raises:
        RefusedError: They cannot be written there.
    """
    statement = need.fetch.statement
    placed = Placed()
    for site in statement.sites:
        placed.texts = []
        texts = []
        for path, steps in sorted(need.paths.items()):
            longer = _longer(need, site, path, placed)
            text = _option(need, site, path, steps, placed, longer is not None)
            placed.texts.append(text)
            if longer is None:
                texts.append(text)
            else:
                placed.edits.append(site.module.edit(longer, longer, f".{text}"))
        placed.edits += option_edits(statement, site, texts, width)
    return placed


def _option(
    need: Need,
    site: Site,
    path: Path,
    steps: tuple[Relationship, ...],
    placed: Placed,
    goes_on: bool,
) -> str:
    """One option, such as `selectinload(User.orders).joinedload(Order.customer)`."""
    statement, world = need.fetch.statement, need.walk.world
    known = loaded(statement, need.column)
    root = ast.unparse(statement.sources[need.column])
    hazards = _hazards(need)
    text, under_selectin = "", False
    registry = world.registry
    for at, step in enumerate(steps):
        owner = root if at == 0 else _class_name(world, site, step.owner, root, placed)
        hop = known.get(path[: at + 1])
        name = _strategy(registry, step, hop, hazards, under_selectin)
        under_selectin |= name == "selectinload" or bool(hop and hop.strategy == "selectinload")
        if goes_on and hop is not None:
            continue
        if not text and not goes_on:
            _import_loader(site, name, placed)
        text += f"{'.' if text else ''}{name}({owner}.{step.name})"
    return text


def _hazards(need: Need) -> frozenset[str]:
    """What is said of the statement in any of its uses: the option goes with all of them."""
    sites = set(need.fetch.statement.sites)
    uses = (
        event.fetch.statement
        for event in need.walk.events
        if isinstance(event, Fetched) and sites & set(event.fetch.statement.sites)
    )
    return frozenset(hazard for use in uses for hazard in use.hazards)


def _longer(need: Need, site: Site, path: Path, placed: Placed) -> int | None:
    """Where an option that is written in the statement ends, and this path goes on from it."""
    module = site.module
    taken = {edit.start for edit in placed.edits}
    arguments = {
        id(one)
        for call in need.fetch.statement.option_calls
        if call.module is module and isinstance(call.node, ast.Call)
        for one in call.node.args
    }
    for option in need.fetch.statement.options:
        if not option.site or id(option.site.node) not in arguments or not option.tip:
            continue
        end = module.span(option.site.node).end
        plain = option.hops[-1].path == option.tip and option.hops[-1].plain
        if plain and option.tip == path[:-1] and end not in taken:
            return end
    return None


def _strategy(
    registry: Registry,
    step: Relationship,
    hop: Hop | None,
    hazards: frozenset[str],
    under_selectin: bool,
) -> str:
    if hop is not None:
        if not hop.plain:
            raise RefusedError("partial-collection", "an option narrows the collection on the way")
        return "defaultload"
    if not step.is_lazy:
        return "defaultload"  # it is loaded with its rows as it says itself
    if step.many or step.direction != "many-to-one":
        return "selectinload"
    joined = {f"join {step.target}", f"join .{step.name}"}
    if not under_selectin and (hazards & _UNJOINED or hazards & joined):
        return "selectinload"
    return "selectinload" if _joins_many(registry, step.target, set()) else "joinedload"


def _joins_many(registry: Registry, key: str, seen: set[str]) -> bool:
    """Whether a class joins a collection by its own definition: joining it would multiply rows."""
    seen.add(key)
    return any(
        one.fact.lazy == "?"
        or (
            one.fact.lazy == "joined"
            and (one.many or (one.target not in seen and _joins_many(registry, one.target, seen)))
        )
        for one in registry.relationships(key).values()
    )


def _import_loader(site: Site, name: str, placed: Placed) -> None:
    bindings = _seen(site.module, site.node, name)
    known = {_target(site.module, one) for one in bindings}
    if known - {f"{ORM}.{name}", f"{ORM}.strategy_options.{name}"}:
        raise RefusedError("name-taken", f"`{name}` means something else there")
    placed.imports[Import(ORM, name)] = None


def _class_name(world: World, site: Site, key: str, root: str, placed: Placed) -> str:
    """How the statement's file names a class; imported where it has no name for it."""
    path, _, name = key.partition("::")
    module = site.module
    if path == module.path and "." not in name:
        if {_target(module, one) for one in _seen(module, site.node, name)} == {
            f"{module.name}.{name}"
        }:
            return name
        raise RefusedError("name-taken", f"`{name}` means something else there")
    prefix = root.rpartition(".")[0]
    if prefix and _is_key(world, module, f"{_qualified(module, site.node, prefix)}.{name}", key):
        return f"{prefix}.{name}"
    bindings = _seen(module, site.node, name)
    if bindings:
        if all(_is_key(world, module, _target(module, one), key) for one in bindings):
            return name
        raise RefusedError("name-taken", f"`{name}` means something else there")
    source = world.index.layout.name_of(path)
    imported = set(world.index.facts[module.path].imports.values())
    beside = any(_from(world, module, target, path) for target in imported)
    if not beside:
        placed.reasons.append(
            f"`{name}` has to be imported from `{source}`: make sure that makes no circle"
        )
        placed.imports[Import(source, name)] = None
        return name
    where = next(
        (target.rpartition(".")[0] for target in sorted(imported)
         if _from(world, module, target, path)
         and _is_key(world, module, f"{target.rpartition('.')[0]}.{name}", key)),
        source,
    )  # fmt: skip
    placed.imports[Import(where, name)] = None
    return name


def _from(world: World, module: Module, target: str, path: str) -> bool:
    found = world.symbol(target, module.path)
    return found is not None and found.path == path and bool(found.name)


def _is_key(world: World, module: Module, qualified: str, key: str) -> bool:
    found = world.symbol(qualified, module.path)
    return found is not None and found.id == key


def _qualified(module: Module, node: ast.AST, text: str) -> str:
    head, dot, rest = text.partition(".")
    targets = {_target(module, one) for one in _seen(module, node, head)}
    return f"{targets.pop()}{dot}{rest}" if len(targets) == 1 else ""


def _seen(module: Module, node: ast.AST, name: str) -> list[Binding]:
    """What binds a name as seen from a node, imports for type checkers left out."""
    known = scopes(module)
    scope = known.lookup(name, known.scope_of(node))
    if scope is None:
        return []
    return [
        one
        for one in known.bindings_in(scope, name)
        if not (one.kind == "import" and _is_for_checkers(module, one.statement))
    ]


def _is_for_checkers(module: Module, statement: ast.stmt) -> bool:
    return any(
        isinstance(one, ast.If) and "TYPE_CHECKING" in ast.unparse(one.test)
        for one in scopes(module).ancestors(statement)
    )


def _target(module: Module, binding: Binding) -> str:
    if binding.kind == "import" and isinstance(binding.node, ast.alias):
        assert isinstance(binding.statement, ast.Import | ast.ImportFrom)
        return imported_name(module, binding.node, binding.statement)
    return f"{module.name}.{binding.name}" if binding.kind == "class" else "?"


def functions_of(need: Need) -> Iterator[tuple[Module, ast.AST]]:
    """The functions in which the statement is begun."""
    for site in need.fetch.statement.sites:
        function = scopes(site.module).function_of(site.node)
        yield site.module, function or site.module.tree
