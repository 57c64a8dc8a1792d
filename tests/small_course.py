"""A small course as authors write it, in a folder of a test's own: two topics, every kind of item, no mistake."""

from __future__ import annotations

import shutil
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

COURSE = """\
id = "harm-reduction"
title = "A small course"
topics = ["first-steps", "second-look"]
notice = "Made for trying things out."
"""
SAFETY = """\
checked = 2026-01-10
review_by = 2027-01-10
frame = "We keep to what a peer may do."

[[line]]
name = "Emergency"
number = "911"
how = "call"
help_with = "Anything where a life may be at risk."
"""
SOURCES = """\
[handbook]
title = "A handbook"
organisation = "An organisation"
year = 2024
address = "https://example.org/handbook"
checked = 2026-01-10

[leaflet]
title = "A leaflet"
organisation = "Another organisation"
year = "undated"
address = "https://example.org/leaflet"
checked = 2026-01-10
"""
TOPIC = """\
title = "{title}"
summary = "A topic to try things out."
minutes = 10

[[objective]]
id = "begin"
text = "begin somewhere"
"""
QUESTIONS = """\
[[item]]
id = "{t}-practice"
kind = "single"
use = "practice"
objective = "begin"
stem = "What comes first in {t}?"
hints = ["Think of your own first visit."]
explanation = "In {t}, a welcome comes first."
sources = ["handbook"]
review_by = 2027-06-01
[[item.option]]
id = "hello"
text = "Say hello"
correct = true
why = "In {t}, people stay where they are welcome."
[[item.option]]
id = "form"
text = "Hand over the form"
why = "In {t}, the form can wait."

[[item]]
id = "{t}-check"
kind = "single"
use = "check"
objective = "begin"
stem = "Who decides in {t}?"
explanation = "The graded key of {t}: it is the person's own life."
sources = ["handbook", "leaflet"]
review_by = 2027-06-01
[[item.option]]
id = "person"
text = "The person"
correct = true
why = "The graded key of {t}: a choice that is one's own lasts."
[[item.option]]
id = "worker"
text = "The worker"
why = "The graded key of {t}: nobody's life is run from \\"outside\\" & for long."

[[item]]
id = "{t}-several"
kind = "multiple"
use = "check"
objective = "begin"
points = 2
stem = "Which of these help in {t}?"
explanation = "The graded key of {t}: time and tea."
sources = ["leaflet"]
review_by = 2027-06-01
[[item.option]]
id = "time"
text = "Time"
correct = true
why = "The graded key of {t}: trust takes time."
[[item.option]]
id = "tea"
text = "Tea"
correct = true
why = "The graded key of {t}: a warm cup opens doors."
[[item.option]]
id = "pressure"
text = "Pressure"
why = "The graded key of {t}: pressure closes them."

[[item]]
id = "{t}-own-words"
kind = "reflection"
privacy = "private"
objective = "begin"
stem = "What do you remember of {t}?"
exemplar = "A kettle, and nobody asking."
review_by = 2027-06-01

[[item]]
id = "{t}-letter"
kind = "reflection"
privacy = "graded"
objective = "begin"
stem = "Write a letter about {t}."
points = 4
exemplar = "The graded key of {t}: dear aunt, come and see us."
review_by = 2027-06-01
[[item.criterion]]
id = "clear"
name = "Clear"
levels = ["very", "mostly", "partly", "not yet"]
"""
LESSON = """\
---
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---

```{code-cell} ipython3
from peercourse import answer, cards, case, check, exam, explore, hand_in, poll, practice, progress, reflect
```

## A scene

Somebody comes in from the rain [@handbook]. You offer a seat [@leaflet; @handbook].

![A door that stands open.](figures/door.svg)

```{code-cell} ipython3
practice("{t}-practice")
```

```{code-cell} ipython3
reflect("{t}-own-words")
```

+++

## Check what you can do

```{code-cell} ipython3
check("{t}-check")
```

```{code-cell} ipython3
check("{t}-several")
```

```{code-cell} ipython3
reflect("{t}-letter")
```

```{code-cell} ipython3
hand_in()
```
"""
DOOR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7h-7z"/></svg>\n'

TOPICS = ("first-steps", "second-look")
GRADED_MARK = "The graded key of"


def write_small_course(root: Path) -> Path:
    """Write the course project into `root` and return its `course/`."""
    course = root / "course"
    course.mkdir(parents=True)
    shutil.copy(PROJECT / "nbgrader_config.py", root)
    for name, text in (("course", COURSE), ("safety", SAFETY), ("sources", SOURCES)):
        (course / f"{name}.toml").write_text(text, "utf-8")
    for topic in TOPICS:
        (course / topic / "figures").mkdir(parents=True)
        (course / topic / "figures" / "door.svg").write_text(DOOR, "utf-8")
        (course / topic / "topic.toml").write_text(TOPIC.format(title=topic.replace("-", " ")), "utf-8")
        for name, text in (("questions.toml", QUESTIONS), ("lesson.md", LESSON)):
            (course / topic / name).write_text(text.replace("{t}", topic), "utf-8")
    return course


def change(path: Path, old: str, new: str) -> None:
    """Replace the first `old` in the file at `path`, which must have it."""
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), "utf-8")
