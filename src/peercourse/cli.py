"""The `peercourse` command: one command per job. Heavy imports happen only where a job needs them."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import monotonic

import click

from peercourse.inert import printable_lines
from peercourse.items import CourseError

NEW_KINDS = ("single", "multiple", "order", "match", "cloze", "numeric", "case", "reflection", "poll", "exam", "card")
"""What `peercourse new question` can add: each has an example under `templates/examples`."""


NOT_OURS = ("submitted", "autograded", "feedback", "exchange", "learner")
"""Folders of a course project that hold files of learners. What looks like a course in there is none of ours."""


def find_root() -> Path:
    """The course project that the current folder lies in; the innermost, where one lies in another."""
    here, found = Path.cwd(), None
    for folder in (*reversed(here.parents), here):
        if found and folder.relative_to(found).parts[0] in NOT_OURS:
            break
        if (folder / "nbgrader_config.py").is_file() and (folder / "course" / "course.toml").is_file():
            found = folder
    if found:
        return found
    raise CourseError("No course here: change to the folder that holds nbgrader_config.py and course/, then try again.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="peercourse")
def commands() -> None:
    """Make, hand out, grade and watch the course."""


@commands.command()
@click.argument("topic", required=False)
@click.option("--guesser", is_flag=True, help="Print what a guesser who knows nothing gets in every pool.")
@click.option("--table", is_flag=True, help="Print what every topic has: questions, words, reading grade, sources.")
def lint(topic: str | None, guesser: bool, table: bool) -> None:
    """Look for mistakes in course/ and print all of them, one line each."""
    from peercourse.bank import CourseProblems, load_course
    from peercourse.lint import lint as find_problems

    course = load_course(find_root() / "course", unlisted=True)
    if topic:
        course.topic(topic)
    if guesser or table:
        from peercourse.lint.tables import course_table, guesser_table

        click.echo("\n\n".join([course_table(course)] * table + [guesser_table(course, topic)] * guesser))
        return
    problems = find_problems(course, date.today())
    if topic:
        problems = [line for line in problems if line.startswith(f"course/{topic}/")]
    if problems:
        count = len(problems)
        raise CourseProblems([*problems, f"{count} problem{'s' * (count != 1)}."])
    items = sum(len(each.questions) for each in course.topics)
    click.echo(f"No problems: {len(course.topics)} topic(s), {items} items, {len(course.sources)} sources.")


@commands.group()
def new() -> None:
    """Start a topic or a question that builds as it is."""


@new.command("topic")
@click.argument("name")
def new_topic(name: str) -> None:
    """Make course/NAME/ with a working lesson and two questions."""
    from peercourse.scaffold import new_topic as make

    root = find_root()
    folder = make(root / "course", name).relative_to(root)
    click.echo(f"Made {folder}/. Write in {folder}/lesson.md and questions.toml, then run: peercourse build")


@new.command("question")
@click.argument("topic")
@click.option("--kind", type=click.Choice(NEW_KINDS), default="single", show_default=True, help="What to add.")
def new_question(topic: str, kind: str) -> None:
    """Add a filled-in question, case, poll, card or exam question to TOPIC, and its cell to the lesson."""
    from peercourse.scaffold import new_question as make

    root = find_root()
    file, item_id = make(root / "course", topic, kind)
    lesson = "" if kind == "exam" else " and to the lesson"
    click.echo(f'Added "{item_id}" to {file.relative_to(root)}{lesson}. Edit it, then run: peercourse build')


@commands.command()
@click.option("--discard-edits", is_flag=True, help="Overwrite notebooks in source/ that were edited by hand.")
def build(discard_edits: bool) -> None:
    """Make source/ and release/ from course/, and see that no answer key is in them."""
    from peercourse.build import build as make

    course = make(find_root(), discard_edits)
    click.echo(f"Built source/ and release/: {', '.join(topic.name for topic in course.topics)}.")


@commands.command()
@click.argument("topic")
@click.option("--again", "--force", is_flag=True, help="Grade submissions that are graded already once more.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that grade side by side.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Grade on a Dask cluster: its scheduler's address.")
@click.option("--watch", is_flag=True, help="Go on grading what arrives, until interrupted.")
def grade(topic: str, again: bool, jobs: int, scheduler: str, watch: bool) -> None:
    """Collect and grade the submissions of TOPIC. Runs no learner's code."""
    from peercourse.grading.run import collect_and_grade, describe

    root = find_root()
    if watch:
        from peercourse.grading.watch import watch as keep_watching
        from peercourse.loop import release_feedback

        keep_watching(root, topic, click.echo, release_feedback, jobs, scheduler)
    with progress_bar(f"Grading {topic}") as seen:
        summary = collect_and_grade(root, topic, again=again, jobs=jobs, scheduler=scheduler, seen=seen)
    click.echo(describe(topic, summary))
    sys.exit(1 if summary.problems else 0)


