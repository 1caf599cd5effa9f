"""Who owes what, and since when: `scenarios/bench/duty.yaml` against clingo, which reads the duty from duty.lp."""

import datetime
import pathlib

import ours

FILE = ours.BENCH / "duty.yaml"
FROM, TO = datetime.date(2030, 1, 1), datetime.date(2031, 12, 31)
GUARANTORS = ("prompt", "last_day", "tardy", "same_day", "later", "outside")

# The timeline of the scenario, again by hand.
STORY = [
    ("2030-01-10", "sign"),
    ("2030-02-01", "ratify(prompt)"),
    ("2030-03-01", "ratify(last_day)"),
    ("2030-04-01", "ratify(tardy)"),
    ("2030-06-01", "attack"),
    ("2030-06-01", "ratify(same_day)"),
    ("2030-06-10", "send(prompt)"),
    ("2030-07-01", "send(last_day)"),
    ("2030-07-01", "ratify(later)"),
    ("2030-07-02", "send(tardy)"),
    ("2030-09-01", "cease"),
    ("2031-06-01", "attack"),
    ("2031-06-01", "send(prompt)"),
    ("2031-06-05", "send(later)"),
    ("2031-06-20", "cease"),
    ("2031-06-20", "send(tardy)"),
]

# At whose close the two are asked who is bound.
ASKED = ["2030-03-31", "2030-04-01", "2030-05-31", "2030-06-01", "2030-06-30", "2030-07-01", "2031-12-30"]


def number(day):
    return (datetime.date.fromisoformat(day) - FROM).days


def day(number):
    return (FROM + datetime.timedelta(days=number)).isoformat()


def clingo():
    """Entry into force; duties as (of, arose, due, fate, on); who is bound at which close, and since when."""
    import clingo

    control = clingo.Control()
    control.load(str(pathlib.Path(__file__).with_name("duty.lp")))
    facts = [f"guarantor({guarantor})." for guarantor in GUARANTORS]
    facts += ["threshold(3).", "within(30).", f"last({number(TO.isoformat())})."]
    facts += [f"happens({event}, {number(on)})." for on, event in STORY]
    control.add("base", [], "\n".join(facts))
    control.ground([("base", [])])
    with control.solve(yield_=True) as answers:
        atoms = list(answers.model().symbols(shown=True))
    said = {}
    for atom in atoms:
        said.setdefault(atom.name, []).append([a.name if a.type.name == "Function" else a.number for a in atom.arguments])
    due = {(of, arose): until for of, arose, until in said["due"]}
    duties = [
        (of, day(arose), day(due[of, arose]), fate, day(on))
        for fate in ("fulfilled", "breached", "released")
        for of, arose, on in said.get(fate, [])
    ]
    # Bound when a day begins is bound at the close of the day before.
    bound = {(of, day(on - 1)) for of, on in said["bound"]}
    since = {of: min(on for other, on in bound if other == of) for of, _ in bound}
    return {
        "entry into force": [day(on) for (on,) in said["entered"]],
        "duties": sorted(duties),
        "bound at the close of some days": sorted(one for one in bound if one[1] in ASKED),
        "bound since": sorted(since.items()),
    }


def demarche():
    """The same from `run` and `why`."""
    told = ours.ask("run", FILE)
    entered = [one["date"] for one in told["happenings"] if one["what"] == "enter_into_force(treaty)"]
    duties = [
        (norm["of"].lower().replace("-", "_"), norm["arose"], norm["due"], norm["fate"], norm["on"])
        for norm in told["norms"]
        if not norm["prohibition"]
    ]
    bound, since = [], {}
    for guarantor in GUARANTORS:
        for on in ASKED:
            why = ours.ask("why", FILE, f"bound({guarantor}, treaty.guarantee)", "--on", on)
            if why["is_so"]:
                bound.append((guarantor, on))
                since.setdefault(guarantor, why["reasons"][0]["day"])
    return {
        "entry into force": entered,
        "duties": sorted(duties),
        "bound at the close of some days": sorted(bound),
        "bound since": sorted(since.items()),
    }
