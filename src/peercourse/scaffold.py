"""Start a new topic or a new question that builds as it is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from string import Template

from peercourse.items import CourseError
from peercourse.lesson import HAND_IN_LINE, IMPORT_LINE

TOPIC_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_LESSON = f"""\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
peercourse: {{}}
---

```{{code-cell}} ipython3
{IMPORT_LINE}
```

## Begin with a scene

Write the reading here, in plain words. Put a note after every claim [@{{source}}].

```{{code-cell}} ipython3
practice("{{practice}}")
```

+++

## Check what you can do

Choose, and change your mind as often as you like until you hand in.

```{{code-cell}} ipython3
check("{{check}}")
```

```{{code-cell}} ipython3
{HAND_IN_LINE}
```
"""

_TOPIC = """\
title = "{title}"
summary = "Say in one sentence what this topic gives a peer."
minutes = 60

[[objective]]
id = "first"
text = "say what the learner can do, starting with a verb"
"""

EXAMPLES = Path(__file__).parent / "templates" / "examples"
"""One passing example for each kind, with $id, $use, $objective, $source, $review_by, $hints and $label."""

_FILES = {"case": "cases.toml", "poll": "polls.toml", "exam": "exam.toml", "card": "cards.toml"}
_CALLS = {
    "case": 'case("{id}")',
    "poll": 'poll("{id}")',
    "reflection": 'reflect("{id}")',
    "card": "cards()",
    "exam": "",
}


def new_topic(course: Path, name: str) -> Path:
    """Make `course/<name>/` with a working lesson and two questions, and list it in `course.toml`."""
    if not TOPIC_NAME.fullmatch(name):
        raise CourseError(f'"{name}" is no topic name: use words in lower case joined by hyphens, as in wound-care.')
    folder = course / name
    if folder.exists():
        raise CourseError(f"course/{name} is there already; take another name.")
    practice, check, source = f"{name}-first-practice", f"{name}-first-check", _first_source(course)
    lesson = _LESSON.replace("{practice}", practice).replace("{check}", check).replace("{source}", source)
    title = name.replace("-", " ").capitalize()
    _list_topic(course / "course.toml", name)
    folder.mkdir()
    (folder / "lesson.md").write_text(lesson, "utf-8")
    (folder / "topic.toml").write_text(_TOPIC.format(title=title), "utf-8")
    questions = [
        _example("single", practice, "practice", "first", source),
        _example("single", check, "check", "first", source),
    ]
    (folder / "questions.toml").write_text("\n".join(questions), "utf-8")
    return folder


def new_question(course: Path, topic: str, kind: str = "single") -> tuple[Path, str]:
    """Add an example of `kind` to its file in `course/<topic>/`, and its cell to the lesson, after the last practice.

    Returns the file and the new item's id. An exam item has no cell; cards have one for all of them.
    """
    folder = course / topic
    questions, lesson = folder / "questions.toml", folder / "lesson.md"
    if not questions.is_file() or not lesson.is_file():
        raise CourseError(
            f"course/{topic} has no questions.toml and lesson.md; start it with: peercourse new topic {topic}"
        )
    file = folder / _FILES.get(kind, "questions.toml")
    text = file.read_text("utf-8") if file.exists() else ""
    written = "".join(path.read_text("utf-8") for path in folder.glob("*.toml"))
    number = next(n for n in range(1, 10_000) if f'id = "{topic}-new-{n}"' not in written)
    item_id = f"{topic}-new-{number}"
    objective = re.search(r'\[\[objective\]\]\s*id\s*=\s*"([^"]+)"', (folder / "topic.toml").read_text("utf-8"))
    block = _example(kind, item_id, "practice", objective[1] if objective else "first", _first_source(course))
    file.write_text(f"{text.rstrip()}\n\n{block}".lstrip(), "utf-8")
    call = _CALLS.get(kind, 'practice("{id}")').replace("{id}", item_id)
    lesson.write_text(_with_cell(lesson.read_text("utf-8"), call), "utf-8")
    return file, item_id


def _example(kind: str, item_id: str, use: str, objective: str, source: str) -> str:
    return Template((EXAMPLES / f"{kind}.toml").read_text("utf-8")).substitute(
        id=item_id,
        use=use,
        # A check's reasons may stand nowhere else, so a practice question next to it needs other words.
        label=use.capitalize(),
        objective=objective,
        source=source,
        hints='hints = ["A first nudge.", "A second, clearer one."]\n' if use == "practice" else "",
        review_by=date.today() + timedelta(days=365),
    )


def _with_cell(lesson: str, call: str) -> str:
    if not call or (call == "cards()" and call in lesson):
        return lesson
    cell = f"```{{code-cell}} ipython3\n{call}\n```\n"
    cells = list(re.finditer(r"^```\{code-cell\}[^\n]*\n(.*?)^```\n", lesson, re.MULTILINE | re.DOTALL))
    before_checks = [c for c in cells if c[1].startswith(("practice(", "case(", "poll(", "cards(", IMPORT_LINE))]
    if not before_checks:
        return f"{lesson.rstrip()}\n\n{cell}"
    end = before_checks[-1].end()
    return f"{lesson[:end]}\n{cell}{lesson[end:]}"


def _first_source(course: Path) -> str:
    found = re.search(r"^\[([a-z0-9-]+)\]", (course / "sources.toml").read_text("utf-8"), re.MULTILINE)
    if not found:
        raise CourseError("course/sources.toml has no source yet; add one first.")
    return found[1]


def _list_topic(file: Path, name: str) -> None:
    text = file.read_text("utf-8")
    changed = re.sub(
        r"(?m)^(topics\s*=\s*\[)(.*?),?\s*\]",
        lambda m: f'{m[1]}{m[2]}{", " if m[2].strip() else ""}"{name}"]',
        text,
        count=1,
        flags=re.DOTALL,
    )
    if changed == text:
        raise CourseError(f'course/course.toml has no list of topics; add topics = ["{name}"].')
    file.write_text(changed, "utf-8")
