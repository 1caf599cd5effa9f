//! The texts of `says:`.

use super::super::template::{Piece, Template};
use super::{plain, scalar, tell};

fn template(text: &str) -> Template {
    let (sources, node) = plain(text);
    Template::parse(&sources, &node).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// Placeholders become their names in capitals; `at` is a default.
fn rendered(text: &str) -> String {
    template(text).render(&mut |path| {
        let names: Vec<_> = path.iter().map(|ident| ident.name.to_uppercase()).collect();
        if names == ["AT"] {
            Piece::Default("SOMEWHERE".to_owned())
        } else {
            Piece::Text(names.join("'s "))
        }
    })
}

#[test]
fn placeholders_are_replaced() {
    assert_eq!(rendered("{who} attacks {whom}"), "WHO attacks WHOM");
    assert_eq!(
        rendered("help within {p.within}, (at {at})"),
        "help within P's WITHIN, (at SOMEWHERE)"
    );
    assert_eq!(rendered("no placeholder"), "no placeholder");
}

#[test]
fn an_optional_part_is_printed_unless_all_in_it_is_default() {
    assert_eq!(rendered("{who} attacks[ at {at}]"), "WHO attacks");
    assert_eq!(
        rendered("{who} attacks[ {whom} at {at}]"),
        "WHO attacks WHOM at SOMEWHERE"
    );
}

#[test]
fn line_ends_are_blanks() {
    assert_eq!(rendered("  {who}\n     attacks \n"), "WHO attacks");
}

#[test]
fn a_text_prints_as_it_is_written() {
    for text in [
        "{who} attacks {whom}[ at {at}]",
        "{p.part_of.name}",
        "[ {a} and {b}]",
    ] {
        assert_eq!(template(text).to_string(), text);
    }
}

#[test]
fn all_placeholders_are_listed_with_their_places() {
    let text = "{who} attacks {p . of}[ at {at}]";
    let (sources, node) = plain(text);
    let template = Template::parse(&sources, &node).unwrap();
    let places: Vec<_> = template
        .paths()
        .flatten()
        .map(|ident| sources.slice(ident.span))
        .collect();
    assert_eq!(places, ["who", "p", "of", "at"]);
    let (sources, node) = scalar("|\n  {who}\n", "{who}\n");
    let template = Template::parse(&sources, &node).unwrap();
    assert_eq!(template.paths().flatten().next().unwrap().span, node.span);
}

#[test]
fn unbalanced_texts_say_where() {
    let listing: Vec<_> = [
        "{who attacks {whom}",
        "who} attacks",
        "{}",
        "{ }",
        "{a.}",
        "{.a}",
        "{Who}",
        "{then}",
        "{f(x)}",
        "a [ at {at}",
        "a ] b",
        "a [ b ]",
        "[ a {b} [ c {d} ] ]",
        "[{a]}",
        "{a + b}",
        "  ",
    ]
    .iter()
    .map(|text| {
        let (sources, node) = plain(text);
        format!(
            "{text}\n    {}",
            tell(&sources, &Template::parse(&sources, &node).unwrap_err())
        )
    })
    .collect();
    insta::assert_snapshot!(listing.join("\n"));
}
