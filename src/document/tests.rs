//! Claims about loading: what is inherited, what is not, and what is said when something is missing.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Document, Fields, LoadError, Loader, Node, Tree, Vocabulary};
use crate::diagnostic::{Diagnostics, Options};

const VOCABULARY: [(&str, &str); 4] = [
    (
        "behaviour/war.yaml",
        "demarche: 1\nuses: [losses]\nrules: { attack: { every: 1 month, derive: x } }\n",
    ),
    (
        "behaviour/losses.yaml",
        "demarche: 1\nmeasures: { losses: { from: 0 } }\n",
    ),
    (
        "law/b_guarantee.yaml",
        "kinds: { guarantee: { is_a: provision } }\nrules: { peace: { derive: y } }\n",
    ),
    ("law/a_agreement.yaml", "kinds:\n  agreement: { about: a text }\n"),
];

fn loader() -> Loader {
    Loader::with_vocabulary(Arc::new(Vocabulary::new(VOCABULARY)))
}

fn parse(text: &str) -> Result<Document, LoadError> {
    loader().parse("test.yaml", text)
}

fn good(text: &str) -> Document {
    parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn at<'n>(document: &'n Document, path: &str) -> Option<&'n Node> {
    path.split('/')
        .try_fold(document.root(), |node, key| node.as_map()?.get(key))
}

fn text<'n>(document: &'n Document, path: &str) -> Option<&'n str> {
    at(document, path)?.as_text()
}

fn codes_of(error: &LoadError) -> Vec<&'static str> {
    error.diagnostics.sorted().iter().map(|d| d.code.0).collect()
}

