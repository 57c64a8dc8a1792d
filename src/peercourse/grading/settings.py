"""What `nbgrader_config.py` says that grading in a batch has to know, read without loading nbgrader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from traitlets.config import Application, Config
from traitlets.config.loader import LazyConfigValue

from peercourse.items import CourseError

STEPS = {
    "sanitize_preprocessors": ("RestoreNotebook", "CheckCellMetadata"),
    "autograde_preprocessors": ("GradeAnswers", "AssignLatePenalties", "CheckCellMetadata"),
}
"""What `nbgrader autograde` runs in this course, in a list of its own each; the batch does the same work."""

FIXED = {
    ("CourseDirectory", "directory_structure"): "{nbgrader_step}/{student_id}/{assignment_id}",
    ("CourseDirectory", "source_directory"): "source",
    ("CourseDirectory", "submitted_directory"): "submitted",
    ("CourseDirectory", "autograded_directory"): "autograded",
    ("Autograde", "create_student"): True,
}
"""Options that have to be as nbgrader has them where nothing is said."""


@dataclass(frozen=True)
class Settings:
    """The configuration of one course project. Every value left out is nbgrader's own default."""

    root: Path
    config: Config

    def _get(self, section: str, name: str, default: Any) -> Any:
        value = self.config[section].get(name, default)
        # A configuration may also say what to add to nbgrader's own list.
        return value.get_value(list(default)) if isinstance(value, LazyConfigValue) else value

    @property
    def course_id(self) -> str:
        """The course's name in the exchange."""
        return str(self._get("CourseDirectory", "course_id", "")).strip()

    @property
    def db_url(self) -> str:
        """The address of the gradebook."""
        return str(self._get("CourseDirectory", "db_url", "") or f"sqlite:///{self.root / 'gradebook.db'}")

    @property
    def exchange(self) -> Path:
        """The folder through which files pass between learners and staff."""
        return Path(self._get("Exchange", "root", "/usr/local/share/nbgrader/exchange"))

    @property
    def ignore(self) -> tuple[str, ...]:
        """Name patterns of files and folders that are copied nowhere."""
        default = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
        return tuple(self._get("CourseDirectory", "ignore", default))

    @property
    def include(self) -> tuple[str, ...]:
        """Name patterns of the only files that are collected."""
        return tuple(self._get("CourseDirectory", "include", ("*",)))

    @property
    def max_file_bytes(self) -> int:
        """Larger files are not collected."""
        return 1000 * int(self._get("CourseDirectory", "max_file_size", 100_000))

    @property
    def max_folder_bytes(self) -> int:
        """Larger submissions are not collected."""
        return 1000 * int(self._get("CourseDirectory", "max_dir_size", 100_000))

    @property
    def check_owner(self) -> bool:
        """Whether a submission has to belong to the account of the learner whose name it bears."""
        return bool(self._get("ExchangeCollect", "check_owner", True))

    @property
    def excluded(self) -> tuple[str, ...]:
        """Learners who are passed over."""
        return tuple(str(self._get("CourseDirectory", "student_id_exclude", "")).split(","))

    @property
    def shared(self) -> bool:
        """Whether the staff's folders belong to a group."""
        return bool(self._get("CourseDirectory", "groupshared", False))

    @property
    def mode(self) -> int:
        """Permissions of graded files."""
        chosen = self._get("Autograde", "permissions", self._get("BaseConverter", "permissions", 0))
        return int(str(chosen or (664 if self.shared else 444)), 8)

    @property
    def feedback_mode(self) -> int:
        """Permissions of feedback pages."""
        chosen = self._get("GenerateFeedback", "permissions", self._get("BaseConverter", "permissions", 0))
        return int(str(chosen or (664 if self.shared else 644)), 8)

    @property
    def own_feedback(self) -> bool:
        """Whether feedback is this course's own pages, released through nbgrader's own exchange."""
        other = {"exchange", "release_feedback"} & set(self.config["ExchangeFactory"])
        folder = self._get("CourseDirectory", "feedback_directory", "feedback")
        page = _name(self._get("GenerateFeedback", "exporter_class", "HTMLExporter"))
        return page == "FeedbackPage" and folder == "feedback" and not other

    def kept_from_learners(self, topic: str) -> tuple[str, ...]:
        """Files that a learner may hand in changed, where the course has one of the same name."""
        return tuple(self._get("Autograde", "exclude_overwriting", {}).get(topic, ()))

    @property
    def late_plugin(self) -> str | type | None:
        """The class that sets penalties for handing in late; None where there are none."""
        steps = [_name(step) for step in self._get("Autograde", "autograde_preprocessors", ())]
        chosen = self._get("AssignLatePenalties", "plugin_class", "nbgrader.plugins.LateSubmissionPlugin")
        lenient = self._get("LateSubmissionPlugin", "penalty_method", "none") == "none"
        if (_name(chosen) == "LateSubmissionPlugin" and lenient) or (steps and "AssignLatePenalties" not in steps):
            return None
        return chosen  # type: ignore[no-any-return]

    @property
    def plain_exchange(self) -> bool:
        """Whether submissions come through nbgrader's own exchange in the usual way."""
        other = {"exchange", "collect"} & set(self.config["ExchangeFactory"])
        early = self._get("ExchangeCollect", "before_duedate", False)
        return not other and not early


def read_settings(root: Path) -> Settings:
    """The configuration that nbgrader would use in `root`.

    Raises CourseError where it cannot be read, or asks for something that the batch does not do.
    """
    application = Application()
    application.raise_config_file_errors = True
    try:
        application.load_config_file("nbgrader_config", [str(root), *jupyter_config_path()])
    except (Exception, SystemExit) as error:  # the file is Python: it may raise anything
        raise CourseError(
            f"nbgrader_config.py cannot be read ({' '.join(str(error).split())[:200]}); correct it."
        ) from None
    settings = Settings(root, application.config)
    for option in _unknown(settings):
        raise CourseError(f"nbgrader_config.py sets {option}, which this command does not do; use: nbgrader autograde")
    return settings


def _unknown(settings: Settings) -> Iterator[str]:
    for (section, name), default in FIXED.items():
        if settings._get(section, name, default) != default:
            yield f"{section}.{name}"
    for name, known in STEPS.items():
        named = [_name(step) for step in settings._get("Autograde", name, ())]
        if set(named) - set(known):
            yield f"Autograde.{name} = {named}"


def _name(step: str | type) -> str:
    return step.__name__ if isinstance(step, type) else str(step).rpartition(".")[2]
