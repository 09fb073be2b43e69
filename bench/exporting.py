"""Measures the file of all bids: how long it takes, and how much memory it costs a web process."""

import time
from pathlib import Path

from bench import fetching, ground
from bench.ground import Ground

MB = 1024 * 1024


def measure(place: Ground, cookie: str) -> dict[str, float]:
    """Seconds, bytes and rows of the file, and by how much the largest web process grew beyond a page."""
    with ground.web(place) as process:
        fetching.get(place.settings.bind, "/office/bids", cookie)
        before = _peaks(process.pid)
        began = time.perf_counter()
        answer = fetching.get(place.settings.bind, "/office/bids.csv", cookie)
        seconds = time.perf_counter() - began
        after = _peaks(process.pid)
    return {
        "csv_seconds": seconds,
        "csv_first_byte_seconds": answer.first_byte_seconds,
        "csv_bytes": len(answer.body),
        "csv_rows": answer.body.count(b"\r\n") - 1,
        "csv_memory_growth_mb": max(after[pid] - before[pid] for pid in after) / MB,
        "web_worker_memory_mb": max(before.values()) / MB,
    }


def _peaks(server: int) -> dict[int, int]:
    """The most memory each web process ever held, in bytes."""
    return {pid: _status(pid, "VmHWM") for pid in ground.children(server)}


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
