"""Our feedback page as nbgrader's own command and Formgrader's button make it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import Unicode, default

from peercourse.feedback.making import page_of

Resources = dict[str, Any]


class FeedbackPage(Exporter):
    """Stands in `nbgrader_config.py` as GenerateFeedback.exporter_class.

    nbgrader calls it in the course root, with the graded notebook of one learner at a time.
    """

    course = Unicode("course", help="Folder of the course, seen from the course root.").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_filename(self, filename: str, resources: Resources | None = None, **kw: Any) -> tuple[Any, Resources]:
        """The page of the learner whose graded notebook is `filename`."""
        found = resources or {}
        names = found["nbgrader"]
        page = page_of(Path.cwd(), Path(self.course).resolve(), names["db_url"], names["assignment"], names["student"])
        return page, found | {"output_extension": self.file_extension}
