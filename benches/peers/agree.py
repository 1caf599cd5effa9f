"""Do the others agree? Exit code 1 if one does not.

Where both sides are exact, their figures must be the same to nine digits after the point (days of war: nine significant digits).
"""

import argparse
import os
import sys

import duty
import istanbul
import ours
import peers
import workloads

NEAR = 5e-10


class Told:
    """What was compared, and whether it agreed."""

    def __init__(self):
        self.compared = 0
        self.differences = 0

    def figure(self, what, mine, other, theirs, scale=1.0):
        agrees = abs(mine - theirs) <= NEAR * scale
        self._line(agrees, what, other, f"{mine:.12g}", f"{theirs:.12g}")

    def same(self, what, mine, other, theirs):
        agrees = mine == theirs
        self._line(agrees, what, other, f"{len(mine)} of {len(mine)}" if agrees else mine, "the same" if agrees else theirs)

    def _line(self, agrees, what, other, mine, theirs):
        self.compared += 1
        self.differences += not agrees
        print(f"{'agree ' if agrees else 'DIFFER'}  {what:<52} ours {mine}  {other} {theirs}", flush=True)


def horizon(n):
    return ours.BENCH / f"horizon_{n}.yaml"


def storm(told):
    """A, B, C for nine and the variant, by Storm with rational numbers."""
    chain = peers.Storm(workloads.gates_prism(9)).check(*workloads.gates_formulas(9), exact=True)
    told.figure("A  at least 5 of 9 ratify", ours.probability(ours.BENCH / "threshold_9.yaml", "enough"), "Storm", chain[0])
    told.figure("B  that, a referendum and a withdrawal", ours.probability(ours.BENCH / "gates_9.yaml", "all_open"), "Storm", chain[1])
    for n in (6, 9):
        mine = ours.probability(horizon(n), "attacked")
        for way, prism, formula in [
            ("together", workloads.horizon_prism_together, workloads.horizon_formula_together),
            ("in turn", workloads.horizon_prism_in_turn, workloads.horizon_formula_in_turn),
        ]:
            theirs = peers.Storm(prism(n)).check(formula(n), exact=n == 6)[0]
            told.figure(f"C  attack within 15 years, {n} guarantors, {way}", mine, "Storm", theirs)
    variant(told, "Storm", peers.Storm(istanbul.prism()).check(*istanbul.formulas(), exact=True))


def problog(told):
    """A, B, C for six and the variant, by ProbLog."""
    gates = peers.problog(workloads.gates_problog(9))
    told.figure("A  at least 5 of 9 ratify", ours.probability(ours.BENCH / "threshold_9.yaml", "enough"), "ProbLog", gates["enough"])
    told.figure("B  that, a referendum and a withdrawal", ours.probability(ours.BENCH / "gates_9.yaml", "all_open"), "ProbLog", gates["open"])
    theirs = peers.problog(workloads.horizon_problog(6))["attacked"]
    told.figure("C  attack within 15 years, 6 guarantors", ours.probability(horizon(6), "attacked"), "ProbLog", theirs)
    found = peers.problog(istanbul.problog_text())
    variant(told, "ProbLog", [found[name] for name in istanbul.NAMES])


_ours = {}


def variant(told, other, theirs):
    """Our figures of the variant, worked out once, against theirs."""
    if not _ours:
        answer = ours.ask("outcomes", ours.ROOT / "scenarios" / "istanbul" / "no_deal.yaml", "--strategies", 0)
        if answer["method"] != "exact":
            raise SystemExit(f"the variant was not counted out exactly: {answer['method']}")
        found = {outcome["id"]: outcome for outcome in answer["outcomes"]}
        positions = {id: met for id, _, met in answer["positions"]}
        _ours.update(
            new_attack=found["new_attack"]["p"]["value"],
            peace_holds=found["peace_holds"]["p"]["value"],
            never_ends=found["war_ends"]["never"]["value"],
            guns_silent=positions["guns_silent"]["value"],
            days_of_war=found["days_of_war"]["mean"]["value"],
        )
    for (name, mine), figure in zip(_ours.items(), theirs):
        told.figure(f"Istanbul, no deal: {name}", mine, other, figure, scale=1e4 if name == "days_of_war" else 1.0)


def clingo(told):
    """The duty, by clingo."""
    theirs = duty.clingo()
    for what, mine in duty.demarche().items():
        told.same(f"the duty: {what}", mine, "clingo", theirs[what])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--demarche", help="the command to ask; otherwise the release build, made if need be")
    given = arguments.parse_args()
    if given.demarche:
        os.environ["DEMARCHE"] = given.demarche
    print(peers.versions(), flush=True)
    told, skipped = Told(), 0
    for ask, modules in [(storm, ["stormpy"]), (problog, ["problog", "pysdd"]), (clingo, ["clingo"])]:
        if absent := peers.missing(*modules):
            peers.skip(ask.__doc__, absent)
            skipped += 1
        else:
            ask(told)
    print(f"{told.compared} compared, {told.differences} differ, {skipped} of 3 peers skipped")
    return 1 if told.differences else 0


if __name__ == "__main__":
    sys.exit(main())
