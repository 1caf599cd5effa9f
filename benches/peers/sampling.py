"""Sampling: nine ratifications, a referendum, fifteen years of danger, up to nine responses.

Ours is `scenarios/bench/responses_9.yaml` with all its rules, duties and prohibitions. EMA Workbench runs a bare Python function,
Mesa a model of nine agents and a neighbour: no rules, no norms, no reasons. All three must find the same figures.
"""

import json
import random
import sys
import time

import clock
import ours
import peers

FILE = ours.BENCH / "responses_9.yaml"
GUARANTORS, ENOUGH, YEARS = 9, 5, 15
CONSENT, APPROVAL, DANGER, DETERRED, RELIABLE = 0.85, 0.7, 0.06, 0.01, 0.6
OURS, THEIRS = 200_000, 50_000


def story(consent=CONSENT):
    """One run as a bare function: in force, attacked, forces sent."""
    draw = random.random
    ratified = [draw() < consent for _ in range(GUARANTORS)]
    in_force = sum(ratified) >= ENOUGH and draw() < APPROVAL
    hazard = DETERRED if in_force else DANGER
    for _ in range(YEARS):
        if draw() < hazard:
            helpers = sum(draw() < RELIABLE for one in ratified if one) if in_force else 0
            return in_force, True, helpers
    return in_force, False, 0


def ema(runs):
    from ema_workbench import Model, RealParameter, ScalarOutcome, perform_experiments

    def function(consent=CONSENT):
        in_force, attacked, helpers = story(CONSENT)
        return {"in_force": float(in_force), "attacked": float(attacked), "helpers": float(helpers)}

    model = Model("nine", function=function)
    # A model without any uncertainty is refused; this one is drawn and not used, as our figures are for one value.
    model.uncertainties = [RealParameter("consent", CONSENT - 1e-9, CONSENT)]
    model.outcomes = [ScalarOutcome(name) for name in ("in_force", "attacked", "helpers")]
    begun = time.process_time()
    _, found = perform_experiments(model, scenarios=runs)
    took = time.process_time() - begun
    return took, [float(found[name].mean()) for name in ("in_force", "attacked", "helpers")]


def mesa(runs):
    import mesa

    class Guarantor(mesa.Agent):
        def __init__(self, model):
            super().__init__(model)
            self.ratified = self.helps = False

        def ratify(self):
            self.ratified = self.random.random() < CONSENT

        def respond(self):
            self.helps = self.ratified and self.random.random() < RELIABLE

    class World(mesa.Model):
        def __init__(self, seed):
            super().__init__(seed=seed)
            Guarantor.create_agents(self, GUARANTORS)
            self.in_force = self.attacked = False
            self.agents.do("ratify")
            enough = sum(guarantor.ratified for guarantor in self.agents) >= ENOUGH
            self.in_force = enough and self.random.random() < APPROVAL

        def step(self):
            if self.random.random() < (DETERRED if self.in_force else DANGER):
                self.attacked, self.running = True, False
                if self.in_force:
                    self.agents.do("respond")

    begun = time.process_time()
    sums = [0, 0, 0]
    for seed in range(runs):
        world = World(seed)
        for _ in range(YEARS):
            world.step()
            if not world.running:
                break
        helpers = sum(guarantor.helps for guarantor in world.agents)
        for at, value in enumerate((world.in_force, world.attacked, helpers)):
            sums[at] += value
    return time.process_time() - begun, [total / runs for total in sums]


def python(runs):
    begun = time.process_time()
    found = [story() for _ in range(runs)]
    took = time.process_time() - begun
    return took, [sum(column) / runs for column in zip(*found)]


def one(who, runs):
    random.seed(1)
    took, figures = {"ema": ema, "mesa": mesa, "python": python}[who](runs)
    print(json.dumps({"took": took, "figures": figures}))


def figures_of_ours():
    told = ours.outcomes(FILE)
    return [told["in_force"]["p"]["value"], told["attacked"]["p"]["value"], told["helpers"]["mean"]["value"]]


def main(rounds):
    told = ["outcomes", FILE, "--method", "sampled", "--strategies", 0, "--format", "json", "--runs"]
    commands = {
        "ours": [ours.command(), *told, OURS],
        "ours, one run": [ours.command(), *told, 1],
        "a plain Python loop": clock.child("sampling.py", "python", 200_000),
    }
    for name, who, modules in [("EMA Workbench", "ema", ["ema_workbench"]), ("Mesa", "mesa", ["mesa"])]:
        if absent := peers.missing(*modules):
            peers.skip(f"sampling with {name}", absent)
        else:
            commands[name] = clock.child("sampling.py", who, THEIRS)
    calls = clock.side_by_side(commands, rounds)
    exact = figures_of_ours()
    whole = clock.least(calls["ours"])
    mine = (whole - clock.least(calls["ours, one run"])) / (OURS - 1)
    rows = [["Demarche, all rules and norms", f"{mine * 1e6:.1f}", f"{whole / OURS * 1e6:.1f}", "1", "exact " + " ".join(f"{f:.4f}" for f in exact)]]
    wrong = False
    for name in list(commands)[2:]:
        runs = 200_000 if "plain" in name else THEIRS
        theirs = clock.least(calls[name], clock.said("took")) / runs
        found = clock.said("figures")(calls[name][0])
        # Four standard errors; the third figure is a mean whose standard deviation is about 1.3.
        far = [abs(f - e) > 4 * s / runs**0.5 for f, e, s in zip(found, exact, (0.46, 0.45, 1.4))]
        wrong |= any(far)
        rows.append([name, f"{theirs * 1e6:.1f}", f"{clock.least(calls[name]) / runs * 1e6:.1f}", clock.times(theirs, mine), ("NOT THE SAME MODEL " if any(far) else "") + " ".join(f"{f:.4f}" for f in found)])
    clock.table(
        "Sampling: processor microseconds a run, one core",
        ["", "after start and load", "whole process", "times ours", "in force, attacked, forces sent"],
        rows,
    )
    return wrong


if __name__ == "__main__":
    if "--one" in sys.argv:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main(3))
