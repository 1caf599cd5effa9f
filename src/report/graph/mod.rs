//! The graph of a scenario as a drawing: entities and what ties them, for Graphviz, Mermaid, GraphML and JSON.

mod dot;
mod focus;
mod graphml;
mod mermaid;

use serde::Serialize;

use crate::language::value::Day;
use crate::model::{AttributeValue, EntityId, Model, Type, Value};
use crate::program::{GroundFact, GroundValue};
use crate::report::sources::place;

pub use focus::Focus;

/// A graph to be drawn. Nodes are in canonical order, edges by source, label and target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drawing {
    /// What the scenario calls itself.
    pub title: String,
    /// The day whose facts are drawn; none for the bare scenario.
    pub on: Option<Day>,
    /// The entities.
    pub nodes: Vec<DrawnNode>,
    /// What ties them.
    pub edges: Vec<DrawnEdge>,
}

/// An entity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DrawnNode {
    /// Its id.
    pub id: String,
    /// What texts call it.
    pub name: String,
    /// The name of its kind.
    pub kind: String,
    /// The id of the entity it nests in.
    pub inside: Option<String>,
    /// The facts about it alone that hold on the day: `in_force`.
    pub facts: Vec<String>,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DrawnEdge {
    /// The id of the entity it leaves.
    pub from: String,
    /// The attribute or the fact.
    pub label: String,
    /// The id of the entity it leads to.
    pub to: String,
    /// What it stands for.
    pub kind: EdgeKind,
    /// Whether it leads both ways: a symmetric fact.
    pub symmetric: bool,
}

/// What a [`DrawnEdge`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// An attribute that names an entity.
    Attribute,
    /// The attribute by which a nested entity names the one it nests in.
    Nested,
    /// A fact that holds on the day.
    Fact,
}

impl Drawing {
    /// The entities of a model and the attributes that name entities.
    pub fn of(model: &Model) -> Drawing {
        let mut drawing = Drawing {
            title: model.title().to_owned(),
            on: None,
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        let parent = |id: EntityId| {
            let mut parents = model.entities().iter();
            parents
                .find(|(_, entity)| entity.nested.values().any(|nested| *nested == id))
                .map(|(parent, _)| parent)
        };
        for (id, entity) in model.entities().iter() {
            let inside = parent(id);
            drawing.nodes.push(DrawnNode {
                id: entity.id.clone(),
                name: model.describe(id).to_owned(),
                kind: model.kind_of(id).to_owned(),
                inside: inside.map(|parent| model.entity_id(parent).to_owned()),
                facts: Vec::new(),
            });
            for (name, attribute) in &model.kinds()[entity.kind].attributes {
                let nests = |to: EntityId| matches!(attribute.ty, Type::Entity(_)) && inside == Some(to);
                let targets = match entity.values.get(&attribute.id) {
                    Some(AttributeValue::Value(Value::Entity(to))) => std::slice::from_ref(to),
                    Some(AttributeValue::Value(Value::Set(all))) => all.as_slice(),
                    _ => &[],
                };
                for to in targets {
                    drawing.edges.push(DrawnEdge {
                        from: entity.id.clone(),
                        label: name.clone(),
                        to: model.entity_id(*to).to_owned(),
                        kind: if nests(*to) {
                            EdgeKind::Nested
                        } else {
                            EdgeKind::Attribute
                        },
                        symmetric: false,
                    });
                }
            }
        }
        drawing.edges.sort();
        // What the vocabulary always brings is drawn only where the scenario uses it.
        let Drawing { nodes, edges, .. } = &mut drawing;
        nodes.retain(|node| {
            let touches = |edge: &DrawnEdge| edge.from == node.id || edge.to == node.id;
            let written = model
                .entity(&node.id)
                .is_some_and(|id| place(model, &model.entities()[id].about).is_some());
            written || edges.iter().any(touches)
        });
        drawing
    }

    /// Adds the facts that hold at the close of a day: those between two entities as edges, those about one entity to
    /// its node. Facts about anything else have no place in a graph of entities.
    #[must_use]
    pub fn with_facts(mut self, model: &Model, on: Day, facts: &[GroundFact]) -> Drawing {
        self.on = Some(on);
        for fact in facts {
            let declared = &model.facts()[fact.fact];
            match fact.args.as_slice() {
                [GroundValue::Entity(one), GroundValue::Entity(other)] => self.edges.push(DrawnEdge {
                    from: model.entity_id(*one).to_owned(),
                    label: declared.name.clone(),
                    to: model.entity_id(*other).to_owned(),
                    kind: EdgeKind::Fact,
                    symmetric: declared.symmetric,
                }),
                [GroundValue::Entity(one)] => {
                    let id = model.entity_id(*one);
                    if let Some(node) = self.nodes.iter_mut().find(|node| node.id == id) {
                        node.facts.push(declared.name.clone());
                    }
                }
                _ => {}
            }
        }
        for node in &mut self.nodes {
            node.facts.sort();
        }
        self.edges.sort();
        self
    }

    /// The nodes that stand in a box: those something nests in.
    fn boxes(&self) -> Vec<&DrawnNode> {
        let nests = |node: &&DrawnNode| {
            self.nodes
                .iter()
                .any(|other| other.inside.as_deref() == Some(&node.id))
        };
        self.nodes.iter().filter(nests).collect()
    }

    /// The nodes that nest in one, itself first; with `None` those that stand in no box.
    fn members<'d>(&'d self, of: Option<&'d DrawnNode>) -> Vec<&'d DrawnNode> {
        match of {
            Some(outer) => {
                let inner = self
                    .nodes
                    .iter()
                    .filter(|node| node.inside.as_deref() == Some(&outer.id));
                std::iter::once(outer).chain(inner).collect()
            }
            None => {
                let boxes = self.boxes();
                let boxed = |node: &DrawnNode| {
                    boxes
                        .iter()
                        .any(|outer| outer.id == node.id || node.inside.as_deref() == Some(&outer.id))
                };
                self.nodes.iter().filter(|node| !boxed(node)).collect()
            }
        }
    }

    /// The edges that are drawn as such: nesting is shown by the boxes, unless only one end is in the drawing.
    fn arrows(&self) -> impl Iterator<Item = &DrawnEdge> {
        self.edges.iter().filter(|edge| edge.kind != EdgeKind::Nested)
    }
}

impl DrawnNode {
    /// Name, kind, and the facts about it, a line each.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.name.clone(), format!("({})", self.kind)];
        if !self.facts.is_empty() {
            lines.push(self.facts.join(", "));
        }
        lines
    }
}

#[cfg(test)]
mod tests;
