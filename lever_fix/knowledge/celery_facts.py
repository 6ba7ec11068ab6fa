"""What is known of Celery's tasks and of how they are tried again."""

from __future__ import annotations

TASK_DECORATORS = frozenset({"celery.shared_task", "celery.app.shared_task", "celery.task"})
APPLICATION = "celery.Celery"
APPLICATION_NAMES = frozenset({"app", "celery", "celery_app"})
"""What an application imported from elsewhere in the project is called."""

BACKOFF_MAX = 600
"""Seconds that `retry_backoff` does not exceed where `retry_backoff_max` is not given."""

RETRY_OPTIONS = frozenset({
    "autoretry_for", "dont_autoretry_for", "retry_backoff", "retry_backoff_max", "retry_jitter",
    "retry_kwargs",
})  # fmt: skip

CAUGHT_FIRST = frozenset({"builtins.BaseException", "builtins.Exception"})
"""Types wide enough to catch Celery's own `Ignore` and `Retry`, which `autoretry_for` lets by."""
