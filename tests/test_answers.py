"""The answer log and the receipt: whatever happens to them, answers are neither lost nor made up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from peercourse.answers import MAX_LOG_BYTES, MAX_PART_CHARS, MAX_PARTS, Answer, Fold, append, fold, read
from peercourse.items import CourseError
from peercourse.receipt import RECEIPT_MARK, Receipt, make_receipt, read_receipt, settle


def answer_line(item: str, value, version: int = 1) -> bytes:
    return json.dumps({"v": 1, "item": item, "version": version, "answer": value}).encode() + b"\n"


def event(item: str, value) -> dict:
    return {"item": item, "version": 1, "answer": value}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "answers.jsonl"


# --- folding ---------------------------------------------------------------------------------

values = st.one_of(st.text(max_size=40), st.lists(st.text(max_size=8), max_size=4))
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
odd_events = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("v", "item", "version", "answer", "event"), json_values),
)
lines = st.one_of(
    st.binary(max_size=60).map(lambda junk: junk.replace(b"\n", b"")),
    odd_events.map(lambda body: json.dumps(body).encode()),
    st.builds(answer_line, st.sampled_from("abc"), values).map(bytes.rstrip),
    st.sampled_from(
        [b"[" * 100_000, b"9" * 5000, b'{"v":1e999}', b"\xff\xfe", b"\xef\xbb\xbf{}", b"NaN", b'"\\ud800"']
    ),
)


@settings(deadline=None)
@given(st.binary())
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00")
@example(b"\xfe\xff\xd8\x00")
@example(b"\x00" * 4096)
@example(b"[" * 1_000_000 + b"\n")
def test_no_bytes_whatever_stop_the_reading(data):
    assert isinstance(fold(data), Fold)


@settings(deadline=None)
@given(st.lists(lines, max_size=8), st.booleans())
def test_no_lines_whatever_stop_the_reading_or_make_answers_that_cannot_be_written(parts, whole):
    result = fold(b"\n".join(parts) + b"\n" * whole)
    told = json.dumps([sorted(result.answers), [a.value for a in result.answers.values()], result.problems])

    told.encode()
    for item, answer in result.answers.items():
        item.encode()
        assert isinstance(answer.version, int)
        (answer.value if isinstance(answer.value, str) else "".join(answer.value)).encode()


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), values), max_size=20))
def test_the_last_answer_to_each_item_counts(answered):
    result = fold(b"".join(answer_line(item, value) for item, value in answered))

    assert {item: a.value for item, a in result.answers.items()} == dict(answered)
    assert result.events == len(answered)
    assert result.problems == []


@settings(deadline=None)
@given(st.lists(lines, max_size=5), st.lists(lines, max_size=5))
def test_damage_before_and_after_an_answer_does_not_take_it(before, after):
    data = b"\n".join([*before, answer_line("mine", ["kept"]).rstrip(), *after]) + b"\n"
    assume(data[:2] not in (b"\xff\xfe", b"\xfe\xff"))

    assert fold(data).answers["mine"] == Answer(1, ["kept"])


@settings(deadline=None)
@given(st.integers(0, 200))
def test_a_log_cut_anywhere_keeps_every_whole_line_and_complains_of_nothing(cut):
    whole = [answer_line(item, f"text ✔ {item}") for item in "abc"]
    data = b"".join(whole)[:cut]
    kept = sum(cut >= len(b"".join(whole[: n + 1])) - 1 for n in range(3))
    result = fold(data)

    assert sorted(result.answers) == list("abc"[:kept])
    assert result.problems == []


def test_unreadable_lines_are_counted():
    result = fold(b"nonsense\n" + answer_line("a", ["x"]) + b"{}\n\n[]\n")

    assert result.answers == {"a": Answer(1, ["x"])}
    assert result.problems == ["3 line(s) of answers.jsonl cannot be read and were passed over."]


def test_half_a_character_is_replaced_so_that_the_answer_can_be_kept(log):
    append(log, event("a", "half \ud83d of it"))
    append(log, event("b", ["\udc00"]))
    log.write_bytes(log.read_bytes() + b'{"v":1,"item":"c\\ud800","version":1,"answer":"\\ud83d\\ude00 \\ud83d"}\n')

    assert {item: a.value for item, a in read(log).answers.items()} == {
        "a": "half \ufffd of it",
        "b": ["\ufffd"],
        "c\ufffd": "😀 \ufffd",
    }


def test_hand_in_and_reopen_take_turns():
    handed_in, reopened = b'{"v":1,"event":"hand-in"}\n', b'{"v":1,"event":"reopen"}\n'

    assert not fold(b"").handed_in
    assert fold(handed_in).handed_in
    assert not fold(handed_in + reopened).handed_in
    assert fold(handed_in + reopened + handed_in).handed_in


def test_the_byte_order_marks_of_other_editors_do_no_harm():
    line = answer_line("a", ["ä"]).decode()

    assert fold(line.encode("utf-8-sig")).answers == {"a": Answer(1, ["ä"])}
    assert fold(line.encode("utf-16")).answers == {"a": Answer(1, ["ä"])}
    assert "UTF-16" in fold(line.encode("utf-16")).problems[0]


def test_a_log_from_a_newer_version_says_to_update():
    result = fold(b'{"v":2,"choice":{"item":"a"}}\n')

    assert result.too_new
    assert result.problems == [
        "answers.jsonl was written by a newer version of this course; update, then try again.",
    ]


# --- reading ---------------------------------------------------------------------------------


def test_where_there_is_no_log_there_is_none(log):
    assert read(log) is None


def test_of_a_huge_log_the_end_counts(log):
    line = answer_line("noise", "y" * 1000)
    log.write_bytes(answer_line("early", ["x"]) + line * (MAX_LOG_BYTES // len(line) + 2) + answer_line("late", ["z"]))
    result = read(log)

    assert "early" not in result.answers
    assert result.answers["late"] == Answer(1, ["z"])
    assert "too large" in result.problems[0]


def make_no_plain_file(path: Path, kind: str) -> Path:
    """Put something at `path` that is no plain file; returns what must stay as it is."""
    target = path.with_name("elsewhere.txt")
    target.write_text("untouched")
    if kind == "link":
        path.symlink_to(target)
    elif kind == "dangling link":
        path.symlink_to(path.with_name("nowhere"))
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    return target


@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "folder"])
def test_what_is_no_plain_file_is_neither_written_nor_read(log, kind):
    target = make_no_plain_file(log, kind)
    before = sorted(log.parent.rglob("*"))
    with pytest.raises(CourseError) as refused:
        append(log, event("a", ["x"]))
    result = read(log)

    assert re.fullmatch(
        r"answers\.jsonl is (a link or a pipe, |a folder, |)not a plain file; remove it\.", str(refused.value)
    )
    assert result.answers == {}
    assert len(result.problems) == 1
    assert target.read_text() == "untouched"
    assert sorted(log.parent.rglob("*")) == before


APPEND_AS_A_STRANGER = """\
import os
from pathlib import Path
from peercourse.answers import append
append(Path("warm-up.jsonl"), {"event": "reopen"})
if os.geteuid() == 0:  # root may write anywhere, so become nobody
    os.setuid(65534)
