"""Hostile submissions, graded by us and by nbgrader: no code of theirs runs, no file of theirs stands in for ours."""

from __future__ import annotations

import base64
import json
import os
import pickle
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from execution_guard import GUARD
from faults import ALL_POINTS, NEEDS_ROOT, graded, points, submitted
from gradebook_rows import files_and_modes
from graded_class import TOPIC, Submitted, make_graded_course, write_graded_course
from test_grading_batch import MAIN, PATIENCE

from peercourse.answers import fold
from peercourse.bank import load_course
from peercourse.cli import stop
from peercourse.grading.marked_notebook import MarkedNotebooks
from peercourse.marking import MAX_ANSWER_CHARS, mark_contents
from peercourse.marking_guide import marking_guide
from peercourse.nbgrader_calls import _START, nbgrader_environment

WRITE = "__import__('pathlib').Path({!r}).write_text('canary')"


class Bomb:
    """Unpickled, it writes the canary."""

    def __init__(self, canary: str) -> None:
        self.canary = canary

    def __reduce__(self):
        return eval, (WRITE.format(self.canary),)


def code_cells(canary: str) -> list[dict[str, object]]:
    """What has beaten graders that run notebooks, a cell each."""
    sources = [
        WRITE.format(canary),
        "import os; os._exit(0)",
        "while True: pass",
        "hog = [bytearray(10**9) for _ in range(10**6)]",
        "import sys; print('a warning', file=sys.stderr)",
        "get_ipython().ast_transformers.append(type('T', (), {'visit': lambda self, tree: tree})())",
        "check = practice = reflect = hand_in = lambda *_: 99\n99",
        "import sqlite3; sqlite3.connect('../../../gradebook.db').execute('update grade set auto_score = 99')",
        "x = '\0'\nprint(x)",
        f"%run {canary}.py\n!touch {canary}\n%%bash\ntouch {canary}",
        f"# receipt: __import__('os').system('touch {canary}')",
    ]
    return [
        {
            "cell_type": "code",
            "id": f"evil-{number}",
            "source": source,
            "execution_count": 1,
            "outputs": [
                {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "99"}}
            ],
            "metadata": {"tags": ["skip-execution"], "pickle": bomb(canary).decode()},
        }
        for number, source in enumerate(sources)
    ]  # fmt: skip


def bomb(canary: str) -> bytes:
    return base64.b64encode(pickle.dumps(Bomb(canary)))


def rewrite(learner: Submitted, change) -> None:
    body = json.loads(learner.notebook.read_bytes())
    change(body, [cell for cell in body["cells"] if "nbgrader" in cell["metadata"]])
    learner.notebook.write_text(json.dumps(body))


def tamper(canary: str):
    """Everything that can be done to the notebook, in one function."""

    def change(body, cells):
        cells[0]["metadata"]["nbgrader"] |= {"points": 1000, "grade": True, "solution": False, "locked": True}
        cells[1]["metadata"]["nbgrader"] |= {"no-such-key": 1, "schema_version": 99}
        cells[2]["metadata"]["nbgrader"]["grade_id"] = "first-steps-no-such"
        cells[3]["metadata"]["nbgrader"]["points"] = "many"
        first, second = json.loads(json.dumps(cells[4])), json.loads(json.dumps(cells[4]))
        first["source"], second["source"] = "check(", '"first-steps-pairs")'
        place = body["cells"].index(cells[4])
        body["cells"][place : place + 1] = [first, second]
        body["cells"].remove(cells[5])
        body["cells"] += [cells[0], cells[0], *code_cells(canary)]
        body["metadata"] |= {
            "kernelspec": {"name": "evil", "display_name": canary, "language": "python", "argv": ["touch", canary]},
            "pickle": bomb(canary).decode(),
            "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"x": {"value": 99}}}},
            "peercourse": {"answers": {f"{TOPIC}-check": ["person"]}, "notes": [], "scores": {f"{TOPIC}-check": 99}},
        }

    return change


