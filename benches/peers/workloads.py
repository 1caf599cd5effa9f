"""Three small workloads, written for Storm (PRISM's language) and for ProbLog.

A  threshold: n independent answers, yes with (50 + 7 i mod 40) hundredths; at least ceil(5 n / 9) say yes
B  gates:     A and a referendum (0.6) and a withdrawal (0.7)
C  horizon:   fifteen years; each year first every guarantor that has not ratified does so with (5 + 3 i mod 20) hundredths,
              then an attack comes with 0.06, or 0.01 once enough have ratified; an attack ends the story
"""

YEARS = 15


def enough(n):
    return -(-5 * n // 9)


def answer(i):
    return (50 + (7 * i) % 40) / 100


def ratifies(i):
    return (5 + (3 * i) % 20) / 100


def gates_prism(n):
    """A and B for Storm: one is asked after the other, for they are independent; only the number of yes is kept."""
    steps = "\n".join(
        f"  [] at={i} -> {answer(i)}: (at'={i + 1})&(yes'=yes+1) + {1 - answer(i)}: (at'={i + 1});" for i in range(n)
    )
    return f"""dtmc
module gates
  at : [0..{n + 2}] init 0;
  yes : [0..{n}] init 0;
  passed : bool init false;
  left : bool init false;
{steps}
  [] at={n} -> 0.6: (at'={n + 1})&(passed'=true) + 0.4: (at'={n + 1});
  [] at={n + 1} -> 0.7: (at'={n + 2})&(left'=true) + 0.3: (at'={n + 2});
  [] at={n + 2} -> true;
endmodule
label "enough" = at={n + 2} & yes>={enough(n)};
label "open" = at={n + 2} & yes>={enough(n)} & passed & left;
"""


def gates_formulas(n):
    return f'P=? [ F<={n + 2} "enough" ]', f'P=? [ F<={n + 2} "open" ]'


def _count_problog(n, says_yes):
    """`count(I, K)`: K of the first I say yes."""
    return f"""count(0, 0{says_yes[1]}).
count(I, K{says_yes[1]}) :- I > 0, J is I-1, count(J, L{says_yes[1]}), {says_yes[0]}, K is L+1.
count(I, K{says_yes[1]}) :- I > 0, J is I-1, count(J, K{says_yes[1]}), \\+{says_yes[0]}.
"""


def gates_problog(n):
    facts = "\n".join(f"{answer(i)}::yes({i + 1})." for i in range(n))
    return f"""{facts}
0.6::passed.
0.7::left.
{_count_problog(n, ("yes(I)", ""))}
enough :- count({n}, K), K >= {enough(n)}.
open :- enough, passed, left.
query(enough).
query(open).
"""


def horizon_prism_together(n):
    """C as it reads: in a year all guarantors move in one step, then the attack comes or not."""
    modules = "\n".join(
        f"""module guarantor{i}
  r{i} : bool init false;
  [year] r{i} -> true;
  [year] !r{i} -> {ratifies(i)}: (r{i}'=true) + {1 - ratifies(i)}: true;
endmodule"""
        for i in range(n)
    )
    count = " + ".join(f"(r{i}?1:0)" for i in range(n))
    return f"""dtmc
formula ratified = {count};
{modules}
module danger
  phase : [0..2] init 0;
  [year] phase=0 -> (phase'=1);
  [attack_or_peace] phase=1 & ratified>={enough(n)} -> 0.01: (phase'=2) + 0.99: (phase'=0);
  [attack_or_peace] phase=1 & ratified<{enough(n)} -> 0.06: (phase'=2) + 0.94: (phase'=0);
  [over] phase=2 -> true;
endmodule
label "attacked" = phase=2;
"""


def horizon_formula_together(n):
    return f'P=? [ F<={2 * YEARS} "attacked" ]'


def horizon_prism_by_year(n):
    """C with the year as part of the state, which a bound on the steps makes needless."""
    return (
        horizon_prism_together(n)
        .replace("  phase : [0..2] init 0;", f"  phase : [0..2] init 0;\n  years : [0..{YEARS}] init 0;")
        .replace("[year] phase=0 -> (phase'=1);", f"[year] phase=0 & years<{YEARS} -> (phase'=1)&(years'=years+1);")
        .replace("[over] phase=2 -> true;", f"[over] phase=2 | (phase=0 & years={YEARS}) -> true;")
    )


horizon_formula_by_year = horizon_formula_together


def horizon_prism_in_turn(n):
    """C rewritten by one who knows how Storm works: in a year one guarantor after the other, so that no step has 2^n branches."""
    moves = "\n".join(
        f"""  [] at={i} & r{i} -> (at'={i + 1});
  [] at={i} & !r{i} -> {ratifies(i)}: (r{i}'=true)&(at'={i + 1}) + {1 - ratifies(i)}: (at'={i + 1});"""
        for i in range(n)
    )
    count = " + ".join(f"(r{i}?1:0)" for i in range(n))
    variables = "\n".join(f"  r{i} : bool init false;" for i in range(n))
    return f"""dtmc
formula ratified = {count};
module horizon
  at : [0..{n + 1}] init 0;
{variables}
{moves}
  [] at={n} & ratified>={enough(n)} -> 0.01: (at'={n + 1}) + 0.99: (at'=0);
  [] at={n} & ratified<{enough(n)} -> 0.06: (at'={n + 1}) + 0.94: (at'=0);
  [] at={n + 1} -> true;
endmodule
label "attacked" = at={n + 1};
"""


def horizon_formula_in_turn(n):
    return f'P=? [ F<={(n + 1) * YEARS} "attacked" ]'


def horizon_problog(n):
    facts = "\n".join(f"{ratifies(i)}::tries({i + 1}, Y) :- year(Y)." for i in range(n))
    return f"""year(Y) :- between(1, {YEARS}, Y).
{facts}
0.06::danger(Y) :- year(Y).
0.01::danger_left(Y) :- year(Y).
has(I, Y) :- Y > 0, tries(I, Y).
has(I, Y) :- Y > 1, X is Y-1, has(I, X).
{_count_problog(n, ("has(I, Y)", ", Y"))}
enough(Y) :- count({n}, K, Y), K >= {enough(n)}.
attack(Y) :- year(Y), enough(Y), danger_left(Y).
attack(Y) :- year(Y), \\+enough(Y), danger(Y).
attacked :- attack(Y).
query(attacked).
"""
