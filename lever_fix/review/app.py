"""The full-screen review."""

from __future__ import annotations

from lever_fix.review.desk import Review


class ReviewApp:
    """The full-screen review of a plan."""

    def __init__(self, review: Review) -> None:
        self.review = review

    def run(self) -> None:
        """Not there yet."""