try:
    append(Path("answers.jsonl"), {"event": "reopen"})
except OSError as error:
    print(error.strerror)
"""


def test_a_file_that_may_not_be_written_is_left_as_it_is(log):
    log.write_bytes(answer_line("a", ["x"]))
    log.chmod(0o444)
    log.parent.chmod(0o755)
    done = python(APPEND_AS_A_STRANGER, log.parent)

    assert done.stdout == "Permission denied\n", done.stderr
    assert log.read_bytes() == answer_line("a", ["x"])


APPEND_TO_A_FULL_DISK = """\
import resource, signal
from pathlib import Path
from peercourse.answers import append
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
for number in range(9):
    try:
        append(Path("answers.jsonl"), {"item": "a", "version": 1, "answer": f"{number:030}"})
    except OSError as error:
        print(number, error.strerror)
        break
"""


def test_a_full_disk_is_told_and_keeps_what_was_saved_before(log):
    done = python(APPEND_TO_A_FULL_DISK, log.parent)
    number, reason = done.stdout.strip().split(" ", 1)

    assert reason in ("No space left on device", "File too large")
    assert read(log).answers["a"].value == f"{int(number) - 1:030}"
    assert read(log).problems == []

    append(log, event("a", "there is room again"))
    assert read(log).answers["a"].value == "there is room again"


# --- writing ---------------------------------------------------------------------------------


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)


def test_an_answer_is_a_line_without_time_or_name(log):
    append(log, event("a", ["x", "y"]))

    assert log.read_bytes() == b'{"v":1,"item":"a","version":1,"answer":["x","y"]}\n'


def test_answers_are_added_and_what_stands_there_is_never_rewritten(log):
    append(log, event("a", ["x"]))
    before = log.read_bytes()
    append(log, event("a", ["y"]))

    assert log.read_bytes().startswith(before)
    assert read(log).answers == {"a": Answer(1, ["y"])}


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 60))
def test_after_a_torn_line_the_next_answer_starts_a_line_of_its_own(cut):
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "answers.jsonl"
        torn = (answer_line("a", ["x"]) + answer_line("b", ["yes"]))[: -min(cut, 50)]
        log.write_bytes(torn)
        append(log, event("c", ["z"]))

        assert log.read_bytes().startswith(torn)
        assert read(log).answers["c"] == Answer(1, ["z"])
        assert log.read_bytes().endswith(b'\n{"v":1,"item":"c","version":1,"answer":["z"]}\n')


@settings(deadline=None, max_examples=40)
@given(st.lists(values, min_size=1, max_size=5))
@example(["line\nbreak \u2028 \u2029 \x85 \x00 \r 😀 ‮ 'quotes\"  "])
def test_any_answer_comes_back_as_it_was_given(given_values):
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "answers.jsonl"
        for number, value in enumerate(given_values):
            append(log, event(f"item-{number}", value))

        assert [a.value for a in read(log).answers.values()] == given_values
        assert read(log).problems == []


APPEND_300 = """\
import sys
from pathlib import Path
from peercourse.answers import append
for number in range(300):
    text = f"{sys.argv[1]} {number} " + "x" * (number * 37 % 9000)
    append(Path("answers.jsonl"), {"item": f"{sys.argv[1]}-{number}", "version": 1, "answer": text})
