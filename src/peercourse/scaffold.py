"""Start a new topic or a new question that builds as it is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

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

_QUESTION = """\
[[item]]
id = "{id}"
kind = "single"
use = "{use}"
objective = "{objective}"
stem = "Which reply keeps the choice with the person?"
{hints}explanation = "{label}: say in one to four sentences what holds, and why."
sources = ["{source}"]
review_by = {review_by}
[[item.option]]
id = "ask"
text = "Ask what they would like to work on."
correct = true
why = "{label}: say why this is right, to somebody who chose it."
[[item.option]]
id = "tell"
text = "Tell them what worked for you."
why = "{label}: say why people think so, and what speaks against it."
[[item.option]]
id = "wait"
text = "Wait until they are ready to stop."
why = "{label}: say why people think so, and what speaks against it."
"""


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
    questions = [_question(practice, "practice", "first", source), _question(check, "check", "first", source)]
    (folder / "questions.toml").write_text("\n".join(questions), "utf-8")
    return folder


def new_question(course: Path, topic: str) -> tuple[Path, str]:
    """Add a question to `course/<topic>/questions.toml` and its cell to the lesson, after the last practice.

    Returns the file and the new item's id.
    """
    file, lesson = course / topic / "questions.toml", course / topic / "lesson.md"
    if not file.is_file() or not lesson.is_file():
        raise CourseError(
            f"course/{topic} has no questions.toml and lesson.md; start it with: peercourse new topic {topic}"
        )
    text = file.read_text("utf-8")
    number = next(n for n in range(1, 10_000) if f'id = "{topic}-new-{n}"' not in text)
    item_id = f"{topic}-new-{number}"
    heads = (course / topic / "topic.toml").read_text("utf-8")
    objective = re.search(r'\[\[objective\]\]\s*id\s*=\s*"([^"]+)"', heads)
    block = _question(item_id, "practice", objective[1] if objective else "first", _first_source(course))
    file.write_text(f"{text.rstrip()}\n\n{block}", "utf-8")
    lesson.write_text(_with_practice(lesson.read_text("utf-8"), item_id), "utf-8")
    return file, item_id


def _question(item_id: str, use: str, objective: str, source: str) -> str:
    hints = 'hints = ["A first nudge.", "A second, clearer one."]\n' if use == "practice" else ""
    review_by = date.today() + timedelta(days=365)
    return _QUESTION.format(
        id=item_id,
        use=use,
        # A check's reasons may stand nowhere else, so a practice question next to it needs other words.
        label=use.capitalize(),
        objective=objective,
        source=source,
        hints=hints,
        review_by=review_by,
    )


def _with_practice(lesson: str, item_id: str) -> str:
    cell = f'```{{code-cell}} ipython3\npractice("{item_id}")\n```\n'
    cells = list(re.finditer(r"^```\{code-cell\}[^\n]*\n(.*?)^```\n", lesson, re.MULTILINE | re.DOTALL))
    before_checks = [c for c in cells if c[1].startswith(("practice(", IMPORT_LINE))]
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
