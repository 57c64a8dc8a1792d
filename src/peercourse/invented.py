"""An invented class: who is in it, how each of them works, and the code that they run. No real person."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from peercourse.answering import best_answer
from peercourse.items import Case, Choice, Cloze, Item, Match, Numeric, Order, Reflection
from peercourse.scoring import AnswerValue

REFLECTION = (
    "My aunt asked why I hand out naloxone instead of telling people to stop. I said I start from where the person "
    "is today. Some of the people I walk with have stopped, some are cutting down, some are only here for a sandwich "
    "and dry socks, and all of them get the same respect. I do not say that using is safe. It is not, and I have lost "
    "friends. I say that a living person can choose again tomorrow. She worries that this makes it easy to carry on. "
    "I told her what I see: when nobody lectures, people come back, and when they come back they ask for more."
)


@dataclass(frozen=True)
class Learner:
    """One invented learner; `habit` says what is special about how they hand in."""

    name: str
    habit: str
    answers: Callable[[Sequence[Item], random.Random], dict[str, AnswerValue]]


def right(items: Sequence[Item], dice: random.Random) -> dict[str, AnswerValue]:
    """Every question answered as the key has it."""
    return {item.id: REFLECTION if isinstance(item, Reflection) else best_answer(item) for item in items}


def mixed(items: Sequence[Item], dice: random.Random) -> dict[str, AnswerValue]:
    """Mostly right, as after one reading."""
    chosen = right(items, dice)
    for item in items:
        if not isinstance(item, Reflection) and dice.random() < 0.35:
            chosen[item.id] = slip(item, chosen[item.id], dice)
    return chosen


def slip(item: Item, best: AnswerValue, dice: random.Random) -> AnswerValue:
    """An answer as somebody gives it who is not sure; `best` is the right one."""
    match item:
        case Choice():
            count = 1 if item.kind == "single" else dice.randint(1, len(item.options) - 1)
            return sorted(dice.sample([option.id for option in item.options], count))
        case Numeric():
            return f"{dice.choice([trap.value for trap in item.traps] or [(item.answer or 0) + 1]):g}"
        case Order():
            return dice.sample([step.id for step in item.steps], len(item.steps))
        case Match():
            return [f"{prompt.id}={dice.choice(item.options).id}" for prompt in item.prompts]
        case Cloze():
            return list(best)[:-1]
        case Case():
            return _wander(item, dice)
    return best


def _wander(item: Case, dice: random.Random) -> list[str]:
    """A way through the case by chance, at most 20 turns long."""
    nodes = {node.id: node for node in item.nodes}
    node = nodes[item.start]
    path: list[str] = []
    while node.choices and len(path) < 20:
        choice = dice.choice(node.choices)
        path.append(f"{node.id}/{choice.id}")
        node = nodes[choice.to]
    return path


def half(items: Sequence[Item], dice: random.Random) -> dict[str, AnswerValue]:
    """The first half of the questions, right; then called away."""
    return dict(list(right(items, dice).items())[: len(items) // 2])


def nothing(items: Sequence[Item], dice: random.Random) -> dict[str, AnswerValue]:
    """No answer at all."""
    return {}


CLASS = (
    Learner("amber-lantern", "answers everything right", right),
    Learner("basil-kettle", "answers after one reading", mixed),
    Learner("clover-button", "answers after one reading", mixed),
    Learner("dune-pepper", "answers after one reading", mixed),
    Learner("ember-saddle", "submits without a single answer", nothing),
    Learner("fennel-harbor", "gets half way", half),
    Learner("ginger-compass", "hands in late", right),
    Learner("hazel-ladder", "rewrites cells, points and the items file", half),
    Learner("indigo-basket", "mails the notebook alone, without the answer log", right),
    Learner("juniper-whistle", "has a damaged answer log", mixed),
    Learner("kelp-marble", "never presses hand in, only submits", mixed),
    Learner("linden-puzzle", "answers everything right, then changes one answer", right),
)


def kernel_code(answers: dict[str, AnswerValue]) -> str:
    """What this learner runs: the same Python calls that stand behind the widgets."""
    lines = ["from peercourse import answer, hand_in"]
    for item_id, value in answers.items():
        arguments = [value] if isinstance(value, str) else value
        lines.append(f"answer({', '.join(repr(part) for part in (item_id, *arguments))})")
    return "\n".join(lines)


def change_code(items: Sequence[Item], answers: dict[str, AnswerValue]) -> str:
    """What a learner runs who opens the answers again after handing in and changes the first one."""
    item = next(item for item in items if isinstance(item, Choice) and item.kind == "single")
    other = next(option.id for option in item.options if option.id not in answers[item.id])
    return (
        "from peercourse import desk\n"
        "from peercourse.topic_folder import open_topic_folder\n"
        f"desk.reopen(open_topic_folder())\nanswer({item.id!r}, {other!r})"
    )
