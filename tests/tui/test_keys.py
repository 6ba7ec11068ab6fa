"""Every key of the full-screen review, pressed."""

from __future__ import annotations

import msgspec
import pytest
from textual import events

from lever_fix.model import Plan, Problem, Verdict
from lever_fix.review.keys import KEYS
from lever_fix.sources import decode
from tests.review.bench import Bench
from tests.review.bench import finding as one_finding
from tests.tui.sample import CLIENT, ROUTES

AIOHTTP, EAGER, GATHER, UNION_1, UNION_2, PRINT = range(6)
"""The places of the findings in the order of the list."""
ORDER = ("requests-to-aiohttp", "eager-load", "gather-awaits", "optional-to-union")


def decided(screen) -> list[str]:
    """The verdicts, in the order of the list."""
    session = screen.review.session
    verdicts = [session.verdict(at) for at in session.view.order]
    return [verdict.value if verdict else "-" for verdict in verdicts]


def here(screen) -> int:
    return screen.review.session.position


def test_it_starts_at_the_first_undecided(drive):
    screen = drive()
    assert here(screen) == 0
    assert decided(screen) == ["-"] * 6
    assert "requests-to-aiohttp" in screen.listed[0]


@pytest.mark.parametrize(
    ("keys", "verdicts", "position"),
    [
        pytest.param("y", ["accept", "-", "-", "-", "-", "-"], 1, id="y"),
        pytest.param("n", ["reject", "-", "-", "-", "-", "-"], 1, id="n"),
        pytest.param("yu", ["-"] * 6, 0, id="u"),
        pytest.param("yuU", ["accept", "-", "-", "-", "-", "-"], 0, id="U"),
        pytest.param("ykc", ["-"] * 6, 0, id="c"),
        pytest.param("jj", ["-"] * 6, 2, id="j"),
        pytest.param("jjk", ["-"] * 6, 1, id="k"),
        pytest.param("G", ["-"] * 6, 5, id="G"),
        pytest.param("Gg", ["-"] * 6, 0, id="g"),
        pytest.param("ynk" + "kJ", ["accept", "reject", "-", "-", "-", "-"], 2, id="J"),
        pytest.param("jyGK", ["-", "accept", "-", "-", "-", "-"], 4, id="K"),
        pytest.param("jja", ["-", "-", "accept", "accept", "accept", "-"], 5, id="a"),
        pytest.param("jjd", ["-", "reject", "reject", "reject", "reject", "reject"], 0, id="d"),
        pytest.param("jjjA", ["-", "-", "-", "accept", "accept", "-"], 5, id="A"),
        pytest.param("jjjD", ["-", "-", "-", "reject", "reject", "-"], 5, id="D"),
        pytest.param("s", ["accept", "accept", "-", "-", "-", "-"], 2, id="s"),
        pytest.param("S", ["reject", "reject", "-", "-", "-", "-"], 2, id="S"),
        pytest.param("Gy", ["-"] * 6, 5, id="y-without-a-fix"),
    ],
)
def test_answers_and_moves(drive, keys, verdicts, position):
    screen = drive(*keys)
    assert decided(screen) == verdicts
    assert here(screen) == position


@pytest.mark.parametrize(
    ("keys", "position"),
    [
        pytest.param(["down", "down"], 2, id="down"),
        pytest.param(["down", "down", "up"], 1, id="up"),
        pytest.param(["end"], 5, id="end"),
        pytest.param(["end", "home"], 0, id="home"),
    ],
)
def test_arrows(drive, keys, position):
    assert here(drive(*keys)) == position


def test_left_and_right_fold_and_unfold(drive):
    folded = drive("left")
    assert not any("async def" in line or "answer" in line for line in folded.listed[:2])
    assert "▸" in folded.listed[1]
    assert "▾" in drive("left", "right").listed[1]
    assert "▸" in drive("left", "left").listed[0]


def test_a_folded_group_opens_where_one_moves_into_it(drive):
    screen = drive("left", "left", "j", "k")
    assert "▾" in screen.listed[0]


def test_t_puts_files_first(drive):
    screen = drive("t")
    assert CLIENT in screen.listed[0]
    assert "requests-to-aiohttp" in screen.listed[1]
    assert "requests-to-aiohttp" in drive("t", "t").listed[0]


