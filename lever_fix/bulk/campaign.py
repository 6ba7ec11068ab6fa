"""`campaign.toml`: which repositories, which codemods, and what is to become of the changes."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from lever_fix import registry, vcs
from lever_fix.apply.commits import check_template
from lever_fix.bulk.order import Codemod, Order
from lever_fix.codemod_names import parse_codemod_name, with_place
from lever_fix.errors import BulkError, LeverFixError, did_you_mean
from lever_fix.settings import TARGETS, explain

_URL = re.compile(r"[a-z][a-z0-9+.-]*://|[\w.-]+@[\w.-]+:")
_GLOB = re.compile(r"[*?\[]")
_NO_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{")
EXECUTORS = ("local", "dask")


class Campaign(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A campaign as written; its keys are the field names with dashes."""

    name: str = ""
    """What it is called in reports; the file's stem by default."""
    repositories: list[str] | str
    """Paths, globs and git URLs; or the name of a file with one a line."""
    reference: str = "HEAD"
    """What to start from: a branch, a tag, or what the repository stands at."""
    select: list[str] | None = None
    ignore: list[str] = []
    codemods: list[str] = []
    """Codemod files and modules of the campaign's; the repositories' own are never loaded."""
    target_version: str = ""
    unsafe: bool = False
    branch: str
    message: str = ""
    """Template of the commit messages; see `lever_fix.apply.commits.commit_message`."""
    verify: str = ""
    verify_timeout: float = 0.0
    verify_baseline_fails: bool = False
    depth: int = 1
    """Commits to fetch; 0 for all."""
    executor: str = "local"
    jobs: int = 0
    review: bool = False
    """Whether only what was accepted by `bulk review` is made."""


class Repository(msgspec.Struct, frozen=True):
    """One repository of a campaign."""

    name: str
    url: str


