"""Write `List[int]` as `list[int]`, and take `Iterable`, `Callable`, ... from `collections.abc`.

Since Python 3.9 the builtin and `collections` classes can be subscripted themselves, and their
namesakes in `typing` are deprecated aliases (PEP 585). `List`, `Dict`, `Set`, `FrozenSet`, `Tuple`
and `Type` become builtins, `Deque` and `DefaultDict` the classes of `collections`, and names that
only moved, such as `Iterable`, `Callable` or `Counter`, are imported from where they live.

Fix safety: annotations, type arguments of `cast` and its like, and type aliases mean the same in
either spelling. A base class is unsafe: `class Rows(List[int])` has `typing.Generic` among its
bases, `class Rows(list[int])` has not. So is any other place that is evaluated at run time, since
`List[int] == list[int]` is false. Nothing is rewritten where a name such as `list` is bound to
something else in a scope that the annotation sees, or where types are compared.

https://docs.python.org/3/library/stdtypes.html#types-genericalias
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from lever_fix.codemod import (
    Case,
    Finding,
    Import,
    Module,
    Move,
    Needs,
    Project,
    Refusal,
    Safety,
    Span,
    codemod,
)
from lever_fix.domains.annotation_reach import STRINGS_FROM, evaluation, never_evaluated, reader
from lever_fix.domains.generic_models import generic_model
from lever_fix.domains.operand_names import origin
from lever_fix.domains.positions import dotted
from lever_fix.domains.typing_uses import (
    TypingNames,
    Use,
    typing_names,
    typing_uses,
)
from lever_fix.knowledge.typing_facts import BUILTINS, CALLABLE_FROM, MOVED, RENAMED
from lever_fix.semantics.bindings import MODULE, bindings, may_be_bound, shadowed
from lever_fix.semantics.imports import ImportedName

_RENAMED = frozenset(BUILTINS) | frozenset(RENAMED)
_WANTED = _RENAMED | frozenset(MOVED)
_TYPING_CALLS = frozenset({"NamedTuple", "NewType", "TypeVar", "TypedDict", "assert_type", "cast"})
_TYPE_CALLS = frozenset({"TypeAdapter", "parse_obj_as"})
_BARE_CALLS = frozenset({"isinstance", "issubclass"})
_TYPE_KEYWORDS = frozenset({"response_model"})
_INSPECTING = frozenset({"get_origin", "id", "repr", "str", "type"})
_GENERIC_BASE = "as a base class it adds `typing.Generic` to the bases, which `{}` does not"
_COMPARED = "types are compared here, and `List[int] == list[int]` is false"

_MESSAGES = {
    name: f"`typing.{name}` is `{builtin}` since Python 3.9" for name, builtin in BUILTINS.items()
}

_CASES = (
    Case(
        "from typing import Dict, List, Tuple\n\n\n"
        "def group(rows: List[Tuple[str, int]]) -> Dict[str, List[int]]: ...\n",
        "def group(rows: list[tuple[str, int]]) -> dict[str, list[int]]: ...\n",
    ),
    Case(
        "from typing import Any, Callable, Iterable\n\n\n"
        "def run(steps: Iterable[Callable[[], Any]]) -> None: ...\n",
        "from collections.abc import Callable, Iterable\nfrom typing import Any\n\n\n"
        "def run(steps: Iterable[Callable[[], Any]]) -> None: ...\n",
    ),
    Case(
        "import typing as t\n\nseen: t.DefaultDict[str, t.Deque[int]]\n",
        "from collections import defaultdict, deque\n\nseen: defaultdict[str, deque[int]]\n",
    ),
    Case(
        "from typing import List\n\n\nclass Rows(List[int]): ...\n",
        "class Rows(list[int]): ...\n",
        safety=Safety.UNSAFE,
        why="`List[int]` as a base brings `typing.Generic` along",
    ),
    Case(
        "from typing import List\n\n\nclass Files:\n    def list(self) -> List[str]: ...\n\n"
        "    def names(self) -> List[str]: ...\n",
        why="`list` is the method there, and `list[str]` would subscript it",
    ),
)


@codemod(
    summary="Write List[int] as list[int], and import Iterable and the like from collections.abc",
    triggers=("typing", "typing_extensions"),
    cases=_CASES,
)
def builtin_generics(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each deprecated name, or for its import where the name stays."""
    names, uses = typing_uses(module)
    moving: dict[str, list[Use]] = {}
    for use in uses:
        if use.name not in _WANTED:
            continue
        if use.name in MOVED and isinstance(use.node, ast.Name):
            moving.setdefault(use.bound, []).append(use)
        else:
            yield _renamed(module, project, use)
    for imported in names.imported:
        if imported.name in MOVED and imported.bound in moving:
            yield _moved(module, project, imported, moving[imported.bound], names)


