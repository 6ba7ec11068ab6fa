"""The arguments of a call, written for aiohttp."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Argument, Blocked, HttpCall
from lever_fix.domains.http.kinds import kind, value_of
from lever_fix.domains.http.values import argument_kind
from lever_fix.knowledge.http_calls import (
    BASIC_AUTH,
    DROP,
    IDEMPOTENT,
    KEEP,
    REDIRECTED_AS_GET,
    WITH_BODY,
    Rule,
)
from lever_fix.knowledge.http_libraries import REQUESTS
from lever_fix.model import Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

_TEXTS = frozenset({"builtins.str", "builtins.object", "object", "str", "typing.Any", "yarl.URL"})
_NO_TYPE = 'skip_auto_headers={"Content-Type"}'


@dataclass
class Decision:
    """What a call becomes.

    Attributes:
        call: The call.
        rules: What becomes of each argument but the URL.
        added: Arguments to add.
        sessions: Arguments that its session needs.
        residuals: What may still differ, as ids of `RESIDUALS`.
        untimed: True where it has no timeout.
    """

    call: HttpCall
    rules: list[tuple[Argument, Rule]] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    residuals: list[str] = field(default_factory=list)

    @property
    def sessions(self) -> list[str]:
        """Arguments that its session needs."""
        return [text for _, rule in self.rules for text in rule.sessions]

    @property
    def untimed(self) -> bool:
        """True where it sets no timeout of its own, so that the session's counts."""
        return self.call.argument("timeout") is None


def decide(module: Module, call: HttpCall) -> Decision | Blocked:
    """What becomes of each argument of a call; or the argument that aiohttp has no equal for."""
    decision = Decision(call)
    for argument in call.arguments:
        if argument.name in ("url", "method"):
            continue
        rule = _rule(module, call, argument)
        if isinstance(rule, Blocked):
            return rule
        if rule.text == "" and argument is call.arguments[0]:
            return Blocked("argument-order", f"`{argument.name}` stands before `url`", call.node)
        decision.rules.append((argument, rule))
        if rule.residual:
            decision.residuals.append(rule.residual)
    if blocked := _together(module, call) or _about_url(module, call):
        return blocked
    _add_defaults(module, decision)
    _add_residuals(module, decision)
    return decision


def _rule(module: Module, call: HttpCall, argument: Argument) -> Rule | Blocked:
    name, node = argument.name, call.node
    table = call.library.keywords.get(name)
    if table is None:
        return Blocked(
            "unknown-arguments", f"`{name}` is no argument that aiohttp has an equal for", node
        )
    found = argument_kind(module, name, argument.value)
    is_pair = found == "tuple" and _is_pair(argument.value)
    if name == "timeout" and is_pair and call.library is REQUESTS:
        return KEEP
    if name == "auth" and found == "pair":
        return _basic(module, call)
    if name == "proxies" and (proxy := _proxy(call, value_of(module, argument.value))):
        return proxy
    if name == "timeout" and found == "unknown" and "name" in table:
        found = "name" if isinstance(argument.value, ast.Name | ast.Attribute) else found
    if found not in call.library.refused_kinds.get(name, ()):
        rule = table.get(found) or table.get("")
        if rule is not None:
            return _cheap(call, rule, argument.value)
    return Blocked(f"{name.replace('_', '-')}-argument", call.library.otherwise[name], node)


def _cheap(call: HttpCall, rule: Rule, value: ast.expr) -> Rule:
    """The rule, or the one by a helper where it would evaluate more than a name twice."""
    if rule.once and not isinstance(value, ast.Constant | ast.Name | ast.Attribute):
        return call.library.keywords["timeout"].get("") or rule
    return rule


def _basic(module: Module, call: HttpCall) -> Rule | Blocked:
    """Basic authentication goes with the headers, which must be seen to have none of their own."""
    headers = call.argument("headers")
    if headers is None:
        return BASIC_AUTH
    literal = headers.value
    if isinstance(literal, ast.Dict) and literal.keys:
        names = [one.value for one in literal.keys if isinstance(one, ast.Constant)]
        if len(names) == len(literal.keys) and "authorization" not in map(_lower, names):
            return BASIC_AUTH
    words = "`auth` overrides a header that `headers` may hold, and aiohttp refuses both at once"
    return Blocked("auth-argument", words, call.node)


def _lower(name: object) -> str:
    return name.lower() if isinstance(name, str) else ""


