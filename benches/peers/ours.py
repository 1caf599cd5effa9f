"""Asks the command `demarche` and reads what it says."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "scenarios" / "bench"


def target():
    """Where cargo builds."""
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return pathlib.Path(json.loads(told.stdout)["target_directory"])


def command():
    """The path of `demarche`: `DEMARCHE`, or the release build, which is made if need be."""
    given = os.environ.get("DEMARCHE")
    if given:
        return given
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    os.environ["DEMARCHE"] = str(target() / "release" / "demarche")
    return os.environ["DEMARCHE"]


def stages():
    """The bench `stages`, built for release: what the command cannot be asked."""
    if "STAGES" not in os.environ:
        build = ["cargo", "bench", "--quiet", "--no-run", "--bench", "stages", "--message-format", "json"]
        told = subprocess.run(build, cwd=ROOT, check=True, capture_output=True, text=True)
        lines = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
        made = [line["executable"] for line in lines if line.get("target", {}).get("name") == "stages" and line.get("executable")]
        os.environ["STAGES"] = made[-1]
    return os.environ["STAGES"]


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
