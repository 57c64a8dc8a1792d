"""Tables for authors: what every topic has, what its sources carry, what a guesser gets in every pool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from peercourse.bank import Course, Topic
from peercourse.items import Asked, Case, Item, Reflection
from peercourse.lesson import citations, figures, prose_words
from peercourse.lint.guessing import all_guesses
from peercourse.lint.places import cells_of
from peercourse.lint.reading import lesson_grade

POINTS = 10
"""Percentage points above chance that a course without a standard is shown as allowed."""

COLUMNS = ("practice", "check", "exam", "poll", "case", "private", "graded", "cards")
KINDS = ("single", "multiple", "order", "match", "cloze", "numeric")


def guesser_table(course: Course, topic: str | None = None) -> str:
    """One line for every pool and strategy; a star marks what is above what is allowed."""
    points = (course.head.standard and course.head.standard.guess) or POINTS
    lines = []
    for pool, rows in all_guesses(course, points).items():
        if topic not in (None, pool.topic):
            continue
        name = f"{pool.topic or 'all topics'}, {pool.use}, {len(pool.items)} questions"
        lines.append(f"{name}: chance {pool.chance:.1%}, allowed {pool.allowed(points):.1%}")
        lines += [f"  {row.share:6.1%}{'*' if row.too_good else ' '} {row.strategy}" for row in rows]
    return "\n".join(lines) or "No questions with options yet."


def course_table(course: Course) -> str:
    """Per topic: words, reading grade, figures, items by use and by kind; then the sources."""
    head = ("topic", "words", "grade", "figures", *COLUMNS, *KINDS)
    rows = [_row(topic) for topic in course.topics]
    total = ["all", *(_total(column) for column in zip(*(row[1:] for row in rows), strict=True))]
    if rows:
        total[2] = ""
    return "\n\n".join([_aligned([head, *rows, total] if rows else [head]), "\n".join(_source_lines(course))])


def _row(topic: Topic) -> list[str]:
    cells = cells_of(topic)
    uses = Counter(_use(item) for item in topic.questions) + Counter(cards=len(topic.cards))
    kinds = Counter(str(item.kind) for item in topic.questions)
    numbers = [uses[name] for name in COLUMNS] + [kinds[name] for name in KINDS]
    return [
        topic.name,
        str(prose_words(cells)),
        f"{lesson_grade(cells):.1f}",
        str(len(figures(cells))),
        *map(str, numbers),
    ]


def _use(item: Item) -> str:
    if isinstance(item, Reflection):
        return item.privacy
    return "case" if isinstance(item, Case) else item.use if isinstance(item, Asked) else ""


def _total(column: Iterable[str]) -> str:
    return f"{sum(map(float, column)):g}"


def _aligned(rows: Sequence[Iterable[str]]) -> str:
    table = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = []
    for name, *numbers in table:
        cells = [number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)]
        lines.append("  ".join([name.ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines)


def _source_lines(course: Course) -> Iterator[str]:
    carried: Counter[str] = Counter()
    alone = total = 0
    for topic in course.topics:
        for part in (*topic.questions, *topic.cards):
            carried.update(set(part.sources))
            alone += len(set(part.sources)) == 1
            total += bool(part.sources)
    read = {source for topic in course.topics for source in citations(cells_of(topic))}
    yield f"{len(course.sources)} sources; {total} items and cards name some, {alone} of them one only."
    yield "source: items and cards that name it"
    for source, count in sorted(carried.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"  {count:4} {source}"
    for source in sorted(course.sources.keys() - carried.keys()):
        yield f"     0 {source} ({'cited in a reading' if source in read else 'used nowhere'})"
