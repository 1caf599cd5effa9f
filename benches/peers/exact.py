"""Exact probabilities: workload C for growing n, against Storm (sparse engine, its default) and ProbLog.

Storm is asked in three ways: `together`, all guarantors in one step of a year, with a bound on the steps; `in turn`, rewritten so that no step
has 2^n branches, which is what one who knows Storm would do; and `by year`, as `together` with the year in the state, which only costs
states. Judge by the first two. Ours reads as the workload does.
"""

import json
import sys
import tempfile
import time

import clock
import ours
import peers
import workloads

SIZES = (6, 9, 12, 14)
LIMIT = 120


def one(who, n):
    import_began = time.process_time()
    if who == "problog":
        import problog  # noqa: F401

        begun = time.process_time()
        figure = peers.problog(workloads.horizon_problog(n))["attacked"]
    else:
        import stormpy  # noqa: F401

        prism = getattr(workloads, f"horizon_prism_{who}")(n)
        formula = getattr(workloads, f"horizon_formula_{who}")(n)
        chain = peers.Storm(prism)
        begun = time.process_time()
        figure = chain.check(formula)[0]
    done = time.process_time()
    print(json.dumps({"load": begun - import_began, "took": done - begun, "figure": figure}))


def main(rounds):
    who = {}
    for name, way, modules in [
        ("Storm, by year", "by_year", ["stormpy"]),
        ("Storm, together", "together", ["stormpy"]),
        ("Storm, in turn", "in_turn", ["stormpy"]),
        ("ProbLog", "problog", ["problog", "pysdd"]),
    ]:
        if absent := peers.missing(*modules):
            peers.skip(f"exact C with {name}", absent)
        else:
            who[name] = way
    rows, wrong = [], False
    with tempfile.TemporaryDirectory() as folder:
        for n in SIZES:
            file = f"{folder}/horizon_{n}.yaml"
            with open(file, "w") as out:
                out.write(clock.call([ours.stages(), "horizon", n]).said)
            commands = {
                "Demarche": [ours.command(), "outcomes", file, "--strategies", 0, "--format", "json"],
                "stages": [ours.stages(), "exact", file],
            }
            for name, way in who.items():
                if name != "ProbLog" or n in SIZES[:2]:
                    commands[name] = clock.child("exact.py", way, n)
            calls = clock.side_by_side(commands, rounds, LIMIT)
            figure = clock.said("figure")(calls["stages"][0])
            mine = clock.least(calls["stages"], clock.said("exact"))
            loaded = sum(clock.least(calls["stages"], clock.said(stage)) for stage in ("load", "compile"))
            whole = clock.least(calls["Demarche"])
            rows.append([n, "Demarche", clock.seconds(mine), "", clock.seconds(loaded), clock.seconds(whole), "", f"{figure:.9f}"])
            for name in commands:
                if name in ("Demarche", "stages"):
                    continue
                theirs = calls[name]
                found = clock.said("figure")(theirs[0]) if theirs else None
                differs = found is not None and abs(found - figure) > 5e-10
                wrong |= differs
                took = clock.least(theirs, clock.said("took"))
                all_of_it = clock.least(theirs)
                rows.append([
                    n,
                    name,
                    clock.seconds(took),
                    clock.times(took, mine),
                    clock.seconds(clock.least(theirs, clock.said("load"))) if theirs else "",
                    clock.seconds(all_of_it),
                    clock.times(all_of_it, whole),
                    "" if found is None else ("DIFFERS " if differs else "") + f"{found:.9f}",
                ])
    clock.table(
        f"Exact, workload C: processor time, one core, least of {rounds} (limit {LIMIT} s)",
        ["n", "", "after loading", "times ours", "import and load", "whole process", "times ours", "figure"],
        rows,
    )
    return wrong


if __name__ == "__main__":
    if "--one" in sys.argv:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main(5))