def _proxy(call: HttpCall, value: ast.expr) -> Rule | None:
    """One proxy for a call whose scheme is known."""
    url = call.argument("url")
    if url is None or not isinstance(value, ast.Dict):
        return None
    scheme = _literal_head(url.value).partition("://")[0]
    for key, one in zip(value.keys, value.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == scheme and isinstance(one, ast.Constant):
            return Rule(f"proxy={one.value!r}".replace("'", '"'))
    return None


def _literal_head(node: ast.expr) -> str:
    """The text an expression surely starts with."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]):
            return text
        case ast.BinOp(left=left):
            return _literal_head(left)
    return ""


def _together(module: Module, call: HttpCall) -> Blocked | None:
    """Arguments that requests has a rule of precedence for, and aiohttp refuses."""
    given = {
        one.name for one in call.arguments if argument_kind(module, one.name, one.value) != "none"
    }
    if {"json", "data"} <= given or {"json", "files"} <= given:
        other = "data" if "data" in given else "files"
        return Blocked("json-and-data", f"aiohttp takes no `json` beside `{other}`", call.node)
    if {"cert", "verify"} <= given:
        return Blocked("cert-argument", "`cert` and `verify` want one context", call.node)
    return None


def _about_url(module: Module, call: HttpCall) -> Blocked | None:
    url = call.argument("url")
    assert url is not None
    if kind(module, url.value) in ("bytes", "none", "integer"):
        return Blocked("url-argument", "aiohttp takes no URL that is not text", call.node)
    if _declared(module, url.value) - _TEXTS:
        return Blocked("url-argument", "aiohttp takes no URL of another type than text", call.node)
    return None


def _declared(module: Module, node: ast.expr) -> set[str]:
    """The types that a name is declared to have: `HttpUrl`, which requests makes text of."""
    found: set[str] = set()
    for binding in scopes(module).bindings(node) if isinstance(node, ast.Name) else ():
        held = binding.node if isinstance(binding.node, ast.arg) else binding.statement
        annotation = getattr(held, "annotation", None)
        if isinstance(annotation, ast.Name | ast.Attribute):
            found.add(qualified_name(module, annotation) or ast.unparse(annotation))
    return found


def _add_defaults(module: Module, decision: Decision) -> None:
    call = decision.call
    if _is_untyped(module, call):
        decision.added.append(_NO_TYPE)
    redirects = call.argument(call.library.redirect_argument)
    follows = call.follows and call.method != "head"
    if redirects is not None:
        follows = not isinstance(redirects.value, ast.Constant) or bool(redirects.value.value)
    if follows:
        decision.added.append(call.library.most_redirects)
    elif call.follows and call.library is not REQUESTS and redirects is None:
        decision.added += ["allow_redirects=True", call.library.most_redirects]
    elif redirects is None and call.method != "head":
        decision.added.append("allow_redirects=False")


def _is_untyped(module: Module, call: HttpCall) -> bool:
    """True where requests sends no Content-Type, and aiohttp one of its own."""
    headers = call.argument("headers")
    if headers is not None and "content-type" in _header_names(module, headers.value):
        return False
    kinds = {one.name: argument_kind(module, one.name, one.value) for one in call.arguments}
    if kinds.get("data") in ("text", "bytes") or kinds.get("content", "none") != "none":
        return True
    if kinds.get("data") == "empty":
        del kinds["data"]
    if any(kinds.get(name, "none") != "none" for name in ("data", "json", "files")):
        return False
    return call.verb in WITH_BODY or not call.verb


def _header_names(module: Module, value: ast.expr) -> set[str]:
    literal = value_of(module, value)
    if not isinstance(literal, ast.Dict):
        return set()
    return {_lower(key.value) for key in literal.keys if isinstance(key, ast.Constant)}


def _add_residuals(module: Module, decision: Decision) -> None:
    call, add = decision.call, decision.residuals.append
    url = call.argument("url")
    assert url is not None
    head = _literal_head(value_of(module, url.value))
    if call.verb in IDEMPOTENT or not call.verb:
        add("resend")
    if call.argument("proxies") is None:
        add("environment")
    verify = call.argument("verify")
    if not head.startswith("http://") and (
        verify is None or argument_kind(module, "verify", verify.value) not in ("false", "text")
    ):
        add("trust-store")
    headers = call.argument("headers")
    if headers is None or "user-agent" not in _header_names(module, headers.value):
        add("user-agent")
    if call.argument("auth") is not None or _may_authorize(module, headers):
        add("netrc")
    if call.verb in REDIRECTED_AS_GET and call.library.most_redirects in decision.added:
        add("redirects")
    if "://" not in head:
        add("url")


def _may_authorize(module: Module, headers: Argument | None) -> bool:
    """True where `Authorization` may be among the headers."""
    if headers is None:
        return False
    literal = value_of(module, headers.value)
    names = _header_names(module, headers.value)
    seen = isinstance(literal, ast.Dict) and len(literal.keys) == len(names)
    return not seen or "authorization" in names


def apply(draft: Draft, decision: Decision, receiver: str) -> None:
    """Write the call for aiohttp, on the session called `receiver`."""
    call = decision.call
    module = draft.module
    draft.replace(module.span(call.node.func), f"{receiver}.{call.method}")
    rules = {id(argument): rule for argument, rule in decision.rules}
    previous: Span | None = None
    for argument in call.arguments:
        span = _whole(module, argument)
        rule = rules.get(id(argument), KEEP)
        if argument.name == "auth" and rule is not DROP:
            rule = _apply_basic(draft, call, argument)
        if argument.name == "timeout" and _is_pair(argument.value):
            _apply_pair(draft, argument, span)
        elif rule.text == "" and previous is not None:
            _drop(draft, previous, span)
        elif argument.name == "data" and call.argument("files"):
            _drop(draft, previous or span, span)
        elif argument.name == "files" and rule.text and (data := call.argument("data")):
            fields = draft.take(module.span(data.value))
            draft.replace(
                span, f"data=_multipart({draft.take(module.span(argument.value))}, {fields})"
            )
        else:
            _rewrite(draft, argument, span, rule)
        previous = span
    if decision.added and previous is not None:
        _append(draft, call, previous, decision.added)


def _is_pair(value: ast.expr) -> bool:
    return isinstance(value, ast.Tuple) and len(value.elts) == 2


def _apply_pair(draft: Draft, argument: Argument, span: Span) -> None:
    """A timeout for connecting and one for reading."""
    assert isinstance(argument.value, ast.Tuple)
    connect, read = (draft.take(draft.module.span(one)) for one in argument.value.elts)
    timeout = f"aiohttp.ClientTimeout(total=None, sock_connect={connect}, sock_read={read})"
    draft.take(span)
    draft.replace(span, f"timeout={timeout}")


def _whole(module: Module, argument: Argument) -> Span:
    return module.span(argument.keyword or argument.value)


def _rewrite(draft: Draft, argument: Argument, span: Span, rule: Rule) -> None:
    value = draft.module.span(argument.value)
    named = argument.keyword is not None or argument.name in ("url", "method")
    if rule.text is None:
        if not named:
            draft.insert(span.start, f"{argument.name}=")
        return
    before, *rest = rule.text.split("{value}")
    if len(rest) != 1:
        draft.replace(span, rule.text.replace("{value}", draft.take(value)))
        return
    draft.replace(Span(span.start, value.start), before)
    draft.insert(value.end, rest[0])


def _apply_basic(draft: Draft, call: HttpCall, argument: Argument) -> Rule:
    """Write the name and the password as a header; the rule for what is left of the argument."""
    pair = value_of(draft.module, argument.value)
    parts = pair.elts if isinstance(pair, ast.Tuple) else pair.args  # type: ignore[attr-defined]
    user, password = (draft.take(draft.module.span(part)) for part in parts)
    header = (
        f'"Authorization": aiohttp.encode_basic_auth({user}, {password}{call.library.encoding})'
    )
    headers = call.argument("headers")
    if headers is None:
        return Rule(f"headers={{{header}}}")
    assert isinstance(headers.value, ast.Dict)
    draft.insert(draft.module.span(headers.value.values[-1]).end, f", {header}")
    return DROP


def _drop(draft: Draft, previous: Span, span: Span) -> None:
    """Take an argument out, with the comma before it; a comment in between stays."""
    text = draft.module.text
    if b"#" not in text[previous.end : span.start]:
        draft.take(span)
        draft.replace(Span(previous.end, span.end), "")
        return
    end = span.end
    while text[end : end + 1] in (b" ", b","):
        end += 1
    draft.replace(Span(span.start, end), "")


def _append(draft: Draft, call: HttpCall, last: Span, added: list[str]) -> None:
    """Add arguments, laid out as the others are; a comment behind the last one stays there."""
    text, view = draft.module.text, draft.module.view
    newline, indent = draft.module.source.newline, draft.indent_of(last.start)
    line = text.rfind(b"\n", 0, last.start) + 1
    starts_line = not text[line : last.start].strip()
    close = draft.module.span(call.node).end - 1
    end = view.find(b"\n", last.end, close)
    if not starts_line or end < 0:
        draft.insert(last.end, "".join(f", {one}" for one in added))
    elif b"#" not in view[last.end : end]:
        draft.insert(last.end, "".join(f",{newline}{indent}{one}" for one in added))
    else:
        if not view[last.end : end].lstrip().startswith(b","):
            draft.insert(last.end, ",")
        end -= len(newline) - 1
        draft.insert(end, "".join(f"{newline}{indent}{one}," for one in added))