def stand_ins(folder: Path, canary: str) -> None:
    """Files that are called like ours, or like what Python loads by itself."""
    ours = {
        "items.json": json.dumps({"format": 1, "items": [{"id": f"{TOPIC}-check", "points": 1000}]}),
        "nbgrader_config.py": WRITE.format(canary),
        "jupyter_config.py": WRITE.format(canary),
        "course/course.toml": 'id = "evil"\ntitle = "x"\ntopics = []\n',
        f"course/{TOPIC}/questions.toml": "",
        f"source/{TOPIC}/{TOPIC}.ipynb": "{}",
        f"submitted/somebody/{TOPIC}/answers.jsonl": "",
        "gradebook.db": "",
        "evil.pth": f"import pathlib; {WRITE.format(canary)}",
        "cell.pkl": bomb(canary).decode(),
        "conftest.py": WRITE.format(canary),
        f"{TOPIC}.py": WRITE.format(canary),
    }
    modules = (
        "peercourse",
        "sitecustomize",
        "usercustomize",
        "nbgrader",
        "sqlalchemy",
        "json",
        "random",
        "signal",
        "multiprocessing",
    )
    for name, text in (ours | {f"{module}.py": WRITE.format(canary) for module in modules}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def hand_in(root: Path, canary: str) -> None:
    """The class: by what they do."""

    def learner(name):
        return Submitted(root, name)

    learner("plain").answer_all().hand_in()
    rewrite(learner("tampers-and-answers").answer_all().hand_in(), tamper(canary))
    tampers = learner("tampers-only")
    rewrite(tampers, tamper(canary))
    with tampers.log.open("a") as log:
        for item in tampers.items:
            event = {"v": 1, "item": item.id, "version": 1, "points": 99, "score": 99, "correct": True, "max": 0}
            log.write(json.dumps(event | {"answer": WRITE.format(canary)}) + "\n")
            log.write(json.dumps(event | {"answer": {"py/reduce": ["os.system", canary]}}) + "\n")
    stand_ins(learner("stands-in").answer_all().hand_in().folder, canary)
    names = learner("hides-links").answer_all().hand_in().folder
    (names / ".hidden").symlink_to(root / "gradebook.db")
    (names / ".named.set-aside").symlink_to(root / "gradebook.db")
    (names / "named.set-aside").symlink_to(root / "gradebook.db")
    (names / "[a]" / "b.set-aside").mkdir(parents=True)
    (names / "[a]" / "link").symlink_to(root / "gradebook.db")
    (names / "[a]" / "b.set-aside" / "link").symlink_to(root / "gradebook.db")
    (names / "[a]" / "c.ipynb").mkdir()
    (names / "folder.ipynb").mkdir()
    (names / "folder.ipynb" / "link").symlink_to(root / "gradebook.db")
    (names / ("x" * 250)).symlink_to("nowhere")
    (names / "timestamp.txt.set-aside").write_text("mine")
    deep = names.joinpath(*["[d]"] * 20)
    deep.mkdir(parents=True)
    (deep / "link").symlink_to(root / "gradebook.db")
    no_name = learner("no-notebook").answer_all()
    no_name.notebook.rename(no_name.folder / "my homework.ipynb")
    silent = learner("renames-and-is-silent")
    silent.notebook.rename(silent.folder / "my homework.ipynb")
    null = learner("null-bytes").answer_all()
    null.log.write_bytes(
        b"\0" * 100 + b"\n" + null.log.read_bytes() + b'{"v":1,"item":"\0","version":1,"answer":["\\u0000"]}\n'
    )
    learner("hides-a-pipe").answer_all()
    learner("sends-a-device")


def special_files(root: Path) -> None:
    """What no copy of the class can hold."""
    os.mkfifo(submitted(root, "hides-a-pipe") / ".pipe")
    if os.geteuid() == 0:
        for name in ("answers.jsonl", ".zero"):
            os.mknod(submitted(root, "sends-a-device") / name, 0o666 | stat.S_IFCHR, os.makedev(1, 5))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """The class graded each way under guard: {way: (root, what the guard said)}, and the path of the canary."""
    place = tmp_path_factory.mktemp("hostile")
    canary = str(place / "canary")
    ours, theirs = place / "ours", place / "theirs"
    make_graded_course(ours)
    hand_in(ours, canary)
    shutil.copytree(ours, theirs, symlinks=True)
    said = {}
    for name, root, code, words in (
        ("peercourse", ours, MAIN, ("grade", TOPIC)),
        ("nbgrader", theirs, _START, ("autograde", TOPIC)),
    ):
        special_files(root)
        command = [sys.executable, "-P", "-c", f"{GUARD}\n{code}", *words]
        environment = nbgrader_environment()
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=PATIENCE)
        said[name] = (root, done)
    return said, Path(canary)


WAYS = ("peercourse", "nbgrader")


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_a_learners_is_run_loaded_or_unpickled_and_nothing_is_started(guarded, way):
    said, canary = guarded
    found = [line for line in said[way][1].stderr.splitlines() if line.startswith("GUARD:")]

    assert found == []
    assert not canary.exists()


def test_the_guard_sees_what_it_is_there_for(tmp_path):
    folder = tmp_path / "submitted" / "basil"
    folder.mkdir(parents=True)
    (folder / "evil.py").write_text("x = 1")
    (folder / "evil.pkl").write_bytes(pickle.dumps(Bomb(str(tmp_path / "canary"))))
    deeds = (
        f"import sys, pickle, subprocess, importlib; sys.path.insert(0, {str(folder)!r}); import evil\n"
        f"exec(compile('1', {str(folder / 'x.py')!r}, 'exec'))\n"
        f"pickle.load(open({str(folder / 'evil.pkl')!r}, 'rb'))\nsubprocess.run(['true'])"
    )
    done = subprocess.run([sys.executable, "-c", f"{GUARD}\n{deeds}"], capture_output=True, text=True, timeout=PATIENCE)
    found = {line.split()[1] for line in done.stderr.splitlines() if line.startswith("GUARD:")}

    assert found >= {"compile", "exec", "pickle", "subprocess.Popen"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("learner", "earned"),
    [
        ("plain", ALL_POINTS),
        ("tampers-and-answers", ALL_POINTS),
        ("tampers-only", 0),
        ("stands-in", ALL_POINTS),
        ("hides-links", ALL_POINTS),
        ("no-notebook", ALL_POINTS),
        ("renames-and-is-silent", 0),
        ("null-bytes", ALL_POINTS),
        ("hides-a-pipe", ALL_POINTS),
    ],
)
def test_everybody_earns_what_they_answered(guarded, way, learner, earned):
    root, done = guarded[0][way]

    assert points(root, learner) == earned, done.stdout + done.stderr


