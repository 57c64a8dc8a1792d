"""The batch survives what befalls it: kill -9, lost workers, submissions that cannot be graded."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gradebook_rows import files_and_modes, gradebook_rows
from graded_class import IN_TIME, LATER, TOPIC, Submitted, hand_in_class, make_graded_course
from nbgrader.api import Gradebook
from poison import POISON, die_of_poison

from peercourse.bank import load_course
from peercourse.grading import workers
from peercourse.grading.batch import grade_topic
from peercourse.grading.workers import BATCH

MAIN = "from peercourse.cli import main; main()"
PATIENCE = 120


def grade(root: Path, *options: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run `peercourse grade` in a process of its own; `before` is Python that runs in it first."""
    command = [sys.executable, "-c", f"{before}\n{MAIN}", "grade", TOPIC, *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=PATIENCE)


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A course in which a class has handed in, and nobody is graded. Read only."""
    root = tmp_path_factory.mktemp("handed in") / "course"
    make_graded_course(root)
    hand_in_class(root)
    return root


@pytest.fixture
def root(handed_in, tmp_path):
    return Path(shutil.copytree(handed_in, tmp_path / "a course", symlinks=True))


@pytest.fixture(scope="module")
def undisturbed(handed_in, tmp_path_factory):
    """The same class, graded in one go: rows and files."""
    root = Path(shutil.copytree(handed_in, tmp_path_factory.mktemp("undisturbed") / "course", symlinks=True))
    assert grade(root).returncode == 0
    return state(root)


def state(root: Path, db_url: str = "") -> tuple[object, object]:
    rows = gradebook_rows(db_url or f"sqlite:///{root / 'gradebook.db'}")
    return rows, files_and_modes(root / "autograded")


# --- kill -9 -----------------------------------------------------------------------------------

KILL = """\
import os, shutil
from pathlib import Path
from peercourse.grading import batch, gradebook, graded_folder, run
batch.CHUNK = 5
def die_at(place, name, call, after=False):
    calls, original = [], getattr(place, name)
    def dying(*arguments, **options):
        calls.append(name)
        if len(calls) == call and not after:
            os.kill(os.getpid(), 9)
        result = original(*arguments, **options)
        if len(calls) == call:
            os.kill(os.getpid(), 9)
        return result
    setattr(place, name, dying)
