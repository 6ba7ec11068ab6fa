"""Findings made of rewritten functions: their safety, their reasons, their needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.http.strict import ACCEPTED, EQUAL, ONLY
from lever_fix.domains.http.write import Outcome
from lever_fix.knowledge.http_advice import ADVICE
from lever_fix.knowledge.http_calls import RESIDUALS
from lever_fix.model import Import, Needs, Value


class HttpOptions(Value, frozen=True):
    """What `[tool.lever-fix.requests-to-aiohttp]` may hold."""

    parity: Literal["idiomatic", "strict"] = "idiomatic"
    """`strict` writes sessions as near to those of requests as can be, and accepts the rest."""
    accept_residual: tuple[str, ...] = ()
    """Differences that the team accepts, by id; `all` for every one."""
    public_api: Literal["refuse", "rewrite"] = "refuse"
    """`rewrite` turns public functions async, too; what builds no package has none."""

    session_style: Literal["refuse", "lazy"] = "refuse"
    """`lazy` makes of a session that a module makes on import one for each event loop."""


DEFAULTS = HttpOptions()


def reasons(residuals: Iterable[str], options: HttpOptions) -> tuple[str, ...]:
    """What may still differ, in sentences, less what was accepted; `resend:get` names a method."""
    found: dict[str, None] = {}
    for residual in residuals:
        name, _, verb = residual.partition(":")
        is_strict = options.parity == "strict"
        known = name in options.accept_residual or "all" in options.accept_residual
        if known or (name in ACCEPTED or name in EQUAL if is_strict else name in ONLY):
            continue
        found[RESIDUALS[name].format(method=verb.upper() or "request")] = None
    return tuple(found)


def advised(blocked: Blocked) -> str:
    """What blocks a rewrite, and what can be done about it."""
    advice = ADVICE.get(blocked.code)
    return f"{blocked.words}; {advice}" if advice else blocked.words


def needs_of(path: str, outcome: Outcome, freed: Iterable[str]) -> Needs:
    """What a rewritten function asks of its file."""
    imports = list(dict.fromkeys(outcome.imports))
    return Needs(
        path,
        imports=tuple(one for one in imports if isinstance(one, Import)),
        freed=tuple(dict.fromkeys(freed)),
        definitions=tuple(dict.fromkeys(outcome.definitions)),
        packages=tuple(dict.fromkeys((*outcome.packages, "aiohttp>=3.10"))),
        names_bound=tuple(dict.fromkeys(outcome.bound)),
    )