def test_both_ways_leave_the_same_files(guarded):
    ours, theirs = (files_and_modes(guarded[0][way][0] / "autograded") for way in WAYS)

    assert {name for name in theirs if "/no-notebook/" not in name} <= ours.keys()
    assert [name for name in theirs if ours.get(name) != theirs[name]] == []


@pytest.mark.parametrize("way", WAYS)
def test_no_link_is_left_and_nothing_of_ours_is_copied_through_one(guarded, way):
    root, _ = guarded[0][way]
    copied = [*(root / "autograded").rglob("*")]
    # What lies deep, or in folders that are set aside, is not looked at.
    reachable = [*submitted(root, "hides-links").iterdir(), *(submitted(root, "hides-links") / "[a]").iterdir()]

    assert [path for path in copied if path.is_symlink() or path.is_fifo()] == []
    assert [path for path in copied if path.is_file() and path.read_bytes().startswith(b"SQLite format 3")] == []
    assert [path.name for path in reachable if path.is_symlink()] in ([], [".named.set-aside"], ["named.set-aside"])


@pytest.mark.parametrize("way", WAYS)
def test_a_learners_file_never_stands_in_for_one_of_ours(guarded, way):
    root, _ = guarded[0][way]

    assert (graded(root, "stands-in") / "items.json").read_bytes() == (
        root / "source" / TOPIC / "items.json"
    ).read_bytes()
    assert points(root, "somebody") is None


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_command_given_inside_a_submission_uses_the_courses_own_settings_and_modules(guarded, tmp_path, jobs):
    said, canary = guarded
    root = Path(shutil.copytree(said["peercourse"][0], tmp_path / "course", symlinks=True))
    command = [Path(sys.executable).parent / "peercourse", "grade", TOPIC, "--again", "--jobs", jobs]
    done = subprocess.run(
        command, cwd=submitted(root, "stands-in"), capture_output=True, text=True, timeout=PATIENCE
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{TOPIC}: 10 submission(s) graded.")
    assert not canary.exists()


def test_a_course_inside_a_course_is_one_unless_a_learner_handed_it_in(tmp_path, monkeypatch):
    from peercourse.cli import find_root

    for folder in (tmp_path, tmp_path / "demo", tmp_path / "demo" / "submitted" / "basil" / TOPIC):
        (folder / "course").mkdir(parents=True)
        (folder / "course" / "course.toml").touch()
        (folder / "nbgrader_config.py").touch()
    for place, root in ((".", "."), ("demo/course", "demo"), (f"demo/submitted/basil/{TOPIC}/course", "demo")):
        monkeypatch.chdir(tmp_path / place)
        assert find_root() == tmp_path / root


def test_an_error_that_names_a_learner_gives_the_terminal_no_orders(capsys):
    with pytest.raises(SystemExit):
        stop("first\nsecond: \x1b[2J\x1b]0;title\x07\u202e")

    assert capsys.readouterr().err == "first\nsecond:  [2J ]0;title  \n"


def test_a_letter_of_megabytes_is_shown_by_its_beginning(tmp_path):
    course = load_course(write_graded_course(tmp_path))
    guide = marking_guide(course, course.topic(TOPIC))
    letter = {"v": 1, "item": f"{TOPIC}-letter", "version": 1, "answer": "$" * 4_000_000}
    marking = mark_contents(guide, [], fold(json.dumps(letter).encode()), [])

    assert f'"{TOPIC}-letter": 4,000,000 characters; the first {MAX_ANSWER_CHARS:,} are shown.' in marking.notes
    assert len(MarkedNotebooks(guide).text(marking)) < 10 * MAX_ANSWER_CHARS


@NEEDS_ROOT
@pytest.mark.parametrize("way", WAYS)
def test_a_device_is_neither_read_nor_copied(guarded, way):
    root, _ = guarded[0][way]

    assert points(root, "sends-a-device") == 0
    assert not (graded(root, "sends-a-device") / "answers.jsonl").exists()
    assert not (graded(root, "sends-a-device") / ".zero").exists()


def test_the_build_finds_nbgraders_own_tools_though_they_are_not_on_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    make_graded_course(tmp_path / "course")

    assert (tmp_path / "course" / "gradebook.db").is_file()
