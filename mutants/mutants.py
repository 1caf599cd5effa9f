#!/usr/bin/env python3
"""Which of a random sample of mutants do the tests catch?

    python mutants/mutants.py draw  FOLDER     the sample, and a copy of the sources with all of it behind switches
    python mutants/mutants.py build FOLDER     that copy; mutants that do not compile are taken out
    python mutants/mutants.py run   FOLDER     the tests for each mutant, quick ones first
    python mutants/mutants.py alone FOLDER     cargo-mutants itself for those without a switch
    python mutants/mutants.py tell  FOLDER     what was caught

README.md says more.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import switches

ROOT = Path(__file__).resolve().parent.parent
PARTS = ["src/language/**", "src/program/**", "src/engine/**", "src/whatif/exact/**"]
# A number that stands nowhere else in the sources.
FIRST = 770_000_001
NUMBER = r"\b77\d{7}\b"
# What finds most mutants soonest: the unit tests, the semantics, and the comparison with the reference on a few scenarios.
QUICK = "kind(lib) | binary(/^semantics/) | binary(reference) | binary(reference_reasons)"
# The tests that take longest, in many scenarios or with every draw.
SLOW = "binary(/^reference/) | binary(agreement) | binary(twenty_five_questions) | test(every_expectation_that_one_run)"
# Which tests a mutant meets one after the other, and on how many random scenarios where that is not left to the tests.
STAGES = [("quick", QUICK, "150"), ("whole", f"all() - ({QUICK} | {SLOW})", None), ("whole", SLOW, None)]


def read(folder: Path, name: str):
    return json.loads((folder / name).read_text())


def write(folder: Path, name: str, value) -> None:
    (folder / name).write_text(json.dumps(value, indent=1))


def listed(folder: Path, parts: list[str] = PARTS) -> list[dict]:
    """Every mutant that cargo-mutants knows of in these parts of the sources."""
    command = ["cargo", "mutants", "--list", "--json", "--no-config"]
    for part in parts:
        command += ["--file", part]
    return json.loads(subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout)


def sources(folder: Path, name: str) -> Path:
    """A copy of what the last commit holds."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    (folder / name).mkdir(parents=True, exist_ok=True)
    subprocess.run(["tar", "-x", "-C", str(folder / name)], input=archive, check=True)
    return folder / name


def draw(folder: Path, seed: int, size: int, parts: list[str]) -> None:
    every = listed(sources(folder, "plain"), parts)
    every.sort(key=lambda mutant: mutant["name"])
    # Shuffled whole, so that a larger sample begins with the smaller one.
    random.Random(seed).shuffle(every)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    library = sources(folder, "copy") / "src/lib.rs"
    library.write_text(library.read_text() + switches.MODULE)
    names = {number: mutant["name"] for number, mutant in enumerate(every[:size], FIRST)}
    write(folder, "sample.json", {"commit": commit.strip(), "seed": seed, "of": len(every), "names": names})
    write(folder, "alone.json", {})


def written(folder: Path) -> None:
    """The sample in the sources, but for what has no switch."""
    names, alone = read(folder, "sample.json")["names"], read(folder, "alone.json")
    every = {mutant["name"]: mutant for mutant in listed(folder / "plain")}
    by_file = defaultdict(list)
    for number, name in names.items():
        mutants = by_file[every[name]["file"]]
        if number not in alone:
            mutants.append((int(number), every[name]))
    for file, mutants in by_file.items():
        text, left_out = switches.switched((folder / "plain" / file).read_bytes(), mutants)
        alone |= {str(number): why for number, why in left_out.items()}
        place = folder / "copy" / file
        if place.read_bytes() != text:
            place.write_bytes(text)
    write(folder, "alone.json", alone)


def faults(folder: Path) -> dict[str, str]:
    """The mutants in whose text the compiler finds a fault, and which."""
    command = ["cargo", "check", "--lib", "--all-features", "--message-format", "json", "--quiet"]
    done = subprocess.run(command, cwd=folder / "copy", capture_output=True, text=True)
    found = {}
    for line in done.stdout.splitlines():
        message = json.loads(line).get("message", {})
        if message.get("level") != "error":
            continue
        for span in message["spans"]:
            # The last that is written before the end of the fault.
            numbers = [
                number
                for part in span["text"]
                for number in re.findall(NUMBER, part["text"][: part["highlight_end"]])[-1:]
            ]
            if not numbers and (message.get("code") or {}).get("code") == "E0004":
                # A match that lacks an arm is told of at its head.
                after = (folder / "copy" / span["file_name"]).read_text().splitlines()[span["line_start"] :]
                arms = "\n".join(line for line in after if "if !crate::mutant" in line)
                numbers = re.findall(NUMBER, arms)[:1]
            for number in numbers:
                found.setdefault(number, message["message"])
    if done.returncode != 0 and not found:
        sys.exit("the copy does not build, and no mutant is to blame:\n" + done.stdout + done.stderr)
    return found


