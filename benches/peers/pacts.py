"""Rules: defence-pact activation for N = 100, 300, 1000, against clingo and against `ascent` as the compiled bound.

N states, N pacts of 3 to 6 members; each member has ratified with 0.8, each state stays out with 0.1 (negation). A pact works with at
least two bound members (count); an attack on a member calls it; a call draws in all its bound members, whose other pacts are called
too. Every state is attacked once, each attack for itself. The result is who is drawn in by an attack on whom.
The same rules stand in the scenario below, in pacts.lp and in ascent/src/main.rs.
"""

import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import clock
import ours
import peers

SIZES = (100, 300, 1000)
LIMIT = 60


def world(n, seed=1):
    """Members of each pact, who of them has ratified, and who stays out."""
    draw = random.Random(seed)
    members = [sorted(draw.sample(range(n), draw.randint(3, 6))) for _ in range(n)]
    ratified = [[state for state in pact if draw.random() < 0.8] for pact in members]
    neutral = [state for state in range(n) if draw.random() < 0.1]
    return members, ratified, neutral


SCENARIO = """demarche: 1
title: Defence pacts
period: { from: 2030-01-01, to: 2030-12-31 }
kinds:
  country: { about: "A state." }
  pact: { about: "A pact.", attributes: { members: { type: set of country, about: "Who may join." } } }
facts:
  has_ratified: { args: { who: country, what: pact }, says: "{who} has ratified {what}" }
  stays_out:    { args: { who: country }, says: "{who} stays out of everything" }
  was_attacked: { args: { whom: country }, says: "{whom} was attacked" }
  is_bound:     { args: { who: country, what: pact }, says: "{who} is bound by {what}" }
  works:        { args: { what: pact }, says: "{what} works" }
  called:       { args: { what: pact, over: country }, says: "{what} is called because of {over}" }
  active:       { args: { who: country, over: country }, says: "{who} is drawn in because of {over}" }
assumptions:
  enough: { value: 2, range: [ 1, 6 ], why: "one alone is no pact" }
rules:
  state_is_bound:
    says: "{s} has ratified {p}"
    for: { p: pact, s: p.members }
    if: [ "has_ratified(s, p)", "not stays_out(s)" ]
    derive: "is_bound(s, p)"
  pact_works:
    says: "enough are bound by {p}"
    for: { p: pact }
    if: "count(s in p.members where is_bound(s, p)) >= enough"
    derive: works(p)
  attack_calls:
    says: "{r}, which was attacked, is bound by {p}"
    for: { p: pact, r: p.members }
    if: [ was_attacked(r), "is_bound(r, p)", works(p) ]
    derive: "called(p, r)"
  help_calls:
    says: "{b}, which is drawn in, is bound by {p}"
    for: { p: pact, b: p.members, r: country }
    if: [ "active(b, r)", "is_bound(b, p)", works(p) ]
    derive: "called(p, r)"
  call_draws_in:
    says: "{a} is bound by {p}, which is called"
    for: { p: pact, a: p.members, r: country }
    if: [ "called(p, r)", "is_bound(a, p)" ]
    derive: "active(a, r)"
"""


def scenario(n, members, ratified, neutral):
    lines = [SCENARIO + "entities:"]
    lines += [f"  s{state}: {{ kind: country }}" for state in range(n)]
    lines += [f"  p{at}: {{ kind: pact, members: [ {', '.join(f's{s}' for s in pact)} ] }}" for at, pact in enumerate(members)]
    lines += ["start:"]
    lines += [f"  has_ratified(s{state}, p{at}): true" for at, pact in enumerate(ratified) for state in pact]
    lines += [f"  stays_out(s{state}): true" for state in neutral]
    lines += [f"  was_attacked(s{state}): true" for state in range(n)]
    return "\n".join(lines) + "\n"


def facts(n, _, ratified, neutral, form):
    lines = [form("ratified", state, at) for at, pact in enumerate(ratified) for state in pact]
    lines += [form("neutral", state) for state in neutral]
    lines += [form("attacked", state) for state in range(n)]
    return "\n".join(lines) + "\n"


