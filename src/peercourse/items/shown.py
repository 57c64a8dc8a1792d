"""In which order options and steps are shown.

Worked out from ids alone, so it is the same in every build and says nothing about the key.
"""

from __future__ import annotations

import hashlib

from peercourse.items.kinds import Choice, Match, Option, Order, Step


def shown_order(item: Choice | Match) -> tuple[Option, ...]:
    """Options in the order everyone sees: shuffled by a hash of their ids, pinned ones last."""
    if not item.shuffle:
        return item.options
    loose = [option for option in item.options if option.id not in item.pin]
    pinned = [option for option in item.options if option.id in item.pin]
    loose.sort(key=lambda option: _place(item.id, option.id))
    return (*loose, *pinned)


def shown_steps(item: Order) -> tuple[Step, ...]:
    """Steps in the order everyone meets them."""
    if item.shown:
        by_id = {step.id: step for step in item.steps}
        return tuple(by_id[name] for name in item.shown if name in by_id)
    return tuple(sorted(item.steps, key=lambda step: _place(item.id, step.id)))


def _place(item_id: str, part_id: str) -> bytes:
    return hashlib.sha256(f"{item_id}/{part_id}".encode()).digest()
