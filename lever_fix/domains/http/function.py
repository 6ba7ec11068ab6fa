"""One function whose calls of requests become calls on an aiohttp session.

`study` looks and decides, and changes nothing; `write` puts what was decided into a draft.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from lever_fix.domains.draft import Draft, Line, Wrap, laid_out
from lever_fix.domains.http import arguments, errors
from lever_fix.domains.http.arguments import Decision, decide
from lever_fix.domains.http.calls import Blocked, HttpCall, http_calls, own_nodes
from lever_fix.domains.http.errors import Handler
from lever_fix.domains.http.places import (
    common_range,
    ends_line,
    evaluated_first,
    in_suite,
    in_text,
    indent_unit,
    in_loop,
    index_in,
    is_findable,
    nested_expression,
    starts_line,
    statements_above,
    suite_of,
)
from lever_fix.domains.http.uses import Needed, Read, apply_read, exactly, read_at, reads_of
from lever_fix.knowledge.http_calls import DEFINITIONS
from lever_fix.model import Definition, Import, Span
from lever_fix.semantics.module import Module
from lever_fix.index.project import Project
from lever_fix.semantics.scopes import FunctionNode, scopes

_RESPONSES = ("response", "reply", "http_response")
_SESSIONS = ("session", "http_session", "client_session")


@dataclass
class Site:
    """One call and how its response is held.

    Attributes:
        call: The call.
        decision: What becomes of its arguments.
        statement: The statement it stands in.
        form: `with` (there is one already), `block` (an `async with` around the uses), `read`
            (awaited, and the body read at once), `hoisted` (an `async with` above the
            statement), `inline` (awaited in place) or `discarded`.
        name: The name that holds the response, or is to hold it.
        last: The last statement of the block.
        reads: The uses of a response without a name.
        eager: True where the body is to be read at the start of the block.
    """

    call: HttpCall
    decision: Decision
    statement: ast.stmt
    form: str
    name: str = ""
    last: ast.stmt | None = None
    reads: list[Read] = field(default_factory=list)
    eager: bool = False


@dataclass
class Study:
    """What is decided about a function.

    Attributes:
        function: The function.
        sites: Its calls.
        reads: The uses of names that hold responses.
        handlers: Its handlers of exceptions of requests.
        named: Exceptions of requests named elsewhere in it.
        responses: The name of the response that `error.response` stands for, by `try`.
        awaited: Calls whose errors become those of aiohttp besides its own.
        exact: True where an empty answer must be bad JSON.
    """

    function: FunctionNode
    sites: list[Site] = field(default_factory=list)
    reads: dict[str, list[Read]] = field(default_factory=dict)
    handlers: list[Handler] = field(default_factory=list)
    named: list[tuple[ast.expr, str]] = field(default_factory=list)
    responses: dict[ast.Try, str] = field(default_factory=dict)
    awaited: set[ast.AST] = field(default_factory=set)
    exact: bool = False

    @property
    def waits_for_bad_json(self) -> bool:
        """True where a handler around calls of other functions takes bad JSON for an error."""
        return any(
            {"RequestException", "JSONDecodeError"} & {*map(str, handler.names)}
            and any(node in self.awaited for one in handler.around.body for node in ast.walk(one))
            for handler in self.handlers
        )


@dataclass
class Outcome:
    """What writing a function asks for besides its edits."""

    residuals: list[str] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    bound: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Take in what writing another function of the file asks for."""
        self.residuals += other.residuals
        self.imports += other.imports
        self.definitions += other.definitions
        self.packages += other.packages
        self.bound += other.bound


def study(
    module: Module,
    function: FunctionNode,
    awaited: frozenset[ast.AST] = frozenset(),
    exact: bool = False,
) -> Study | Blocked:
    """Decide what becomes of every call in a function; or what stops the whole of it.

    Args:
        module: The module.
        function: The function.
        awaited: Calls in it of functions that are rewritten, too.
        exact: Whether an empty answer must be bad JSON, as a handler somewhere waits for it.
    """
    found = Study(function, awaited={*awaited}, exact=exact)
    for call in http_calls(module, function):
        if isinstance(call, Blocked):
            return call
        site = _site(module, call, exact)
        if isinstance(site, Blocked):
            return site
        found.sites.append(site)
    return _with_uses(module, found)