"""
POINTS = {
    "while files are written": "die_at(graded_folder, '_write', 29)",
    "with a chunk of files written": "die_at(gradebook.GradebookWriter, 'record', 2)",
    "inside the transaction": "die_at(gradebook, '_insert', 14)",
    "before the transaction ends": "die_at(gradebook.GradebookWriter, '_set_penalties', 2, after=True)",
    "when the gradebook is ahead of the files": "die_at(gradebook.GradebookWriter, 'record', 2, after=True)",
    "between two folders": "die_at(Path, 'rename', 8)",
}
REGRADING = {
    "when the gradebook is ahead of the files": POINTS["when the gradebook is ahead of the files"],
    "when a folder is gone and its successor not there": "die_at(shutil, 'rmtree', 3, after=True)",
}


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
def test_what_kill_9_interrupts_the_next_run_completes(root, undisturbed, point):
    assert grade(root, before=f"{KILL}\n{point}").returncode == -signal.SIGKILL
    done = grade(root)

    assert done.returncode == 0, done.stdout + done.stderr
    assert state(root) == undisturbed
    assert list(root.glob("autograded/.unfinished/*/*")) == []


@pytest.mark.parametrize("point", REGRADING.values(), ids=REGRADING)
def test_a_regrading_that_kill_9_interrupts_is_completed_too(root, undisturbed, point):
    grade(root)
    make_out_of_date(root)
    assert grade(root, "--again", before=f"{KILL}\n{point}").returncode == -signal.SIGKILL
    assert grade(root, "--again").returncode == 0

    assert state(root) == undisturbed
    assert list(root.glob("autograded/.unfinished/*/*")) == []


def make_out_of_date(root: Path) -> None:
    for path in root.glob(f"autograded/*/{TOPIC}/{TOPIC}.ipynb"):
        path.unlink()
        path.write_text("out of date")


def test_a_killed_regrading_leaves_nobody_half_graded(root, undisturbed):
    grade(root)
    make_out_of_date(root)
    grade(root, "--again", before=f"{KILL}\n{POINTS['when the gradebook is ahead of the files']}")
    grade(root)
    rows, files = state(root)
    old = [name for name, (_, data) in files.items() if data == b"out of date"]

    # One batch was begun; the others wait until the command that was interrupted is given again.
    assert rows == undisturbed[0]
    assert len(old) == len(list((root / "submitted").iterdir())) - BATCH


# --- one bad submission --------------------------------------------------------------------------


def test_one_that_cannot_be_graded_is_named_and_stops_nobody(root):
    shutil.copytree(root / "submitted" / "perfect", root / "submitted" / os.fsdecode(b"caf\xe9"))
    (root / "submitted" / "elsewhere").symlink_to(root / "submitted" / "perfect")
    done = grade(root)

    assert done.returncode == 1
    assert "Not graded: elsewhere: submitted/elsewhere/first-steps is no folder" in done.stdout
    assert "Not graded: caf" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert len(list(root.glob(f"autograded/*/{TOPIC}/{TOPIC}.ipynb"))) == len(list((root / "submitted").iterdir())) - 2


def test_what_failed_once_is_graded_by_the_next_run_and_earlier_marks_stay(root):
    assert grade(root).returncode == 0
    fails = "graded_folder._copy = lambda source, *_: 1 / ('perfect' not in str(source))"
    done = grade(root, "--again", before=f"from peercourse.grading import graded_folder\n{fails}")

    assert done.returncode == 1
    assert "Not graded: perfect: ZeroDivisionError: division by zero" in done.stdout
    assert (root / "autograded" / "perfect" / TOPIC / f"{TOPIC}.ipynb").is_file()
    assert grade(root).stdout.startswith(f"{TOPIC}: 1 submission(s) graded, ")


def test_a_log_without_any_notebook_is_graded_too(root):
    (root / "submitted" / "perfect" / TOPIC / f"{TOPIC}.ipynb").unlink()
    grade(root)

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        assert book.find_submission(TOPIC, "perfect").score == 12


def test_a_learners_file_in_the_place_of_the_courses_costs_that_file_only(root):
    folder = root / "submitted" / "perfect" / TOPIC
    (folder / "items.json").unlink()
    (folder / "items.json").mkdir()
    (folder / "items.json" / "mine.txt").write_text("mine")
    shutil.rmtree(folder / "figures")
    (folder / "figures").write_text("mine")
    done = grade(root)

    assert done.returncode == 0, done.stdout
    graded = root / "autograded" / "perfect" / TOPIC
    for name in ("items.json", "figures/door.svg"):
        assert (graded / name).read_bytes() == (root / "source" / TOPIC / name).read_bytes()


def test_a_full_disk_is_one_line_and_the_next_run_completes(root, undisturbed):
    full = (
        "import errno, os\nfrom peercourse.grading import graded_folder\noriginal, calls = graded_folder._write, []\n"
        "def write(*arguments):\n    calls.append(1)\n    if len(calls) > 40:\n"
        "        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n    original(*arguments)\n"
        "graded_folder._write = write"
    )
    done = grade(root, before=full)

    assert done.returncode == 1
    assert done.stderr == "The disk is full: free some space, then run the same command again.\n"
    assert grade(root).returncode == 0
    assert state(root) == undisturbed


# --- many processes ------------------------------------------------------------------------------


def crowd(root: Path, count: int) -> None:
    """Many learners who handed in the same."""
    for number in range(count):
        shutil.copytree(root / "submitted" / "perfect", root / "submitted" / f"crowd-{number:03}")


def test_two_processes_write_the_same_as_one(root, undisturbed):
    assert grade(root, "--jobs", "2").returncode == 0
    assert state(root) == undisturbed


def children(pid: int) -> list[int]:
    """Processes that `pid` started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


