"""The function that gives a session to each event loop, in place of one made on import.

aiohttp's session must be closed inside its loop. A loop that ends ends its asynchronous generators
first, so one of them, begun together with the session, closes it; nobody else has to.
"""

from __future__ import annotations

import ast

from lever_fix.domains.draft import Draft, laid_out
from lever_fix.domains.http.shared import Shared, Use, statement_of
from lever_fix.domains.http.sites import Site
from lever_fix.domains.http.write import Outcome, session_text
from lever_fix.model import Edit, Import, Span
from lever_fix.rewrite.import_blocks import spaced
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes

_KEPT = """\
{kept}: dict[
    asyncio.AbstractEventLoop, tuple[aiohttp.ClientSession, AsyncGenerator[None, None]]
] = {{}}"""
_FUNCTIONS = '''\
def {getter}() -> aiohttp.ClientSession:
    """The session of the running event loop, which closes it when it shuts down."""
    loop = asyncio.get_running_loop()
    if loop not in {kept}:
        session = {made}
        closing = {closing}(loop, session)
        {kept}[loop] = session, closing
        with contextlib.suppress(StopIteration):
            closing.asend(None).send(None)
    return {kept}[loop][0]


async def {closing}(
    loop: asyncio.AbstractEventLoop, session: aiohttp.ClientSession
) -> AsyncGenerator[None, None]:
    """Close a session when its event loop ends the generators that were begun in it."""
    try:
        yield
    finally:
        del {kept}[loop]
        await session.close()'''
_IMPORTS = (
    Import("asyncio"),
    Import("contextlib"),
    Import("collections.abc", "AsyncGenerator"),
    Import("aiohttp"),
)
_ANY_CASE = Import("multidict", "CIMultiDict")
_LOGIN = 'aiohttp.encode_basic_auth({user}, {password}, encoding="latin1")'
_INDENT = "    "


def write_getter(
    draft: Draft, shared: Shared, sites: list[Site], strict: bool, width: int
) -> Outcome:
    """Put the function in place of the session; what that asks for besides the edits."""
    module = draft.module
    statement = statement_of(module, shared.symbol.name)
    kept = _KEPT.format(kept=shared.kept).replace("\n", module.source.newline)
    is_plain = _differ(module, shared)
    if shared.settings:
        made_of = "dict[str, str] = {}" if is_plain else "CIMultiDict[str] = CIMultiDict()"
        kept = f"{shared.headers}: {made_of}{module.source.newline}{kept}"
    draft.replace(module.span(statement), kept)
    logins = sum(_write_setting(draft, shared, use) for use in shared.settings)
    made = session_text(sites, strict)
    if shared.settings:
        made = made.replace("(", f"(headers={shared.headers}, ", 1).replace(", )", ")")
    room = width - len(f"{_INDENT * 2}session = ")
    made = laid_out(made, room, _INDENT * 2, _INDENT, "\n")
    code = _FUNCTIONS.format(
        getter=shared.getter, kept=shared.kept, closing=shared.closing, made=made
    )
    draft.edits.append(_below(module, _last_setting(module, shared, statement), code))
    names = [shared.symbol.name, shared.getter, shared.headers, shared.kept, shared.closing]
    return Outcome(
        residuals=[
            "session-per-loop",
            "cookie-jar",
            *(["header-values"] if shared.settings else []),
        ],
        imports=[*_IMPORTS, *([] if is_plain else [_ANY_CASE])],
        packages=[*(["aiohttp>=3.14"] if logins else []), *([] if is_plain else ["multidict"])],
        bound=names,
    )


def _differ(module: Module, shared: Shared) -> bool:
    """True where no header is set under two spellings, which requests takes for one."""
    names: list[str] = []
    for use in shared.settings:
        attribute = _attribute(module, use)
        above = scopes(module).parent(attribute)
        call = scopes(module).parent(above) if above else None
        keys: list[ast.expr | None] = []
        if attribute.attr == "auth":
            keys = [ast.Constant("Authorization")]
        elif isinstance(above, ast.Subscript):
            keys = [above.slice]
        elif isinstance(call, ast.Call) and len(call.args) == 1 and not call.keywords:
            keys = list(call.args[0].keys) if isinstance(call.args[0], ast.Dict) else [None]
        literal = [key.value for key in keys if isinstance(key, ast.Constant)]
        if len(literal) < len(keys):
            return len(shared.settings) == 1
        names += map(str, literal)
    return len({name.lower() for name in names}) == len(set(names))


def _attribute(module: Module, use: Use) -> ast.Attribute:
    """What is set on the session."""
    return next(
        one
        for one in ast.walk(module.tree)
        if isinstance(one, ast.Attribute) and module.span(one.value) == Span(use.start, use.end)
    )


def _write_setting(draft: Draft, shared: Shared, use: Use) -> bool:
    """Write what is set on the session among its headers; True for a name and a password."""
    module = draft.module
    node = _attribute(module, use)
    if node.attr == "headers":
        draft.replace(module.span(node), shared.headers)
        return False
    above = scopes(module).parent(node)
    assert isinstance(above, ast.Assign)
    assert isinstance(above.value, ast.Tuple)
    user, password = (draft.take(module.span(one)) for one in above.value.elts)
    draft.replace(module.span(node), f'{shared.headers}["Authorization"]')
    draft.replace(module.span(above.value), _LOGIN.format(user=user, password=password))
    return True


def _last_setting(module: Module, shared: Shared, statement: ast.stmt) -> ast.stmt:
    """The last statement at module level that makes the session what it is."""
    last = max([module.span(statement).start, *(use.start for use in shared.settings)])
    return next(
        one for one in module.tree.body if module.span(one).start <= last < module.span(one).end
    )


def _below(module: Module, statement: ast.stmt, code: str) -> Edit:
    end = module.view.find(b"\n", module.span(statement).end)
    place = end + 1 if end >= 0 else len(module.view)
    return spaced(module, place, code.replace("\n", module.source.newline), 2)


def write_import(draft: Draft, shared: Shared, places: set[tuple[int, int]]) -> list[str]:
    """Import the function where the session was imported, in order where the names are.

    Returns:
        The names that the session was imported by.
    """
    module, bound = draft.module, [shared.symbol.name]
    for node in ast.walk(module.tree):
        spans = [module.span(one) for one in node.names] if isinstance(node, ast.ImportFrom) else []
        if not any((span.start, span.end) in places for span in spans):
            continue
        old = [draft.source(one) for one in node.names] if isinstance(node, ast.ImportFrom) else []
        new = [
            shared.getter if (span.start, span.end) in places else text
            for span, text in zip(spans, old, strict=True)
        ]
        if old == sorted(old, key=_import_order):
            new.sort(key=_import_order)
        for span, before, text in zip(spans, old, new, strict=True):
            if text != before:
                draft.replace(span, text)
                bound.append(before.rpartition(" ")[2])
    return bound


def _import_order(text: str) -> tuple[int, str]:
    """Constants, then classes, then what is left, as import sorters have it."""
    name = text.partition(" ")[0]
    return 0 if name.isupper() else 1 if name[:1].isupper() else 2, name
