"""Every word the interface says to a learner, in one place: id -> English text.

Texts may hold {names} that `say` fills in. Ids that begin with "page." are shown by the
page's own JavaScript and are sent to it; everything else is said by the kernel.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    # --- the page: saving -------------------------------------------------------------------
    "page.saving": "Saving…",
    "page.saved": "Saved",
    "page.not_saved": "Not saved: {reason}",
    "page.no_answer": "Not saved: run this cell again.",
    "page.no_answer_help": "Your answer is kept on this page until then.",
    # --- the page: practice -----------------------------------------------------------------
    "page.check": "Check",
    "page.choose_first": "Choose an answer first.",
    "page.hint": "Hint",
    "page.next_hint": "Next hint",
    "page.hint_label": "Hint {n} of {total}",
    "page.try_again": "Try again",
    # --- the page: reflection ---------------------------------------------------------------
    "page.rubric": "How your answer is read",
    "page.criterion": "What counts",
    "page.word_count": "{n} words",
    "page.word_count_one": "1 word",
    # --- the page: hand-in ------------------------------------------------------------------
    "page.hand_in": "Hand in",
    "page.hand_in_again": "Hand in again",
    "page.hand_in_anyway": "Hand in anyway",
    "page.change": "Change my answers",
    "page.handing_in": "Handing in…",
    "page.handed_in_next": "Handed in. Next: Nbgrader menu > Assignment List > Submit.",
    "page.one_more_step": "One more step: click on this cell and press Shift+Enter.",
    "page.not_handed_in": "Not handed in: {reason}",
    "page.no_answer_hand_in": "Not handed in: run this cell again.",
    "page.reopened": "You can change your answers now. Hand in again when you are done.",
    # --- above a question -------------------------------------------------------------------
    "meta.practice": "Practice",
    "meta.private": "For yourself",
    "points.one": "1 point",
    "points.many": "{n} points",
    "choose.one": "Choose one.",
    "choose.many": "Choose all that fit.",
    "rule.off": "The points count only if you choose every right answer and no other.",
    "rule.net-correct": "Right choices earn parts of the points; each wrong choice takes a part away, never below 0.",
    "rule.coverage": "You earn more for every right answer you find, and less where you choose wrong ones with them.",
    "rule.each-answer": "Every answer counts: you earn a part for each one you rightly choose or rightly leave out.",
    "locked": "Handed in. To change an answer, press “Change my answers” at the end.",
    "reflection.private": "Stays on your computer. Nobody else sees it.",
    "reflection.graded": "Goes to the person who grades.",
    "length.between": "{min} to {max} words",
    "length.at_least": "at least {min} words",
    "length.at_most": "at most {max} words",
    # --- feedback on practice ---------------------------------------------------------------
    "feedback.right": "That fits.",
    "feedback.wrong": "Not quite. The reason is under your choice.",
    "feedback.some": "Good so far.",
    "feedback.mixed": "Part of it fits. The reasons are under your choices.",
    "feedback.none": "Not quite. The reasons are under your choices.",
    "feedback.to_find_one": "There is 1 more to find.",
    "feedback.to_find_many": "There are {n} more to find.",
    "feedback.too_many": "You have found them all, and chosen more than fits.",
    "reason.right": "Fits.",
    "reason.wrong": "Does not fit.",
    # --- the static twin and the review -----------------------------------------------------
    "twin.your_choice": "your choice",
    "twin.no_text": "(nothing written yet)",
    "twin.private_text": "What you write here stays on your computer and is not in this notebook.",
    "twin.run": "To answer, run this cell: click on it and press Shift+Enter.",
    "review.right_answer": "right answer",
    "review.no_answer": "You did not answer this question.",
    "review.points": "{points} of {max_points} points",
    "review.points_waiting": "Read by a person: up to {max_points} points",
    "review.why": "Why",
    "review.explanation": "In short",
    "review.your_text": "What you wrote",
    "review.no_text": "You did not write anything here.",
    "review.exemplar": "One strong answer, to compare with yours",
    "rubric.level": "Level {n}",
    "review.notes": "About this answer",
    # --- the hand-in panel ------------------------------------------------------------------
    "hand_in.title": "Hand in",
    "hand_in.none": "There is nothing to hand in for this topic.",
    "hand_in.progress": "{answered} of {total} questions answered.",
    "hand_in.complete": "Everything is answered.",
    "page.missing_title": "Still open:",
    "hand_in.missing": "Question {number}: {words}",
    "hand_in.missing_one": "1 question is unanswered; it earns no points.",
    "hand_in.missing_many": "{n} questions are unanswered; they earn no points.",
    "hand_in.kept": "Your answers are saved twice: in the file answers.jsonl, and at hand-in in this notebook.",
    "hand_in.done": "Handed in.",
    "hand_in.nothing_yet": "Nothing is answered yet, so nothing was handed in.",
    # --- the Python calls -------------------------------------------------------------------
    "call.practice": "a practice question",
    "call.check": "a graded question",
    "call.reflect": "a reflection",
    "call.wrong": '"{item}" is {kind}: write {call}("{item}").',
    "answer.saved": "Saved.",
    "answer.none": '{item}: give an answer, for example answer("{item}", "{example}").',
    "answer.one_text": '{item}: give your text in one piece: answer("{item}", "my text").',
    # --- what went wrong --------------------------------------------------------------------
    "error.disk": "the disk refused ({reason}).",
    "error.unexpected": "the kernel met an error ({reason}). Run this cell again.",
    "error.message": "the page sent something that cannot be read.",
}


def say(word_id: str, **values: object) -> str:
    """The text called `word_id`, with its {names} filled in from `values`."""
    return WORDS[word_id].format(**values)


def count(word_id: str, n: float) -> str:
    """The text `word_id` for `n` things: its ".one" or "_one" form for 1, else the other."""
    for one, many in ((".one", ".many"), ("_one", "_many")):
        if word_id + one in WORDS:
            return say(word_id + (one if n == 1 else many), n=f"{n:g}")
    raise KeyError(word_id)


def page_words() -> dict[str, str]:
    """The texts the page's JavaScript shows, by their id without "page."."""
    return {word_id.removeprefix("page."): text for word_id, text in WORDS.items() if word_id.startswith("page.")}
