"""Readers of processor time and memory, of whole process trees."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil


def cpu_seconds(pid: int) -> float:
    """Return what one process used, in seconds of user and system time."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def tree_cpu_seconds(pid: int) -> float:
    """Return what a server used with all its children, those that ended (and were waited for) included."""
    parent = psutil.Process(pid)
    times = parent.cpu_times()
    used = times.user + times.system + times.children_user + times.children_system
    for child in parent.children(recursive=True):
        try:
            spent = child.cpu_times()
        except psutil.NoSuchProcess:
            continue  # it has just ended, and counts as one of its parent's from now on
        used += spent.user + spent.system
    return float(used)


@dataclass(frozen=True, slots=True)
class Used:
    """Processor seconds of Python and of PostgreSQL."""

    python: float
    postgres: float

    def __sub__(self, earlier: "Used") -> "Used":
        return Used(self.python - earlier.python, self.postgres - earlier.postgres)


def used(python: Iterable[int], postgres: int) -> Used:
    return Used(sum(map(cpu_seconds, python)), tree_cpu_seconds(postgres))


def memory_mb(pid: int) -> float:
    """Return a process tree's proportional set size: shared pages count once, divided among those that share them."""
    parent = psutil.Process(pid)
    pids = [pid, *(child.pid for child in parent.children(recursive=True))]
    return sum(map(_pss_kb, pids)) / 1024


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has just ended
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