def _with_uses(module: Module, found: Study) -> Study | Blocked:
    function = found.function
    names = dict.fromkeys(one.name for one in found.sites if one.form in ("named", "with"))
    for name in filter(None, names):
        reads = _named_reads(module, found, name)
        if isinstance(reads, Blocked):
            return reads
        found.reads[name] = reads
    found.responses = _responses_by_try(module, found)
    reads = [one for reads in found.reads.values() for one in reads]
    reads += [one for site in found.sites for one in site.reads]
    calls: set[ast.AST] = {site.call.node for site in found.sites} | found.awaited
    calls.update(one.whole for one in reads if one.use is not None)
    handlers = errors.handlers_in(module, list(own_nodes(function)), found.responses, calls)
    if isinstance(handlers, Blocked):
        return handlers
    found.handlers = handlers
    found.named, blocked = errors.other_names(module, function, _handled(found))
    if blocked is not None:
        return blocked
    for site in found.sites:
        if blocked := _choose_form(module, found, site):
            return blocked
    _name_hoisted(found)
    return found


def _handled(found: Study) -> set[ast.AST]:
    """Nodes that need no further look: called functions, and what handlers name."""
    nodes: set[ast.AST] = {site.call.node.func for site in found.sites}
    for site in found.sites:
        if auth := site.call.argument("auth"):
            nodes.update(ast.walk(auth.value))
        if isinstance(site.statement, ast.AnnAssign):
            nodes.update(ast.walk(site.statement.annotation))
    for node in ast.walk(found.function):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            nodes.update(ast.walk(node.type))
    for handler in found.handlers:
        nodes.update(node for node, _ in handler.fields)
    return nodes


def _site(module: Module, call: HttpCall, exact: bool) -> Site | Blocked:
    """A call with the way its response is used."""
    known = scopes(module)
    if in_text(module, call.node):
        return Blocked("in-f-string", "the call stands in an f-string", call.node)
    decision = decide(module, call)
    if isinstance(decision, Blocked):
        return decision
    statement, above = known.statement(call.node), known.parent(call.node)
    site = Site(call, decision, statement, "")
    if where := nested_expression(module, call.node):
        return Blocked("no-await-here", f"`await` cannot stand in {where}", call.node)
    match above:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            site.form, site.name = "named", name
        case ast.withitem():
            return _with_site(module, site, above)
        case ast.Expr():
            site.form = "discarded"
        case _:
            read = read_at(module, call.node, "the response")
            if isinstance(read, Blocked):
                return Blocked(read.code, read.words, call.node)
            if read.use is None:
                return Blocked("response-escapes", "the response goes elsewhere", call.node)
            site.form, site.reads = "chained", [exactly(read, exact)]
    return site


def _with_site(module: Module, site: Site, item: ast.withitem) -> Site | Blocked:
    statement = site.statement
    assert isinstance(statement, ast.With | ast.AsyncWith)
    if len(statement.items) > 1:
        words = "the `with` opens other things besides, which `async with` cannot"
        return Blocked("with-items", words, statement)
    if item.optional_vars is not None and not isinstance(item.optional_vars, ast.Name):
        return Blocked("with-items", "the response is unpacked", statement)
    site.form, site.last = "with", statement
    site.name = item.optional_vars.id if item.optional_vars is not None else ""
    return site


def _named_reads(module: Module, found: Study, name: str) -> list[Read] | Blocked:
    """The uses of a name, which nothing but responses and None may be bound to."""
    own = scopes(module).own_scope(found.function)
    assert own is not None
    made = {site.statement for site in found.sites if site.name == name}
    for binding in scopes(module).bindings_in(own, name):
        value = getattr(binding.statement, "value", None)
        is_none = isinstance(value, ast.Constant) and value.value is None
        if binding.statement not in made and binding.kind != "annotation" and not is_none:
            words = f"`{name}` holds something else at times"
            return Blocked("response-rebound", words, binding.statement)
    if name in own.globals or name in own.nonlocals:
        return Blocked("response-escapes", f"`{name}` is not a local variable", found.function)
    return reads_of(module, found.function, name)