/// A folder of its own for one test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = std::env::temp_dir().join(format!("demarche_{name}_{}", std::process::id()));
        for (path, bytes) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Folder(folder)
    }

    fn open(&self, name: &str) -> Result<Document, LoadError> {
        loader().open(self.0.join(name))
    }

    /// The only message about opening a file, without the folder's own name.
    fn refused(&self, name: &str) -> String {
        let error = self.open(name).unwrap_err();
        error.to_string().replace(&format!("{}/", self.0.display()), "")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn law_is_always_there_and_behaviour_is_taken_by_name() {
    let document = good("title: x\n");
    assert!(at(&document, "kinds/agreement").is_some() && at(&document, "kinds/guarantee").is_some());
    assert!(at(&document, "measures").is_none());
    let document = good("uses: [war]\n");
    assert!(at(&document, "rules/attack").is_some() && at(&document, "measures/losses").is_some());
}

#[test]
fn places_in_the_vocabulary_are_good_in_every_document() {
    let document = good("title: x\n");
    let entry = &at(&document, "kinds").unwrap().as_map().unwrap().entries["guarantee"];
    assert_eq!(document.sources().slice(entry.key), "guarantee");
    assert_eq!(
        document.sources().get(entry.key.source).unwrap().name,
        "vocabulary/law/b_guarantee.yaml"
    );
}

#[test]
fn a_rule_of_the_vocabulary_is_patched_by_name_and_never_removed_with_all_others() {
    assert_eq!(
        text(&good("rules: { peace: { says: z } }\n"), "rules/peace/derive"),
        Some("y")
    );
    assert!(at(&good("rules: { peace: null }\n"), "rules/peace").is_none());
    assert_eq!(codes_of(&parse("rules: null\n").unwrap_err()), ["E0213"]);
}

#[test]
fn a_chain_is_merged_from_its_root_and_inherits_no_heading() {
    let folder = Folder::new(
        "chain",
        &[
            ("seeds/root.yaml", b"demarche: 1\ntitle: root\nuses: [losses]\nexpect: { a: b }\nactors: { usa: { kind: state }, uk: {} }\n"),
            ("seeds/middle.yaml", b"demarche: 1\nfrom: root.yaml\nactors: { usa: { name: x }, uk: null }\n"),
            ("scenarios/top.yaml", b"demarche: 1\nfrom: ../seeds/middle.yaml\nuses: [war]\nactors: { usa: { name: y } }\n"),
        ],
    );
    let document = folder.open("scenarios/top.yaml").unwrap();
    assert_eq!(document.title(), None);
    assert!(document.heading().entries.is_empty());
    assert_eq!(text(&document, "actors/usa/kind"), Some("state"));
    assert_eq!(text(&document, "actors/usa/name"), Some("y"));
    assert!(
        at(&document, "actors")
            .unwrap()
            .as_map()
            .unwrap()
            .removed
            .contains_key("uk")
    );
    let uses: Vec<_> = at(&document, "uses")
        .unwrap()
        .as_list()
        .unwrap()
        .iter()
        .map(|n| n.as_text().unwrap())
        .collect();
    assert_eq!(uses, ["losses", "war"]);
    assert!(at(&document, "from").is_none() && at(&document, "demarche").is_none());
}

#[test]
fn a_variant_is_an_overlay_or_a_scenario_of_its_own() {
    let folder = Folder::new(
        "variant",
        &[
            ("base.yaml", b"demarche: 1\ntitle: base\nexpect: { a: b }\nactors: { usa: {}, uk: {} }\nvariants:\n  gone: { title: without, uses: [war], actors: { uk: null } }\n  other: { file: sub/other.yaml }\n  lost: { file: sub/lost.yaml }\n  both: { file: sub/other.yaml, title: x }\n"),
            ("sub/other.yaml", b"demarche: 1\ntitle: other\nfrom: root.yaml\n"),
            ("sub/root.yaml", b"demarche: 1\nactors: { china: {} }\n"),
        ],
    );
    let base = folder.open("base.yaml").unwrap();
    assert_eq!(
        base.variant_ids().collect::<Vec<_>>(),
        ["gone", "other", "lost", "both"]
    );

    let gone = base.variant("gone").unwrap();
    assert_eq!(gone.title(), Some("without"));
    assert!(gone.heading().get("expect").is_none() && gone.heading().get("variants").is_none());
    assert!(at(&gone, "actors/usa").is_some() && at(&gone, "actors/uk").is_none());
    assert!(at(&gone, "rules/attack").is_some());
    assert_eq!(gone.sources().slice(at(&gone, "actors/usa").unwrap().span), "{}");

    let other = base.variant("other").unwrap();
    assert_eq!(other.title(), Some("other"));
    assert!(at(&other, "actors/china").is_some() && at(&other, "actors/usa").is_none());

    assert!(
        base.variant("lost")
            .unwrap_err()
            .to_string()
            .contains("there is no file")
    );
    assert_eq!(codes_of(&base.variant("both").unwrap_err()), ["E0207"]);
    let unknown = base.variant("gon").unwrap_err();
    assert!(unknown.to_string().contains("did you mean `gone`?"), "{unknown}");
}

#[test]
fn a_null_in_the_heading_removes_nothing_but_stays_in_overlays() {
    assert_eq!(codes_of(&parse("title: null\n").unwrap_err()), ["E0210"]);
    assert_eq!(codes_of(&parse("expect: { a: null }\n").unwrap_err()), ["E0210"]);
    assert_eq!(codes_of(&parse("variants: null\n").unwrap_err()), ["E0210"]);
    let base = good("actors: { usa: {} }\nvariants: { v: { actors: { usa: null } } }\n");
    assert!(at(&base.variant("v").unwrap(), "actors/usa").is_none());
}

#[test]
fn a_lever_is_an_overlay_without_its_actor_and_cost() {
    let base =
        good("actors: { usa: {} }\nlevers:\n  pay: { by: usa, cost: 3, actors: { usa: { name: x } } }\n");
    let pulled = base.lever("pay").unwrap();
    assert_eq!(text(&pulled, "actors/usa/name"), Some("x"));
    assert!(at(&pulled, "by").is_none() && at(&pulled, "cost").is_none());
}

#[test]
fn overlays_stack_and_keep_their_places() {
    let base = good("assumptions: { h: { value: 0.1 } }\n");
    let swept = base
        .with_text("sweep", "assumptions: { h: { value: 0.2 } }\n")
        .unwrap();
    let again = swept
        .with_text("sweep", "assumptions: { h: { value: 0.3 } }\n")
        .unwrap();
    let node = at(&again, "assumptions/h/value").unwrap();
    assert_eq!(
        (node.as_text(), again.sources().slice(node.span)),
        (Some("0.3"), "0.3")
    );
    assert_eq!(text(&base, "assumptions/h/value"), Some("0.1"));
    assert_eq!(
        codes_of(&base.with_text("x", "from: y\n").unwrap_err()),
        ["E0207"]
    );
}

#[test]
fn a_circle_is_printed_as_the_circle_it_is() {
    let folder = Folder::new(
        "circle",
        &[
            ("top.yaml", b"demarche: 1\nfrom: a.yaml\n"),
            ("a.yaml", b"demarche: 1\nfrom: ./b.yaml\n"),
            ("b.yaml", b"demarche: 1\nfrom: a.yaml\n"),
            ("own.yaml", b"demarche: 1\nfrom: own.yaml\n"),
        ],
    );
    assert!(
        folder
            .refused("top.yaml")
            .contains("these files build on each other: a.yaml -> b.yaml -> a.yaml")
    );
    assert!(folder.refused("own.yaml").contains("this file builds on itself"));
}

#[test]
fn an_endless_chain_is_cut() {
    let files: Vec<_> = (0..40)
        .map(|i| {
            (
                format!("f{i}.yaml"),
                format!("demarche: 1\nfrom: f{}.yaml\n", i + 1),
            )
        })
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let folder = Folder::new("endless", &files);
    assert_eq!(codes_of(&folder.open("f0.yaml").unwrap_err()), ["E0204"]);
}

#[test]
fn each_kind_of_bad_file_has_its_own_words() {
    let folder = Folder::new(
        "files",
        &[
            ("deal.yaml", b"demarche: 1\nfrom: seed.yaml\n"),
            ("latin.yaml", b"demarche: 1\ntitle: caf\xe9\n"),
            ("wide.yaml", b"\xff\xfed\0"),
            ("mark.yaml", b"\xef\xbb\xbfdemarche: 1\ntitle: x\n"),
            ("old.yaml", b"demarche: 0.9\n"),
            ("none.yaml", b"title: x\n"),
            ("seeds.yaml", b"demarche: 1\n"),
        ],
    );
    assert!(folder.refused("dael.yaml").contains("did you mean `deal.yaml`?"));
    let missing = folder.refused("deal.yaml");
    assert!(
        missing.contains("deal.yaml:2:7") && missing.contains("did you mean `seeds.yaml`?"),
        "{missing}"
    );
    assert!(folder.refused("").contains("is a folder"));
    assert!(folder.refused("latin.yaml").contains("latin.yaml:2:11"));
    assert!(folder.refused("wide.yaml").contains("UTF-16"));
    assert_eq!(folder.open("mark.yaml").unwrap().title(), Some("x"));
    assert_eq!(codes_of(&folder.open("old.yaml").unwrap_err()), ["E0202"]);
    assert_eq!(codes_of(&folder.open("none.yaml").unwrap_err()), ["E0202"]);
}

#[test]
fn mistakes_of_all_files_are_told_in_one_run() {
    let folder = Folder::new(
        "all",
        &[
            ("top.yaml", b"demarche: 2\nfrom: low.yaml\nuses: [wra]\nx:\n"),
            ("low.yaml", b"demarche: 1\na: { b: f(c, d) }\ne: null\n"),
        ],
    );
    let mut found = codes_of(&folder.open("top.yaml").unwrap_err());
    found.sort_unstable();
    assert_eq!(found, ["E0110", "E0112", "E0202", "E0205", "E0210"]);
}

#[test]
fn a_document_built_in_rust_speaks_of_its_own_text() {
    let tree = Tree::map([("title", Tree::from("x")), ("uses", Tree::list(["wra"]))]);
    let error = loader().build(&tree).unwrap_err();
    insta::assert_snapshot!(error, @r"
    error[E0205]: the vocabulary has no behaviour `wra`
     --> <rust>:3:5
      |
    3 |   - wra
      |     ^^^
      |
      = help: did you mean `war`?
    help: write it like this
      |
    3 -   - wra
    3 +   - war
      |

    1 error
    ");
}

#[test]
fn a_broken_vocabulary_is_told_by_every_document() {
    let vocabulary = Vocabulary::new([("law/x.yaml", "a: [1\n")]);
    let error = Loader::with_vocabulary(Arc::new(vocabulary))
        .parse("t", "title: x\n")
        .unwrap_err();
    assert!(error.to_string().contains("vocabulary/law/x.yaml:1:4"));
}

#[test]
fn the_embedded_vocabulary_is_sound() {
    if let Err(error) = Document::parse("t", "title: x\n") {
        panic!("{error}");
    }
}

#[test]
fn the_order_of_uses_does_not_matter() {
    let one = good("uses: [war, losses]\n");
    let other = good("uses: [losses, war]\n");
    assert!(at(&one, "rules").unwrap().same(at(&other, "rules").unwrap()));
    assert!(
        at(&one, "measures")
            .unwrap()
            .same(at(&other, "measures").unwrap())
    );
}

#[test]
fn examples_of_codes_earn_them_and_their_repairs_do_not() {
    // What shows itself only with files, at the command line, with the whole vocabulary or to the floor that reads the fields.
    let elsewhere = [
        "E0101", "E0203", "E0204", "E0206", "E0215", "E0221", "E0222", "E0223", "W0102",
    ];
    let found = |text: &str| -> Vec<&'static str> {
        let document = match parse(text) {
            Ok(document) => document,
            Err(error) => return codes_of(&error),
        };
        let mut found: Vec<_> = document.warnings().iter().map(|d| d.code.0).collect();
        for variant in document.variant_ids() {
            found.extend(document.variant(variant).err().iter().flat_map(codes_of));
        }
        let levers: Vec<&str> = document.lever_ids().collect();
        found.extend(document.levers(&levers).err().iter().flat_map(codes_of));
        found
    };
    for example in super::codes::CODES {
        if elsewhere.contains(&example.code) {
            continue;
        }
        assert!(
            found(example.bad).contains(&example.code),
            "{}: {:?}",
            example.code,
            found(example.bad)
        );
        assert_eq!(found(example.good), Vec::<&str>::new(), "{}", example.code);
    }
}

#[test]
fn fields_tell_all_that_is_wrong_with_an_element() {
    let document =
        good("x:\n  treshold: 2\n  symmetric: yes\n  by: usa\nvariants:\n  v: { x: { by: null } }\n")
            .variant("v")
            .unwrap();
    let mut diagnostics = Diagnostics::default();
    let mut fields = Fields::new(at(&document, "x").unwrap(), "the agreement `x`", &mut diagnostics);
    assert!(fields.req("by").is_none() && fields.opt("threshold").is_none());
    assert_eq!(fields.boolean("symmetric"), None);
    assert!(fields.one_or_more("if").is_empty());
    fields.done_with(&["name"]);
    insta::assert_snapshot!(diagnostics.render(document.sources(), Options::default()), @r"
    error[E0222]: the agreement `x` has no key `treshold`
     --> test.yaml:2:3
      |
    2 |   treshold: 2
      |   ^^^^^^^^
      |
      = help: did you mean `threshold`?
    help: write it like this
      |
    2 |   threshold: 2
      |    +

    error[E0221]: the agreement `x` needs `by`
     --> test.yaml:2:3
      |
    2 |   treshold: 2
      |   ^^^^^^^^^^^
    ...
    6 |   v: { x: { by: null } }
      |                 ---- `by` was removed here

    error[E0220]: `symmetric` must be true or false, and this is a text
     --> test.yaml:3:14
      |
    3 |   symmetric: yes
      |              ^^^
      |
      = help: write `true` or `false`, in lower case and without quotes
    help: write it like this
      |
    3 -   symmetric: yes
    3 +   symmetric: true
      |

    3 errors
    ");
}

#[test]
fn fields_of_something_that_is_no_map_say_so_once() {
    let document = good("x: [a]\n");
    let mut diagnostics = Diagnostics::default();
    let mut fields = Fields::new(at(&document, "x").unwrap(), "the agreement `x`", &mut diagnostics);
    assert!(fields.req("by").is_none() && fields.text("name").is_none());
    fields.done();
    assert_eq!(
        diagnostics.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(),
        ["the agreement `x` must be a map, and this is a list"]
    );
}

#[test]
fn an_id_is_snake_case_and_a_better_one_is_offered() {
    let document = good("x: United-States\n");
    let node = at(&document, "x").unwrap();
    let mut diagnostics = Diagnostics::default();
    assert!(!super::check_id(
        "United-States",
        node.span,
        "an actor",
        &mut diagnostics
    ));
    assert!(super::check_id("usa_2", node.span, "an actor", &mut diagnostics));
    let fixes: Vec<_> = diagnostics
        .iter()
        .filter_map(|d| d.fix.as_ref().map(|fix| fix.replacement.as_str()))
        .collect();
    assert_eq!(fixes, ["united_states"]);
}
