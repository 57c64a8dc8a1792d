"""Where submissions are graded: in this process, in several, or on the machines of a Dask cluster.

Nothing here writes to the gradebook. A worker that is lost costs time: what it had is graded again.
"""

from __future__ import annotations

import errno
import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from peercourse.grading.graded_folder import Graded, Work, grade_batch
from peercourse.items import CourseError

BATCH = 25
SECONDS_TO_CONNECT = 30
MAX_POOLS = 4
"""A pool breaks with a process that dies. After this many, what is left is graded one by one."""

Submission = tuple[str, Path]
"""A learner and the folder of what they handed in."""


def grade_all(work: Work, submissions: Sequence[Submission], jobs: int = 1, scheduler: str = "") -> Iterator[Graded]:
    """Grade every submission, in any order, in `jobs` processes or where the Dask `scheduler` sends it."""
    packed = pickle.dumps(work)
    rest = iter(submissions)
    batches = deque(iter(lambda: list(islice(rest, BATCH)), []))
    if jobs == 1 and not scheduler:
        for batch in batches:
            yield from grade_batch(packed, batch)
        return
    lost: list[Submission] = []
    for _ in range(MAX_POOLS):
        with ExitStack() as stack:
            pool, at_once = _cluster(stack, scheduler) if scheduler else _processes(stack, jobs)
            yield from _spread(pool, at_once, packed, batches, lost)
        if not batches:
            break
    lost += [submission for batch in batches for submission in batch]
    yield from _one_by_one(packed, lost)


def _processes(stack: ExitStack, jobs: int) -> tuple[Executor, int]:
    return stack.enter_context(_own_processes(jobs)), 2 * jobs


def _own_processes(jobs: int) -> ProcessPoolExecutor:
    # Without this a new process imports what lies in the current folder, which may be somebody's submission.
    os.environ["PYTHONSAFEPATH"] = "1"
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))


def _cluster(stack: ExitStack, scheduler: str) -> tuple[Executor, int]:
    try:
        from distributed import Client
    except ImportError:
        raise CourseError("--scheduler needs Dask: install peercourse with its extra `cluster`.") from None
    try:
        client = stack.enter_context(Client(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False))
        client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:  # no answer, no worker, or no address at all
        raise CourseError(f"{scheduler}: no Dask scheduler with a worker answers there ({error}).") from None
    threads = sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())
    pool: Executor = client.get_executor(pure=False)
    return pool, 2 * threads + 2


def _spread(
    pool: Executor, at_once: int, packed: bytes, batches: deque[list[Submission]], lost: list[Submission]
) -> Iterator[Graded]:
    """Keep the pool busy until `batches` is empty, or until the pool is broken; unfinished ones go to `lost`."""
    waiting: dict[Future[list[Graded]], list[Submission]] = {}
    while batches or waiting:
        while batches and len(waiting) < at_once:
            try:
                waiting[pool.submit(grade_batch, packed, batches[0])] = batches[0]
            except RuntimeError:  # the pool is broken
                break
            batches.popleft()
        if not waiting:
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            batch = waiting.pop(future)
            try:
                yield from future.result()
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise
                lost += batch
            except Exception:  # whatever a worker died of, its submissions get another turn
                lost += batch


def _one_by_one(packed: bytes, lost: Iterable[Submission]) -> Iterator[Graded]:
    """Grade each by itself, in a process that serves the next one, too, unless it is brought down."""
    rest = deque(lost)
    while rest:
        with _own_processes(1) as pool:
            fresh = True
            while rest:
                try:
                    graded = pool.submit(grade_batch, packed, [rest[0]]).result()[0]
                except RuntimeError:  # the process is gone; who met a fresh one did it
                    if fresh:
                        problem = "its worker ended without a word twice; is there enough memory?"
                        yield Graded(*rest.popleft(), problem=problem)
                    break
                rest.popleft()
                fresh = False
                yield graded
