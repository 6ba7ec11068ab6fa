"""What is taken from the code: the README's table of codemods and picture, the outlines.

uv run python tests/meta/readme.py write      after a codemod or the output changed
uv run python tests/meta/readme.py check      exit 1 if one of them lags behind
python tests/meta/readme.py commands          the commands of its first block, one a line

"""

from __future__ import annotations

import difflib
import html
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lever_fix.codemod import Codemod

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
TOUR = ROOT / "snapshots" / "readme" / "tour.svg"
OUTLINES = ROOT / "codemods" / "outlines.json"
BEGIN = "<!-- codemods: written by tests/meta/readme.py -->"
END = "<!-- codemods: end -->"

SHOWN = "shop/worker.py"
"""The file whose changes the picture shows."""
DIFF_LINES = 60
"""Lines of its diff that the picture shows before it skips to the summary."""
COLUMNS = 76
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["commands"]:
            print(*commands(), sep="\n")
        case ["check"]:
            lagging = [path for path, text in wanted().items() if not _same(path, text)]
            for path in lagging:
                name = path.relative_to(ROOT).as_posix()
                print(f"{name}: out of date; run `uv run python tests/meta/readme.py write`")
            return bool(lagging)
        case ["write"]:
            for path, text in wanted().items():
                if not _same(path, text):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8")
        case _:
            print(__doc__)
            return 2
    return 0


def commands() -> list[str]:
    """The commands of the README's first block."""
    return blocks(README.read_text(encoding="utf-8"), "sh")[0]


def blocks(markdown: str, language: str) -> list[list[str]]:
    """The lines of each fenced block in a language."""
    fenced = re.findall(rf"^```{language}\n(.*?)^```$", markdown, re.DOTALL | re.MULTILINE)
    return [text.splitlines() for text in fenced]


def wanted() -> dict[Path, str]:
    """The files as they should be."""
    readme = README.read_text(encoding="utf-8")
    before, _, rest = readme.partition(BEGIN)
    after = rest.partition(END)[2]
    table = f"{before}{BEGIN}\n\n{codemods()}{END}{after}"
    return {OUTLINES: outlines(), README: table, TOUR: tour()}


def _same(path: Path, text: str) -> bool:
    if not path.is_file():
        return False
    known = path.read_text(encoding="utf-8")
    # Of a picture the words count: how rich draws them is rich's business.
    return known == text if path.suffix != ".svg" else words(known) == words(text)


def words(svg: str) -> list[str]:
    """What a reader of a picture reads."""
    return [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def outlines() -> str:
    """What a start knows of the codemods that ship."""
    from lever_fix.outlines import encode

    return encode(_shipped()).decode()


def codemods() -> str:
    """The table of codemods, and an example of each."""
    shipped = _shipped()
    rows = ["| codemod | what it does | fixes |", "|---|---|---|", *map(_row, shipped)]
    return "\n".join(rows) + "\n\n" + "\n".join(map(_example, shipped)) + "\n"


def _shipped() -> list[Codemod]:
    from lever_fix import registry

    files = sorted(registry.SHIPPED.glob("[!_]*.py"))
    found = [registry.load([str(path)])[path.stem.replace("_", "-")] for path in files]
    return [one for one in found if one.origin.parent == registry.SHIPPED]


def _row(codemod: Codemod) -> str:
    link = f"[`{codemod.id}`](codemods/{codemod.origin.name})"
    levels = {case.safety for case in codemod.cases if case.after is not None}
    fixes = ", ".join(level.value for level in sorted(levels, reverse=True))
    off = "" if codemod.enabled else "; off by default"
    return f"| {link} | {codemod.summary.replace('|', chr(92) + '|')} | {fixes}{off} |"


def _example(codemod: Codemod) -> str:
    case = next(case for case in codemod.cases if case.after is not None)
    lines = difflib.unified_diff(
        case.before.splitlines(), (case.after or "").splitlines(), lineterm="", n=9
    )
    diff = "\n".join(list(lines)[3:])
    title = f"<summary><code>{codemod.id}</code></summary>"
    return f"<details>{title}\n\n```diff\n{diff}\n```\n\n</details>\n"


def tour() -> str:
    """The picture: what the first command of the README prints, its middle left out."""
    from rich.console import Console
    from rich.text import Text

    command = commands()[0].rpartition("uv run ")[2]
    colours = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    done = subprocess.run(
        [sys.executable, "-m", "lever_fix", *command.split()[1:], "--no-cache"],
        cwd=ROOT,
        env=colours | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"))  # noqa: SIM115
    console.print(Text(f"$ {command}\n", style="bold"), end="")
    for line in (*_shortened(done.stdout.splitlines()), *done.stderr.splitlines()):
        console.print(Text.from_ansi(line), no_wrap=True, crop=True)
    svg = console.export_svg(title="lever-fix", unique_id="tour")
    svg = re.sub(r"\s*@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)  # no font is fetched
    return re.sub(r"font-family: Fira Code, monospace", f"font-family: {FONTS}", svg) + "\n"


def _shortened(lines: list[str]) -> list[str]:
    table = next(at for at, line in enumerate(lines) if "╭" in line)
    first = next(at for at, line in enumerate(lines) if "---" in line and SHOWN in line)
    last = first + DIFF_LINES
    return [_skipped(first), *lines[first:last], _skipped(table - last), *lines[table:]]


def _skipped(count: int) -> str:
    return f"\x1b[2m⋮ {count:,} more lines of diff\x1b[0m"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
