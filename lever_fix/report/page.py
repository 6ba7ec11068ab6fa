"""Parts of pages that need nothing but a browser: no script, no font, nothing fetched.

Source text is data: what is shown has its control characters made visible, and is escaped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from lever_fix.report.lines import opcodes
from lever_fix.report.visible import visible

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2128; --soft: #59636e; --line: #d1d9e0;
  --paper: #fff; --panel: #f6f8fa; --add: #dafbe1; --del: #ffebe9; --safe: #1a7f37;
  --unsafe: #9a6700; --display: #8250df; --bad: #cf222e; --link: #0969da; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d;
  --paper: #0d1117; --panel: #151b23; --add: #12361f; --del: #45171b; --safe: #3fb950;
  --unsafe: #d29922; --display: #ab7df8; --bad: #f85149; --link: #4493f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem 4rem; color: var(--ink);
  background: var(--paper); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; line-height: 1.25; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
p.lead, p.note { color: var(--soft); margin: 0 0 .2rem; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 1.2rem 0 0; }
.totals { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.2rem 0 0; padding: 0; }
.totals li { list-style: none; border: 1px solid var(--line); border-radius: 8px;
  padding: .6rem 1rem; min-width: 8rem; background: var(--panel); }
.totals b { display: block; font-size: 1.5rem; line-height: 1.3;
  font-variant-numeric: tabular-nums; }
.totals span { color: var(--soft); font-size: .85rem; }
.totals .bad, .totals .bad span { color: var(--bad); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; min-width: min(100%, 40rem);
  font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .75rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--soft); font-weight: 600; font-size: .85rem; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.zero { color: var(--soft); }
td.long { min-width: 16rem; }
tr.sum td { font-weight: 600; border-bottom: 0; }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; }
details details { margin: .35rem 0; }
summary { cursor: pointer; padding: .45rem .9rem; background: var(--panel); border-radius: 8px; }
details[open] > summary { border-bottom: 1px solid var(--line); border-radius: 8px 8px 0 0; }
details > .inside { padding: .4rem .9rem .8rem; }
summary .more { color: var(--soft); margin-left: .6rem; font-size: .9rem; }
summary .figure { display: inline-block; min-width: 4.2em; margin-right: .8em; text-align: right;
  font-weight: 600; font-variant-numeric: tabular-nums; }
code, pre { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
summary code { color: var(--soft); margin-left: .6rem; }
pre { margin: .5rem 0; padding: .4rem 0; overflow-x: auto; border: 1px solid var(--line);
  border-radius: 6px; }
pre span { display: block; padding: 0 .75rem; min-width: max-content; white-space: pre; }
pre .add { background: var(--add); } pre .del { background: var(--del); }
pre .hunk { color: var(--soft); background: var(--panel); }
.chip { border: 1px solid currentColor; border-radius: 999px; padding: 0 .55rem;
  font-size: .8rem; white-space: nowrap; }
.safe { color: var(--safe); } .unsafe { color: var(--unsafe); }
.display { color: var(--display); } .bad, .failed { color: var(--bad); }
.whole { white-space: nowrap; } .quiet { color: var(--soft); }
ul.reasons { color: var(--soft); margin: .2rem 0 .4rem; padding-left: 1.2rem; }
@media (max-width: 40rem) { body { padding: 1.2rem .9rem 3rem; }
  .totals { gap: .5rem; } .totals li { min-width: calc(50% - .25rem); padding: .45rem .8rem; }
  summary .figure { min-width: 0; margin-right: .5em; }
  details > .inside { padding: .3rem .5rem .6rem; } }
@media print { details > .inside { display: block; } body { max-width: none; } }
"""


@dataclass(frozen=True)
class Html:
    """What is HTML already; any other text is escaped where it is put."""

    text: str


Cell = str | int | Html


def page(title: str, lead: str, body: Iterable[str]) -> bytes:
    """One whole page.

    Args:
        title: As text.
        lead: A line below it, as text.
        body: As HTML.
    """
    # The policy is a second lock: should anything slip through, it still neither runs nor loads.
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{shown_text(title)}</title>\n<style>{_STYLE}</style></head><body>\n"
        f'<h1>{shown_text(title)}</h1>\n<p class="lead">{shown_text(lead)}</p>\n'
        f"{''.join(body)}</body></html>\n"
    ).encode()


def shown_text(text: str) -> str:
    """Text as HTML: escaped, with control characters made visible."""
    return escape(visible(text, keep="\t"))