def _responses_by_try(module: Module, found: Study) -> dict[ast.Try, str]:
    """The one response that a `try` asks for its status, which its errors would hold."""
    names: dict[ast.Try, set[str]] = {}
    for name, reads in found.reads.items():
        for read in reads:
            if _asks_status(read):
                for around in scopes(module).ancestors(read.whole):
                    if isinstance(around, ast.Try):
                        names.setdefault(around, set()).add(name)
    return {around: one.pop() for around, one in names.items() if len(one) == 1}


def _asks_status(read: Read) -> bool:
    func = read.whole.func if isinstance(read.whole, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == "raise_for_status"


def _choose_form(module: Module, found: Study, site: Site) -> Blocked | None:
    """Settle how a site is written."""
    if site.form == "chained":
        return _choose_chained(module, found, site)
    if site.form == "discarded":
        return _one_line(module, site)
    reads = _later_reads(found, site)
    if site.form == "with":
        inside = module.span(site.statement)
        outside = [one for one in reads if not _is_inside(module, one, inside)]
        if outside:
            words = f"`{site.name}` is used after its `with`, where aiohttp has closed it"
            return Blocked("response-escapes", words, outside[0].whole)
        return None
    last = _block_end(module, found, site, reads)
    loops = [one for one in reads if one.loop is not None]
    if last is None and loops:
        words = "the chunks are read where no `async with` around the call reaches"
        return Blocked("response-escapes", words, loops[0].whole)
    site.form, site.last = ("read", None) if last is None else ("block", last)
    site.eager = not loops and any(_in_inner_try(module, site, one) for one in reads)
    return _one_line(module, site)


def _later_reads(found: Study, site: Site) -> list[Read]:
    reads = list(found.reads.get(site.name, []))
    for handler in found.handlers:
        if found.responses.get(handler.around) == site.name:
            reads += [Read(node, read.whole, read.use) for node, read in handler.reads]
    return reads


def _is_inside(module: Module, read: Read, span: Span) -> bool:
    return span.start <= module.span(read.whole).start < span.end


def _block_end(module: Module, found: Study, site: Site, reads: list[Read]) -> ast.stmt | None:
    """The last statement of a block that holds every use of the response; None for no block."""
    if not _is_plain(module, site):
        return None
    suite = suite_of(module, site.statement)
    start = last = index_in(suite, site.statement)
    others = [one for one in found.sites if one.name == site.name]
    for read in reads:
        owner = _owner(module, others, read)
        if owner is None:
            return None
        if owner is site:
            place = in_suite(module, suite, read.whole)
            if place is None or any(one.statement is suite[place] for one in others):
                return None
            last = max(last, place)
    inside = _inner(suite[start + 1 : last + 1])
    if any(one.statement in inside for one in others):
        return None
    return suite[last]


def _is_plain(module: Module, site: Site) -> bool:
    """True where nothing but the target stands around the call: no parentheses."""
    statement, call = module.span(site.statement), module.span(site.call.node)
    return call.end == statement.end and b"(" not in module.text[statement.start : call.start]


def _owner(module: Module, sites: list[Site], read: Read) -> Site | None:
    """The call whose response a use sees: the nearest one above it, in a suite around it."""
    for above in statements_above(module, scopes(module).statement(read.whole)):
        suite = suite_of(module, above)
        before = suite[: index_in(suite, above)]
        for statement in reversed(before):
            for site in sites:
                if site.statement is statement:
                    return site
    return None


def _inner(statements: list[ast.stmt]) -> set[ast.AST]:
    return {node for one in statements for node in ast.walk(one)}


def _in_inner_try(module: Module, site: Site, read: Read) -> bool:
    """True where a `try` inside the block would see the errors of reading the body."""
    if not read.body or site.last is None:
        return False
    suite = suite_of(module, site.statement)
    for above in statements_above(module, scopes(module).statement(read.whole)):
        if any(one is above for one in suite):
            return isinstance(above, ast.Try)
        if isinstance(above, ast.Try):
            return True
    return False


def _one_line(module: Module, site: Site) -> Blocked | None:
    if starts_line(module, site.statement) and ends_line(module, site.statement):
        return None
    return Blocked("several-on-a-line", "other statements stand on its line", site.statement)


def _choose_chained(module: Module, found: Study, site: Site) -> Blocked | None:
    (read,) = site.reads
    alone = sum(one.statement is site.statement for one in found.sites) == 1
    first = evaluated_first(module, site.statement, site.call.node)
    if alone and first and starts_line(module, site.statement):
        site.form = "hoisted"
        return None
    if read.use is not None and read.use.awaited and is_findable(module, site.call.node):
        site.form = "inline"
        return None
    words = "no `async with` fits around it, and its body would never be read"
    return Blocked("no-place", words, site.call.node)


def _name_hoisted(found: Study) -> None:
    name = fresh(found.function, _RESPONSES)
    for site in found.sites:
        if site.form in ("hoisted", "discarded"):
            site.name = name


def fresh(function: FunctionNode, names: tuple[str, ...]) -> str:
    """The first of some names that a function does not use for anything."""
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    used |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    return next((name for name in names if name not in used), f"{names[0]}_of_{function.name}")


def write(
    draft: Draft, found: Study, project: Project, strict: bool = False
) -> Outcome:
    """Put everything that was decided about a function into the draft of its module."""
    needed, outcome = Needed(), Outcome()
    session = fresh(found.function, _SESSIONS)
    for site in found.sites:
        arguments.apply(draft, site.decision, session)
    for reads in found.reads.values():
        for read in reads:
            apply_read(draft, exactly(read, found.exact), needed)
    for node, name in found.named:
        draft.replace(draft.module.span(node), errors.mapped(name, needed, project.target))
    for handler in found.handlers:
        response = found.responses.get(handler.around, "")
        errors.apply_handler(draft, handler, needed, project.target, response, found.awaited)
    if found.sites:
        _write_sites(draft, found, needed, session, project.line_length, strict)
        outcome.bound.append(session)
    for handler in found.handlers:
        if (pair := errors.swapped(draft.module, handler.around)) and pair[0] is handler.node:
            errors.apply_swap(draft, pair)
            needed.residuals.append("handler-order")
    return _collect(draft.module, found, needed, outcome)


def _write_sites(
    draft: Draft, found: Study, needed: Needed, session: str, width: int, strict: bool
) -> None:
    """The calls in their forms, under the session: wraps first, as they decide on the layout."""
    unit = indent_unit(draft.module, found.function)
    inline_first = sorted(found.sites, key=lambda one: one.form != "inline")
    draft.wraps.insert(0, _session_wrap(draft, found, session, unit, strict, width))
    for site in found.sites:
        if site.form == "block" and site.last is not site.statement:
            assert site.last is not None
            spans = [draft.module.span(one) for one in (site.statement, site.last)]
            draft.wraps.append(Wrap(spans[0].end, spans[1].end, "", unit))
    for site in inline_first:
        span = draft.module.span(site.call.node)
        text = draft.module.view[span.start : span.end]
        has_comment = b"#" in text and b"\n" in text
        if site.form not in ("inline", "hoisted") and not has_comment:
            head = 11 if site.form in ("block", "discarded") else 0
            shift = draft.indentation(span.start)
            prefix = len(draft.indent_of(span.start)) + len(shift) + head
            room = width - prefix - len(f" as {site.name}:")
            _lay_out(draft, span, room, shift, unit)
        _FORMS[site.form](draft, site, needed, unit, width)


def _lay_out(draft: Draft, span: Span, room: int, shift: str, unit: str) -> None:
    """Put the arguments of a call on lines of their own where they are too long for one."""
    newline, indent = draft.module.source.newline, draft.indent_of(span.start)
    text = draft.take(span)
    is_long = b"\n" in draft.module.view[span.start : span.end]
    if is_long and max(map(len, text.split(newline)[1:])) + len(shift) <= room + len(indent):
        draft.replace(span, text)
        return
    # What stands on several lines moves in with its statement, what stands on one does not.
    inside = indent if is_long else indent + shift
    draft.replace(span, laid_out(text, 0 if is_long else room, inside, unit, newline))


def _collect(module: Module, found: Study, needed: Needed, outcome: Outcome) -> Outcome:
    for site in found.sites:
        outcome.residuals += [f"{one}:{site.call.verb}" for one in site.decision.residuals]
        outcome.bound += [site.name] if site.name else []
        for _, rule in site.decision.rules:
            outcome.packages += rule.packages
            outcome.imports += rule.imports
            names = rule.definitions
            if "_multipart" in names:
                names = ("_file_name", *names)
            outcome.definitions += [DEFINITIONS[name] for name in names]
    if len(found.sites) > 1 or any(in_loop(module, one.statement) for one in found.sites):
        outcome.residuals.append("shared-cookies")
    outcome.residuals += needed.residuals
    outcome.imports += needed.imports
    if found.sites or found.handlers or found.named:
        outcome.imports.append(Import("aiohttp"))
    return outcome


def _session_wrap(
    draft: Draft, found: Study, name: str, unit: str, strict: bool, width: int
) -> Wrap:
    covered = [(site.statement, site.last or site.statement) for site in found.sites]
    first, last = common_range(draft.module, found.function, covered)
    given = list(dict.fromkeys(text for site in found.sites for text in site.decision.sessions))
    if strict:
        given = [
            "trust_env=True",
            "cookie_jar=aiohttp.CookieJar(unsafe=True, quote_cookie=False)",
        ]
    if any(site.decision.untimed for site in found.sites):
        given.append("timeout=aiohttp.ClientTimeout(total=None)")
    start, end = draft.module.span(first).start, draft.module.span(last).end
    made = f"aiohttp.ClientSession({', '.join(given)})"
    indent = draft.indent_of(start)
    if len(f"{indent}async with {made} as {name}:") > width:
        inside = f"{draft.module.source.newline}{indent}"
        made = f"aiohttp.ClientSession({inside}{unit}{', '.join(given)}{inside})"
    return Wrap(start, end, f"async with {made} as {name}:", unit)


def _write_with(draft: Draft, site: Site, _needed: Needed, _unit: str, _width: int) -> None:
    draft.insert(draft.module.span(site.statement).start, "async ")


def _write_block(draft: Draft, site: Site, _needed: Needed, unit: str, _width: int) -> None:
    module, call = draft.module, draft.module.span(site.call.node)
    statement = module.span(site.statement)
    assert site.last is not None
    draft.replace(Span(statement.start, call.start), "async with ")
    draft.insert(call.end, f" as {site.name}:")
    if site.eager or site.last is site.statement:
        _read_below(draft, site, unit)


def _read_below(draft: Draft, site: Site, unit: str) -> None:
    span = draft.module.span(site.statement)
    line = Line(span.start, span.end, f"await {site.name}.read()", unit, span.start)
    draft.lines.append(line)


def _write_read(draft: Draft, site: Site, _needed: Needed, _unit: str, _width: int) -> None:
    draft.insert(draft.module.span(site.call.node).start, "await ")
    _read_below(draft, site, "")


def _write_discarded(draft: Draft, site: Site, _needed: Needed, unit: str, _width: int) -> None:
    span = draft.module.span(site.call.node)
    draft.insert(span.start, "async with ")
    draft.insert(span.end, f" as {site.name}:")
    _read_below(draft, site, unit)


def _write_hoisted(draft: Draft, site: Site, needed: Needed, unit: str, width: int) -> None:
    module, (read,) = draft.module, site.reads
    call = draft.take(module.span(site.call.node))
    apply_read(draft, read, needed, site.name)
    statement = module.span(site.statement)
    header = f"async with {call} as {site.name}:"
    indent = draft.indent_of(statement.start) + draft.indentation(statement.start)
    if len(indent) + len(header) > width:
        call = laid_out(call, 0, indent, unit, module.source.newline)
        header = f"async with {call} as {site.name}:"
    draft.wraps.append(Wrap(statement.start, statement.end, header, unit))


def _write_inline(draft: Draft, site: Site, needed: Needed, _unit: str, _width: int) -> None:
    (read,) = site.reads
    call = draft.take(draft.module.span(site.call.node))
    apply_read(draft, read, needed, f"(await {call})")


_FORMS = {
    "with": _write_with,
    "block": _write_block,
    "read": _write_read,
    "discarded": _write_discarded,
    "hoisted": _write_hoisted,
    "inline": _write_inline,
}
