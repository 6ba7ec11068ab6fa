"""The kind of an argument, by the argument: what `params` may hold is not what `headers` may."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from lever_fix.domains.http.kinds import SCALARS, UNKNOWN, kind, value_of
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name

_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+\Z", re.ASCII)
_MULTIPART_ENTRY = 4
_NAMES = frozenset({"nan", "inf", "infinity"})
_NO_NUMBERS = frozenset({"math.nan", "math.inf", "numpy.nan", "numpy.inf"})
_UNSEEN = ast.Constant(...)
_BASIC = frozenset({"requests.auth.HTTPBasicAuth", "httpx.BasicAuth"})


def argument_kind(module: Module, keyword: str, node: ast.expr) -> str:
    """The kind by which the tables of `lever_fix.knowledge.http_calls` list an argument."""
    value = value_of(module, node)
    found = kind(module, value)
    if found == UNKNOWN and value is not node:
        found = kind(module, node)
    special = _KINDS.get(keyword)
    return special(module, value, found) if special else found


def _pairs(module: Module, value: ast.expr, found: str) -> str:
    """Fields of a query or a form: plain where each is surely text or a number."""
    if found in ("texts", "numbers"):
        return "plain pairs"
    if found in ("none", "text", "bytes", "empty"):
        return found
    if found not in ("dict", "list", "tuple"):
        return UNKNOWN
    fields = list(_fields(value))
    if not fields:
        return "pairs"
    kinds = {one for field in fields for one in _leaves(module, field)}
    if kinds <= SCALARS | {"zero"}:
        return "plain pairs"
    if kinds <= SCALARS | {"zero", "flag", "true", "false"}:
        return "flags"
    return "pairs"


def _query(module: Module, value: ast.expr, found: str) -> str:
    pairs = _pairs(module, value, found)
    return "pairs" if pairs == "flags" else pairs


def _fields(value: ast.expr) -> Iterator[ast.expr]:
    """The values of a literal of fields, with a stand-in for each that cannot be seen."""
    match value:
        case ast.Dict(keys=keys, values=values):
            for key, one in zip(keys, values, strict=True):
                yield (
                    one if isinstance(key, ast.Constant) and isinstance(key.value, str) else _UNSEEN
                )
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for element in elements:
                if isinstance(element, ast.Tuple) and len(element.elts) == 2:
                    yield element.elts[1]
                else:
                    yield element


def _leaves(module: Module, field: ast.expr) -> Iterator[str]:
    if isinstance(field, ast.List | ast.Tuple):
        for element in field.elts:
            yield kind(module, element)
    else:
        found = kind(module, field)
        # A number that is calculated may be no number, which aiohttp refuses.
        yield UNKNOWN if found == "decimal" and not isinstance(field, ast.Constant) else found


def _headers(module: Module, value: ast.expr, found: str) -> str:
    if found in ("none", "texts"):
        return found
    if not isinstance(value, ast.Dict):
        return UNKNOWN
    kinds = {kind(module, one) for one in value.values}
    if "none" in kinds:
        return "nothing in it"
    literals = [one for one in (*value.keys, *value.values) if isinstance(one, ast.Constant)]
    if "bytes" in kinds or any(isinstance(one.value, bytes) for one in literals):
        return "bytes in it"
    if any(not _is_sent_as_is(one.value) for one in literals):
        return "odd text in it"
    plain = kinds <= {"text"} and all(isinstance(key, ast.Constant) for key in value.keys)
    return "texts" if plain else UNKNOWN


def _is_sent_as_is(value: object) -> bool:
    """True for a name or a value of a header that both libraries send, and send alike."""
    if not isinstance(value, str) or not value.isascii():
        return False
    return value.strip() == value and value.lower() != "transfer-encoding"


def _json(module: Module, value: ast.expr, found: str) -> str:
    """JSON: requests refuses numbers that are none, and aiohttp sends them."""
    for node in ast.walk(value):
        name = qualified_name(module, node) if isinstance(node, ast.Attribute) else ""
        words = node.args if isinstance(node, ast.Call) and kind(module, node) == "decimal" else []
        texts = [one.value for one in words if isinstance(one, ast.Constant)]
        if name in _NO_NUMBERS or any(str(one).lower().strip("+-") in _NAMES for one in texts):
            return "no number in it"
    return found


def _cookies(_module: Module, value: ast.expr, found: str) -> str:
    if found in ("none", "texts"):
        return found
    if not isinstance(value, ast.Dict):
        return "dict" if found == "dict" else UNKNOWN
    names = [one.value for one in value.keys if isinstance(one, ast.Constant)]
    given = [one.value for one in value.values if isinstance(one, ast.Constant)]
    if not all(isinstance(one, str) and _TOKEN.match(one) for one in names) or not all(
        isinstance(one, str) for one in given
    ):
        return "odd text in it"
    texts = [one.value for one in value.values if isinstance(one, ast.Constant)]
    if len(texts) == len(value.values) and all(
        isinstance(one, str) and _TOKEN.match(one) for one in texts
    ):
        return "tokens"
    return "dict"


def _timeout(module: Module, value: ast.expr, found: str) -> str:
    if isinstance(value, ast.Tuple):
        if any(kind(module, one) == "zero" for one in value.elts):
            return "zero"
        return "tuple" if len(value.elts) == 2 else UNKNOWN
    return "number" if found in ("integer", "decimal") else found


def _auth(module: Module, value: ast.expr, found: str) -> str:
    parts = value.elts if isinstance(value, ast.Tuple) else []
    parts = value.args if isinstance(value, ast.Call) else parts
    if parts and isinstance(parts[0], ast.Constant) and ":" in str(parts[0].value):
        return UNKNOWN  # aiohttp refuses such a name
    if isinstance(value, ast.Tuple) and len(value.elts) == 2:
        return "pair"
    if isinstance(value, ast.Call) and qualified_name(module, value.func) in _BASIC:
        return "pair" if len(value.args) == 2 and not value.keywords else UNKNOWN
    return found


def _cert(_module: Module, value: ast.expr, found: str) -> str:
    return "pair" if isinstance(value, ast.Tuple) else found


def _files(_module: Module, value: ast.expr, found: str) -> str:
    if found == "none":
        return found
    for entry in _fields(value):
        if isinstance(entry, ast.Tuple) and len(entry.elts) == _MULTIPART_ENTRY:
            return "headers in it"
    return UNKNOWN if isinstance(value, ast.Dict | ast.List | ast.Name) else "headers in it"


_KINDS: dict[str, Callable[[Module, ast.expr, str], str]] = {
    "params": _query,
    "data": _pairs,
    "json": _json,
    "headers": _headers,
    "cookies": _cookies,
    "timeout": _timeout,
    "auth": _auth,
    "cert": _cert,
    "files": _files,
}