def until(true, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finding a process's children needs /proc")
def test_a_worker_that_is_killed_costs_time_and_nothing_else(root):
    crowd(root, 600)
    command = [sys.executable, "-c", MAIN, "grade", TOPIC, "--jobs", "2"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        until(lambda: next(root.glob(f"autograded/.unfinished/{TOPIC}/*/*"), None), "no worker began")
        os.kill(children(run.pid)[-1], signal.SIGKILL)
        said, complained = run.communicate(timeout=PATIENCE)

    total = len(list((root / "submitted").iterdir()))
    assert (run.returncode, complained) == (0, "")
    assert said.startswith(f"{TOPIC}: {total} submission(s) graded.")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        scores = {row.student.id: row.score for row in book.assignment_submissions(TOPIC)}
    assert len(scores) == total
    assert {score for learner, score in scores.items() if learner.startswith("crowd")} == {scores["perfect"]}


def test_one_that_brings_down_every_worker_is_named_and_the_others_are_graded(root, monkeypatch):
    monkeypatch.setattr(workers, "grade_batch", die_of_poison)
    summary = grade_topic(root, load_course(root / "course"), TOPIC, jobs=2)

    assert summary.problems == {POISON: "its worker ended without a word twice; is there enough memory?"}
    assert len(summary.graded) == len(list((root / "submitted").iterdir())) - 1


@pytest.fixture
def cluster(tmp_path):
    """A Dask scheduler and two workers: address and processes."""
    pytest.importorskip("distributed", reason="needs the extra `cluster`")
    where = tmp_path / "scheduler.json"
    tool = [sys.executable, "-m", "distributed.cli"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = [*tool[:2], f"{tool[2]}.dask_scheduler", *local, "--port", "0", "--scheduler-file", where]
    worker = [*tool[:2], f"{tool[2]}.dask_worker", "--scheduler-file", where, "--nthreads", "1", "--no-nanny", *local]
    running = [subprocess.Popen(scheduler, **quiet)]
    until(where.exists, "the scheduler did not start")
    running += [subprocess.Popen(worker, **quiet) for _ in range(2)]
    yield json.loads(where.read_text())["address"], running
    for process in reversed(running):
        process.terminate()
        process.wait(30)


def test_a_cluster_grades_the_same_and_a_lost_worker_costs_time_only(root, cluster):
    address, (_, first, _) = cluster
    crowd(root, 600)
    command = [sys.executable, "-c", MAIN, "grade", TOPIC, "--scheduler", address]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as run:
        until(lambda: next(root.glob(f"autograded/.unfinished/{TOPIC}/*/*"), None), "no worker began")
        first.kill()
        said, _ = run.communicate(timeout=PATIENCE)

    total = len(list((root / "submitted").iterdir()))
    assert run.returncode == 0
    assert said.startswith(f"{TOPIC}: {total} submission(s) graded.")
    alone = shutil.copytree(root, root.parent / "alone", symlinks=True, ignore=shutil.ignore_patterns("autograded"))
    assert grade(alone, "--again").returncode == 0
    assert state(alone) == state(root)


def test_a_scheduler_that_does_not_answer_is_one_line(root):
    before = "from peercourse.grading import workers\nworkers.SECONDS_TO_CONNECT = 1"
    done = grade(root, "--scheduler", "tcp://127.0.0.1:9", before=before)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("tcp://127.0.0.1:9: no Dask scheduler with a worker answers there")


# --- what is new, and what it costs to start -----------------------------------------------------


def test_only_what_is_new_is_graded(root):
    grade(root)
    Submitted(root, "newcomer", IN_TIME).answer_all().hand_in()
    shutil.rmtree(root / "submitted" / "silent" / TOPIC)
    Submitted(root, "silent", LATER).answer_all().hand_in()

    assert grade(root).stdout.startswith(f"{TOPIC}: 2 submission(s) graded, ")


def test_grading_loads_neither_nbgrader_nor_what_checks_notebooks(root):
    before = "import atexit, sys\natexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    told = grade(root, before=before).stderr
    loaded = {name.split(".")[0] for name in told.split()}

    assert "peercourse" in loaded
    assert not loaded & {"nbgrader", "nbformat", "nbconvert", "jsonschema", "jupytext", "distributed", "rich"}
