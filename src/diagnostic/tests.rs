//! What people and programs get to read.

use super::{Diagnostic, Diagnostics, Options, SourceId, Sources, Span};

struct Texts {
    sources: Sources,
    base: SourceId,
    overlay: SourceId,
}

fn texts() -> Texts {
    let mut sources = Sources::default();
    let base = sources.add(
        "base.yaml",
        "actors:\n  usa:\n    kind: state\n    näme: x\n  uk: {}\n",
    );
    let overlay = sources.add("overlay.yaml", "actors:\n  usa: { kind: null }\n");
    Texts {
        sources,
        base,
        overlay,
    }
}

fn span(texts: &Texts, source: SourceId, part: &str) -> Span {
    let start = texts.sources.get(source).unwrap().text.find(part).unwrap();
    Span::new(source, start, start + part.len())
}

fn of(list: impl IntoIterator<Item = Diagnostic>) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    list.into_iter()
        .for_each(|diagnostic| diagnostics.push(diagnostic));
    diagnostics
}

#[test]
fn a_message_shows_both_files_the_help_and_the_repair() {
    let texts = texts();
    let name = span(&texts, texts.base, "näme");
    let diagnostics = of([Diagnostic::error(
        "E0221",
        span(&texts, texts.base, "usa"),
        "the state `usa` needs `kind`",
    )
    .also(span(&texts, texts.overlay, "null"), "`kind` was removed here")
    .also(name, "a spelling mistake?")
    .help("write it again")
    .fix(name, "name")]);
    insta::assert_snapshot!(diagnostics.render(&texts.sources, Options::default()), @r"
    error[E0221]: the state `usa` needs `kind`
     --> base.yaml:2:3
      |
    2 |   usa:
      |   ^^^
    3 |     kind: state
    4 |     näme: x
      |     ---- a spelling mistake?
      |
     ::: overlay.yaml:2:16
      |
    2 |   usa: { kind: null }
      |                ---- `kind` was removed here
      |
      = help: write it again
    help: write it like this
      |
    4 -     näme: x
    4 +     name: x
      |

    1 error
    ");
}

#[test]
fn a_mark_over_many_lines_ends_with_the_first() {
    let texts = texts();
    let whole = span(&texts, texts.base, "usa:\n    kind: state\n");
    let rendered = of([Diagnostic::error("E0001", whole, "x")]).render(&texts.sources, Options::default());
    assert!(rendered.contains("2 |   usa:\n  |   ^^^^\n"), "{rendered}");
}

#[test]
fn messages_come_in_the_order_of_their_places_and_once() {
    let texts = texts();
    let [late, early] = ["uk", "usa"].map(|part| span(&texts, texts.base, part));
    let diagnostics = of([
        Diagnostic::warning("W0002", late, "late"),
        Diagnostic::error("E0001", span(&texts, texts.overlay, "usa"), "in another file"),
        Diagnostic::error("E0001", early, "early"),
        Diagnostic::error("E0001", early, "early, but something else"),
        Diagnostic::error("E0001", early, "early"),
        Diagnostic::placeless("E0000", "nowhere"),
    ]);
    let messages: Vec<_> = diagnostics.sorted().iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "nowhere",
            "early",
            "early, but something else",
            "late",
            "in another file"
        ]
    );
    let rendered = diagnostics.render(
        &texts.sources,
        Options {
            limit: 2,
            ..Options::default()
        },
    );
    assert!(
        rendered.ends_with("4 errors, 1 warning (3 not shown)\n"),
        "{rendered}"
    );
    assert!(!rendered.contains("late"));
}

#[test]
fn no_message_renders_as_nothing() {
    assert_eq!(
        Diagnostics::default().render(&Sources::default(), Options::default()),
        ""
    );
}

#[test]
fn colour_is_only_used_when_asked_for() {
    let texts = texts();
    let diagnostics = of([Diagnostic::error("E0001", span(&texts, texts.base, "usa"), "x")]);
    let render = |color| {
        diagnostics.render(
            &texts.sources,
            Options {
                color,
                ..Options::default()
            },
        )
    };
    assert!(!render(false).contains('\u{1b}') && render(true).contains('\u{1b}'));
}

#[test]
fn places_outside_a_text_break_nothing() {
    let texts = texts();
    let stray = Span::new(texts.base, 5000, 6000);
    let diagnostics = of([Diagnostic::error("E0001", stray, "x")
        .also(stray, "y")
        .fix(stray, "z")]);
    assert!(
        diagnostics
            .render(&texts.sources, Options::default())
            .contains("error[E0001]: x")
    );
    assert!(
        diagnostics
            .render(&Sources::default(), Options::default())
            .contains("error[E0001]: x")
    );
    assert!(diagnostics.to_json(&texts.sources).is_array());
}

#[test]
fn programs_get_lines_columns_and_the_text_at_fault() {
    let texts = texts();
    let place = span(&texts, texts.base, "x");
    let diagnostics = of([
        Diagnostic::error("E0001", place, "m")
            .label("l")
            .help("h")
            .fix(place, "y"),
        Diagnostic::placeless("E0002", "p"),
    ]);
    let json = diagnostics.to_json(&texts.sources);
    assert_eq!(json[0]["line"], serde_json::Value::Null);
    assert_eq!(
        json[1],
        serde_json::json!({
            "code": "E0001", "severity": "error", "message": "m",
            "file": "base.yaml", "line": 4, "column": 11, "end_line": 4, "end_column": 12, "text": "x",
            "label": "l", "labels": [], "help": ["h"],
            "fix": { "file": "base.yaml", "line": 4, "column": 11, "end_line": 4, "end_column": 12, "replacement": "y" },
        })
    );
}
