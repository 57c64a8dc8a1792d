"""What every measurement gives: rows of the table, and the figures that stand in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
TOPIC = "what-it-is"

Step = Callable[[str], None]
"""Called when a part of a measurement begins, with a word for what it does."""


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, the figure with its unit, and how it was come by."""

    what: str
    figure: str
    how: str = ""


def p99(values: Sequence[float]) -> float:
    """The value that 99 of 100 stay at or below (nearest rank; of 50 values the largest)."""
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]


def milliseconds(values: Sequence[float]) -> str:
    """Median and 99th percentile of times given in milliseconds."""
    return f"{median(values):.1f} ms median, {p99(values):.1f} ms p99"


def seconds(values: Sequence[float]) -> str:
    """The median of times given in seconds, with the fastest and the slowest."""
    return f"{median(values):.2f} s ({min(values):.2f} to {max(values):.2f})"
