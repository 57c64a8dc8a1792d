"""How much a topic weighs: on disk, and over the wire when it opens."""

from __future__ import annotations

import json
import struct
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from bench_browser import SHOWN, lab_with_topic, new_page, topic_in, wait, widgets_of
from bench_row import Row, Step
from lab import Traffic

from peercourse.items import CourseError
from peercourse.widgets.opening import CELLS_TYPE

BYTES_STEPS = 2
CODE = "/extensions/peercourse/static/"
"""Where the extension and the code of the page lie."""

OFFSET = 8


def measure_bytes(place: Path, step: Step) -> list[Row]:
    """Bytes of the released files, and of the frames that opening them sends and receives."""
    step("building the topic, starting JupyterLab")
    traffic, answers = Traffic(), []
    with lab_with_topic(place) as (lab, browser, released):
        step("opening it")
        page = new_page(browser)
        traffic.listen_to(page)
        page.on("response", lambda answer: answers.append(answer) if CODE in answer.url else None)
        page.goto(lab.address(topic_in(lab, released, "bytes")))
        wait(page, SHOWN, widgets_of(released))
        page.wait_for_load_state("networkidle")
        code = sum(len(answer.body()) for answer in answers)
        shared = Row("the code, style and words they share", f"{code:,} bytes", f"over HTTP, {len(answers)} files")
        return [*rows_of_files(released), *rows_of_traffic(traffic), shared]


def rows_of_files(released: Path) -> list[Row]:
    """The size of every file that a learner gets."""
    sizes = {
        path.relative_to(released).as_posix(): path.stat().st_size for path in released.rglob("*") if path.is_file()
    }
    rows = [Row(f"`{name}`", f"{size:,} bytes") for name, size in sorted(sizes.items())]
    return [*rows, Row(f"`release/{released.name}` in all", f"{sum(sizes.values()):,} bytes")]


def rows_of_traffic(traffic: Traffic) -> list[Row]:
    """What went over the websockets, and how much of it for which purpose."""
    received, sent = (sum(map(size_of, frames)) for frames in (traffic.received, traffic.sent))
    count = len(traffic.received) + len(traffic.sent)
    by_purpose: dict[str, list[int]] = defaultdict(list)
    for frame in traffic.received:
        by_purpose[purpose(frame)].append(size_of(frame))
    items = by_purpose["item"]
    if not items:
        raise CourseError("No widget was seen on the websocket: has the kernel's protocol changed?")
    filling = by_purpose["cells"]
    return [
        Row("over websockets until all questions are usable", f"{received + sent:,} bytes",
            f"{count} frames, {received:,} bytes received, {sent:,} sent"),
        Row("for each item widget", f"{median(items):,.0f} bytes median, {max(items):,} largest",
            f"{len(items)} messages that open one (state and headers), {sum(items):,} bytes"),
        Row("what goes into which cell", f"{sum(filling):,} bytes",
            f"{len(filling)} messages; a static twin travels only where it is not the saved one"),
        Row("all other messages", f"{received - sum(items) - sum(filling):,} bytes received",
            f"{len(by_purpose['other'])} frames: status, server events"),
    ]  # fmt: skip


def size_of(frame: str | bytes) -> int:
    """A frame's bytes, without the few of the websocket's own header."""
    return len(frame.encode() if isinstance(frame, str) else frame)


def purpose(frame: str | bytes) -> str:
    """What a received frame is for: "item", "cells" or "other"."""
    kind, content = message(frame)
    if kind == "comm_open" and "item" in content.get("data", {}).get("state", {}):
        return "item"
    return "cells" if kind == "display_data" and CELLS_TYPE in content.get("data", {}) else "other"


def message(frame: str | bytes) -> tuple[str, dict[str, Any]]:
    """Type and content of a kernel's message in Jupyter's websocket protocol, version 1 or the older JSON."""
    if isinstance(frame, str):
        body = json.loads(frame)
        return str(body.get("msg_type", "")), body.get("content") or {}
    (count,) = struct.unpack_from("<Q", frame)
    offsets = struct.unpack_from(f"<{count}Q", frame, OFFSET)
    header, content = (json.loads(frame[offsets[part] : offsets[part + 1]]) for part in (1, 4))
    return header["msg_type"], content
