"""Feedback pages, and the whole way from the exchange and back to it: this course beside stock nbgrader."""

from __future__ import annotations

import secrets
import shutil
import time
from pathlib import Path
from statistics import median

from bench_class import HABITS, MAIN, hand_in_twenty, nothing_graded, put_away, run_alone
from bench_row import TOPIC, Row, Step
from bench_stock import ASSIGNMENT, make_stock_course, stock_submission
from course_project import make_project

from peercourse.items import Choice, CourseError, is_graded
from peercourse.nbgrader_calls import nbgrader
from peercourse.notebook import items_in_order

RUNS = 3
LEARNERS = 1000
FEEDBACK_STEPS = 3 + 2 * RUNS
DATE = "2026-11-22 10:00:00.000000 UTC"
STOCK_WAY = ("collect", "autograde", "generate_feedback", "release_feedback")
OUR_WAY = ("grade", "feedback")

Times = dict[str, list[float]]
"""Seconds of every run of a command, by its name."""


def measure_feedback(place: Path, step: Step) -> list[Row]:
    """Each way in turn, from submissions that lie in the exchange to pages that lie there."""
    ours, stock = place / "ours", place / "stock"
    for folder in (ours, stock):
        folder.mkdir()
    step("building the topic")
    course = make_project(ours)
    questions = [i for i in items_in_order(course.topic(TOPIC)) if isinstance(i, Choice) and is_graded(i)]
    answers = hand_in_twenty(ours, course)
    step("making the stock assignment")
    make_stock_course(stock, questions)
    with (stock / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.Exchange.root = {str(stock / 'exchange')!r}\n")
    for learner, given in answers.items():
        stock_submission(stock, learner, questions, given)
    step(f"{LEARNERS:,} learners hand in")
    send(ours, "harm-reduction", TOPIC, LEARNERS)
    send(stock, "stock", ASSIGNMENT, len(HABITS))
    times: Times = {name: [] for name in (*STOCK_WAY, *OUR_WAY, "start")}
    for run in range(RUNS):
        step(f"stock nbgrader, {run + 1} of {RUNS}")
        time_stock(stock, times)
        step(f"this course, {run + 1} of {RUNS}")
        time_ours(ours, times)
    sizes = [path.stat().st_size for path in (ours / "feedback").glob("*/*/*.html")]
    stock_sizes = [path.stat().st_size for path in (stock / "feedback").glob("*/*/*.html")]
    return rows(times, median(sizes), median(stock_sizes))


def send(root: Path, course_id: str, topic: str, learners: int) -> None:
    """Put the class of 20 into the exchange, as often as it takes to be `learners`."""
    for number in range(learners):
        learner = f"learner-{number:05}"
        source = root / "submitted" / f"learner-{number % len(HABITS):05}" / topic
        target = root / "exchange" / course_id / "inbound" / f"{learner}+{topic}+{DATE}+{number:06}"
        shutil.copytree(source, target)
        (target / "timestamp.txt").write_text(DATE)
        (target / "submission_secret.txt").write_text(secrets.token_hex(32))
    shutil.rmtree(root / "submitted")


def nothing_collected(root: Path, course_id: str) -> None:
    """Take back everything but what lies in the exchange's inbound."""
    nothing_graded(root)
    for folder in ("submitted", "feedback", f"exchange/{course_id}/feedback"):
        put_away(root / folder)


def time_stock(root: Path, times: Times) -> None:
    """Every step of stock nbgrader for 20 learners, and its start-up alone."""
    nothing_collected(root, "stock")
    for command in STOCK_WAY:
        times[command].append(time_nbgrader(root, command, ASSIGNMENT))
    times["start"].append(time_nbgrader(root, "--version"))
    must_be_released(root, "stock", len(HABITS))


def time_nbgrader(root: Path, *arguments: str) -> float:
    """Seconds of one command of nbgrader's."""
    start = time.perf_counter()
    done = nbgrader(root, *arguments)
    taken = time.perf_counter() - start
    if done.returncode:
        raise CourseError(f"nbgrader {arguments[0]} failed: {done.stderr.strip()[-400:]}")
    return taken


def time_ours(root: Path, times: Times) -> None:
    """`peercourse grade` and `peercourse feedback` for everybody, start-up and all."""
    nothing_collected(root, "harm-reduction")
    for command in OUR_WAY:
        times[command].append(run_alone(root, MAIN, command, TOPIC).seconds)
    must_be_released(root, "harm-reduction", LEARNERS)


def must_be_released(root: Path, course_id: str, learners: int) -> None:
    """See that everybody has a page: else the time measured is that of something else."""
    found = len(list((root / "exchange" / course_id / "feedback").glob("*.html")))
    if found != learners:
        raise CourseError(f"{found} of {learners} pages were released in {root.name}.")


def rows(times: Times, size: float, stock_size: float) -> list[Row]:
    """The figures, and how many times as long stock nbgrader takes."""
    start, each_page = median(times["start"]), median(times["feedback"]) / LEARNERS
    stock_page = (median(times["generate_feedback"]) - start) / len(HABITS)
    whole = [sum(runs) for runs in zip(*(times[name] for name in OUR_WAY), strict=True)]
    each = sum(median(times[name]) - start for name in STOCK_WAY) / len(HABITS)
    stock_whole = each * LEARNERS + len(STOCK_WAY) * start
    return [
        Row("a feedback page of stock nbgrader", f"{stock_page * 1000:,.0f} ms, {stock_size / 1000:,.0f} kB",
            f"`nbgrader generate_feedback` of {len(HABITS)}, median of {RUNS}, its start of {start:.1f} s taken off"),
        Row("a feedback page of this course", f"{each_page * 1000:.2f} ms, {size / 1000:,.0f} kB",
            f"`peercourse feedback` of {LEARNERS:,} in {median(times['feedback']):.2f} s, start and release included"),
        Row("stock takes for a page", f"{stock_page / each_page:,.0f} times as long"),
        Row("collected, graded, feedback released", f"{median(whole):.2f} s ({min(whole):.2f} to {max(whole):.2f})",
            f"`peercourse grade` and `peercourse feedback`, {LEARNERS:,} learners, from the exchange and back to it"),
        Row("the same by stock nbgrader", f"{stock_whole / 60:,.0f} minutes",
            f"{', '.join(STOCK_WAY)}: {each * 1000:,.0f} ms for each of {len(HABITS)}, times {LEARNERS:,}"),
        Row("stock takes for the whole way", f"{stock_whole / median(whole):,.0f} times as long"),
    ]  # fmt: skip