def one(file):
    """clingo, its result counted; the processor time after import and loading."""
    import clingo

    begun = time.process_time()
    control = clingo.Control()
    control.load(str(pathlib.Path(__file__).with_name("pacts.lp")))
    control.load(file)
    control.ground([("base", [])])
    tuples = sum(1 for _ in control.symbolic_atoms.by_signature("active", 2))
    control.solve()
    print(json.dumps({"took": time.process_time() - begun, "tuples": tuples}))


def ascent():
    """The compiled program; none where it cannot be built."""
    folder = ours.ROOT / "benches" / "peers" / "ascent"
    target = ours.target() / "peers"
    if shutil.which("cargo") is None:
        return None
    build = ["cargo", "build", "--release", "--quiet", "--manifest-path", str(folder / "Cargo.toml"), "--target-dir", str(target)]
    if subprocess.run(build, capture_output=True).returncode != 0:
        return None
    return target / "release" / "pacts"


def main(rounds):
    absent = peers.missing("clingo")
    if absent:
        peers.skip("rules with clingo", absent)
    compiled = ascent()
    if compiled is None:
        print("SKIPPED: rules with ascent: it could not be built")
    rows, wrong = [], False
    with tempfile.TemporaryDirectory() as folder:
        for n in SIZES:
            drawn = world(n)
            paths = {kind: f"{folder}/{n}.{kind}" for kind in ("yaml", "lp", "facts")}
            with open(paths["yaml"], "w") as out:
                out.write(scenario(n, *drawn))
            with open(paths["lp"], "w") as out:
                out.write(facts(n, *drawn, lambda name, *of: f"{name}({', '.join(map(str, of))})."))
            with open(paths["facts"], "w") as out:
                out.write(facts(n, *drawn, lambda name, *of: f"{name} {' '.join(map(str, of))}"))
            commands = {
                "Demarche": [ours.command(), "run", paths["yaml"]],
                "stages": [ours.stages(), "derived", paths["yaml"], "active"],
            }
            if not absent:
                commands["clingo"] = clock.child("pacts.py", paths["lp"])
            if compiled:
                commands["ascent"] = [compiled, paths["facts"]]
            try:
                calls = clock.side_by_side(commands, rounds, LIMIT)
            except SystemExit as refused:
                # A scenario past the budget of the grounder is refused, which is told as what it is.
                print(refused)
                rows.append([n, "Demarche", "refused", "", "", ""])
                del commands["Demarche"], commands["stages"]
                calls = clock.side_by_side(commands, rounds, LIMIT)
            whole = clock.least(calls.get("Demarche", []))
            if whole is not None:
                stages = calls["stages"]
                parts = [clock.seconds(clock.least(stages, clock.said(stage))) for stage in ("load", "compile", "run")]
                tuples = clock.said("tuples")(stages[0])
                rows.append([n, "Demarche", clock.seconds(whole), "", "load {}, compile {}, run {}".format(*parts), tuples])
            for name in ("clingo", "ascent"):
                if name in commands:
                    found = clock.said("tuples")(calls[name][0])
                    differs = whole is not None and found != tuples
                    wrong |= differs
                    took = clock.least(calls[name])
                    # Python and its import of clingo are a large part of a short process.
                    part = "load, ground " + clock.seconds(clock.least(calls[name], clock.said("took"))) if name == "clingo" else ""
                    rows.append([n, name, clock.seconds(took), clock.times(took, whole), part, f"{found}{' DIFFERS' if differs else ''}"])
    clock.table(
        f"Rules: defence-pact activation, processor time of whole processes, least of {rounds}",
        ["N", "", "whole process", "times ours", "of which", "result tuples"],
        rows,
    )
    return wrong


if __name__ == "__main__":
    if "--one" in sys.argv:
        one(sys.argv[2])
    else:
        sys.exit(main(5))
