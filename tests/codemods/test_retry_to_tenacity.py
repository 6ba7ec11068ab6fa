"""Retry loops: what is told apart, and how the rewritten code reads."""

import textwrap

from lever_fix.testing import check_rewrites, check_unchanged

ID = "retry-to-tenacity"


def rewrites(before: str, after: str, **options):
    return check_rewrites(ID, textwrap.dedent(before), textwrap.dedent(after), **options)


def unchanged(before: str, refusal: str = ""):
    return check_unchanged(ID, textwrap.dedent(before), refusal=refusal)
