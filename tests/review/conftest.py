"""Fixtures of the review's tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lever_fix.model import Finding
from tests.review.bench import Bench


@pytest.fixture
def make_bench(tmp_path: Path) -> Callable[..., Bench]:
    """Make a desk for findings, with its decisions in a temporary directory."""

    def make(findings: Sequence[Finding], **options) -> Bench:
        return Bench(list(findings), tmp_path, **options)

    return make
