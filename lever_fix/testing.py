r"""For people who write codemods: two words for edge cases, and one harness behind them.

    from lever_fix.testing import check_rewrites, check_unchanged

    def test_renames():
        check_rewrites("aware-utcnow", "datetime.utcnow()\n", "datetime.now(UTC)\n")

    def test_leaves_other_libraries_alone():
        check_unchanged("aware-utcnow", "arrow.utcnow()\n")

Whatever a test asks, the harness asserts the invariants of every rewrite: the output parses, a
second run finds nothing, comments are kept, lines outside the edits are the same bytes, and any
subset of the findings made alone parses and leaves no name undefined.
"""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lever_fix.engine.run import Run
from lever_fix.engine.settle import MAX_ROUNDS, Settled, settle
from lever_fix.engine.workers import Context, Group, Workers
from lever_fix.model import Finding, Plan, Refusal, Safety
from lever_fix.semantics.lexical import lex
from lever_fix.settings import Settings
from lever_fix.sources import decode

Files = Mapping[str, str | bytes]
"""Texts by path; where a test has only one file, it is `module.py`. What is no Python file is read
by those who ask for it."""

ALL_SUBSETS_UP_TO = 5
"""Findings up to which every subset is tried; beyond, each alone, all but each, and some more."""


@dataclass(frozen=True)
class Result:
    """What a codemod made of some files.

    Attributes:
        files: Every file's bytes afterwards, by path.
        findings: What it found at first.
        refusals: What it looked at and left alone.
    """

    files: dict[str, bytes]
    findings: tuple[Finding, ...]
    refusals: tuple[Refusal, ...]

    @property
    def text(self) -> str:
        """The text of the only file."""
        (data,) = self.files.values()
        return data.decode()


def rewrite(
    codemod: str | Sequence[str],
    before: str | bytes | Files,
    *,
    target: str = "py311",
    options: Mapping[str, Any] | None = None,
    extra: Sequence[str] = (),
    effects: Mapping[str, Any] | None = None,
) -> Result:
    """Run a codemod until nothing changes, and assert the invariants of every rewrite.

    Args:
        codemod: Its id, or several.
        before: The text of one file, or the texts of several.
        target: Lowest Python version the code must run on.
        options: The codemod's own table in the configuration.
        extra: Codemod files that are not shipped or installed.
        effects: What functions do, by patterns of their dotted names.
    """
    ids = (codemod,) if isinstance(codemod, str) else tuple(codemod)
    files = _files(before)
    lab = _Lab(ids, target, dict.fromkeys(ids, options or {}), tuple(extra), files, effects or {})
    with lab.run() as run:
        plan = run.plan()
        settled = _settle(run, plan)
    assert not plan.problems, plan.problems
    assert not settled.problems, settled.problems
    after = {path: run.overlay[path] for path in files}
    _assert_parses(after)
    _assert_settled(settled)
    _assert_comments_kept(files, after, plan.findings)
    _assert_rest_untouched(files, after, settled)
    _assert_subsets_work(lab, plan)
    return Result(after, plan.findings, plan.refusals)


def check_rewrites(
    codemod: str | Sequence[str],
    before: str | bytes | Files,
    after: str | bytes | Files,
    *,
    safety: Safety = Safety.SAFE,
    reason: str = "",
    target: str = "py311",
    options: Mapping[str, Any] | None = None,
    extra: Sequence[str] = (),
) -> Result:
    """Assert that a codemod turns `before` into `after`, at the given safety.

    Args:
        codemod: Its id, or several.
        before: The text of one file, or the texts of several.
        after: The same afterwards.
        safety: The level of the least safe finding.
        reason: Words that a reason must hold, where it is not safe.
        target: Lowest Python version the code must run on.
        options: The codemod's own table in the configuration.
        extra: Codemod files that are not shipped or installed.
    """
    result = rewrite(codemod, before, target=target, options=options, extra=extra)
    expected = _files(after)
    got = {path: data.decode() for path, data in result.files.items()}
    assert got == {path: data.decode() for path, data in expected.items()}
    assert result.findings, "nothing was found"
    assert min(finding.safety for finding in result.findings) is safety
    reasons = [text for finding in result.findings for text in finding.reasons]
    assert bool(reasons) is (safety is not Safety.SAFE), reasons
    assert any(reason in text for text in reasons) or not reason, reasons
    return result


def check_unchanged(
    codemod: str | Sequence[str],
    before: str | bytes | Files,
    *,
    refusal: str = "",
    target: str = "py311",
    options: Mapping[str, Any] | None = None,
    extra: Sequence[str] = (),
) -> Result:
    """Assert that a codemod leaves the text alone.

    Args:
        codemod: Its id, or several.
        before: The text of one file, or the texts of several.
        refusal: Reason code it must refuse with; empty where it need not have looked closely.
        target: Lowest Python version the code must run on.
        options: The codemod's own table in the configuration.
        extra: Codemod files that are not shipped or installed.
    """
    result = rewrite(codemod, before, target=target, options=options, extra=extra)
    assert result.files == _files(before)
    assert not any(finding.fix for finding in result.findings), result.findings
    codes = {one.code for one in result.refusals}
    assert not refusal or refusal in codes, codes
    return result


def check_same_behaviour(
    before: str | bytes | Files, after: str | bytes | Files, script: str = "import module\n"
) -> str:
    """Run a script beside both versions, and assert that it prints and exits the same.

    Args:
        before: The text of `module.py`, or the texts of several files.
        after: The same afterwards.
        script: What to run; it imports the files and prints what matters.

    Returns:
        What was printed, so that a test can make sure that it is something.
    """
    old, new = (_output(_files(files), script) for files in (before, after))
    assert new == old
    return old[1]


