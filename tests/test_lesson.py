"""Reading a lesson: its cells, its citations, its figures, its length."""

from __future__ import annotations

from peercourse.lesson import (
    Code,
    Text,
    citations,
    figures,
    headings,
    paragraphs,
    plain_lines,
    prose_words,
    read_lesson,
)

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

# Title

One claim [@first]. Two claims [@second; @first], and no [link](https://example.org/a-b-c) is a claim.

![Words that say what is seen.](figures/one.svg)

+++

Another cell [@third].

```{code-cell} ipython3
practice("a-question")
```

```{code-cell} ipython3
practice('a-question')
```

```{code-cell} ipython3

```

```python
print("this is shown, not run")
```

```{code-cell} ipython3
hand_in()
```
"""


def test_cells_are_read_in_order_and_empty_ones_left_out():
    calls = [(cell.call, cell.item) if isinstance(cell, Code) else "text" for cell in read_lesson(LESSON)]

    assert calls == [
        ("import", ""),
        "text",
        "text",
        ("practice", "a-question"),
        ("", ""),
        "text",
        ("hand_in", ""),
    ]


def test_sources_are_named_once_in_the_order_of_their_first_mention():
    assert citations(read_lesson(LESSON)) == ["first", "second", "third"]


def test_figures_come_with_their_words():
    assert figures(read_lesson(LESSON)) == [("Words that say what is seen.", "figures/one.svg")]


def test_words_of_figures_citations_and_addresses_are_not_reading():
    cells = [
        Text("Two words [@source-one; @source-two]. [One](https://example.org/not/read) ![not read](figures/x.svg)")
    ]

    assert prose_words(cells) == 3
    assert prose_words([Code('practice("not-read")')]) == 0
    assert prose_words([Text("It's one-way: 14 don’t – won't.")]) == 5


def test_the_prose_is_in_paragraphs_without_headings_figures_and_tables():
    cells = [
        Text(
            "## Heading\n\nOne [@first].\n\n![seen](figures/x.svg)\n\nTwo:\n\n- *this*\n- that\n\n| a | b |\n|---|---|"
        ),
        Code("hand_in()"),
        Text("> Three, with a\n> [link](https://example.org/a-b).\n\n{{words}}"),
    ]
    found = paragraphs(cells)

    assert headings(cells) == ["Heading"]
    assert [paragraph.cell for paragraph in found] == [0, 0, 2]
    assert [line for paragraph in found for line in plain_lines(paragraph.text)] == [
        "One.",
        "Two:",
        "this",
        "that",
        "Three, with a link.",
    ]
