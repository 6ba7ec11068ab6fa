"""`campaign.toml`: which repositories, which codemods, and what is to become of the changes."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from lever_fix import registry, vcs
from lever_fix.apply.commits import check_template
from lever_fix.bulk.order import Codemod, Order
from lever_fix.errors import BulkError, did_you_mean
from lever_fix.settings import TARGETS, explain

_URL = re.compile(r"[a-z][a-z0-9+.-]*://|[\w.-]+@[\w.-]+:")
_GLOB = re.compile(r"[*?\[]")
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
    verify_timeout: float = 0
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
        BulkError: It cannot be read, or something in it is wrong.
        UsageError: A codemod or the template of the commit messages is wrong.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BulkError(f"{file}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BulkError(f"{file}: not TOML: {error}") from error
    known = [field.encode_name for field in msgspec.structs.fields(Campaign)]
    for key in table:
        if key not in known:
            hint = did_you_mean(key, known) or f"it may have: {', '.join(known)}"
            raise BulkError(f"{file}: unknown key '{key}'", hint)
    try:
        campaign = msgspec.convert(table, Campaign)
    except msgspec.ValidationError as error:
        at, message = explain(error)
        raise BulkError(f"{file}: {at.removeprefix('.')} {message}".replace(":  ", ": ")) from error
    _check(campaign, file)
    return campaign


def _check(campaign: Campaign, file: Path) -> None:
    if campaign.executor not in EXECUTORS:
        raise BulkError(
            f"{file}: executor: '{campaign.executor}' is not one of {', '.join(EXECUTORS)}",
            did_you_mean(campaign.executor, EXECUTORS),
        )
    if campaign.target_version and campaign.target_version not in TARGETS:
        raise BulkError(f"{file}: target-version: '{campaign.target_version}' is not known")
    if not campaign.branch or campaign.branch.startswith("-"):
        raise BulkError(f"{file}: branch: '{campaign.branch}' is no name for a branch")
    check_template(campaign.message)
    known = registry.load(codemod_files(campaign, file))
    registry.choose(known, campaign.select, (), campaign.ignore)


def codemod_files(campaign: Campaign, file: Path) -> list[str]:
    """The campaign's own codemods, files as absolute paths."""
    base = file.resolve().parent
    return [str(base / one) if ".py" in one else one for one in campaign.codemods]


def repositories(campaign: Campaign, file: Path) -> list[Repository]:
    """The repositories of a campaign, each with a name of its own.

    Raises:
        BulkError: There are none, or a list of them cannot be read.
    """
    base = file.resolve().parent
    urls = list(dict.fromkeys(_urls(_entries(campaign, base), base)))
    if not urls:
        raise BulkError(f"{file}: no repository matches", "mend `repositories`")
    stems = Counter(_stem(url) for url in urls)
    names = [_stem(url) if stems[_stem(url)] == 1 else _long_stem(url) for url in urls]
    alike = Counter(names)
    return [
        Repository(name if alike[name] == 1 else f"{name}-{number}", url)
        for number, (name, url) in enumerate(zip(names, urls, strict=True), 1)
    ]


def _entries(campaign: Campaign, base: Path) -> list[str]:
    if not isinstance(campaign.repositories, str):
        return campaign.repositories
    listing = base / campaign.repositories
    try:
        lines = listing.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BulkError(f"{listing}: cannot be read: {error}") from error
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _urls(entries: Iterable[str], base: Path) -> Iterator[str]:
    for entry in entries:
        if entry.startswith("-"):
            raise BulkError(f"'{entry}' is no repository")
        if _URL.match(entry):
            yield entry
        elif _GLOB.search(entry):
            # A glob names what may be one; a path names what must be.
            matches = sorted(Path(base.anchor).glob(str(base / entry).removeprefix(base.anchor)))
            yield from (str(path) for path in matches if _is_repository(path))
        else:
            yield str((base / entry).resolve())


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
        branch=campaign.branch,
        message=campaign.message,
        verify=campaign.verify,
        verify_timeout=campaign.verify_timeout,
        verify_baseline_fails=campaign.verify_baseline_fails,
        depth=campaign.depth,
        moment=moment,
    )


def _shipped(codemod: str, base: Path) -> Codemod:
    if ".py" not in codemod:
        return Codemod(codemod)
    path = base / codemod.partition(".py")[0]
    try:
        return Codemod(codemod, path.with_name(path.name + ".py").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BulkError(f"{codemod}: cannot be read: {error}") from error
