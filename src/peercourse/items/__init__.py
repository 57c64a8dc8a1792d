"""What an item is, and the one gate through which its key may pass.

Learner side: no module of the staff side is imported here.
"""

from peercourse.items.cases import Walk, walk
from peercourse.items.kinds import (
    AREAS,
    LEVELS,
    Asked,
    Card,
    Case,
    CaseChoice,
    Choice,
    Cloze,
    CourseError,
    Criterion,
    Gap,
    Item,
    Keyed,
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
from peercourse.items.views import from_view, public_view

__all__ = [
    "AREAS",
    "LEVELS",
    "Asked",
    "Card",
    "Case",
    "CaseChoice",
    "Choice",
    "Cloze",
    "CourseError",
    "Criterion",
    "Gap",
    "Item",
    "Keyed",
    "Match",
    "Node",
    "Numeric",
    "Option",
    "Order",
    "Partial",
    "Prompt",
    "Reflection",
    "Step",
    "Trap",
    "Walk",
    "from_view",
    "is_graded",
    "public_view",
    "shown_order",
    "shown_steps",
    "walk",
]
