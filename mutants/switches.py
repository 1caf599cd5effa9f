"""Writes many mutants into one copy of the sources, each behind a switch that is read when the program runs.

A mutant of cargo-mutants is a place and a text to put there. Built one at a time, each would cost a build of the crate, which is
longer than its tests; so all of them are built at once and the environment says which one is alive.
"""

from collections import defaultdict
from typing import Callable, NamedTuple

import tree_sitter
import tree_sitter_rust

LANGUAGE = tree_sitter.Language(tree_sitter_rust.language())

# Added to the root of the crate. Without the variable no mutant is alive.
MODULE = """
#[doc(hidden)]
#[allow(missing_docs)]
pub(crate) mod mutant {
    pub(crate) fn alive() -> u32 {
        static ALIVE: std::sync::LazyLock<u32> = std::sync::LazyLock::new(|| {
            std::env::var("DEMARCHE_MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(0)
        });
        *ALIVE
    }
    pub(crate) fn is(number: u32) -> bool {
        alive() == number
    }
}
"""


class Edit(NamedTuple):
    """A part of the text that is written anew; `write` is given the text of any part, its own edits made."""

    start: int
    end: int
    write: Callable


class Cannot(Exception):
    """This mutant has no switch and must be built by itself."""


def offset(text: bytes, place: dict) -> int:
    """The byte of a place that is counted in lines and characters, from one."""
    lines = text.split(b"\n")
    before = sum(len(line) + 1 for line in lines[: place["line"] - 1])
    line = lines[place["line"] - 1].decode()
    return before + len(line[: place["column"] - 1].encode())


def around(root, start: int, end: int, kinds: set[str]):
    """The smallest node of one of these kinds about a part of the text."""
    node = root.descendant_for_byte_range(start, end)
    while node is not None and node.type not in kinds:
        node = node.parent
    if node is None:
        raise Cannot("no " + " or ".join(sorted(kinds)))
    return node


def function_value(number, mutant, text, root, start, end):
    function = around(root, start, end, {"function_item"})
    head = text[function.start_byte : start].decode()
    if "const fn " in head.split("(")[0]:
        raise Cannot("a `const fn` reads no environment")
    if "-> impl " in head:
        raise Cannot("an opaque type has one body")
    value = mutant["replacement"]
    return Edit(start, start, lambda part: f"if crate::mutant::is({number}) {{ return {value}; }} ")


def operator(number, mutant, text, root, start, end):
    node = around(root, start, end, {"binary_expression", "compound_assignment_expr"})
    found = node.child_by_field_name("operator")
    if found is None or found.start_byte != start:
        raise Cannot("not an operator of the grammar")
    return node, mutant["replacement"]


def operators(node, text, choices):
    """One operator that may be any of several others."""
    left, right = (node.child_by_field_name(side) for side in ("left", "right"))
    own = text[left.end_byte : right.start_byte].decode().strip()

    def write(part):
        one, other = part(left.start_byte, left.end_byte), part(right.start_byte, right.end_byte)
        arms = "".join(f"{number} => {{ {one} {sign} {other} }}, " for number, sign in choices)
        return f"(match crate::mutant::alive() {{ {arms}_ => {{ {one} {own} {other} }} }})"

    return Edit(node.start_byte, node.end_byte, write)


def unary(number, mutant, text, root, start, end):
    node = around(root, start, end, {"unary_expression"})
    if node.start_byte != start:
        raise Cannot("not an operator of the grammar")
    inner = node.children[-1]
    sign = text[node.start_byte : inner.start_byte].decode()

    def write(part):
        value = part(inner.start_byte, inner.end_byte)
        return f"(if crate::mutant::is({number}) {{ {value} }} else {{ {sign}{value} }})"

    return Edit(node.start_byte, node.end_byte, write)


def arm(number, mutant, text, root, start, end):
    node = around(root, start, start + 1, {"match_arm"})
    if node.start_byte != start:
        raise Cannot("not an arm of the grammar")
    pattern = node.child_by_field_name("pattern")
    condition = pattern.child_by_field_name("condition")
    if condition is None:
        return Edit(pattern.end_byte, pattern.end_byte, lambda part: f" if !crate::mutant::is({number})")
    if condition.type in ("let_chain", "let_condition"):
        raise Cannot("a guard with `let`")
    return Edit(
        condition.start_byte,
        condition.end_byte,
        lambda part: f"!crate::mutant::is({number}) && ({part(condition.start_byte, condition.end_byte)})",
    )


def guard(number, mutant, text, root, start, end):
    value = mutant["replacement"]

    def write(part):
        return f"(if crate::mutant::is({number}) {{ {value} }} else {{ {part(start, end)} }})"

    return Edit(start, end, write)


GUARD = "guard.<locals>.write"
KINDS = {"FnValue": function_value, "UnaryOperator": unary, "MatchArm": arm, "MatchArmGuard": guard}


def switched(text: bytes, mutants: list[tuple[int, dict]]) -> tuple[bytes, dict[int, str]]:
    """The text of a file with all these mutants in it, and why some are not."""
    root = tree_sitter.Parser(LANGUAGE).parse(text).root_node
    edits, left_out, at_operator = [], {}, defaultdict(list)
    for number, mutant in mutants:
        start, end = (offset(text, mutant["span"][side]) for side in ("start", "end"))
        try:
            if mutant["genre"] == "BinaryOperator":
                node, sign = operator(number, mutant, text, root, start, end)
                at_operator[(node.start_byte, node.end_byte)].append((node, number, sign))
            elif mutant["genre"] in KINDS:
                edits.append(KINDS[mutant["genre"]](number, mutant, text, root, start, end))
            else:
                raise Cannot("a kind that has no switch")
        except Cannot as why:
            left_out[number] = str(why)
    for found in at_operator.values():
        edits.append(operators(found[0][0], text, [(number, sign) for _, number, sign in found]))
    # What is only put in comes first, then outer parts before inner ones; a guard is about its whole condition.
    edits.sort(key=lambda edit: (edit.start, edit.end > edit.start, -edit.end, edit.write.__qualname__ != GUARD))
    result = written(text, edits, 0, len(text))
    for number, _ in mutants:
        if number not in left_out and str(number) not in result:
            left_out[number] = "lost within another"
    return result.encode(), left_out


def written(text: bytes, edits: list[Edit], start: int, end: int) -> str:
    """A part of the text with the edits that lie in it."""
    out, at, index = [], start, 0
    while index < len(edits):
        edit = edits[index]
        index += 1
        if edit.start < at or edit.end > end or edit.start < start:
            continue
        rest = edits[index:]
        out.append(text[at : edit.start].decode())
        out.append(edit.write(lambda one, other: written(text, rest, one, other)))
        at = edit.end
    out.append(text[at:end].decode())
    return "".join(out)
