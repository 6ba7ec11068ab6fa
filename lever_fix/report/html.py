"""Pages that need nothing but a browser: no script, no font, nothing fetched, nothing interpreted.

Source text is data: what is shown has its control characters made visible, and is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from html import escape

from lever_fix.model import Finding, Plan, Safety
from lever_fix.report.excerpt import excerpt
from lever_fix.report.paths import Shown, as_is
from lever_fix.report.text import counted
from lever_fix.report.visible import visible
from lever_fix.sources import SourceFile

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2128; --soft: #59636e; --line: #d1d9e0;
  --paper: #fff; --panel: #f6f8fa; --add: #dafbe1; --del: #ffebe9; --safe: #1a7f37;
  --unsafe: #9a6700; --display: #8250df; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d;
  --paper: #0d1117; --panel: #151b23; --add: #12361f; --del: #45171b; --safe: #3fb950;
  --unsafe: #d29922; --display: #ab7df8; --bad: #f85149; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.5rem 4rem; color: var(--ink);
  background: var(--paper); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p.lead { color: var(--soft); margin: 0; }
.totals { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 0; padding: 0; }
.totals li { list-style: none; border: 1px solid var(--line); border-radius: 8px;
  padding: .6rem 1rem; min-width: 8rem; background: var(--panel); }
.totals b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.totals span { color: var(--soft); font-size: .85rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; min-width: min(100%, 36rem);
  font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .75rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--soft); font-weight: 600; font-size: .85rem; }
td.number, th.number { text-align: right; }
details { border: 1px solid var(--line); border-radius: 8px; margin: .6rem 0; }
summary { cursor: pointer; padding: .55rem .9rem; background: var(--panel); border-radius: 8px; }
details[open] > summary { border-bottom: 1px solid var(--line); border-radius: 8px 8px 0 0; }
details > .inside { padding: .4rem .9rem .8rem; }
summary .more { color: var(--soft); margin-left: .6rem; font-size: .9rem; }
pre { margin: .5rem 0; padding: .5rem 0; overflow-x: auto; font: 12.5px/1.5 ui-monospace,
  SFMono-Regular, Menlo, Consolas, monospace; border: 1px solid var(--line); border-radius: 6px; }
pre span { display: block; padding: 0 .75rem; min-width: max-content; white-space: pre; }
pre .add { background: var(--add); } pre .del { background: var(--del); }
pre .hunk { color: var(--soft); } pre .file { font-weight: 600; }
.chip { border: 1px solid currentColor; border-radius: 999px; padding: 0 .55rem;
  font-size: .8rem; white-space: nowrap; }
.safe { color: var(--safe); } .unsafe { color: var(--unsafe); }
.display { color: var(--display); } .bad, .failed { color: var(--bad); }
ul.reasons { color: var(--soft); margin: .2rem 0 .4rem; padding-left: 1.2rem; }
"""

Cell = str | int


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


def totals(numbers: Iterable[tuple[int, str]]) -> str:
    """Numbers with their nouns, large."""
    items = "".join(f"<li><b>{n:,}</b><span>{shown_text(word)}</span></li>" for n, word in numbers)
    return f'<ul class="totals">{items}</ul>\n'


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table; numbers stand to the right."""
    rows = list(rows)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    first = rows[0] if rows else head
    kinds = (' class="number"' if isinstance(cell, int) else "" for cell in first)
    names = "".join(
        f"<th{kind}>{shown_text(name)}</th>" for name, kind in zip(head, kinds, strict=True)
    )
    return f'<div class="wide"><table><tr>{names}</tr>\n{body}</table></div>\n'


def _cell(value: Cell) -> str:
    if isinstance(value, int):
        return f'<td class="number">{value:,}</td>'
    return f"<td>{shown_text(value)}</td>"


def folded(title: str, more: str, inside: str, mark: str = "") -> str:
    """A part that opens on a click.

    Args:
        title: As text.
        more: What else its line says, as text.
        inside: As HTML.
        mark: A word to set off, which is a class of the style sheet, too.
    """
    return (
        f"<details><summary>{shown_text(title)}{chip(mark) if mark else ''}"
        f'<span class="more">{shown_text(more)}</span></summary>'
        f'<div class="inside">{inside}</div></details>\n'
    )


def chip(word: str, kind: str = "") -> str:
    """A word set off from its line."""
    return f' <span class="chip {kind or word}">{shown_text(word)}</span>'


def lines(text: str, kind: Callable[[str], str] = lambda _: "") -> str:
    """Lines of source, each with a class of its own."""
    rows = (f'<span class="{kind(line)}">{shown_text(line) or " "}</span>' for line in _split(text))
    return f"<pre>{''.join(rows)}</pre>\n"


def diff(text: str) -> str:
    """A unified diff."""
    return lines(text, _kind)


def _split(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _kind(line: str) -> str:
    if line.startswith(("diff --git", "--- ", "+++ ", "new file")):
        return "file"
    if line.startswith("@@"):
        return "hunk"
    return {"+": "add", "-": "del"}.get(line[:1], "")


def render_html(plan: Plan, sources: Callable[[str], SourceFile], *, shown: Shown = as_is) -> bytes:
    """`check --format html`: what was found, by file, each with what it would become."""
    files = counted(plan.checked, "file")
    levels = Counter(finding.safety for finding in plan.findings)
    numbers = [(len(plan.findings), "findings"), *((levels[one], one.value) for one in Safety)]
    body = [totals(numbers), _by_codemod(plan), "<h2>Findings</h2>\n"]
    for path, findings in plan.by_path():
        inside = "".join(_finding(sources(path), finding) for finding in findings)
        body.append(folded(shown(path), counted(len(findings), "finding"), inside))
    if plan.problems:
        rows = [(shown(one.path), one.line, one.message) for one in plan.problems]
        body += ["<h2>Errors</h2>\n", table(("file", "line", "what"), rows)]
    return page("lever-fix", f"{files} looked at", body)


def _by_codemod(plan: Plan) -> str:
    groups: dict[str, list[Finding]] = {}
    for finding in plan.findings:
        groups.setdefault(finding.codemod, []).append(finding)
    rows = [
        (name, len(found), len({finding.path for finding in found}))
        for name, found in sorted(groups.items())
    ]
    return table(("codemod", "findings", "files"), rows) if rows else ""


def _finding(source: SourceFile, finding: Finding) -> str:
    line, column = source.position(finding.span.start)
    reasons = "".join(f"<li>{shown_text(reason)}</li>" for reason in finding.reasons)
    before, after = excerpt(source, finding)
    code = change(before, after) if finding.fix else lines(before)
    return (
        f"<p>{line}:{column} <b>{shown_text(finding.codemod)}</b>{chip(finding.safety.value)} "
        f"{shown_text(finding.message)}</p>"
        f"{f'<ul class=reasons>{reasons}</ul>' if reasons else ''}{code}"
    )


def change(before: str, after: str) -> str:
    """A few lines before and after."""
    marked = [f"-{line}" for line in _split(before)] + [f"+{line}" for line in _split(after)]
    return diff("\n".join(marked))
