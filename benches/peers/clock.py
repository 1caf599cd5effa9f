"""Times commands side by side: each in turn, several rounds, the least of each."""

import json
import os
import resource
import subprocess
import sys
import time

import ours


# Seconds after which a command is not called a second time.
LONG = 20


class Took:
    """What one call took: processor seconds of the process and its children, seconds by the clock, its standard output."""

    def __init__(self, processor, clock, said):
        self.processor, self.clock, self.said = processor, clock, said


def call(command, limit=None, environment=None):
    """Runs a command on one core; none if it takes longer than the limit."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    # Worker threads would hide what one run costs.
    one_core = {**os.environ, "RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **(environment or {})}
    try:
        told = subprocess.run(list(map(str, command)), cwd=ours.ROOT, env=one_core, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    clock = time.perf_counter() - begun
    if told.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n{told.stdout}\n{told.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(processor, clock, told.stdout)


def side_by_side(commands, rounds, limit=None):
    """The calls of each command, by name, interleaved. One that takes long is called once, one that passes the limit not counted."""
    calls = {name: [] for name in commands}
    once = set()
    for _ in range(rounds):
        for name, command in commands.items():
            if name in once:
                continue
            took = call(command, limit)
            if took is None or took.clock > LONG:
                once.add(name)
            if took is not None:
                calls[name].append(took)
    return calls


def least(calls, of=lambda took: took.processor):
    """The least figure of several calls; none if there are none."""
    return min(map(of, calls), default=None)


def said(key):
    """The reading of a figure that a call told as JSON on its last line."""
    return lambda took: json.loads(took.said.strip().splitlines()[-1])[key]


def child(script, *words):
    """The command that runs one of these scripts for one figure."""
    return [sys.executable, str(ours.ROOT / "benches" / "peers" / script), "--one", *map(str, words)]


def seconds(value):
    if value is None:
        return "past the limit"
    if value < 0.0995:
        return f"{value * 1e3:.1f} ms"
    return f"{value:.2f} s"


def times(theirs, mine):
    """How many times longer theirs took."""
    if theirs is None or not mine:
        return "-"
    return f"{theirs / mine:.1f}x" if theirs > mine else f"{theirs / mine:.2g}x"


def table(title, head, rows):
    print(f"\n{title}")
    rows = [head, *rows]
    widths = [max(len(str(row[at])) for row in rows) for at in range(len(head))]
    for row in rows:
        print("  " + "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip(), flush=True)
