"""One commit per codemod, by `git commit` itself: hooks, identity and signing are the user's.

The commits are made from a temporary index: the user's own is not touched until all of them stand,
and hooks see exactly what is being committed.
"""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lever_fix.apply.index import refresh_index, write_index
from lever_fix.apply.model import Checkout, CommitStep
from lever_fix.apply.repo import (
    Repository,
    ask,
    commit_of,
    current_branch,
    head_commit,
    operation_in_progress,
    tell,
)
from lever_fix.apply.staging import StagedStep, Staging
from lever_fix.errors import ApplyError, UsageError
from lever_fix.model import Safety

TRAILER = "Lever-Run"
"""The trailer that names the run a commit belongs to."""

_SUBJECT = 72
_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg")


def check_committable(repository: Repository, branch: str) -> Checkout:
    """Whether commits can be made here, asked before anything is written.

    Args:
        repository: Where the commits will go.
        branch: The branch to be created for them; empty for the current one.

    Returns:
        Where HEAD stands.

    Raises:
        ApplyError: HEAD is unborn or (without a new branch) detached, the user is in the middle of
            a merge or rebase, the branch exists or has no valid name, or git knows no identity.
    """
    head, current = head_commit(repository), current_branch(repository)
    if head is None:
        raise ApplyError(
            f"the branch {current} has no commit yet, so there is nothing to commit on top of",
            "make a first commit, or apply without --commit",
        )
    operation = operation_in_progress(repository)
    if operation is not None:
        raise ApplyError(
            f"a {operation} is in progress here",
            f"finish it, or give it up with: git {operation} --abort",
        )
    if current is None and not branch:
        raise ApplyError(
            "HEAD is detached: commits made here would belong to no branch",
            "add --branch NAME to make them on a new branch",
        )
    if branch:
        _check_branch(repository, branch)
    _check_identity(repository)
    return Checkout(head, current, branch)


def make_commits(
    repository: Repository,
    staging: Staging,
    checkout: Checkout,
    run_id: str,
    template: str = "",
    trailer: str = "",
) -> tuple[str, ...]:
    """Make the commits, on a new branch where one is asked for, and bring the index up to date.

    Args:
        repository: Where to.
        staging: What each commit holds.
        checkout: Where HEAD stands, and the branch to make.
        run_id: The run they belong to.
        template: Of their messages; see `commit_message`.
        trailer: Their last line, in place of the one that names the run.

    Returns:
        The commits, oldest first.

    Raises:
        ApplyError: git, a hook or the signing program refused, or a hook changed what is committed.
            Commits made until then still stand: `restore_head` takes them back.
    """
    if checkout.created:
        tell(repository, "checkout", "-q", "--no-track", "-b", checkout.created)
    commits = []
    with _temporary_index(repository, run_id) as environment:
        for staged in staging.steps:
            write_index(repository, staged.entries, environment)
            message = commit_message(staged.step, trailer or f"{TRAILER}: {run_id}", template)
            commits.append(_commit(repository, staged, message, environment))
    write_index(repository, staging.index)
    refresh_index(repository)
    return tuple(commits)


def restore_head(repository: Repository, checkout: Checkout) -> None:
    """Put HEAD and the branch back to where they stood; files and index stay as they are.

    Raises:
        ApplyError: git refuses.
    """
    head, branch = head_commit(repository), current_branch(repository)
    if branch == (checkout.created or checkout.branch) and head != checkout.head:
        reason = "lever-fix: take commits back"
        tell(repository, "update-ref", "-m", reason, "HEAD", checkout.head, head or "")
    if checkout.created:
        leave_branch(repository, checkout)


def leave_branch(repository: Repository, checkout: Checkout) -> None:
    """Go back from the branch a run created, and delete it, where nothing else came to it.

    The branch stays checked out where the one before has moved on or is in use elsewhere: to
    leave would change files, or is refused by git.
    """
    home = ["--detach"] if checkout.branch is None else [checkout.branch]
    if current_branch(repository) == checkout.created:
        target = "HEAD" if checkout.branch is None else f"refs/heads/{checkout.branch}"
        if commit_of(repository, target) != head_commit(repository):
            return
        if ask(repository, "checkout", "-q", *home, "--").status:
            return
    if commit_of(repository, f"refs/heads/{checkout.created}") == checkout.head:
        ask(repository, "branch", "-q", "-D", "--", checkout.created)


def commit_message(step: CommitStep, trailer: str, template: str = "") -> str:
    """The message of one commit, with a trailer that names the run.

    Without a template: the codemod's summary, counts and safety. A template has `{codemod}`,
    `{summary}`, `{findings}` (`3 findings`), `{safety}` (`2 safe, 1 unsafe`) and `{files}`.

    Raises:
        UsageError: The template asks for anything else.
    """
    summary = " ".join(step.summary.split()) or step.codemod
    files = _plural(len({change.path for change in step.changes}), "file")
    if template:
        fields = {"codemod": step.codemod, "summary": summary, "files": files}
        fields["findings"] = _plural(sum(step.counts.values()), "finding")
        text = _filled(template, {**fields, "safety": _levels(step.counts)})
        return f"{text}\n\n{trailer}\n"
    subject = textwrap.shorten(summary, _SUBJECT, placeholder="…")
    body = f"Codemod {step.codemod}: {_counted(step.counts)}{files}."
    paragraphs = [subject, *([summary] if subject != summary else []), body]
    wrapped = [textwrap.fill(text, _SUBJECT, break_on_hyphens=False) for text in paragraphs[1:]]
    return "\n\n".join([subject, *wrapped, trailer]) + "\n"


