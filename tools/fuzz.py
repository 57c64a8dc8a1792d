"""Try what no input may break, over and over, with inputs made up by chance; tests/fuzz_targets.py says what that is.

`make fuzz` goes on for 60 seconds, or as many as FUZZ_SECONDS says, and ends with 1 where something was found. What
it found is told with the smallest input that does it: make a test of that.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
import traceback

from bench_row import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from fuzz_targets import TARGETS, ran, run

SECONDS = 60.0
EXAMPLES = 50
"""Inputs for one target before it is the next one's turn."""


def main() -> None:
    """Go round all targets until the time is up; one that was broken is not tried again."""
    end = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", SECONDS))
    broken: dict[str, str] = {}
    while time.monotonic() < end and (left := [name for name in TARGETS if name not in broken]):
        start = secrets.randbits(32)
        for name in left:
            if time.monotonic() < end and (found := _try(name, start)):
                broken[name] = found
                print(f"\n{name.replace('_', ' ')}: broken (seed {start})\n{found}", flush=True)
    for name in TARGETS:
        print(f"{ran[name]:>9,}  {name.replace('_', ' ')}{'  BROKEN' if name in broken else ''}")
    print(f"{ran.total():>9,}  inputs in all, {len(broken)} finding(s)")
    sys.exit(1 if broken else 0)


def _try(name: str, start: int) -> str:
    try:
        run(name, EXAMPLES, start)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return "".join(traceback.format_exception(error)[-3:])
    return ""


if __name__ == "__main__":
    main()
