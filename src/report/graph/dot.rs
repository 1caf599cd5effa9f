//! For Graphviz.

use super::{Drawing, DrawnNode, EdgeKind};

impl Drawing {
    /// The drawing in the language of Graphviz. Boxes hold what is nested, dashed edges are facts.
    pub fn dot(&self) -> String {
        let mut out = String::from("digraph scenario {\n");
        let title = match self.on {
            Some(on) => format!("{}, {on}", self.title),
            None => self.title.clone(),
        };
        out += &format!("  label={};\n", quoted(&title));
        out += "  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n";
        for node in self.members(None) {
            out += &format!("  {}", line(node));
        }
        for outer in self.boxes() {
            out += &format!(
                "  subgraph {} {{\n    label=\"\";\n",
                quoted(&format!("cluster_{}", outer.id))
            );
            for node in self.members(Some(outer)) {
                out += &format!("    {}", line(node));
            }
            out += "  }\n";
        }
        for edge in self.arrows() {
            let mut style = format!("label={}", quoted(&edge.label));
            if edge.kind == EdgeKind::Fact {
                style += ", style=dashed";
            }
            if edge.symmetric {
                style += ", dir=both";
            }
            out += &format!("  {} -> {} [{style}];\n", quoted(&edge.from), quoted(&edge.to));
        }
        out += "}\n";
        out
    }
}

fn line(node: &DrawnNode) -> String {
    format!(
        "{} [label={}];\n",
        quoted(&node.id),
        quoted(&node.lines().join("\n"))
    )
}

/// A quoted string of DOT: only quotes and backslashes are special in it, line ends are written `\n`.
fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    )
}