@dataclass(frozen=True)
class _Lab:
    """Files in memory and the codemods to run on them, over and over from the start."""

    ids: tuple[str, ...]
    target: str
    options: Mapping[str, Mapping[str, Any]]
    extra: tuple[str, ...]
    files: Mapping[str, bytes]
    effects: Mapping[str, Any]

    def run(self) -> _Closing:
        options = {name: table for name, table in self.options.items() if table}
        settings = Settings(target_version=self.target, options=options, effects=self.effects)
        context = Context("/nowhere", self.extra, (Group(self.ids, settings),))
        groups = dict.fromkeys(_python(self.files), 0)
        run = Run(Workers(context, 1), groups, overlay=dict(self.files))
        return _Closing(run)


@dataclass(frozen=True)
class _Closing:
    run: Run

    def __enter__(self) -> Run:
        return self.run

    def __exit__(self, *_: object) -> None:
        self.run.workers.__exit__()


def _settle(run: Run, plan: Plan, only: frozenset[str] | None = None) -> Settled:
    def accept(finding: Finding) -> bool:
        return only is None or finding.fingerprint in only

    order = {name: rank for rank, name in enumerate(run.workers.context.groups[0].ids)}
    return settle(run, plan, accept, order, rounds=MAX_ROUNDS if only is None else 1)


def _python(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that are code: manifests and other settings are there to be read."""
    return {path: data for path, data in files.items() if path.endswith(".py")}


def _files(texts: str | bytes | Files) -> dict[str, bytes]:
    if isinstance(texts, str | bytes):
        texts = {"module.py": texts}
    return {path: text.encode() if isinstance(text, str) else text for path, text in texts.items()}


def _assert_parses(files: Mapping[str, bytes]) -> None:
    for path, data in _python(files).items():
        compile(data, path, "exec", dont_inherit=True)


def _assert_settled(settled: Settled) -> None:
    again = [one for one in settled.remaining.findings if one.fix]
    assert not again, f"a second run still finds {again}"


def _assert_comments_kept(
    before: Mapping[str, bytes], after: Mapping[str, bytes], findings: Sequence[Finding]
) -> None:
    for path in _python(before):
        needs = [n for f in findings if f.fix for n in f.fix.needs if n.path == path]
        added = [text for need in needs for text in need.comments_added]
        dropped = [text for need in needs for text in need.comments_dropped]
        old = sorted([*_comments(path, before[path]), *added])
        assert sorted([*_comments(path, after[path]), *dropped]) == old


def _comments(path: str, data: bytes) -> list[str]:
    view = decode(path, data).view
    return [view[start:end].decode() for start, end in lex(view).comments]


def _assert_rest_untouched(
    before: Mapping[str, bytes], after: Mapping[str, bytes], settled: Settled
) -> None:
    """Every line that no edit touches is there still, byte for byte and in order.

    Import statements are worked out for the set of findings, so they are left out.
    """
    if settled.rounds != 1:
        return  # later rounds' offsets are not into the text the test gave
    for path, data in _python(before).items():
        source = decode(path, data)
        touched: set[int] = set()
        for finding in settled.applied:
            for edit in finding.fix.edits if finding.fix else ():
                if edit.path == path:
                    first, last = source.position(edit.start)[0], source.position(edit.end)[0]
                    touched.update(range(first, last + 1))
        left = iter(decode(path, after[path]).text.splitlines(keepends=True))
        for number, line in enumerate(source.text.splitlines(keepends=True), 1):
            if number not in touched and line.strip() and not _is_import_line(line):
                assert line in left, f"{path}:{number} is gone or changed: {line!r}"


def _is_import_line(line: bytes) -> bool:
    words = line.replace(b",", b" ").replace(b"(", b" ").replace(b")", b" ").split()
    if words[:1] == [b"if"] and b"TYPE_CHECKING:" in words[-1]:
        return True  # goes with the last import in it
    # A line of a parenthesised import is names alone.
    return words[:1] in ([b"from"], [b"import"]) or all(
        word.isidentifier() for word in _names(words)
    )


def _names(words: list[bytes]) -> Iterator[str]:
    for word in itertools.takewhile(lambda word: not word.startswith(b"#"), words):
        yield word.decode("utf-8", "replace")


def _assert_subsets_work(lab: _Lab, plan: Plan) -> None:
    findings = [finding for finding in plan.findings if finding.fix]
    for subset in _subsets([finding.fingerprint for finding in findings]):
        with lab.run() as run:
            settled = _settle(run, plan, subset)
            assert not settled.problems, settled.problems
            _assert_parses({path: run.overlay[path] for path in lab.files})


def _subsets(names: list[str]) -> Iterator[frozenset[str]]:
    if len(names) <= ALL_SUBSETS_UP_TO:
        for size in range(1, len(names)):
            yield from map(frozenset, itertools.combinations(names, size))
        return
    for name in names:
        yield frozenset({name})
        yield frozenset(names) - {name}
    chance = random.Random(len(names))
    for _ in range(8):
        yield frozenset(chance.sample(names, chance.randrange(2, len(names))))


def _output(files: Mapping[str, bytes], script: str) -> tuple[int, str, str]:
    with tempfile.TemporaryDirectory() as folder:
        for path, data in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=60
        )
    # A traceback names the folder and quotes the source; only its last line is behaviour.
    last = done.stderr.strip().splitlines()[-1:] if done.returncode else [""]
    return done.returncode, done.stdout, "".join(last)
