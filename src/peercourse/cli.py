"""The `peercourse` command: one command per job. Heavy imports happen only where a job needs them."""

from __future__ import annotations

import errno
import sys
from datetime import date
from pathlib import Path

import click

from peercourse.items import CourseError


def find_root() -> Path:
    """The course project that the current folder lies in."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "nbgrader_config.py").is_file() and (folder / "course" / "course.toml").is_file():
            return folder
    raise CourseError("No course here: change to the folder that holds nbgrader_config.py and course/, then try again.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="peercourse")
def commands() -> None:
    """Make, hand out, grade and watch the course."""


@commands.command()
@click.argument("topic", required=False)
def lint(topic: str | None) -> None:
    """Look for mistakes in course/ and print all of them, one line each."""
    from peercourse.bank import CourseProblems, load_course
    from peercourse.lint import lint as find_problems

    course = load_course(find_root() / "course")
    if topic:
        course.topic(topic)
    problems = find_problems(course, date.today())
    if topic:
        problems = [line for line in problems if line.startswith(f"course/{topic}/")]
    if problems:
        count = len(problems)
        raise CourseProblems([*problems, f"{count} problem{'s' * (count != 1)}."])
    items = sum(len(each.items) for each in course.topics)
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
def new_question(topic: str) -> None:
    """Add a practice question to TOPIC and its cell to the lesson."""
    from peercourse.scaffold import new_question as make

    root = find_root()
    file, item_id = make(root / "course", topic)
    click.echo(f'Added "{item_id}" to {file.relative_to(root)} and to the lesson. Edit it, then run: peercourse build')


@commands.command()
@click.option("--discard-edits", is_flag=True, help="Overwrite notebooks in source/ that were edited by hand.")
def build(discard_edits: bool) -> None:
    """Make source/ and release/ from course/, and see that no answer key is in them."""
    from peercourse.build import build as make

    course = make(find_root(), discard_edits)
    click.echo(f"Built source/ and release/: {', '.join(topic.name for topic in course.topics)}.")


@commands.command()
@click.argument("topic")
@click.option("--again", is_flag=True, help="Grade submissions that are graded already once more.")
def grade(topic: str, again: bool) -> None:
    """Collect and grade the submissions of TOPIC. Runs no learner's code."""
    from peercourse.loop import collect_and_grade

    click.echo(collect_and_grade(find_root(), topic, again))


@commands.command()
@click.argument("topic")
def feedback(topic: str) -> None:
    """Make the feedback pages of TOPIC and release them to learners."""
    from peercourse.loop import release_feedback

    click.echo(release_feedback(find_root(), topic))


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
    """Pack release/ into one zip file per topic, to hand out without nbgrader."""
    from peercourse.loop import pack_release

    for path in pack_release(find_root(), target):
        click.echo(path)


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
    """Print `line` to stderr and end with exit code 1."""
    click.echo(line, err=True)
    sys.exit(1)