def test_v_shows_changes_side_by_side(drive):
    assert any("│" in line for line in drive("v").diff)
    assert not any("│" in line for line in drive("v", "v").diff)


def test_plus_and_minus_change_what_is_around(drive):
    rows = [sum(map(bool, drive("j", "j", *keys).diff)) for keys in ("-", "", "+")]
    assert rows[0] < rows[1] < rows[2]
    bare = drive("j", "j", *"----")  # nothing around at all
    assert {line.split()[1] for line in bare.diff if line[:3].strip()} == {"-", "+"}


def test_x_explains_the_codemod(drive):
    screen = drive("x")
    assert "requests-to-aiohttp: explained" in screen.text
    assert drive("x", "escape").depth == 1


def test_exclamation_mark_shows_what_could_not_be_read(drive, bench):
    assert "There are no errors." in drive("exclamation_mark").text
    review = bench.review()
    broken = Problem(path="shop/old.py", line=3, message="does not parse", hint="mend [it]")
    review.plan = msgspec.structs.replace(review.plan, problems=(broken,))
    screen = drive("exclamation_mark", review=review)
    for words in ("! 1 error", "shop/old.py:3", "does not parse", "mend [it]"):
        assert words in screen.text


def test_question_mark_shows_every_key(drive):
    async def tall(pilot):
        await pilot.resize_terminal(100, 80)

    screen = drive(tall, "question_mark")
    for key in KEYS.values():
        assert key.help in screen.text
    for sign in "·✓✗#≠!?":
        assert sign in screen.text
    assert drive("question_mark", "escape").depth == 1


def test_slash_filters(drive):
    screen = drive("slash", *"unsafe", "enter")
    assert [len(screen.review.session.view.order), here(screen)] == [2, 0]
    assert "filter: unsafe" in screen.text
    assert len(drive("slash", *"unsafe", "escape").review.session.view.order) == 6


def test_what_is_typed_at_once_belongs_to_the_question(drive):
    async def type_at_once(pilot):
        for letter in "/unsafe":
            name = "slash" if letter == "/" else letter
            pilot.app.post_message(events.Key(name, letter))
        await pilot.pause(0.3)

    screen = drive("y", type_at_once, "enter")
    assert "filter: unsafe" in screen.text
    assert len(screen.review.session.answers) == 1  # the `u` took nothing back


def test_what_is_not_there_is_said_in_words(drive, bench):
    assert "No finding is like that: `/` changes" in drive("slash", *"nowhere", "enter").text
    bench.findings = []
    assert "Nothing is left to review: `q` quits." in drive().text


def test_two_sides_need_room(drive):
    narrow = drive("j", "j", "v", size=(80, 24))
    assert "no room for two sides" in narrow.text
    assert not any("│" in line for line in narrow.diff)


def test_a_filter_may_leave_nothing(drive):
    screen = drive("slash", *"nowhere", "enter", *"ynadADsScjkJKgGuUevxit+-w")
    assert decided(screen) == []
    assert screen.review.session.answers == {}


def test_i_asks_why_and_writes_a_comment(drive, bench):
    screen = drive("j", "i", *"all of it", "enter", "w")
    assert decided(screen) == ["-"] * 5
    (plan,) = bench.written
    (edit,) = plan.findings[0].fix.edits
    assert edit.text == "    # lever: ignore[eager-load] all of it\n"


@pytest.mark.parametrize("keys", [["enter"], ["escape"], ["space", "enter"]])
def test_i_without_a_reason_decides_nothing(drive, keys):
    assert decided(drive("i", *keys)) == ["-"] * 6


def test_e_takes_the_new_code_as_edited(drive, bench):
    seen = []

    def editor(name, text):
        seen.append((name, text))
        return text.replace("str | None", "str | int | None")

    bench.editor = editor
    screen = drive("j", "j", "j", "e")
    assert decided(screen)[UNION_1] == "accept"
    assert seen[0][0] == "orders.py"
    assert "currency: str | None = None" in seen[0][1]
    assert any("str | int | None" in line for line in drive("k", review=screen.review).diff)


@pytest.mark.parametrize(
    ("edited", "said"),
    [
        pytest.param(lambda text: text, "Nothing was edited", id="unchanged"),
        pytest.param(lambda text: " \n", "The editor left nothing", id="emptied"),
        pytest.param(lambda text: text.replace("def", "dfe"), "Not taken:", id="broken"),
        pytest.param(lambda text: text.replace("str | None", "Money"), "`Money`", id="undefined"),
    ],
)
def test_e_takes_nothing_that_is_wrong(drive, bench, edited, said):
    bench.editor = lambda name, text: edited(text)
    screen = drive("j", "j", "j", "e")
    assert decided(screen) == ["-"] * 6
    assert said in screen.review.session.note


