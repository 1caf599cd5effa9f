"""`scenarios/istanbul/no_deal.yaml`, written by hand for Storm and for ProbLog.

Russia goes on with the war whatever text the delegations find. Then nothing is signed, so nobody is bound, nobody sends forces,
nothing deters, and no deferred question can come back. What is left of the rules moves on one fact, whether the two are at war:

  war_runs_down    every month at war it stops with `stalemate` = 0.004 (no helpers, so nothing is added)
  attack_or_peace  every year at peace an attack comes with 0.06 (`attack_hazard`; `deterrence` is zero, nothing is open)

Both read the state before the tick, so on a yearly tick a war that stops is not followed by an attack on the same day. Losses,
perception, support, signals, talks and martial law go on in the scenario as ever; here they are left out, since none of them
can change this fact while nothing is signed. That is the whole of these outcomes of the variant: `new_attack`, `peace_holds`,
`war_ends` (by its chance never to come), `days_of_war`, and the position `guns_silent`. All others are zero in both.
"""

import datetime

FROM, TO = datetime.date(2022, 3, 29), datetime.date(2053, 3, 29)
STOPS, ATTACK = 0.004, 0.06
MONTHS = 12 * (TO.year - FROM.year)


def tick(month):
    """The day on which a month ends, or the last of that calendar month if there is none."""
    year, of = divmod(FROM.month - 1 + month, 12)
    first_of_next = datetime.date(FROM.year + year + (of == 11), (of + 1) % 12 + 1, 1)
    last = (first_of_next - datetime.timedelta(days=1)).day
    return datetime.date(FROM.year + year, of + 1, min(FROM.day, last))


def days(month):
    """Days whose close finds things as the tick of this month left them; the last tick is the last day."""
    return (tick(month + 1) - tick(month)).days if month < MONTHS else 1


def prism():
    lengths = "\n".join(f"  month={month} & war : {days(month)};" for month in range(MONTHS + 1))
    return f"""dtmc
module war_and_peace
  month : [0..{MONTHS}] init 0;
  war : bool init true;
  ceased : bool init false;
  attacked : bool init false;
  [] month<{MONTHS} & war -> {STOPS}: (month'=month+1)&(war'=false)&(ceased'=true) + {1 - STOPS}: (month'=month+1);
  [] month<{MONTHS} & !war & mod(month+1,12)!=0 -> (month'=month+1);
  [] month<{MONTHS} & !war & mod(month+1,12)=0 ->
    {ATTACK}: (month'=month+1)&(war'=true)&(attacked'=true) + {1 - ATTACK}: (month'=month+1);
  [] month={MONTHS} -> true;
endmodule
label "new_attack" = attacked;
label "peace_holds" = month={MONTHS} & ceased & !attacked;
label "never_ends" = month={MONTHS} & !ceased;
label "guns_silent" = month={MONTHS} & !war;
rewards "days_of_war"
{lengths}
endrewards
"""


NAMES = ("new_attack", "peace_holds", "never_ends", "guns_silent")


def formulas():
    asked = [f'P=? [ F<={MONTHS} "{name}" ]' for name in NAMES]
    # The rewards of the states at steps 0 to MONTHS.
    return [*asked, f'R{{"days_of_war"}}=? [ C<={MONTHS + 1} ]']


def problog_text():
    """The same four; the days of war are the sum of the chances to be at war at each tick, by hand."""
    return f"""{STOPS}::stops(M) :- month(M).
{ATTACK}::attack(M) :- month(M).
month(M) :- between(1, {MONTHS}, M).
war(0).
war(M) :- M > 0, L is M-1, war(L), \\+stops(M).
war(M) :- M > 0, 0 is M mod 12, L is M-1, \\+war(L), attack(M).
ceased(M) :- M > 0, L is M-1, ceased(L).
ceased(M) :- M > 0, L is M-1, war(L), stops(M).
attacked(M) :- M > 0, L is M-1, attacked(L).
attacked(M) :- M > 0, 0 is M mod 12, L is M-1, \\+war(L), attack(M).
new_attack :- attacked({MONTHS}).
peace_holds :- ceased({MONTHS}), \\+attacked({MONTHS}).
never_ends :- \\+ceased({MONTHS}).
guns_silent :- \\+war({MONTHS}).
query(new_attack).
query(peace_holds).
query(never_ends).
query(guns_silent).
"""
