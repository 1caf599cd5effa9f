//! GraphML, for yEd, Gephi, Cytoscape and `networkx`.

use super::{Drawing, EdgeKind};

const KEYS: &str = r#"  <key id="name" for="node" attr.name="name" attr.type="string"/>
  <key id="kind" for="node" attr.name="kind" attr.type="string"/>
  <key id="inside" for="node" attr.name="inside" attr.type="string"/>
  <key id="facts" for="node" attr.name="facts" attr.type="string"/>
  <key id="label" for="edge" attr.name="label" attr.type="string"/>
  <key id="sort" for="edge" attr.name="sort" attr.type="string"/>
"#;

impl Drawing {
    /// The drawing as GraphML, nesting as edges of the sort `nested`.
    pub fn graphml(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out += "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
        out += KEYS;
        out += "  <graph id=\"scenario\" edgedefault=\"directed\">\n";
        out += &format!("    <desc>{}</desc>\n", escaped(&self.title));
        for node in &self.nodes {
            out += &format!("    <node id=\"{}\">\n", escaped(&node.id));
            let facts = node.facts.join(", ");
            let inside = node.inside.as_deref().unwrap_or_default();
            for (key, value) in [
                ("name", &*node.name),
                ("kind", &node.kind),
                ("inside", inside),
                ("facts", &facts),
            ] {
                if !value.is_empty() {
                    out += &format!("      <data key=\"{key}\">{}</data>\n", escaped(value));
                }
            }
            out += "    </node>\n";
        }
        for edge in &self.edges {
            let directed = if edge.symmetric { " directed=\"false\"" } else { "" };
            let (from, to) = (escaped(&edge.from), escaped(&edge.to));
            out += &format!("    <edge source=\"{from}\" target=\"{to}\"{directed}>\n");
            out += &format!("      <data key=\"label\">{}</data>\n", escaped(&edge.label));
            let sort = match edge.kind {
                EdgeKind::Attribute => "attribute",
                EdgeKind::Nested => "nested",
                EdgeKind::Fact => "fact",
            };
            out += &format!("      <data key=\"sort\">{sort}</data>\n    </edge>\n");
        }
        out += "  </graph>\n</graphml>\n";
        out
    }
}

/// Text for XML: its five signs, and no control characters, which XML 1.0 cannot hold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}
