"""Load what authors write under `course/`, and report every mistake of form at once. Staff side: keys live here."""

from peercourse.bank.author import open_author_folder
from peercourse.bank.course import (
    Blueprint,
    Course,
    CourseHead,
    CourseProblems,
    HelpLine,
    Objective,
    Place,
    Safety,
    Source,
    Standard,
    Topic,
    TopicHead,
    Word,
)
from peercourse.bank.reader import file_of, load_course

__all__ = [
    "Blueprint",
    "Course",
    "CourseHead",
    "CourseProblems",
    "HelpLine",
    "Objective",
    "Place",
    "Safety",
    "Source",
    "Standard",
    "Topic",
    "TopicHead",
    "Word",
    "file_of",
    "load_course",
    "open_author_folder",
]