def test_w_writes_and_goes_on(drive, bench):
    screen = drive("y", "j", "n", "w")
    assert [one.codemod for one in bench.written[0].findings] == ["requests-to-aiohttp"]
    assert len(screen.review.session.view.order) == 5
    assert "Wrote 1 in 1 file" in screen.text
    assert screen.running


def test_w_with_nothing_accepted_says_so(drive, bench):
    screen = drive("n", "w")
    assert bench.written == []
    assert "Nothing is accepted yet." in screen.text


def test_q_ends_at_once_where_nothing_is_unwritten(drive):
    assert not drive("n", "q").running


@pytest.mark.parametrize(
    ("keys", "running", "written"),
    [
        pytest.param(["y"], False, 1, id="write"),
        pytest.param(["n"], False, 0, id="keep"),
        pytest.param(["escape"], True, 0, id="go back"),
    ],
)
def test_q_asks_about_what_is_unwritten(drive, bench, keys, running, written):
    screen = drive("y", "q", *keys)
    assert screen.running is running
    assert len(bench.written) == written
    if not written:
        kept = bench.review().session
        assert kept.verdict(kept.view.order[0]) is Verdict.ACCEPT


def test_the_mouse_picks_and_folds(drive):
    async def click_finding(pilot):
        await pilot.click("FindingsList", offset=(8, 5))

    async def click_group(pilot):
        await pilot.click("FindingsList", offset=(3, 0))

    assert here(drive(click_finding)) == 1
    assert "▸" in drive(click_group).listed[0]


def test_pages_of_a_long_change_scroll(drive):
    top = drive("j", "j", *"++++", size=(80, 24))
    down = drive("j", "j", *"++++", "pagedown", size=(80, 24))
    assert top.diff != down.diff
    assert drive("j", "j", *"++++", "pagedown", "pageup", size=(80, 24)).diff == top.diff


def test_a_file_that_changes_under_review_is_looked_at_again(drive, bench):
    left = bench.findings[1:]
    bench.fresh = ([CLIENT], Plan(findings=tuple(left)))

    async def later(pilot):
        pilot.app.look_at_disk()

    screen = drive(later)
    assert len(screen.review.session.view.order) == 5
    assert "changed on the disk" in screen.text


def test_nothing_is_written_over_a_change(drive, bench):
    review = bench.review()

    async def change(pilot):
        bench.fresh = ([ROUTES], bench.plan)

    screen = drive("y", change, "w", review=review)
    assert bench.written == []
    assert "Nothing was written yet" in screen.review.session.note


@pytest.mark.parametrize("size", [(80, 24), (81, 24), (90, 30), (160, 45)])
@pytest.mark.parametrize("keys", ["", "v"])
def test_no_character_of_a_long_line_is_lost(drive, tmp_path, size, keys):
    """Wide characters, tabs and lines without a space included."""
    rest = "\t名前の長い一覧" + "字" * 90 + "x" * 90 + ", b = (" + "e" * 70 + ")"
    text = f"old = 1 {rest}\n"
    change = one_finding(0, path="app.py", start=0)
    bench = Bench([change], tmp_path, files={"app.py": decode("app.py", text.encode())})
    screen = drive(*keys, size=size, review=bench.review())
    shown = ["".join(line[6:].split()) for line in screen.diff]
    wanted = "".join(text.split())
    if size[0] < 160 or not keys:
        assert wanted in "".join(shown)
        assert wanted.replace("old", "new") in "".join(shown)
    else:
        sides = [line.split("│") for line in screen.diff if "│" in line]
        for word, at in (("old", 0), ("new", 1)):
            side = "".join("".join(one[at][6:].split()) for one in sides)
            assert wanted.replace("old", word) in side


def test_source_is_text_and_nothing_else(drive):
    screen = drive("G")
    assert "[/red]" in screen.text
    assert "[bold]nobody[/bold] knows" in screen.text
    assert "\x1b" not in screen.text
    assert "\\x1b" not in screen.text
    assert "␛[31m" in screen.text
