//! The JSON Schema of scenarios. Where Node and its package registry are at hand, the YAML language server that editors use
//! completes and checks files through it; where they are not, that is said, and only the schema itself is looked at.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use demarche::Scenario;
use demarche::report::schema;
use serde_json::{Value, json};

/// The language server as the registry has it.
const SERVER: &str = "yaml-language-server@1.25.0";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn of_vocabulary() -> Value {
    let compiled = Scenario::vocabulary().unwrap().compile().unwrap();
    schema(compiled.model(), false)
}

#[test]
fn every_reference_of_the_schema_leads_somewhere() {
    fn walk(schema: &Value, definitions: &Value, found: &mut usize) {
        match schema {
            Value::Object(map) => {
                if let Some(Value::String(to)) = map.get("$ref") {
                    let name = to.strip_prefix("#/definitions/").expect("a definition");
                    assert!(definitions.get(name).is_some(), "{to}");
                    *found += 1;
                }
                map.values().for_each(|value| walk(value, definitions, found));
            }
            Value::Array(list) => list.iter().for_each(|value| walk(value, definitions, found)),
            _ => {}
        }
    }
    let schema = of_vocabulary();
    let mut found = 0;
    walk(&schema, &schema["definitions"], &mut found);
    assert!(found > 100, "{found}");
}

#[test]
fn kinds_attributes_and_words_of_the_vocabulary_are_in_the_schema() {
    let schema = of_vocabulary();
    let guarantee = &schema["definitions"]["kind_guarantee"]["properties"];
    assert_eq!(
        guarantee["duty"]["enum"],
        json!(["assist", "consult", "send_forces"])
    );
    assert!(
        guarantee["within"]["description"]
            .as_str()
            .unwrap()
            .contains("a duration")
    );
    assert!(guarantee.get("due_when").is_some(), "inherited from provision");
    assert_eq!(
        schema["definitions"]["section_actors"]["additionalProperties"]["anyOf"][0]["$ref"],
        "#/definitions/any_actor"
    );
}

#[test]
fn a_scenario_adds_its_own_kinds_and_closes_the_list() {
    let file = root().join("scenarios/precedents/minsk_2015.yaml");
    let compiled = Scenario::open(file).unwrap().compile().unwrap();
    let schema = schema(compiled.model(), true);
    assert!(schema["definitions"].get("kind_step").is_some());
    let kinds = &schema["definitions"]["any_provision"]["properties"]["kind"]["enum"];
    assert!(kinds.as_array().unwrap().contains(&json!("step")));
}

/// The program of the language server; none where it cannot be had.
fn language_server() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("yaml_language_server");
    let program = folder.join("node_modules/yaml-language-server/bin/yaml-language-server");
    if !program.exists() {
        fs::create_dir_all(&folder).ok()?;
        let installed = Command::new("npm")
            .args([
                "install",
                "--no-audit",
                "--no-fund",
                "--no-save",
                "--silent",
                "--prefix",
            ])
            .arg(&folder)
            .arg(SERVER)
            .output()
            .ok()?;
        if !installed.status.success() {
            return None;
        }
    }
    program.exists().then_some(program)
}

/// Line and column of `|` in a text, and the text without it.
fn cursor(text: &str) -> (String, Option<(usize, usize)>) {
    let at = text.find('|').map(|at| {
        let before = &text[..at];
        let line = before.matches('\n').count();
        (line, before.len() - before.rfind('\n').map_or(0, |end| end + 1))
    });
    (text.replacen('|', "", 1), at)
}

#[test]
fn the_yaml_language_server_completes_and_checks_through_the_schema() {
    let Some(server) = language_server() else {
        // Not by a macro, whose words a passing test keeps for itself.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: node, npm or {SERVER} cannot be had here"
        );
        return;
    };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let schema = folder.join("demarche.schema.json");
    fs::write(&schema, of_vocabulary().to_string()).unwrap();
    let head = "demarche: 1\ntitle: Talks\nperiod: { from: 2024-01-01, to: 2024-12-31 }\n";
    let pact = "agreements:\n  pact:\n    parties: [ a, b ]\n    provisions:\n      help:\n";
    let asked = [
        format!("{head}act|\n"),
        format!("{head}{pact}        kind: gua|\n"),
        format!("{head}{pact}        kind: guarantee\n        dut|\n"),
        format!("{head}{pact}        kind: guarantee\n        duty: |\n"),
        format!("{head}rules:\n  one:\n    wh|\n"),
        format!("{head}{pact}        kind: guarantee\n        duty: send_help\n        strenght: binding\n"),
        format!("{head}actrs: {{}}\n"),
        fs::read_to_string(root().join("scenarios/precedents/minsk_2015.yaml"))
            .unwrap()
            .replace('|', " "),
        fs::read_to_string(root().join("seeds/istanbul_2022.yaml"))
            .unwrap()
            .replace('|', " "),
    ];
    let asked: Vec<Value> = asked
        .iter()
        .map(|text| {
            let (text, at) = cursor(text);
            json!({ "text": text, "at": at.map(|(line, column)| [line, column]) })
        })
        .collect();
    let questions = folder.join("questions.json");
    fs::write(&questions, Value::from(asked).to_string()).unwrap();
    let output = Command::new("node")
        .arg(root().join("tests/schema/language_server.mjs"))
        .args([&server, &schema, &questions])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let answers: Value = serde_json::from_str(&said)
        .unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)));
    let completes = |place: usize, word: &str| {
        let found = answers[place]["completions"].as_array().unwrap();
        assert!(found.contains(&json!(word)), "{word} in {found:?}");
    };
    completes(0, "actors");
    completes(1, "guarantee");
    completes(2, "duty");
    completes(3, "send_forces");
    completes(4, "when");
    let problems = |place: usize| answers[place]["problems"].to_string();
    assert!(
        problems(5).contains("strenght") && problems(5).contains("send_forces"),
        "{}",
        problems(5)
    );
    assert!(problems(6).contains("actrs"), "{}", problems(6));
    assert_eq!(problems(7), "[]");
    assert_eq!(problems(8), "[]");
}
