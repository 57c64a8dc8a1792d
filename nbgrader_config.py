"""How nbgrader runs this course. Every line has its reason; what is not here is nbgrader's own default."""

from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader provides it)
root = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "harm-reduction"
c.CourseDirectory.root = str(root)

# One machine, no network: hand-outs and submissions pass through a folder inside the project.
c.Exchange.root = str(root / "exchange")
# What a learner fetches lies apart from the staff's folders.
c.Exchange.assignment_dir = str(root / "learner")
c.Exchange.cache = str(root / "learner" / ".submitted")

# Files that grading has set aside (links, pipes, unreadable notebooks) are copied nowhere.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.set-aside"]

# Cells are made by `peercourse build`, so there is nothing to instantiate, strip or clear: what it
# saved as outputs is what a reader without a kernel sees.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
]

# A submission is data. Its notebook is replaced by the course's own, scored from answer log and
# receipt, and never executed. Without these lines nobody gets points.
c.Autograde.pre_convert_hook = "peercourse.grading.set_aside_unsafe_files"
c.Autograde.sanitize_preprocessors = ["peercourse.grading.RestoreNotebook", "nbgrader.preprocessors.CheckCellMetadata"]
c.Autograde.autograde_preprocessors = [
    "peercourse.grading.GradeAnswers",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Feedback is a page of this course's own, made from marks and answers: small, and readable anywhere.
c.GenerateFeedback.exporter_class = "peercourse.feedback.FeedbackPage"
c.GenerateFeedback.preprocessors = []

# A submission that reached us without a date (a notebook sent by mail) must not stop the feedback of all.
c.GenerateFeedback.post_convert_hook = "peercourse.grading.name_undated_feedback"

# Names may hold commas, line breaks and what a spreadsheet takes for a formula.
c.ExportApp.plugin_class = "peercourse.grading.grades_file.GradesFile"
