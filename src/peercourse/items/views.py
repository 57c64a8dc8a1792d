"""The one gate through which an item leaves the staff's hands, and the way back from its JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from peercourse.items.kinds import (
    Asked,
    Case,
    CaseChoice,
    Choice,
    Cloze,
    Criterion,
    End,
    Fit,
    Gap,
    Item,
    Match,
    Node,
    Numeric,
    Option,
    Order,
    Partial,
    Prompt,
    Reflection,
    Step,
    Trap,
    is_graded,
)
from peercourse.items.shown import shown_order, shown_steps

View = dict[str, Any]

_OF_PARTS = ("off", "each-answer")
_FITS, _ENDS = ("", *get_args(Fit)), get_args(End)


def public_view(item: Item) -> View:
    """What may leave the staff's hands, ready for JSON. The only gate through which keys may pass.

    A graded item goes out without key, reasons, hints, explanation and exemplar.
    A practice item goes out whole: the learner's kernel holds its key and shows it after Check.
    So do exam items and polls, which are the learner's own.
    """
    if isinstance(item, Reflection):
        return _reflection_view(item)
    open_key = not is_graded(item)
    view: View = {
        "id": item.id,
        "kind": item.kind,
        "use": item.use,
        "version": item.version,
        "points": item.points,
        "stem": item.stem,
    }
    view |= _SHOW[type(item)](item, open_key)
    if not open_key:
        return view | _dropped(item)
    view |= {"hints": list(item.hints), "explanation": item.explanation}
    for name, value in (("objective", item.objective), ("area", item.area), ("own_words", item.own_words)):
        if value:
            view[name] = value
    return view


def from_view(view: Mapping[str, Any]) -> Item:
    """Read one entry of `items.json` back.

    Raises KeyError, TypeError, ValueError or OverflowError where it is malformed.
    """
    kind = view["kind"]
    if kind == "reflection":
        return _read_reflection(view)
    if not isinstance(kind, str) or kind not in _READ:
        raise ValueError(f"unknown kind {kind!r}")
    use = view["use"]
    common = {
        "id": str(view["id"]),
        "kind": kind,
        "use": use if use in ("practice", "exam", "poll") else "check",
        "stem": str(view["stem"]),
        "version": int(view["version"]),
        "points": float(view["points"]),
        "hints": _words(view.get("hints", ())),
        "explanation": str(view.get("explanation", "")),
        "objective": str(view.get("objective", "")),
        "area": str(view.get("area", "")),
        "own_words": bool(view.get("own_words", False)),
        "dropped": bool(view.get("dropped", False)),
    }
    return _READ[kind](view, common)


def _dropped(item: Item) -> View:
    return {"dropped": True} if item.dropped else {}


def _words(values: Any) -> tuple[str, ...]:
    return tuple(map(str, values))


def _one_of(known: tuple[str, ...], value: Any) -> Any:
    """`value`, which has to be one of these words."""
    if value not in known:
        raise ValueError(f"{value!r} is none of {known}")
    return value


# --- choices -------------------------------------------------------------------------------------


def _show_option(option: Option, open_key: bool) -> View:
    view: View = {"id": option.id, "text": option.text}
    return view | {"correct": option.correct, "why": option.why} if open_key else view


def _read_options(entries: Any) -> tuple[Option, ...]:
    return tuple(
        Option(str(o["id"]), str(o["text"]), bool(o.get("correct", False)), str(o.get("why", ""))) for o in entries
    )


def _show_choice(item: Choice, open_key: bool) -> View:
    view: View = {"options": [_show_option(option, open_key) for option in shown_order(item)]}
    if item.kind == "multiple":
        view["partial"] = item.partial
    return view | {"discussion": item.discussion} if item.use == "poll" else view


def _read_choice(view: Mapping[str, Any], common: View) -> Choice:
    return Choice(
        **common,
        options=_read_options(view["options"]),
        partial=_one_of(get_args(Partial), view.get("partial", "net-correct")),
        discussion=str(view.get("discussion", "")),
        shuffle=False,
    )


# --- numbers, orders, matches, clozes ------------------------------------------------------------


def _show_numeric(item: Numeric, open_key: bool) -> View:
    view: View = {"unit": item.unit}
    if not open_key:
        return view
    traps = [{"value": trap.value, "tolerance": trap.tolerance, "why": trap.why} for trap in item.traps]
    return view | {"answer": item.answer, "tolerance": item.tolerance, "traps": traps}


def _read_numeric(view: Mapping[str, Any], common: View) -> Numeric:
    answer = view.get("answer")
    return Numeric(
        **common,
        answer=None if answer is None else float(answer),
        tolerance=float(view.get("tolerance", 0)),
        unit=str(view["unit"]),
        traps=tuple(Trap(float(t["value"]), str(t["why"]), float(t["tolerance"])) for t in view.get("traps", ())),
    )


def _show_order(item: Order, open_key: bool) -> View:
    view: View = {"partial": item.partial, "shown": [step.id for step in shown_steps(item)]}
    if not open_key:
        return view | {"steps": [{"id": step.id, "text": step.text} for step in shown_steps(item)]}
    steps = [{"id": s.id, "text": s.text, "why": s.why, "critical": s.critical} for s in item.steps]
    return view | {"steps": steps}


def _read_order(view: Mapping[str, Any], common: View) -> Order:
    steps = tuple(
        Step(str(s["id"]), str(s["text"]), str(s.get("why", "")), bool(s.get("critical", False))) for s in view["steps"]
    )
    return Order(
        **common, steps=steps, partial=_one_of(("off", "net-correct"), view["partial"]), shown=_words(view["shown"])
    )


def _show_match(item: Match, open_key: bool) -> View:
    prompts = [
        {"id": p.id, "text": p.text} | ({"answer": p.answer, "why": p.why} if open_key else {}) for p in item.prompts
    ]
    options = [{"id": option.id, "text": option.text} for option in shown_order(item)]
    return {"partial": item.partial, "prompts": prompts, "options": options}


def _read_match(view: Mapping[str, Any], common: View) -> Match:
    prompts = tuple(
        Prompt(str(p["id"]), str(p["text"]), str(p.get("answer", "")), str(p.get("why", ""))) for p in view["prompts"]
    )
    options = _read_options(view["options"])
    return Match(**common, prompts=prompts, options=options, partial=_one_of(_OF_PARTS, view["partial"]), shuffle=False)


def _show_cloze(item: Cloze, open_key: bool) -> View:
    gaps = []
    for gap in item.gaps:
        shown: View = {"id": gap.id, "options": [_show_option(option, open_key) for option in gap.options]}
        gaps.append(shown | {"accept": list(gap.accept), "why": gap.why} if open_key else shown)
    return {"partial": item.partial, "text": item.text, "gaps": gaps}


def _read_cloze(view: Mapping[str, Any], common: View) -> Cloze:
    gaps = tuple(
        Gap(str(g["id"]), _read_options(g["options"]), _words(g.get("accept", ())), str(g.get("why", "")))
        for g in view["gaps"]
    )
    return Cloze(**common, text=str(view["text"]), gaps=gaps, partial=_one_of(_OF_PARTS, view["partial"]))


# --- cases ---------------------------------------------------------------------------------------


def _show_case(item: Case, open_key: bool) -> View:
    return {
        "title": item.title,
        "start": item.start,
        "back": item.back,
        "nodes": [_show_node(node, open_key) for node in item.nodes],
    }


def _show_node(node: Node, open_key: bool) -> View:
    choices = [
        {"id": c.id, "text": c.text, "to": c.to} | ({"fit": c.fit, "why": c.why} if open_key else {})
        for c in node.choices
    ]
    view: View = {"id": node.id, "text": node.text, "choices": choices}
    return view | {"end": node.end, "lesson": node.lesson} if open_key else view


def _read_case(view: Mapping[str, Any], common: View) -> Case:
    nodes = tuple(_read_node(node) for node in view["nodes"])
    names = {node.id for node in nodes}
    start = str(view["start"])
    if start not in names or any(choice.to not in names for node in nodes for choice in node.choices):
        raise ValueError("a case names a node that it does not have")
    return Case(**common, title=str(view["title"]), start=start, nodes=nodes, back=bool(view["back"]))


def _read_node(node: Mapping[str, Any]) -> Node:
    choices = tuple(
        CaseChoice(str(c["id"]), str(c["text"]), str(c["to"]), _one_of(_FITS, c.get("fit", "")), str(c.get("why", "")))
        for c in node["choices"]
    )
    return Node(
        str(node["id"]), str(node["text"]), choices, _one_of(_ENDS, node.get("end", "")), str(node.get("lesson", ""))
    )


# --- reflections ---------------------------------------------------------------------------------


def _reflection_view(item: Reflection) -> View:
    view: View = {
        "id": item.id,
        "kind": item.kind,
        "privacy": item.privacy,
        "version": item.version,
        "points": item.points,
        "stem": item.stem,
        "min_words": item.min_words,
        "max_words": item.max_words,
        "criteria": [{"id": c.id, "name": c.name, "levels": list(c.levels), "safety": c.safety} for c in item.criteria],
    }
    return view | _dropped(item) if is_graded(item) else view | {"exemplar": item.exemplar, "objective": item.objective}


def _read_reflection(view: Mapping[str, Any]) -> Reflection:
    criteria = tuple(
        Criterion(str(c["id"]), str(c["name"]), _words(c["levels"]), bool(c["safety"])) for c in view["criteria"]
    )
    return Reflection(
        id=str(view["id"]),
        kind="reflection",
        privacy="graded" if view["privacy"] == "graded" else "private",
        stem=str(view["stem"]),
        objective=str(view.get("objective", "")),
        version=int(view["version"]),
        points=float(view["points"]),
        min_words=int(view["min_words"]),
        max_words=int(view["max_words"]),
        criteria=criteria,
        exemplar=str(view.get("exemplar", "")),
        dropped=bool(view.get("dropped", False)),
    )


_SHOW: dict[type[Asked], Callable[[Any, bool], View]] = {
    Choice: _show_choice,
    Numeric: _show_numeric,
    Order: _show_order,
    Match: _show_match,
    Cloze: _show_cloze,
    Case: _show_case,
}
_READ: dict[str, Callable[[Mapping[str, Any], View], Item]] = {
    "single": _read_choice,
    "multiple": _read_choice,
    "numeric": _read_numeric,
    "order": _read_order,
    "match": _read_match,
    "cloze": _read_cloze,
    "case": _read_case,
}