"""


def test_two_kernels_writing_at_once_lose_and_tear_nothing(log):
    command = [sys.executable, "-c", APPEND_300]
    writers = [subprocess.Popen([*command, name], cwd=log.parent) for name in ("left", "right")]

    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]

    result = read(log)
    assert result.problems == []
    assert sorted(result.answers) == sorted(f"{name}-{n}" for name in ("left", "right") for n in range(300))
    assert all(a.value.split()[1] == item.split("-")[1] for item, a in result.answers.items())
    assert {len(a.value) for i, a in result.answers.items()} == {
        len(f"{name} {n} ") + n * 37 % 9000 for name in ("left", "right") for n in range(300)
    }


APPEND_FOR_EVER = """\
import itertools
from pathlib import Path
from peercourse.answers import append
for number in itertools.count(1):
    append(Path("answers.jsonl"), {"item": "a", "version": number, "answer": "x" * (number % 5000)})
    print(number, flush=True)
"""


@pytest.mark.parametrize("saved", [1, 40, 120])
def test_a_killed_kernel_leaves_every_answer_that_it_said_was_saved(log, saved):
    writer = subprocess.Popen(
        [sys.executable, "-c", APPEND_FOR_EVER], cwd=log.parent, stdout=subprocess.PIPE, text=True
    )
    for _ in range(saved):
        writer.stdout.readline()
    writer.kill()
    told = [int(line) for line in writer.communicate()[0].splitlines(keepends=True) if line.endswith("\n")]
    last = max([saved, *told])
    result = read(log)

    assert writer.returncode == -9
    assert result.problems == []
    assert result.answers["a"].version >= last
    assert result.events == result.answers["a"].version

    append(log, event("b", ["after"]))
    assert read(log).answers["b"] == Answer(1, ["after"])
    assert read(log).answers["a"].version >= last


# --- the receipt -----------------------------------------------------------------------------


def folded(**answers) -> Fold:
    return Fold({item: Answer(1, value) for item, value in answers.items()}, events=len(answers))


HARD_TEXTS = [
    "two\nlines\r\nand a tab\t",
    "'single' \"double\" \\ back\\nslash",
    "😀 👩‍👩‍👧 é e\u0301 \u202e right to left",
    "\u2028\u2029\x85\x1c\x0b\x0c",
    "  spaces before and after  \n\n",
    "# receipt: {}\nhand_in()",
    "\x00\x1b[31m",
    "",
]


@pytest.mark.parametrize("text", HARD_TEXTS, ids=range(len(HARD_TEXTS)))
def test_a_receipt_carries_any_text_through_a_saved_notebook(tmp_path, text):
    given_answers = folded(words=text, options=["a", text])
    path = tmp_path / "topic.ipynb"
    cell = nbformat.v4.new_code_cell(make_receipt("topic", given_answers))
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    receipt = read_receipt([c.source for c in nbformat.read(path, as_version=4).cells], "topic")

    assert receipt == Receipt("topic", 2, given_answers.answers, intact=True)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=10), st.builds(Answer, st.integers(0, 99), values), max_size=6))
def test_a_receipt_gives_back_what_went_in(answers):
    source = make_receipt("topic", Fold(answers, events=7))

    assert read_receipt([source], "topic") == Receipt("topic", 7, answers, intact=True)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=10), st.builds(Answer, st.integers(0, 99), values), max_size=6))
def test_a_hand_in_cell_with_its_receipt_is_still_one_call_and_comments(answers):
    lines = make_receipt("topic", Fold(answers)).split("\n")

    assert lines[0] == "hand_in()"
    assert len(lines) == 3
    assert all(line.startswith("# ") and line.isprintable() and line.isascii() for line in lines[1:])


def test_a_changed_receipt_is_noticed():
    source = make_receipt("topic", folded(a=["wrong"], b="text"))
    changed = read_receipt([source.replace("wrong", "right")], "topic")

    assert changed.answers["a"].value == ["right"]
    assert not changed.intact


def test_an_answer_slipped_into_a_receipt_in_a_wrong_shape_is_noticed_and_left_out():
    source = make_receipt("topic", folded(a=["x"]))
    changed = read_receipt([source.replace('"answers":{', '"answers":{"b":{"version":1,"answer":7},')], "topic")

    assert list(changed.answers) == ["a"]
    assert not changed.intact


def test_a_receipt_of_another_topic_is_no_receipt():
    assert read_receipt([make_receipt("other", folded(a=["x"]))], "topic") is None


def test_of_several_receipts_the_fullest_that_was_not_changed_counts():
    small = make_receipt("topic", folded(a=["x"]))
    large = make_receipt("topic", folded(a=["y"], b=["y"]))
    forged = make_receipt("topic", Fold({"a": Answer(1, ["z"])}, events=99)).replace('["z"]', '["q"]')

    assert read_receipt([small, large, forged, "print(1)"], "topic").answers["a"].value == ["y"]
    assert read_receipt(["\n".join([large, small])], "topic").answers["a"].value == ["y"]


@settings(deadline=None)
@given(st.one_of(st.text(), json_values.map(json.dumps)))
@example("[" * 100_000)
@example('{"receipt":1,"topic":"topic","events":1,"answers":{"a":null}}')
@example('{"receipt":1,"topic":"topic","events":1,"answers":{"\\ud800":{"version":1,"answer":"\\ud800"}}}')
@example('{"receipt":2,"topic":"topic","events":1,"answers":{}}')
def test_no_receipt_whatever_stops_the_reading(body):
    found = read_receipt([RECEIPT_MARK + body], "topic")

    if found:
        "".join(found.answers).encode()


# --- which of the two counts -----------------------------------------------------------------


def receipt_of(intact: bool = True, **answers) -> Receipt:
    return Receipt("topic", len(answers), folded(**answers).answers, intact)


@pytest.mark.parametrize(
    ("log", "receipt", "counts", "notes"),
    [
        (None, None, {}, ["No answer log and no receipt: nothing was handed in."]),
        (folded(), None, {}, []),
        (folded(a=["x"]), receipt_of(a=["x"]), {"a": ["x"]}, []),
        (
            None,
            receipt_of(a=["x"]),
            {"a": ["x"]},
            ["No answers in the log: graded from the receipt in the notebook."],
        ),
        (
            folded(),
            receipt_of(a=["x"]),
            {"a": ["x"]},
            ["No answers in the log: graded from the receipt in the notebook."],
        ),
        (
            folded(a=["x"]),
            None,
            {"a": ["x"]},
            ["No receipt: the learner did not run the hand-in. Graded from the log."],
        ),
        (
            folded(a=["new"], b=["b"]),
            receipt_of(a=["old"], b=["b"]),
            {"a": ["new"], "b": ["b"]},
            ['"a": log and receipt differ; the log counts.'],
        ),
        (
            folded(a=["x"]),
            receipt_of(a=["x"], b=["y"]),
            {"a": ["x"], "b": ["y"]},
            ['"b": missing in the log, taken from the receipt.'],
        ),
        (
            folded(a=["x"], b=["y"]),
            receipt_of(a=["x"]),
            {"a": ["x"], "b": ["y"]},
            ['"b": answered after the last hand-in; the log counts.'],
        ),
        (
            None,
            receipt_of(intact=False, a=["x"]),
            {"a": ["x"]},
            [
                "The receipt in the notebook was changed after hand-in.",
                "No answers in the log: graded from the receipt in the notebook.",
            ],
        ),
    ],
    ids=[
        "neither",
        "an empty log",
        "both the same",
        "the receipt alone",
        "the receipt and an empty log",
        "the log alone",
        "both, different",
        "more in the receipt",
        "more in the log",
        "a changed receipt",
    ],
)
def test_log_and_receipt_are_settled_and_every_difference_is_told(log, receipt, counts, notes):
    answers, told = settle(log, receipt)

    assert {item: a.value for item, a in answers.items()} == counts
    assert told == notes


def test_what_is_wrong_with_a_log_is_told_first():
    log = Fold({"a": Answer(1, ["x"])}, problems=["2 line(s) of answers.jsonl cannot be read and were passed over."])

    assert settle(log, receipt_of(a=["x"]))[1] == log.problems


@pytest.mark.parametrize("value", [["a"] * (MAX_PARTS + 1), ["a" * (MAX_PART_CHARS + 1)]])
def test_an_answer_that_no_page_can_have_sent_is_passed_over_and_counted(value):
    lines = [{"v": 1, "item": "a", "version": 1, "answer": answer} for answer in (["x"], value)]
    log = fold(b"".join(json.dumps(line).encode() + b"\n" for line in lines))

    assert log.answers["a"].value == ["x"]
    assert log.problems == ["1 line(s) of answers.jsonl cannot be read and were passed over."]