def read_campaign(file: Path) -> Campaign:
    """The campaign that a file holds.

    Raises:
        BulkError: It cannot be read, or something in it is wrong; names the file and the line.
        UsageError: A codemod or the template of the commit messages is wrong.
    """
    try:
        text = file.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise BulkError(
            f"{file}: cannot be read: {error.strerror}",
            "name the campaign's file; it holds at least `repositories` and `branch`",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BulkError(f"{file}: not TOML: {error}", "see https://toml.io") from error
    _check_keys(table, file, text)
    try:
        campaign = msgspec.convert(table, Campaign)
    except msgspec.ValidationError as error:
        at, message = explain(error)
        key = re.sub(r"\[.*", "", at.removeprefix("."))
        where = f"{_place(file, text, key)}: {at.removeprefix('.')}" if at else str(file)
        raise BulkError(f"{where}: {message}", _EXAMPLES.get(key, "")) from error
    for key, message in _faults(campaign):
        raise BulkError(f"{_place(file, text, key)}: {key}: {message}", _hint(key, campaign))
    _check_codemods(campaign, file, text)
    return campaign


def _check_codemods(campaign: Campaign, file: Path, text: str) -> None:
    """Ask everybody else whether they can work with it, before any repository is touched."""
    with _located(file, text, "message"):
        check_template(campaign.message)
    with _located(file, text, "codemods"):
        known = registry.load(codemod_files(campaign, file))
    with _located(file, text, "select"):
        registry.choose(known, campaign.select, (), ())
    with _located(file, text, "ignore"):
        registry.choose(known, None, (), campaign.ignore)


@contextmanager
def _located(file: Path, text: str, key: str) -> Iterator[None]:
    """Errors of the block with the place of a key in front."""
    try:
        yield
    except LeverFixError as error:
        raise BulkError(f"{_place(file, text, key)}: {key}: {error.message}", error.hint) from error


_EXAMPLES = {
    "repositories": 'such as repositories = ["../services/*", "git@example.com:team/billing.git"]',
    "branch": 'such as branch = "modern-annotations"',
    "verify": 'such as verify = "pytest -q"',
}
"""What a key may hold, where its type alone does not tell."""


def _check_keys(table: Mapping[str, object], file: Path, text: str) -> None:
    fields = msgspec.structs.fields(Campaign)
    known = [field.encode_name for field in fields]
    for key in table:
        if key not in known:
            hint = did_you_mean(key, known) or f"it may have: {', '.join(known)}"
            raise BulkError(f"{_place(file, text, key)}: unknown key '{key}'", hint)
    for field in fields:
        if field.required and field.encode_name not in table:
            key = field.encode_name
            raise BulkError(f"{file}: it has no `{key}`", _EXAMPLES.get(key, ""))


def _place(file: Path, text: str, key: str) -> str:
    """The file, with the line that a key stands on."""
    match = re.search(
        rf"""^\s*["']?{re.escape(key)}["']?\s*[=.]|^\s*\[+{re.escape(key)}\b""", text, re.M
    )
    return f"{file}:{text.count(chr(10), 0, match.end()) + 1}" if key and match else str(file)


def _faults(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """Values that have the right type, and are wrong all the same: key and message."""
    if campaign.executor not in EXECUTORS:
        yield "executor", f"'{campaign.executor}' is not one of {', '.join(EXECUTORS)}"
    if campaign.target_version and campaign.target_version not in TARGETS:
        yield "target-version", f"'{campaign.target_version}' is not one of {', '.join(TARGETS)}"
    if not _is_branch(campaign.branch):
        yield "branch", f"'{campaign.branch}' is no name for a branch"
    if not campaign.reference or campaign.reference.startswith("-"):
        yield "reference", f"'{campaign.reference}' is no branch and no tag"
    for key in ("depth", "jobs", "verify_timeout"):
        if getattr(campaign, key) < 0:
            yield key.replace("_", "-"), f"{getattr(campaign, key)} is less than 0"


def _hint(key: str, campaign: Campaign) -> str:
    if key == "executor":
        return did_you_mean(campaign.executor, EXECUTORS)
    if key == "target-version":
        return did_you_mean(campaign.target_version, TARGETS)
    return _EXAMPLES.get(key, "")


def _is_branch(name: str) -> bool:
    """Whether git takes it for a branch's name; asked before anything is cloned."""
    parts = name.split("/")
    return not (
        _NO_BRANCH.search(name)
        or name.startswith("-")
        or name.endswith(".")
        or name in ("@", "HEAD")
        or any(not part or part.startswith(".") or part.endswith(".lock") for part in parts)
    )


def codemod_files(campaign: Campaign, file: Path) -> list[str]:
    """The campaign's own codemods, files as absolute paths."""
    base = file.resolve().parent
    named = [(one, parse_codemod_name(one)) for one in campaign.codemods]
    return [with_place(one, str(base / it.place)) if it.is_file else one for one, it in named]


def repositories(campaign: Campaign, file: Path) -> list[Repository]:
    """The repositories of a campaign, each with a name of its own.

    Raises:
        BulkError: There are none, or a list of them cannot be read.
    """
    base = file.resolve().parent
    urls = list(dict.fromkeys(_urls(_entries(campaign, base), base)))
    if not urls:
        raise BulkError(
            f"{file}: no repository matches {_quoted(campaign.repositories)}",
            f"mend `repositories`; paths are relative to {base}",
        )
    stems = Counter(_stem(url) for url in urls)
    names = [_stem(url) if stems[_stem(url)] == 1 else _long_stem(url) for url in urls]
    alike = Counter(names)
    return [
        Repository(name if alike[name] == 1 else f"{name}-{number}", url)
        for number, (name, url) in enumerate(zip(names, urls, strict=True), 1)
    ]


def _quoted(value: list[str] | str) -> str:
    return ", ".join(f"'{one}'" for one in ([value] if isinstance(value, str) else value)) or "[]"


def _entries(campaign: Campaign, base: Path) -> Iterator[tuple[str, str]]:
    """The entries, each with what names its place in a message."""
    if not isinstance(campaign.repositories, str):
        yield from (("repositories", one) for one in campaign.repositories)
        return
    listing = base / Path(campaign.repositories).expanduser()
    try:
        lines = listing.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BulkError(
            f"{listing}: cannot be read: {reason}",
            "`repositories` is a list, or the name of a file with one on each line",
        ) from error
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield f"{listing}:{number}", line.strip()


def _urls(entries: Iterator[tuple[str, str]], base: Path) -> Iterator[str]:
    for place, entry in entries:
        if not entry.strip() or entry.startswith("-"):
            raise BulkError(f"{place}: '{entry}' is no repository", "name a path or a URL")
        path = base / Path(entry).expanduser()
        if _URL.match(entry):
            yield entry
        elif _GLOB.search(entry):
            # A glob names what may be one; a path names what must be.
            matches = sorted(Path(base.anchor).glob(str(path).removeprefix(base.anchor)))
            yield from (str(path) for path in matches if _is_repository(path))
        else:
            yield str(path.resolve())


def _is_repository(path: Path) -> bool:
    return vcs.repository_above(path) == path or (path / "HEAD").is_file()


def _stem(url: str) -> str:
    return re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git") or "repository"


def _long_stem(url: str) -> str:
    parts = [part for part in re.split(r"[/:]", url.rstrip("/").removesuffix(".git")) if part]
    return "/".join(parts[-2:])


def order_for(
    campaign: Campaign, file: Path, repository: Repository, commit: str, moment: str
) -> Order:
    """What is to be done in one repository, with all that a far machine needs to know.

    Raises:
        BulkError: A codemod's file cannot be read.
    """
    return Order(
        name=repository.name,
        url=repository.url,
        commit=commit,
        reference=campaign.reference,
        select=None if campaign.select is None else tuple(campaign.select),
        ignore=tuple(campaign.ignore),
        codemods=tuple(_shipped(one, file.resolve().parent) for one in campaign.codemods),
        target_version=campaign.target_version,
        unsafe=campaign.unsafe,
        campaign=" ".join((campaign.name or file.stem).split()),
        branch=campaign.branch,
        message=campaign.message,
        verify=campaign.verify,
        verify_timeout=campaign.verify_timeout,
        verify_baseline_fails=campaign.verify_baseline_fails,
        depth=campaign.depth,
        moment=moment,
    )


def _shipped(codemod: str, base: Path) -> Codemod:
    named = parse_codemod_name(codemod)
    if not named.is_file:
        return Codemod(codemod)
    try:
        return Codemod(codemod, (base / named.place).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BulkError(f"{codemod}: cannot be read: {error}") from error
