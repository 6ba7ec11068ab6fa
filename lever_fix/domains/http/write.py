"""A function that was studied, put into the draft of its module."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from lever_fix.domains.draft import Draft, Line, Wrap, laid_out, line_end
from lever_fix.domains.http import arguments, errors
from lever_fix.domains.http.followed import apply_truth, apply_types
from lever_fix.domains.http.forms import fresh
from lever_fix.domains.http.handler_order import move_first
from lever_fix.domains.http.local_imports import import_in_place
from lever_fix.domains.http.places import common_range, in_loop, indent_unit, starts_line
from lever_fix.domains.http.sessions import LocalSession, apply_session
from lever_fix.domains.http.sites import Site, Study
from lever_fix.domains.http.strict import session_arguments, session_needs
from lever_fix.domains.http.uses import Needed, apply_read, exactly
from lever_fix.index.project import Project
from lever_fix.knowledge.http_calls import DEFINITIONS
from lever_fix.knowledge.http_libraries import REQUESTS
from lever_fix.model import Definition, Import, Span
from lever_fix.semantics.module import Module

_FAR = 20
"""Lines between calls that would move in for nothing but to share a session."""
_BYTES = REQUESTS.attributes["content"].text
_SESSIONS = ("session", "http_session", "client_session")


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


def write(draft: Draft, found: Study, project: Project, strict: bool = False) -> Outcome:
    """Put everything that was decided about a function into the draft of its module."""
    needed, outcome = Needed(), Outcome()
    session = fresh(found.function, _SESSIONS)
    for site in found.sites:
        arguments.apply(draft, site.decision, site.call.session or session)
    apply_types(draft, found)
    _write_reads(draft, found, needed)
    for node, name in found.named:
        draft.replace(
            draft.module.span(node), errors.mapped(name, needed, project.target, found.library)
        )
    for handler in found.handlers:
        response = found.responses.get(handler.around, "")
        errors.apply_handler(draft, handler, needed, project.target, response, found.awaited)
    if found.sites:
        _write_sites(draft, found, needed, session, project.line_length, strict)
        outcome.bound += [session] if any(not one.call.session for one in found.sites) else []
    for handler in found.handlers:
        move = errors.moved(draft.module, handler.around)
        if move and move[0] is handler.node:
            move_first(draft, move)
            needed.residuals.append("handler-order")
    if strict:
        definitions, packages = session_needs(found.sites)
        outcome.definitions += definitions
        outcome.packages += packages
    return _collect(draft, found, needed, outcome)


def _write_reads(draft: Draft, found: Study, needed: Needed) -> None:
    """The uses of responses that have a name, and of those that others give."""
    bodies = {site.name: site.body for site in found.sites if site.body}
    for name, reads in found.reads.items():
        for read in reads:
            if name in bodies and read.use is not None and read.use.text == _BYTES:
                draft.replace(draft.module.span(read.whole), bodies[name])
            elif read.truth and read.use and name in found.careful:
                apply_truth(draft, read, name)
            else:
                apply_read(draft, exactly(read, found.exact), needed)
    for given in found.given:
        for read in given.reads:
            apply_read(draft, read, needed)


def _write_sites(
    draft: Draft, found: Study, needed: Needed, session: str, width: int, strict: bool
) -> None:
    """The calls in their forms, under the session: wraps first, as they decide on the layout."""
    unit = indent_unit(draft.module, found.function)
    inline_first = sorted(found.sites, key=lambda one: one.form != "inline")
    for number, loose in enumerate(_sharing(draft.module, found)):
        wrap = _session_wrap(draft, found, loose, session, unit, strict, width)
        draft.wraps.insert(number, wrap)
    blocks: list[Site | LocalSession] = [*found.sites, *found.sessions]
    for block in blocks:
        if block.last is not None and block.last is not block.statement:
            spans = [draft.module.span(one) for one in (block.statement, block.last)]
            draft.wraps.append(Wrap(spans[0].end, spans[1].end, "", unit))
    for one in found.sessions:
        sites = [site for site in found.sites if site.call.session == one.name]
        room = width - len(draft.indent_of(draft.module.span(one.statement).start)) - 20
        newline = draft.module.source.newline
        text = session_text(sites, strict, one)
        indent = draft.indent_of(draft.module.span(one.statement).start)
        apply_session(draft, one, laid_out(text, room, indent, unit, newline))
    for site in inline_first:
        span = draft.module.span(site.call.node)
        if site.form not in ("hoisted", "drawn") and not _has_comment(draft.module, span):
            shift = draft.indentation(span.start)
            _lay_out(draft, span, width - _columns(draft, site, shift), shift, unit)
        _FORMS[site.form](draft, site, needed, unit, width)


def _columns(draft: Draft, site: Site, shift: str) -> int:
    """The columns of a line that are taken by what stands around a call."""
    start = draft.module.span(site.call.node).start
    if site.form == "inline":
        line = draft.module.text.rfind(b"\n", 0, start) + 1
        return start - line + len(shift) + len("await (await ).json(content_type=None)")
    head = len("async with ") if site.form in ("block", "discarded") else 0
    return len(draft.indent_of(start)) + len(shift) + head + len(f" as {site.name}:")


def _has_comment(module: Module, span: Span) -> bool:
    """True where a comment may stand among the arguments, which then stay as they are laid out."""
    view = module.view[span.start : span.end]
    return b"#" in view and b"\n" in view


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


def _collect(draft: Draft, found: Study, needed: Needed, outcome: Outcome) -> Outcome:
    module = draft.module
    for site in found.sites:
        outcome.residuals += [f"{one}:{site.call.verb}" for one in site.decision.residuals]
        outcome.bound += [name for name in (site.name, site.body) if name]
        for _, rule in site.decision.rules:
            outcome.packages += rule.packages
            outcome.imports += rule.imports
            names = rule.definitions
            if "_multipart" in names:
                names = ("_file_name", *names)
            outcome.definitions += [DEFINITIONS[name] for name in names]
    if any(
        len(loose) > 1 or any(in_loop(module, one.statement) for one in loose)
        for loose in _sharing(module, found)
    ):
        outcome.residuals.append("shared-cookies")
    if found.sessions:
        outcome.residuals.append("cookie-jar")
    outcome.residuals += [one for session in found.sessions for one in session.residuals]
    if any(one.headers for one in found.sessions):
        outcome.residuals.append("header-values")
    if any(one.logins for one in found.sessions):
        outcome.packages.append("aiohttp>=3.14")
    outcome.residuals += needed.residuals
    outcome.imports += needed.imports
    if import_in_place(draft, found):
        outcome.bound += ["aiohttp", found.library.name]
    elif found.sites or found.handlers or found.named or found.types:
        outcome.imports.append(Import("aiohttp"))
    return outcome


def _sharing(module: Module, found: Study) -> list[list[Site]]:
    """The calls that share a session: all of them, unless too much would move in for it."""
    loose = [site for site in found.sites if not site.call.session]
    apart: list[tuple[list[Site], Span]] = []
    for site in loose:
        span = _covered(module, found, [site])
        if apart and span.start < apart[-1][1].end:
            sites = [*apart.pop()[0], site]
            apart.append((sites, _covered(module, found, sites)))
        else:
            apart.append(([site], span))
    if len(apart) < 2:
        return [sites for sites, _ in apart]
    whole = _lines(module, _covered(module, found, loose))
    between = whole - sum(_lines(module, span) for _, span in apart)
    return [sites for sites, _ in apart] if between > _FAR else [loose]


def _covered(module: Module, found: Study, sites: list[Site]) -> Span:
    """The statements that the session of some calls must be open for."""
    covered = [(site.statement, site.last or site.statement) for site in sites]
    first, last = common_range(module, found.function, covered)
    return Span(module.span(first).start, module.span(last).end)


def _lines(module: Module, span: Span) -> int:
    return module.view[span.start : span.end].count(b"\n") + 1


def _session_wrap(
    draft: Draft,
    found: Study,
    sites: list[Site],
    name: str,
    unit: str,
    strict: bool,
    width: int,
) -> Wrap:
    span = _covered(draft.module, found, sites)
    indent = draft.indent_of(span.start)
    room = width - len(f"{indent}async with  as {name}:")
    made = laid_out(session_text(sites, strict), room, indent, unit, draft.module.source.newline)
    return Wrap(span.start, span.end, f"async with {made} as {name}:", unit)


def session_text(sites: list[Site], strict: bool, session: LocalSession | None = None) -> str:
    """What makes the session of some calls."""
    given = list(dict.fromkeys(text for site in sites for text in site.decision.sessions))
    if strict:
        given = session_arguments(sites)
    given += session.given if session else []
    if session and session.timeout:
        given.append(session.timeout)
    elif any(site.decision.untimed for site in sites):
        given.append(sites[0].call.library.timeout)
    return f"aiohttp.ClientSession({', '.join(given)})"


def _write_with(draft: Draft, site: Site, _needed: Needed, _unit: str, _width: int) -> None:
    module, statement = draft.module, site.statement
    draft.insert(module.span(statement).start, "async ")
    if site.eager:
        assert isinstance(statement, ast.With | ast.AsyncWith)
        first = module.span(statement.body[0]).start
        own_line = starts_line(module, statement.body[0])
        apart = f"{module.source.newline}{draft.indent_of(first)}" if own_line else "; "
        draft.insert(first, f"await {site.name}.read(){apart}")


def _write_block(draft: Draft, site: Site, _needed: Needed, unit: str, _width: int) -> None:
    module, call = draft.module, draft.module.span(site.call.node)
    statement = module.span(site.statement)
    assert site.last is not None
    draft.replace(Span(statement.start, call.start), "async with ")
    draft.insert(call.end, f" as {site.name}:")
    if site.eager or site.last is site.statement:
        _read_below(draft, site, unit)
    else:
        _close_up(draft, statement.end)


def _close_up(draft: Draft, end: int) -> None:
    """Leave no blank line below the header that a statement becomes."""
    text = draft.module.text
    at = line_end(text, end)
    after = at
    while not text[after : (stop := line_end(text, after + 1))].strip() and stop < len(text):
        after = stop
    if after > at:
        draft.replace(Span(at, after), "")


def _read_below(draft: Draft, site: Site, unit: str) -> None:
    span = draft.module.span(site.statement)
    read = f"{site.body} = " if site.body else ""
    read += f"await {site.name}.read()"
    line = Line(span.start, span.end, read, unit, span.start)
    draft.lines.append(line)


def _write_read(draft: Draft, site: Site, _needed: Needed, _unit: str, _width: int) -> None:
    if site.call.whole is site.call.node:
        draft.insert(draft.module.span(site.call.node).start, "await ")
    _read_below(draft, site, "")


def _write_discarded(draft: Draft, site: Site, _needed: Needed, unit: str, _width: int) -> None:
    span = draft.module.span(site.call.node)
    draft.replace(Span(draft.module.span(site.call.whole).start, span.start), "async with ")
    draft.insert(span.end, f" as {site.name}:")
    _read_below(draft, site, unit)


def _write_hoisted(draft: Draft, site: Site, needed: Needed, unit: str, width: int) -> None:
    module, (read,) = draft.module, site.reads
    call = draft.take(module.span(site.call.node))
    apply_read(draft, read, needed, site.name)
    statement = module.span(site.statement)
    header = f"async with {call} as {site.name}:"
    indent = draft.indent_of(statement.start) + draft.indentation(statement.start)
    if len(indent) + len(header) > width and not _has_comment(module, module.span(site.call.node)):
        call = laid_out(call, 0, draft.indent_of(statement.start), unit, module.source.newline)
        header = f"async with {call} as {site.name}:"
    if site.eager:
        inside = draft.indent_of(statement.start) + unit
        header += f"{module.source.newline}{inside}await {site.name}.read()"
    draft.wraps.append(Wrap(statement.start, statement.end, header, unit))


def _write_drawn(draft: Draft, site: Site, _needed: Needed, unit: str, width: int) -> None:
    module, newline = draft.module, draft.module.source.newline
    call, statement = draft.take(module.span(site.call.node)), module.span(site.statement)
    draft.replace(module.span(site.call.node), site.name)
    indent = draft.indent_of(statement.start)
    room = width - len(f"{indent}{draft.indentation(statement.start)}{site.name} = await ")
    call = laid_out(call, room, indent, unit, newline)
    header = f"{site.name} = await {call}{newline}{indent}await {site.name}.read()"
    draft.wraps.append(Wrap(statement.start, statement.end, header, ""))


def _write_inline(draft: Draft, site: Site, needed: Needed, _unit: str, _width: int) -> None:
    (read,) = site.reads
    call = draft.take(draft.module.span(site.call.node))
    apply_read(draft, read, needed, f"(await {call})")


_FORMS = {
    "with": _write_with,
    "block": _write_block,
    "read": _write_read,
    "discarded": _write_discarded,
    "drawn": _write_drawn,
    "hoisted": _write_hoisted,
    "inline": _write_inline,
}
