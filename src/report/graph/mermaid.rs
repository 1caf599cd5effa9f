//! For Mermaid, as in Markdown on many sites.

use super::{Drawing, DrawnNode, EdgeKind};

impl Drawing {
    /// The drawing as a Mermaid flowchart. Boxes hold what is nested, dotted edges are facts.
    pub fn mermaid(&self) -> String {
        let mut out = format!("---\ntitle: {}\n---\nflowchart LR\n", title(self));
        let name = |id: &str| {
            let at = self.nodes.iter().position(|node| node.id == id);
            at.map_or_else(|| "lost".to_owned(), |at| format!("n{at}"))
        };
        for node in self.members(None) {
            out += &format!("  {}[\"{}\"]\n", name(&node.id), label(node));
        }
        for outer in self.boxes() {
            out += &format!("  subgraph box_{}[\" \"]\n", name(&outer.id));
            for node in self.members(Some(outer)) {
                out += &format!("    {}[\"{}\"]\n", name(&node.id), label(node));
            }
            out += "  end\n";
        }
        for edge in self.arrows() {
            let arrow = match (edge.kind, edge.symmetric) {
                (EdgeKind::Fact, true) => "<-.->",
                (EdgeKind::Fact, false) => "-.->",
                _ => "-->",
            };
            out += &format!(
                "  {} {arrow}|\"{}\"| {}\n",
                name(&edge.from),
                escaped(&edge.label),
                name(&edge.to)
            );
        }
        out
    }
}

fn label(node: &DrawnNode) -> String {
    node.lines()
        .iter()
        .map(|line| escaped(line))
        .collect::<Vec<_>>()
        .join("<br/>")
}

/// The title stands in YAML, where JSON's quoting is at home.
fn title(drawing: &Drawing) -> String {
    let title = match drawing.on {
        Some(on) => format!("{}, {on}", drawing.title),
        None => drawing.title.clone(),
    };
    serde_json::Value::from(title).to_string()
}

/// Mermaid reads entities such as `#quot;` in its strings, and markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' => out.push_str("#35;"),
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