def _renamed(module: Module, project: Project, use: Use) -> Finding | Refusal:
    """The finding for one use that is written differently."""
    span = use.span(use.node)
    source, name = _replacement(use.name)
    if use.ordinary and not source and project.target >= (3, 9) and _is_builtin(module, name):
        return _plain(module, use, span, name)
    if blocked := _blocked(module, project, use):
        return module.refusal(span, *blocked)
    if not source and (shadowed(module, name, use.offset) or _is_imported(module, name)):
        return module.refusal(span, "name-shadowed", f"`{name}` means something else here")
    if source and _taken(module, source, name):
        return module.refusal(span, "name-taken", f"`{name}` already means something else")
    reasons = _reasons(module, project, [use], name)
    return module.finding(
        span,
        f"`typing.{use.name}` is `{f'{source}.{name}' if source else name}` since Python 3.9",
        safety=Safety.UNSAFE if reasons else Safety.SAFE,
        reasons=reasons,
        edits=(module.edit(span.start, span.end, name),),
        needs=module.needs(imports=(Import(source, name),) if source else (), freed=(use.bound,)),
    )


def _plain(module: Module, use: Use, span: Span, name: str) -> Finding:
    """The finding for an ordinary use of a builtin's namesake: most there are."""
    return module.finding(
        span,
        _MESSAGES[use.name],
        edits=(module.edit(span.start, span.end, name),),
        needs=Needs(module.path, freed=(use.bound,)),
        statement=use.offset,
    )


def _moved(
    module: Module, project: Project, imported: ImportedName, uses: list[Use], names: TypingNames
) -> Finding | Refusal:
    """The finding for an import whose name stays and whose module changes."""
    span, target = imported.span, MOVED[imported.name]
    same = [found for found in names.imported if found.bound == imported.bound]
    if len(same) > 1 or _in_try(module, imported):
        return module.refusal(span, "conditional-import", "it is imported in more than one way")
    if any(place != MODULE for place in bindings_of(module, imported)):
        return module.refusal(span, "name-shadowed", f"`{imported.bound}` is bound elsewhere too")
    for use in uses:
        if blocked := _blocked(module, project, use):
            return module.refusal(span, *blocked)
    alias = imported.bound if imported.bound != imported.name else ""
    reasons = _reasons(module, project, uses, f"{target}.{imported.name}")
    move = Move(
        Import(imported.module, imported.name, alias),
        Import(target, imported.name, alias),
        span.start,
    )
    return module.finding(
        span,
        f"`typing.{imported.name}` is `{target}.{imported.name}` since Python 3.9",
        safety=Safety.UNSAFE if reasons else Safety.SAFE,
        reasons=reasons,
        needs=Needs(module.path, moved=(move,)),
    )


def bindings_of(module: Module, imported: ImportedName) -> Iterable[tuple[str, int]]:
    """The scopes that bind the name of an import, where the text leaves a doubt."""
    if imported.block is None and not shadowed(module, imported.bound, imported.span.start):
        return ()
    return bindings(module, imported.bound)


def _replacement(name: str) -> tuple[str, str]:
    """Module and name that a name of `typing` became; no module for a builtin."""
    if name in BUILTINS:
        return "", BUILTINS[name]
    if name in RENAMED:
        return RENAMED[name]
    return MOVED[name], name


def _blocked(module: Module, project: Project, use: Use) -> tuple[str, str] | None:
    """Reason code and words for why a use must stay, if it must."""
    since = CALLABLE_FROM if use.name == "Callable" else (3, 9)
    if reach := evaluation(module, use, since=since, target=project.target).blocked:
        return "target-version", reach
    if use.place.callee.rpartition(".")[2] in _INSPECTING:
        return "inspected", f"`{use.place.callee}()` tells the two spellings apart"
    below: ast.AST = use.node
    for node in use.parents:
        if _compares(node, below):
            return "compared", _COMPARED
        if isinstance(node, ast.BinOp) and any(map(_is_string, (node.left, node.right))):
            return "string-operand", "`List[X]` can stand beside a string and `|`, `list[X]` not"
        if not isinstance(node, ast.expr | ast.keyword):
            break
        below = node
    return None


