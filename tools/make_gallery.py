"""Write docs/gallery/index.html: all of the learner's desk in every state, light and dark, from the real page code.

The page needs nothing else: open it from the disk. Where it has no kernel, buttons say so.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from desk_states import desk_states  # noqa: E402
from small_topic import make_small_topic  # noqa: E402
from widget_page import page_html  # noqa: E402
from widget_states import SAMPLES, every_state  # noqa: E402

from peercourse.topic_folder import open_topic_folder  # noqa: E402

GALLERY = ROOT / "docs" / "gallery" / "index.html"
INTRO = (
    "Every kind of question, cases, cards, the practice exam, progress and charts in every state, drawn by the page "
    "code that learners get, in a light and in a dark theme. There is no kernel behind this page, so nothing is "
    "kept here. Made by tools/make_gallery.py."
)


def gallery() -> str:
    """The whole page."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_DATA_HOME"] = f"{place}/home"
        folder = Path(place, "learner", "small-topic")
        make_small_topic(folder, SAMPLES)
        topic = open_topic_folder(folder)
        return page_html("Everything in every state", INTRO, [*every_state(topic), *desk_states(topic)])


if __name__ == "__main__":
    GALLERY.parent.mkdir(parents=True, exist_ok=True)
    GALLERY.write_text(gallery(), "utf-8")
    print(f"{GALLERY.relative_to(ROOT)}: {GALLERY.stat().st_size / 1000:.0f} KB")