@commands.command()
@click.argument("topic")
def feedback(topic: str) -> None:
    """Make the feedback pages of TOPIC and release them to learners."""
    from peercourse.loop import release_feedback

    root = find_root()
    with progress_bar(f"Feedback on {topic}") as seen:
        said = release_feedback(root, topic, seen=seen)
    click.echo(said)


@commands.command()
@click.argument("topic")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--release", is_flag=True, help="Release the feedback pages, too.")
def regrade(topic: str, yes: bool, release: bool) -> None:
    """After a change of keys in TOPIC: show whose points change, and on a yes change them."""
    from peercourse.bank import load_course
    from peercourse.grading.regrade import describe_plan, plan_regrade
    from peercourse.grading.regrade import regrade as carry_out
    from peercourse.grading.run import describe_regrade
    from peercourse.grading.settings import read_settings
    from peercourse.loop import renew_feedback

    root = find_root()
    course, settings = load_course(root / "course"), read_settings(root)
    plan = plan_regrade(settings, course, topic)
    click.echo(describe_plan(plan))
    if plan.changing and not yes and not click.confirm("Write these changes?"):
        click.echo("Nothing was written.")
        return
    if plan.changing or plan.outdated:
        with progress_bar(f"Regrading {topic}") as seen:
            summary = carry_out(settings, course, plan, seen)
        click.echo(describe_regrade(topic, summary))
    click.echo(renew_feedback(root, topic, release))


@commands.command()
@click.argument("topic", required=False)
def report(topic: str | None) -> None:
    """Show how the class is doing, and write reports/report.html."""
    from peercourse.loop import show_report

    show_report(find_root(), topic)


@commands.command()
@click.option("--folder", default="demo", show_default=True, help="Where the invented class works; made anew.")
def demo(folder: str) -> None:
    """Send a class of twelve invented learners through the whole loop."""
    from peercourse.demo import run_demo

    root = find_root()
    run_demo(root, root / folder)


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), envvar="PORT", help="Port to use (default: the first free one).")
@click.option("--no-browser", is_flag=True, help="Do not open a browser; print the address only.")
def lab(port: int | None, no_browser: bool) -> None:
    """Build and release the course, then open it in JupyterLab on a start page."""
    from peercourse.lab import open_lab

    sys.exit(open_lab(find_root(), port, no_browser))


@commands.command()
@click.option("--to", "target", default="dist", show_default=True, help="Folder for the archives.")
def publish(target: str) -> None:
    """Pack release/ into one zip file per topic, to hand out without nbgrader, and the plans for instructors."""
    from peercourse.loop import pack_release

    for path in pack_release(find_root(), target):
        click.echo(path)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Something to tell how much of how much is done; shown with rate and time left where a person looks on."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    start = monotonic()
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        bar = progress.add_task(title, total=None, rate="")

        def seen(done: int, total: int) -> None:
            progress.update(bar, completed=done, total=total, rate=f"{done / (monotonic() - start):.0f}/s")

        yield seen


def main() -> None:
    """Run the command; a mistake that the user can mend is one line on stderr and exit code 1."""
    try:
        commands(standalone_mode=False)
    except CourseError as error:
        stop(str(error))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            stop("The disk is full: free some space, then run the same command again.")
        stop(f"{error.filename or 'file'}: {error.strerror}; mend that, then run the same command again.")


def stop(line: str) -> None:
    """Print `line`, in which a learner's name may stand, to stderr and end with exit code 1."""
    click.echo(printable_lines(line), err=True)
    sys.exit(1)
