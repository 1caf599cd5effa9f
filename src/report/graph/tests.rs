use super::{Drawing, DrawnEdge, DrawnNode, EdgeKind, Focus};

fn awkward() -> Drawing {
    let node = |id: &str, name: &str, inside: Option<&str>| DrawnNode {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: "state".to_owned(),
        inside: inside.map(str::to_owned),
        facts: Vec::new(),
    };
    let edge = |from: &str, label: &str, to: &str, kind| DrawnEdge {
        from: from.to_owned(),
        label: label.to_owned(),
        to: to.to_owned(),
        kind,
        symmetric: kind == EdgeKind::Fact,
    };
    Drawing {
        title: "\"A\" & <B>".to_owned(),
        on: None,
        nodes: vec![
            node("a", "Ard\"en\\ #1", None),
            node("end", "<b>Brall</b> & `co`", None),
            node("pact", "the pact", None),
            node("pact.promise", "a promise", Some("pact")),
        ],
        edges: vec![
            edge("a", "at_war", "end", EdgeKind::Fact),
            edge("pact", "parties", "a", EdgeKind::Attribute),
            edge("pact.promise", "part_of", "pact", EdgeKind::Nested),
            edge("pact.promise", "to", "end", EdgeKind::Attribute),
        ],
    }
}

#[test]
fn dot_escapes_quotes_and_backslashes_and_boxes_what_is_nested() {
    insta::assert_snapshot!(awkward().dot());
}

#[test]
fn mermaid_names_nodes_by_number_and_escapes_markup() {
    insta::assert_snapshot!(awkward().mermaid());
}

#[test]
fn graphml_escapes_the_five_signs_of_xml() {
    insta::assert_snapshot!(awkward().graphml());
}

#[test]
fn a_focus_keeps_the_entity_and_its_neighbours() {
    let near = awkward().around(&Focus {
        entity: "a".to_owned(),
        depth: 1,
    });
    let ids: Vec<&str> = near.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["a", "end", "pact"]);
    assert_eq!(near.edges.len(), 2);
    let all = awkward().around(&Focus {
        entity: "a".to_owned(),
        depth: 2,
    });
    assert_eq!(all.nodes.len(), 4);
}
