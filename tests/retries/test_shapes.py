"""Where each known shape of a retry loop is shown: in a snapshot, and in generated loops."""

from pathlib import Path

import pytest
import retry_loops

FOLDER = Path(__file__).parents[2] / "snapshots" / "retry-to-tenacity"

REWRITTEN = {
    1: "guarded_exponential",
    2: "break_and_use_later",
    3: "log_then_guard",
    4: "guard_then_log_delay",
    5: "counts_from_one",
    6: "retries_plus_one",
    7: "swallows_and_returns_none",
    8: "sleeps_after_the_last",
    9: "else_raises",
    10: "else_makes_the_last_call",
    11: "raises_another_from_it",
    12: "stored_and_raised_later",
    13: "while_counts_up",
    14: "guard_before_the_bump guard_behind_the_bump",
    15: "countdown",
    16: "delay_doubles_to_a_cap",
    17: "jitter full_jitter",
    18: "delays_and_a_last_call",
    19: "delays_without_a_last_call",
    20: "retrying_decorator",
    21: "linear_delay",
    22: "asks_the_result",
    23: "exception_or_bad_result",
    24: "until_there_is_something",
    25: "only_transient_failures variable_in_the_question rejected_failure_returns",
    26: "raises_inside_to_try_again",
    27: "retry_after",
    28: "for_ever",
    29: "bare_except",
    30: "at_once",
    31: "sleeps_at_the_top",
    32: "sleeps_from_the_fourth_on",
    33: "async_guarded",
    34: "async_with_a_blocking_sleep",
    35: "until_a_deadline",
    36: "cleans_up_between cleanup_under_a_clause",
    38: "exits_at_last",
}
LEFT_ALONE = {
    37: (
        "stopped_by_the_keyboard success_flag goes_on_with_the_next counter_is_data"
        " changes_what_is_tried longer_timeouts"
    ),
    39: "continue_in_the_attempt",
    40: "delay_starts_anew",
}


def is_left_alone(name):
    file = FOLDER / name / "case.toml"
    return file.exists() and "why" in file.read_text()


@pytest.mark.parametrize("shape", range(1, 41))
def test_has_a_snapshot(shape):
    names = {**REWRITTEN, **LEFT_ALONE}[shape].split()
    assert all((FOLDER / name / "before").is_dir() for name in names)
    assert {is_left_alone(name) for name in names} == {shape in LEFT_ALONE}


def test_has_a_recipe_for_generated_loops():
    assert retry_loops.SHAPES.keys() == REWRITTEN.keys()


@pytest.mark.parametrize("shape", retry_loops.SHAPES)
def test_recipes_name_what_there_is(shape):
    """A recipe whose words nobody knows would leave all to chance."""
    recipe = retry_loops.SHAPES[shape]
    for number in range(60):
        drawn = retry_loops.program(number, "fetch", recipe).drawn
        for part, kinds in recipe.items():
            if part in drawn and part not in ("guard", "delay"):
                assert drawn[part] in kinds.split(), part
    words = {kind for kinds in recipe.values() for kind in kinds.split()}
    made = {
        drawn
        for number in range(200)
        for drawn in retry_loops.program(number, "fetch", recipe).drawn.values()
    }
    assert words <= made, words - made