def build(folder: Path) -> None:
    written(folder)
    while found := faults(folder):
        print(f"{len(found)} do not compile", flush=True)
        write(folder, "alone.json", read(folder, "alone.json") | found)
        written(folder)
    subprocess.run(["cargo", "test", "--all-features", "--no-run"], cwd=folder / "copy", check=True)


def tried(folder: Path, number: str, profile: str, which: str, cases: str | None) -> tuple[str, str, float]:
    """Whether the tests see a mutant, the first test that does, and how long that took in seconds."""
    environment = dict(os.environ, DEMARCHE_MUTANT=number, INSTA_UPDATE="no", RUST_BACKTRACE="0")
    if cases is not None:
        environment["PROPTEST_CASES"] = cases
    config = ROOT / "mutants/nextest.toml"
    command = ["cargo", "nextest", "run", "--all-features", "--config-file", str(config), "-P", profile, "-E", which]
    begun = time.monotonic()
    done = subprocess.run(command, cwd=folder / "copy", env=environment, capture_output=True, text=True)
    took = time.monotonic() - begun
    if done.returncode == 0:
        return "missed", "", took
    found = re.search(r"^\s*(FAIL|TIMEOUT|SIGNAL|SIG\w+|ABORT)\s+\[[^\]]*\]\s+(?:\([^)]*\)\s+)?(.+)$", done.stderr, re.M)
    if found is None:
        sys.exit(f"nextest failed without a failing test:\n{done.stderr[-3000:]}")
    return ("timeout" if found[1] == "TIMEOUT" else "caught"), found[2], took


def run(folder: Path, only: list[str]) -> None:
    sample, alone = read(folder, "sample.json"), read(folder, "alone.json")
    results = read(folder, "results.json") if (folder / "results.json").exists() else {}
    if "0" not in results:
        outcome = tried(folder, "0", "whole", "all()", None)
        if outcome[0] != "missed":
            sys.exit(f"without any mutant: {outcome}")
        results["0"] = outcome
    for number in only:
        results.pop(number, None)
    for stage, (profile, which, cases) in enumerate(STAGES):
        before = f"survived {stage}" if stage else None
        for number, name in sample["names"].items():
            if number in alone or results.get(number, [None])[0] != before or (only and number not in only):
                continue
            outcome = tried(folder, number, profile, which, cases)
            if outcome[0] == "missed" and stage + 1 < len(STAGES):
                outcome = (f"survived {stage + 1}", *outcome[1:])
            results[number] = outcome
            write(folder, "results.json", results)
            print(f"{outcome[0]:10}{outcome[2]:6.1f} s  {name}  {outcome[1]}", flush=True)


def try_alone(folder: Path) -> None:
    """Those without a switch, one by one; most do not compile."""
    names, left_out = read(folder, "sample.json")["names"], read(folder, "alone.json")
    config = folder / "alone.toml"
    chosen = ",\n".join(json.dumps(f"^{re.escape(names[number])}$") for number in left_out)
    config.write_text(f"examine_re = [\n{chosen}\n]\n")
    command = ["cargo", "mutants", "--config", str(config), "--output", str(folder), "--baseline", "skip", "--timeout", "1200"]
    command += ["--build-timeout", "1200", "--test-tool", "nextest", "--in-place", "--all-features"]
    subprocess.run(command, cwd=folder / "plain", check=False)


def tell(folder: Path) -> None:
    sample, left_out = read(folder, "sample.json"), read(folder, "alone.json")
    outcomes = {sample["names"][number]: outcome[0] for number, outcome in read(folder, "results.json").items() if number != "0"}
    if (folder / "mutants.out/outcomes.json").exists():
        for outcome in read(folder, "mutants.out/outcomes.json")["outcomes"]:
            if outcome["scenario"] != "Baseline":
                summary = outcome["summary"].removesuffix("Mutant").lower()
                outcomes[outcome["scenario"]["Mutant"]["name"]] = summary
    print(f"{len(sample['names'])} of {sample['of']} mutants, seed {sample['seed']}, at {sample['commit'][:12]}")
    for number, why in left_out.items():
        if sample["names"][number] not in outcomes:
            print(f"not tried, no switch: {sample['names'][number]} ({why})")
    print(", ".join(f"{count} {what}" for what, count in sorted(Counter(outcomes.values()).items())))
    for number, name in sample["names"].items():
        if outcomes.get(name) == "missed":
            print(f"missed: {number} {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["draw", "build", "run", "alone", "tell"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--size", type=int, default=360)
    parser.add_argument("--parts", nargs="*", default=PARTS, help="draw from these sources alone, told as patterns")
    parser.add_argument("--only", nargs="*", default=[], help="these numbers, though they were tried")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    match args.step:
        case "draw":
            draw(args.folder, args.seed, args.size, args.parts)
        case "build":
            build(args.folder)
        case "run":
            run(args.folder, args.only)
        case "alone":
            try_alone(args.folder)
        case "tell":
            tell(args.folder)


if __name__ == "__main__":
    main()