def totals(numbers: Iterable[tuple[int, str]], bad: Iterable[str] = ()) -> str:
    """Numbers with their nouns, large; the nouns in `bad` are alarming where there are any."""
    bad = frozenset(bad)
    items = (
        f"<li{' class=bad' if n and word in bad else ''}>"
        f"<b>{n:,}</b><span>{shown_text(word)}</span></li>"
        for n, word in numbers
    )
    return f'<ul class="totals">{"".join(items)}</ul>\n'


def section(title: str, *parts: str) -> str:
    """A part of the page under a heading that can be linked to."""
    return f'<h2 id="{anchor(title)}">{shown_text(title)}</h2>\n{"".join(parts)}'


def contents(titles: Iterable[str]) -> str:
    """Links to sections."""
    links = (f'<a href="#{anchor(title)}">{shown_text(title)}</a>' for title in titles)
    return f"<nav>{''.join(links)}</nav>\n"


def anchor(name: str) -> str:
    """A name as an address within the page; two names have two, but for the odd character."""
    return re.sub(r"[^\w.-]+", "-", name).lower()


def link(text: str, name: str) -> Html:
    """Text that leads to the place of a name."""
    return Html(f'<a href="#{anchor(name)}">{shown_text(text)}</a>')


def table(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], summed: Sequence[Cell] | None = None
) -> str:
    """A table; numbers stand to the right.

    Args:
        head: Names of the columns.
        rows: As many cells each.
        summed: A last row, set off from the others.
    """
    rows = list(rows)
    body = [f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows]
    if summed is not None:
        body.append(f'<tr class="sum">{"".join(map(_cell, summed))}</tr>\n')
    first = rows[0] if rows else head
    kinds = (' class="number"' if isinstance(cell, int) else "" for cell in first)
    names = "".join(
        f"<th{kind}>{shown_text(name)}</th>" for name, kind in zip(head, kinds, strict=True)
    )
    return f'<div class="wide"><table><tr>{names}</tr>\n{"".join(body)}</table></div>\n'


_LONG = 60
"""Characters of a cell from which on it needs some width, however narrow the screen."""


def _cell(value: Cell) -> str:
    if isinstance(value, int):
        return f'<td class="number{"" if value else " zero"}">{value:,}</td>'
    if isinstance(value, Html):
        return f"<td>{value.text}</td>"
    return f"<td{' class=long' if len(value) > _LONG else ''}>{shown_text(value)}</td>"


def folded(
    title: str | Html, more: str | Html, inside: str, mark: str = "", figure: str = ""
) -> str:
    """A part that opens on a click.

    Args:
        title: As text.
        more: What else its line says.
        inside: As HTML.
        mark: A word to set off, which is a class of the style sheet, too.
        figure: A number in front, under those of its neighbours.
    """
    front = f'<span class="figure">{shown_text(figure)}</span>' if figure else ""
    said = more.text if isinstance(more, Html) else f'<span class="more">{shown_text(more)}</span>'
    name = title.text if isinstance(title, Html) else shown_text(title)
    return (
        f"<details><summary>{front}{name}{chip(mark) if mark else ''}{said}</summary>"
        f'<div class="inside">{inside}</div></details>\n'
    )


def chip(word: str, kind: str = "") -> str:
    """A word set off from its line."""
    return f' <span class="chip {kind or word}">{shown_text(word)}</span>'


def words(text: str) -> Html:
    """Text that stays on one line, such as a codemod's id."""
    return Html(f'<span class="whole">{shown_text(text)}</span>')


def code(text: str) -> Html:
    """A few words of source."""
    return Html(f"<code>{shown_text(text)}</code>")


def lines(text: str, kind: Callable[[str], str] = lambda _: "") -> str:
    """Lines of source; equal kinds in a row are one part, for a page may have a great many."""
    parts = []
    for name, group in itertools.groupby(_split(text), kind):
        inside = "\n".join(shown_text(line) or " " for line in group)
        parts.append(f"<span{f' class={name}' if name else ''}>{inside}</span>")
    return f"<pre>{''.join(parts)}</pre>\n"


def diff(text: str) -> str:
    """Hunks of a unified diff."""
    return lines(text, _kind)


def change(before: str, after: str) -> str:
    """A few lines before and after, those that stay once."""
    old, new = _split(before), _split(after)
    marked = []
    for tag, a_low, a_high, b_low, b_high in opcodes(old, new):
        if tag == "equal":
            marked += [f" {line}" for line in old[a_low:a_high]]
        else:
            marked += [f"-{line}" for line in old[a_low:a_high]]
            marked += [f"+{line}" for line in new[b_low:b_high]]
    return diff("\n".join(marked))


def _split(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _kind(line: str) -> str:
    if line.startswith("@@"):
        return "hunk"
    return {"+": "add", "-": "del"}.get(line[:1], "")
