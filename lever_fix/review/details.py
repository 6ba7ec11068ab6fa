"""Texts of the full-screen review around list and change: what the finding is, and where one is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from lever_fix.model import Finding, Problem, Safety, Verdict
from lever_fix.report.paths import Shown
from lever_fix.report.text import counted
from lever_fix.report.visible import visible, width
from lever_fix.review.catalogue import state_of
from lever_fix.review.desk import Review
from lever_fix.review.findings_list import MARKS
from lever_fix.review.keys import KEYS
from lever_fix.review.look import Look
from lever_fix.review.plain import needs

_BAR_COLUMNS = 12
BAR = ("y", "n", "a", "A", "u", "e", "i", "/", "v", "x", "w", "?", "q")
"""The keys at the bottom, the more needed ones first where there is little room."""
_FIRST = ("y", "n", "u", "w", "?", "q", "e", "i", "a", "A", "/", "v", "x")


def title(review: Review, look: Look, columns: int) -> Text:
    """Where the finding stands, of which codemod it is, and how safe."""
    finding = review.session.current
    if finding is None:
        return Text()
    line, column = review.desk.source(finding.path).position(finding.span.start)
    place = f"{visible(review.desk.shown(finding.path))}:{line}:{column}"
    right = Text()
    right.append(f"{visible(finding.codemod)}  ", look.dim)
    right.append(finding.safety.value, look.levels[finding.safety])
    room = columns - right.cell_len - 2
    while width(place) > max(8, room):
        place = "…" + place[2:]
    text = Text(no_wrap=True)
    text.append(place, look.strong)
    text.append(" " * max(1, columns - width(place) - right.cell_len))
    return text + right


def details(review: Review, look: Look) -> Text:
    """What the finding says, why it is not safe, and what goes with its change."""
    session = review.session
    finding = session.current
    if finding is None:
        return Text(_nothing(review), look.dim)
    text = Text()
    text.append(visible(finding.message), look.text)
    if decision := session.decision(session.at):
        word = state_of(decision.verdict) + (" as edited by hand" if decision.edited else "")
        said = f"{word}: {decision.reason}" if decision.reason else word
        mark = MARKS[decision.verdict]
        _add(text, mark, visible(said), look.marks[decision.verdict], look.text)
        if decision.who:
            text.append(f"  {visible(decision.who)}, {visible(decision.when)}", look.dim)
    for reason in finding.reasons:
        level = finding.safety
        _add(
            text,
            "!" if level is Safety.UNSAFE else "?",
            visible(reason),
            look.levels[level],
            look.text,
        )
    for blocker in session.blockers(session.at):
        said = f"conflicts with {_place(review, blocker)}, which is accepted"
        _add(text, "≠", said, look.warning, look.warning)
    for need in session.catalogue.needs(session.at):
        _add(text, "→", f"needs {_place(review, need)}, and takes it along", look.accent, look.text)
    for mark, note in needs(review, finding):
        _add(text, mark, note, look.accent, look.dim)
    return text


def _nothing(review: Review) -> str:
    if not review.complete:
        return "Findings are shown as they come."
    if review.session.view.filter:
        return "No finding is like that: `/` changes the filter, and an empty one shows all."
    return "Nothing is left to review: `q` quits."


def _add(text: Text, mark: str, words: str, mark_style: object, style: object) -> None:
    text.append(f"\n{mark} ", mark_style)  # type: ignore[arg-type]
    text.append(words, style)  # type: ignore[arg-type]


def _place(review: Review, at: int) -> str:
    finding: Finding = review.session.catalogue.findings[at]
    line, _ = review.desk.source(finding.path).position(finding.span.start)
    return f"{visible(review.desk.shown(finding.path))}:{line} ({visible(finding.codemod)})"


def problems_text(
    problems: Sequence[Problem], said: Sequence[str], shown: Shown, look: Look
) -> Text:
    """What could not be made, and what else was said of a write."""
    text = Text()
    for one in problems:
        line = f":{one.line}" if one.line else ""
        text.append(f"{visible(shown(one.path))}{line}\n", look.strong)
        text.append(f"{visible(one.message)}\n", look.text)
        text.append(f"{visible(one.hint)}\n" if one.hint else "", look.dim)
        text.append("\n")
    for words in said:
        text.append(visible(words, keep="\n") + "\n", look.text)
    return text


def header(
    review: Review, look: Look, columns: int, filter_words: str, share: float | None
) -> Text:
    """How far the review is, and the analysis while it is under way."""
    counts = review.session.counts
    text = Text(no_wrap=True)
    text.append(" lever-fix ", look.key)
    text.append("review", look.strong)
    for verdict in (Verdict.ACCEPT, Verdict.REJECT, Verdict.SUPPRESS, None):
        if verdict is Verdict.SUPPRESS and not counts[verdict]:
            continue
        text.append("   ")
        text.append(f"{MARKS[verdict]} ", look.marks[verdict])
        text.append(f"{counts[verdict]:,} ", look.strong)
        text.append(state_of(verdict), look.dim)
    position = f"{review.session.position + 1:,}/{len(review.session.view.order):,} "
    shown = Text()
    if errors := len(review.errors):
        shown.append(f"! {counted(errors, 'error')}  ", look.warning)
    shown.append(f"filter: {visible(filter_words)}  " if filter_words else "", look.warning)
    if share is not None:
        done = round(share * _BAR_COLUMNS)
        shown.append("━" * done, look.accent)
        shown.append("━" * (_BAR_COLUMNS - done), look.gutter)
        # The last step looks at all files together, and tells nothing before its end.
        said = f" {share:.0%} analysed  " if share < 1 else " looking across files  "
        shown.append(said, look.dim)
    shown.append(position, look.dim)
    gap = columns - text.cell_len - shown.cell_len
    if gap < 1:
        text.truncate(max(0, columns - shown.cell_len - 1))
        gap = columns - text.cell_len - shown.cell_len
    text.append(" " * max(1, gap))
    return text + shown


def key_bar(look: Look, columns: int) -> Text:
    """The keys one needs most, as many as there is room for."""
    chosen: set[str] = set()
    room = columns - 1
    for letter in _FIRST:
        size = len(letter) + 1 + len(KEYS[letter].word) + 2
        if size <= room:
            chosen.add(letter)
            room -= size
    text = Text(" ", no_wrap=True)
    for letter in BAR:
        if letter in chosen:
            text.append(letter, look.key)
            text.append(f" {KEYS[letter].word}  ", look.dim)
    return text
