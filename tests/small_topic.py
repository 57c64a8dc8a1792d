"""A small topic as a learner gets it: a folder with `items.json` and a notebook of one-line cells."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from peercourse.items import (
    Case,
    CaseChoice,
    Choice,
    Cloze,
    Criterion,
    Gap,
    Item,
    Match,
    Node,
    Numeric,
    Option,
    Order,
    Prompt,
    Reflection,
    Step,
    Trap,
    public_view,
)

TOPIC = "small-topic"
COURSE = "small-course"
IMPORT = "from peercourse import answer, case, check, hand_in, poll, practice, reflect"

PRACTICE_SINGLE = Choice(
    id="greet",
    kind="single",
    use="practice",
    stem="Somebody new comes in from the rain. What comes first?",
    options=(
        Option("form", "Hand over the form", why="A form can wait; a person should not."),
        Option("hello", "Say hello and offer a seat", correct=True, why="Being welcome comes before everything else."),
        Option("rules", "Read out the house rules", why="Rules land better once somebody feels safe."),
    ),
    hints=("Think of your own first visit.", "It costs nothing and takes a second."),
    explanation="People stay where they are welcome.",
)
PRACTICE_MULTIPLE = Choice(
    id="listen",
    kind="multiple",
    use="practice",
    stem="Which of these show that you listen?",
    options=(
        Option(
            "repeat", "Say back what you heard", correct=True, why="It shows you heard, and lets people correct you."
        ),
        Option("advice", "Give advice at once", why="Advice that was not asked for closes doors."),
        Option("wait", "Leave room for silence", correct=True, why="Silence gives people time to find words."),
        Option("phone", "Look at your phone", why="Eyes on a phone say that something else matters more."),
    ),
    hints=("Two of them do.",),
    explanation="Listening is something one can see.",
)
CHECK_SINGLE = Choice(
    id="privacy",
    kind="single",
    use="check",
    stem="Who decides whether a story is told again?",
    options=(
        Option("worker", "The worker", why="The story is not theirs."),
        Option("teller", "The person whose story it is", correct=True, why="It is their story."),
        Option("team", "The team", why="A team may be told only with consent."),
    ),
    points=2,
    explanation="Consent belongs to the teller.",
)
CHECK_MULTIPLE = Choice(
    id="words",
    kind="multiple",
    use="check",
    stem="Which of these put the person first?",
    options=(
        Option("uses", "a person who uses drugs", correct=True, why="The person comes first."),
        Option("addict", "an addict", why="This makes one thing the whole of somebody."),
        Option("recovery", "a person in recovery", correct=True, why="The person comes first."),
    ),
    points=3,
    partial="net-correct",
)
REFLECT_PRIVATE = Reflection(
    id="remember",
    kind="reflection",
    privacy="private",
    stem="Remember a time when somebody listened to you. What did they do?",
    exemplar="They put the kettle on and asked nothing.",
)
REFLECT_GRADED = Reflection(
    id="apply",
    kind="reflection",
    privacy="graded",
    stem="What will you do differently on your next shift?",
    points=4,
    min_words=5,
    max_words=60,
    criteria=(
        Criterion("concrete", "Concrete", ("names a deed and a time", "names a deed", "names a wish", "stays general")),
        Criterion("safe", "Safe", ("safe for all", "mostly safe", "some risk", "puts somebody at risk"), safety=True),
    ),
    exemplar="I will greet everybody by name before I open the cupboard.",
)
ITEMS: tuple[Item, ...] = (
    PRACTICE_SINGLE,
    PRACTICE_MULTIPLE,
    REFLECT_PRIVATE,
    CHECK_SINGLE,
    CHECK_MULTIPLE,
    REFLECT_GRADED,
)
"""What most tests work with; `EVERY_KIND` has an item of every other kind besides."""

OWN_WORDS = Choice(
    id="silence",
    kind="single",
    use="practice",
    stem="Luz has been silent for a minute. What do you do?",
    options=(
        Option("wait", "Stay with her and wait", correct=True, why="Silence is often where the next word grows."),
        Option("joke", "Tell a joke", why="A joke ends the silence for you, and may end the talk for her."),
        Option("leave", "Come back another day", why="She may read this as being too much for you."),
    ),
    hints=("Whose silence is it?", "What would you want from somebody beside you?"),
    explanation="Waiting is a thing one does.",
    own_words=True,
)
POLL = Choice(
    id="coffee",
    kind="single",
    use="poll",
    stem="Should a drop-in ask for a name at the door?",
    options=(
        Option("yes", "Yes, everybody", why="A name lets people be greeted, and found in an emergency."),
        Option("no", "No, nobody", why="For some, a list of names is the reason to stay away."),
        Option("ask", "Ask, and take any name", why="People choose what they are called."),
    ),
    discussion="Who stays away in each case? Who would know?",
)
PRACTICE_NUMERIC = Numeric(
    id="cups",
    kind="numeric",
    use="practice",
    stem="In 2024 the drop-in poured 1,204 cups of tea in 52 weeks. How many is that in a week, about?",
    answer=23.15,
    tolerance=0.2,
    unit="cups a week",
    traps=(Trap(100.3, "This divides by the 12 months of the year.", 0.1),),
    hints=("Divide by the weeks.", "1,204 / 52"),
    explanation="1,204 cups in 52 weeks are about 23 a week.",
)
CHECK_NUMERIC = Numeric(
    id="beds",
    kind="numeric",
    use="check",
    stem="A shelter has 1,500 beds and 296 are free. How many are taken?",
    answer=1204,
    unit="beds",
    traps=(Trap(1796, "This adds the free beds instead of taking them away."),),
    explanation="1,500 less 296.",
)
PRACTICE_ORDER = Order(
    id="tea",
    kind="order",
    use="practice",
    stem="Put the steps of making tea in order.",
    steps=(
        Step("water", "Fill the kettle.", "Without water there is nothing to boil.", critical=True),
        Step("heat", "Switch it on.", "An empty kettle must not be switched on.", critical=True),
        Step("pour", "Pour the water.", "Tea wants boiling water."),
        Step("wait", "Wait four minutes.", "It takes as long as it takes."),
    ),
    hints=("What must not be switched on empty?", "The waiting comes last."),
    explanation="First the water, then the heat.",
)
CHECK_ORDER = Order(
    id="visit",
    kind="order",
    use="check",
    stem="Put the first minutes of a visit in order.",
    steps=(
        Step("knock", "Knock and wait.", "It is their door.", critical=True),
        Step("name", "Say who you are.", "People want to know who asks.", critical=True),
        Step("ask", "Ask whether it is a good moment.", "It is their time."),
        Step("sit", "Sit where you are asked to.", "It is their room."),
        Step("listen", "Listen.", "That is what you came for."),
    ),
    points=2,
)
PRACTICE_MATCH = Match(
    id="says",
    kind="match",
    use="practice",
    stem="What does each of these do?",
    prompts=(
        Prompt("repeat", "“So the night was long.”", "reflects", "It says back what was heard."),
        Prompt("how", "“How was that for you?”", "asks", "It cannot be answered by yes."),
        Prompt("bus", "“There is a bus at nine.”", "informs", "It is a plain fact, given when it is of use."),
    ),
    options=(
        Option("reflects", "Reflects"),
        Option("asks", "Asks openly"),
        Option("informs", "Informs"),
        Option("judges", "Judges"),
    ),
    hints=("One of the four is not used.", "A timetable does not ask."),
    explanation="Three things one can do with a sentence.",
)
CHECK_MATCH = Match(
    id="rights",
    kind="match",
    use="check",
    stem="Which principle does each of these show?",
    prompts=(
        Prompt("waits", "Ana waits until Bo is ready to talk.", "autonomy", "Bo decides about the pace."),
        Prompt("shares", "Cy says what the notes hold.", "openness", "What is written is told."),
        Prompt("asks", "Di asks the group before a change.", "together", "Those concerned have a say."),
    ),
    options=(
        Option("autonomy", "People decide about their own pace and path"),
        Option("openness", "Nothing about a person is written in secret"),
        Option("together", "Those whom it concerns have a say in it"),
        Option("speed", "The quickest way is taken"),
    ),
    points=3,
)
PRACTICE_CLOZE = Cloze(
    id="stay",
    kind="cloze",
    use="practice",
    stem="Fill in what you would tell a new colleague.",
    text="Stay until {end} comes.\nA strip shows {what}, and no more than that.",
    gaps=(
        Gap("end", accept=("help", "the ambulance"), why="Somebody alone may stop breathing again."),
        Gap(
            "what",
            (
                Option("presence", "whether it is there", correct=True, why="A line says yes or no."),
                Option("amount", "how much there is", why="A strip measures no amount."),
            ),
        ),
    ),
    hints=("Who takes over from you?", "A line, or two lines."),
    explanation="Staying and testing both lower the danger.",
)
CHECK_CLOZE = Cloze(
    id="door",
    kind="cloze",
    use="check",
    stem="Fill in the house rule.",
    text="The door is open from {start} on, and nobody is asked for {paper}.",
    gaps=(
        Gap(
            "start",
            (
                Option("nine", "nine", correct=True, why="It says so at the door."),
                Option("noon", "noon", why="At noon there is soup."),
            ),
        ),
        Gap("paper", accept=("identification", "papers"), why="Papers keep people out."),
    ),
    points=2,
)


def small_case(item_id: str, use: str) -> Case:
    """A case of two turns with a way back, an end that is good and one that is stopped."""
    return Case(
        item_id,
        "case",
        use,  # type: ignore[arg-type]
        "You sit beside Jo on the steps.",
        title="Jo on the steps",
        start="first",
        nodes=(
            Node(
                "first",
                "Jo says: just tell me what to do.",
                (
                    CaseChoice("ask", "Ask what Jo has tried", "second", "good", "Jo knows more than it seems."),
                    CaseChoice("tell", "Tell Jo what helped you", "second", "partly", "Your way may not be Jo's."),
                    CaseChoice("drive", "Drive Jo home after your drinks", "crash", "unsafe", "Somebody could die."),
                ),
            ),
            Node(
                "second",
                "Jo looks up and begins to talk.",
                (
                    CaseChoice("listen", "Listen", "warm", "good", "This is what Jo came for."),
                    CaseChoice("phone", "Take a call", "first", "poor", "Jo falls silent."),
                ),
            ),
            Node("warm", "You talk until the sun is gone.", end="good", lesson="Asking first opens the talk."),
            Node("crash", "We stop here.", end="stopped", lesson="Nobody drives after drinks."),
        ),
        points=2,
    )


PRACTICE_CASE = small_case("steps", "practice")
CHECK_CASE = small_case("evening", "check")

PRACTICE_KINDS: tuple[Item, ...] = (PRACTICE_NUMERIC, PRACTICE_ORDER, PRACTICE_MATCH, PRACTICE_CLOZE)
CHECK_KINDS: tuple[Item, ...] = (CHECK_NUMERIC, CHECK_ORDER, CHECK_MATCH, CHECK_CLOZE)
EVERY_KIND: tuple[Item, ...] = (*ITEMS, OWN_WORDS, POLL, *PRACTICE_KINDS, *CHECK_KINDS, PRACTICE_CASE, CHECK_CASE)


def call_for(item: Item) -> str:
    """The one line that shows `item` in a notebook."""
    if isinstance(item, Reflection | Case):
        return f'{"reflect" if isinstance(item, Reflection) else "case"}("{item.id}")'
    name = item.use
    return f'{name}("{item.id}")'


CALLS = tuple(map(call_for, ITEMS))


def make_small_topic(folder: Path, items: Iterable[Item] = ITEMS) -> Path:
    """Make a learner's topic in `folder` and return the path of its notebook.

    Cell 0 is Markdown, cell 1 the import; then Markdown and call by turns; the last cell is `hand_in()`.
    """
    items = list(items)
    write_items(folder, [public_view(item) for item in items])
    cells = [new_markdown_cell("# A small topic\n\nIt has one item of each kind."), our_cell(IMPORT)]
    for number, item in enumerate(items, 1):
        cells += [new_markdown_cell(f"## Question {number}"), our_cell(call_for(item))]
    return write_notebook(folder / f"{TOPIC}.ipynb", [*cells, our_cell("hand_in()")])


def write_items(folder: Path, views: list[dict[str, Any]]) -> None:
    """Write `items.json` with these entries, whatever they hold."""
    folder.mkdir(parents=True, exist_ok=True)
    body = {"format": 1, "course": COURSE, "topic": TOPIC, "title": "A small topic", "items": views}
    (folder / "items.json").write_text(json.dumps(body, ensure_ascii=False, indent=1), "utf-8")


def our_cell(source: str) -> Any:
    """A code cell whose input is folded away, as in the real topics."""
    return new_code_cell(source, metadata={"jupyter": {"source_hidden": True}})


def write_notebook(path: Path, cells: Iterable[Any], **metadata: Any) -> Path:
    """Write a course notebook with these cells; `metadata` replaces entries of its metadata."""
    kernelspec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    every: dict[str, Any] = {
        "kernelspec": kernelspec,
        "language_info": {"name": "python"},
        "peercourse": {"topic": TOPIC},
    }
    every |= metadata
    notebook = new_notebook(
        cells=list(cells), metadata={name: value for name, value in every.items() if value is not None}
    )
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(notebook, path)
    return path
