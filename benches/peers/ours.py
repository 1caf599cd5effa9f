"""Asks the command `demarche` and reads what it says."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "scenarios" / "bench"


def _target():
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return pathlib.Path(json.loads(told.stdout)["target_directory"])


def command():
    """The path of `demarche`: `DEMARCHE`, or the release build, which is made if need be."""
    given = os.environ.get("DEMARCHE")
    if given:
        return given
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    os.environ["DEMARCHE"] = str(_target() / "release" / "demarche")
    return os.environ["DEMARCHE"]


def ask(*arguments):
    """What one call says, as JSON."""
    call = [command(), *map(str, arguments), "--format", "json"]
    told = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(told.stdout)


def outcomes(file, *arguments):
    """The outcomes of a scenario by id; fails unless every branch was followed."""
    told = ask("outcomes", file, "--strategies", 0, *arguments)
    if told["method"] != "exact":
        raise SystemExit(f"{file}: not counted out exactly: {told['method']}")
    return {outcome["id"]: outcome for outcome in told["outcomes"]}


def probability(file, outcome):
    """How likely an outcome is, exactly."""
    return outcomes(file)[outcome]["p"]["value"]
