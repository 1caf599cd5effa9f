//! The messages of this floor, explained: what `demarche check --code E0308` prints.

use crate::diagnostic::Explanation;

/// All codes of this floor, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "E0301",
        "a sign without a meaning",
        "Conditions are written with the words `and`, `or`, `not`, `in` and the signs == != < <= > >= + - * /. Signs \
         of other languages and quotes have no meaning.",
        "signed(usa, treaty) && not lapsed(treaty)",
        "signed(usa, treaty) and not lapsed(treaty)",
    ),
    Explanation::new(
        "E0302",
        "not a name",
        "Names begin with a letter and are written with a to z, 0 to 9 and `_`: no capitals, no hyphens, no accents. \
         What readers see stands under `name:` and `says:`.",
        "at_war(Russia, ukraine)",
        "at_war(russia, ukraine)",
    ),
    Explanation::new(
        "E0303",
        "not a number",
        "A number is written with digits and at most one point between digits: no exponent, no separators, no percent \
         sign, no needless zeros in front.",
        "population(usa) > 1_000",
        "population(usa) > 1000",
    ),
    Explanation::new(
        "E0304",
        "not a date",
        "A date is written `YYYY-MM-DD` and must exist. To subtract numbers, put blanks around the minus sign.",
        "2022-02-30",
        "2022-02-28",
    ),
    Explanation::new(
        "E0305",
        "not a duration",
        "A duration counts whole days, weeks, months or years.",
        "1.5 years",
        "18 months",
    ),
    Explanation::new(
        "E0306",
        "a value is missing",
        "An operator, a comma or a parenthesis stands where a name, a number or another value should, or the text \
         ends too early.",
        "signed(usa, treaty) and",
        "signed(usa, treaty) and binding",
    ),
    Explanation::new(
        "E0307",
        "parentheses do not match",
        "Each `(` is closed by one `)`. In YAML's `{ }` and `[ ]` a comma ends a value unless the value is quoted, \
         which cuts a call with two arguments in half.",
        "not (signed(usa, treaty)",
        "not signed(usa, treaty)",
    ),
    Explanation::new(
        "E0308",
        "comparisons do not chain",
        "A comparison is true or false; comparing that again is never meant. Say both comparisons.",
        "0 < losses(russia) <= 0.5",
        "0 < losses(russia) and losses(russia) <= 0.5",
    ),
    Explanation::new(
        "E0309",
        "a quantifier of another form",
        "The quantifiers are `count(x in s where c)`, `any(x in s where c)`, `all(x in s where c satisfy d)` and \
         `sum(x in s where c give e)`. There is no colon, since YAML would take it for a key.",
        "count(g in treaty.needs : ratified(g, treaty))",
        "count(g in treaty.needs where ratified(g, treaty))",
    ),
    Explanation::new(
        "E0310",
        "parentheses are needed",
        "`not` and `if` after an operator could be read in two ways.",
        "binding == not serious",
        "binding == (not serious)",
    ),
    Explanation::new(
        "E0311",
        "an expression too deep",
        "Parentheses nest at most 100 deep, and at most 255 operators follow each other. Derive facts for the parts, \
         or write a YAML list of conditions.",
        "a or b or c or (297 more)",
        "any_of_three_hundred",
    ),
    Explanation::new(
        "E0312",
        "an operator is missing",
        "Two values stand side by side, or a value is followed by something that cannot continue it.",
        "signed(usa, treaty) ratified(usa, treaty)",
        "signed(usa, treaty) and ratified(usa, treaty)",
    ),
    Explanation::new(
        "E0313",
        "a call of another form",
        "Facts, events and functions are called by a bare name with at least one argument; without arguments they are \
         written without parentheses.",
        "guns_silent()",
        "guns_silent",
    ),
    Explanation::new(
        "E0314",
        "`given` outside a probability",
        "`given` conditions a probability: `p(a given b)`, in `expect:`.",
        "peace given signed",
        "p(peace given signed) >= 0.5",
    ),
    Explanation::new(
        "E0315",
        "`_` outside an argument",
        "`_` matches anything; it stands alone as an argument of a fact or an event.",
        "losses(russia) > _",
        "at_war(russia, _)",
    ),
    Explanation::new(
        "E0316",
        "not a text",
        "Here stands a list, a mapping or `null` where one text is wanted. A text that holds a colon and a blank, or \
         begins with a brace, must be quoted.",
        "[at_war(russia, ukraine)]",
        "at_war(russia, ukraine)",
    ),
    Explanation::new(
        "E0317",
        "a word of the language as a name",
        "`true`, `false`, `never`, `not`, `and`, `or`, `in`, `if`, `then` and `else` cannot be names.",
        "treaty.then",
        "treaty.afterwards",
    ),
    Explanation::new(
        "E0318",
        "not an event",
        "A pattern is one event, or several joined by `or`. Conditions on the state belong under `if:`.",
        "attack(russia, ukraine) and signed(usa, treaty)",
        "attack(russia, ukraine) or attack(russia, poland)",
    ),
    Explanation::new(
        "E0319",
        "not a type",
        "A type is `number`, `boolean`, `text`, `date`, `duration`, `condition`, two or more words `a | b`, a kind, or \
         `set of` a kind.",
        "list of actor",
        "set of actor",
    ),
    Explanation::new(
        "E0320",
        "a text whose braces do not match",
        "In `says:` braces enclose an argument or a path, `{who}` or `{p.within}`, and square brackets a part that is \
         left out when its arguments have their defaults, `[ at {at}]`.",
        "{who attacks {whom}",
        "{who} attacks {whom}",
    ),
    Explanation::new(
        "E0321",
        "a value of another sort",
        "Here a value must be written out: a number, a duration such as `30 days`, a date such as `2022-03-29`, or \
         the unit of a rate such as `per year`.",
        "30",
        "30 days",
    ),
];