def _compares(node: ast.AST, below: ast.AST) -> bool:
    """True where a type is compared, or looked up by equality, with what stands below."""
    match node:
        case ast.Compare() | ast.Set():
            return True
        case ast.Dict(keys=keys):
            return any(below is key for key in keys)
    return False


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _reasons(module: Module, project: Project, uses: list[Use], name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for use in uses:
        since = CALLABLE_FROM if use.name == "Callable" else (3, 9)
        reach = evaluation(module, use, since=since, target=project.target)
        found.update(dict.fromkeys(reach.doubts))
        if use.place.role == "base" and _is_base(use):
            found[_GENERIC_BASE.format(name)] = None
        elif not (use.place.annotation or _means_same(module, use)):
            found[
                f"evaluated at run time, where `typing.{use.name}` and `{name}` are not equal"
            ] = None
        if use.name not in MOVED and not never_evaluated(module, use):
            models = (generic_model(module, node) for node in use.parents)
            found.update(
                (
                    f"if `{model}` is a Pydantic model, its name in JSON schemas holds"
                    f" `{use.name}`, and would hold `{name}`",
                    None,
                )
                for model in models
                if model
            )
        if project.target < STRINGS_FROM and use.place.annotation and _holds_string(use):
            found.update(dict.fromkeys(_unresolved(module, use, name)))
    return tuple(found)


def _unresolved(module: Module, use: Use, name: str) -> Iterator[str]:
    if who := reader(module, use):
        yield (
            f"{who} may evaluate it, and before Python 3.11 the string in `{name}[...]` is not"
            " resolved"
        )


def _is_base(use: Use) -> bool:
    """True where the name itself, subscripted or not, is a base, not an argument of one."""
    parent = use.parents[0]
    if isinstance(parent, ast.Subscript) and parent.value is use.node:
        parent = use.parents[1]
    return isinstance(parent, ast.ClassDef)


def _means_same(module: Module, use: Use) -> bool:
    """True where a use at run time cannot tell the two spellings apart."""
    place, parent = use.place, use.parents[0]
    callee = place.callee.rpartition(".")[2]
    if place.role == "base" or place.keyword in _TYPE_KEYWORDS or callee in _TYPE_CALLS:
        return True
    if callee and typing_names(module).resolve(place.callee) in _TYPING_CALLS:
        return True
    if callee in _BARE_CALLS and not isinstance(parent, ast.Subscript):
        return True
    if _is_called(module, use):
        return True
    return place.role == "alias" and not _holds_string(use) and _is_type_value(module, use)


def _is_called(module: Module, use: Use) -> bool:
    """True where a class of `typing` is instantiated: `DefaultDict[str, List[int]](list)`."""
    below: ast.AST = use.node
    for node in use.parents:
        if isinstance(node, ast.Call):
            return node.func is below
        if isinstance(node, ast.Subscript) and not typing_names(module).resolve(dotted(node.value)):
            return False
        if not isinstance(node, ast.Subscript | ast.Tuple):
            return False
        below = node
    return False


def _is_type_value(module: Module, use: Use) -> bool:
    """True where the whole assigned value is a type expression: a type alias."""
    above = [node for node in use.parents if isinstance(node, ast.expr)]
    heads = [node.value for node in above if isinstance(node, ast.Subscript)]
    return (
        bool(heads)
        and all(isinstance(n, ast.Subscript | ast.Tuple | ast.List | ast.BinOp) for n in above)
        and isinstance(above[-1], ast.Subscript | ast.BinOp)
        and all(head is use.node or _is_generic(module, head) for head in heads)
    )


def _is_generic(module: Module, head: ast.expr) -> bool:
    """True where what is subscripted is a class, not a table that is looked up by type."""
    name = dotted(head)
    last = name.rpartition(".")[2]
    if typing_names(module).resolve(name):
        return True
    return last in BUILTINS.values() or (last[:1].isupper() and not last.isupper())


def _holds_string(use: Use) -> bool:
    """True where a forward reference stands right inside: `list["X"]` keeps it as plain text."""
    head = use.parents[0]
    return isinstance(head, ast.Subscript) and any(map(_is_string, _arguments(head.slice)))


def _arguments(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Tuple | ast.List):
        for element in node.elts:
            yield from _arguments(element)
    else:
        yield node


def _taken(module: Module, source: str, name: str) -> bool:
    """True where `name` is bound in the module to something else than `source.name`."""
    if name.encode() not in module.view:
        return False
    places = bindings(module, name)
    if not places:
        return False
    from lever_fix.semantics.imports import imports_from

    return not all(places.values()) or not any(
        found.name == name and found.bound == name for found in imports_from(module, source)
    )


def _is_builtin(module: Module, name: str) -> bool:
    """True where nothing in the module can have bound the name of a builtin."""
    return not may_be_bound(module, name) and not _is_imported(module, name)


def _is_imported(module: Module, name: str) -> bool:
    """True where a builtin's name is imported from elsewhere: `from codecs_of_mine import list`."""
    key = ("imported-builtin", name)
    if key not in module.memo:
        word, view = name.encode(), module.view
        named = b"import " + word in view or b" as " + word in view or b"    " + word + b"," in view
        module.memo[key] = named and origin(module, name) not in ("", f"builtins.{name}")
    return bool(module.memo[key])


def _in_try(module: Module, imported: ImportedName) -> bool:
    """True where the import stands in a block other than a function or `TYPE_CHECKING`."""
    if not imported.indented:
        return False
    start = module.lexed.statement_at(imported.span.start)[0]
    line = module.view.rfind(b"\n", 0, start)
    while line > 0:
        above = module.lexed.statement_at(max(0, line - 1))[0]
        text = module.view[above : above + 20]
        if module.view.rfind(b"\n", 0, above) + 1 == above or text.startswith((b"try", b"except")):
            return text.startswith((b"try", b"except", b"else", b"finally")) or (
                text.startswith(b"if") and b"TYPE_CHECKING" not in text
            )
        line = module.view.rfind(b"\n", 0, above)
    return False