def check_template(template: str) -> None:
    """Refuse a template of commit messages that cannot be filled in.

    Raises:
        UsageError: It is malformed, or asks for what nobody knows.
    """
    commit_message(CommitStep(codemod="", summary=""), "", template)


def _filled(template: str, fields: Mapping[str, str]) -> str:
    try:
        return template.format_map(fields).strip()
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise UsageError(
            f"the commit message {template!r} cannot be filled in: {error}",
            f"it may hold {', '.join(f'{{{name}}}' for name in fields)}",
        ) from error


def _counted(counts: Mapping[Safety, int]) -> str:
    """Such as `3 findings (2 safe, 1 unsafe) in `; empty where nothing was counted."""
    if not counts:
        return ""
    return f"{_plural(sum(counts.values()), 'finding')} ({_levels(counts)}) in "


def _levels(counts: Mapping[Safety, int]) -> str:
    levels = [level for level in sorted(counts, reverse=True) if counts[level]]
    return ", ".join(f"{counts[level]} {level.value}" for level in levels)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _check_branch(repository: Repository, branch: str) -> None:
    if ask(repository, "check-ref-format", "--branch", branch).status or branch.startswith("@{"):
        raise ApplyError(f"{branch!r} is not a valid branch name", "name another --branch")
    if commit_of(repository, f"refs/heads/{branch}") is not None:
        raise ApplyError(f"the branch {branch} exists already", "name another --branch")


def _check_identity(repository: Repository) -> None:
    for variable in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        if ask(repository, "var", variable).status:
            raise ApplyError(
                "git does not know who you are, so it cannot commit",
                'git config user.name "Your Name"; git config user.email you@example.com',
            )


@contextmanager
def _temporary_index(repository: Repository, run_id: str) -> Iterator[dict[str, str]]:
    """An index that holds HEAD, and the environment that makes git use it."""
    path = repository.place.home / f"index-{run_id}"
    try:
        # A copy, for the times in it: git would read every file of the work tree again.
        if (repository.git_dir / "index").exists():
            shutil.copy2(repository.git_dir / "index", path)
        environment = {"GIT_INDEX_FILE": str(path)}
        tell(repository, "read-tree", "--reset", "HEAD", environment=environment)
        yield environment
    finally:
        for left in (path, Path(f"{path}.lock")):
            left.unlink(missing_ok=True)


def _commit(
    repository: Repository, staged: StagedStep, message: str, environment: Mapping[str, str]
) -> str:
    step = staged.step
    meant = tell(repository, "write-tree", environment=environment).line
    answer = ask(
        repository,
        *("commit", "--quiet", "--cleanup=whitespace", "--file=-"),
        stdin=message.encode(),
        environment={**environment, **_users_locale()},
    )
    if answer.status:
        raise ApplyError(*_refusal(repository, step.codemod, answer.complaint))
    commit = head_commit(repository)
    if commit is None or tell(repository, "rev-parse", "HEAD^{tree}").line != meant:
        raise ApplyError(
            f"a hook changed what the commit of {step.codemod} holds, "
            "so it would not be what was accepted",
            "apply without --commit, then commit yourself and let the hook have its way",
        )
    return commit


def _refusal(repository: Repository, codemod: str, complaint: str) -> tuple[str, str]:
    """The message and the hint for a commit that git did not make."""
    if "gpg failed" in complaint or "failed to write commit object" in complaint:
        return (
            f"git could not sign the commit of {codemod}:\n{complaint}",
            "mend user.signingkey and the signing program, or: git config commit.gpgsign false",
        )
    hooks = _active_hooks(repository)
    if hooks:
        return (
            f"a hook ({', '.join(hooks)}) refused the commit of {codemod}:\n{complaint}",
            "apply without --commit, mend what the hook names, then commit yourself",
        )
    return f"git refused the commit of {codemod}:\n{complaint}", "apply without --commit"


def _active_hooks(repository: Repository) -> list[str]:
    folder = Path(tell(repository, "rev-parse", "--git-path", "hooks").line)
    hooks = repository.place.top / folder
    return [name for name in _HOOKS if os.access(hooks / name, os.X_OK)]


def _users_locale() -> dict[str, str]:
    """The user's character set for hooks, under messages that are still known words."""
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    charset = next((os.environ[name] for name in names if os.environ.get(name)), "C")
    return {"LC_ALL": "", "LC_CTYPE": charset, "LC_MESSAGES": "C"}
