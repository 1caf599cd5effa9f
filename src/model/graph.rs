//! The graph: entities are nodes, attributes that name entities are edges.

use petgraph::Direction;
use petgraph::graph::{Graph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::{AttributeId, AttributeValue, Comparison, EntityId, Model, Quantifier, Term, TermKind, Value};
use crate::ids::Id as _;

/// Entities and the attributes that lead from one to the other. A set-valued attribute gives one edge per member.
///
/// Node weights are in the order of [`EntityId`]s, edges in the order of their source, attribute and target: the same
/// scenario always gives the same graph.
pub type EntityGraph = Graph<EntityId, AttributeId>;

/// One edge of the graph: `from`'s attribute names `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Whose attribute it is.
    pub from: EntityId,
    /// Which attribute.
    pub attribute: AttributeId,
    /// The entity it names.
    pub to: EntityId,
}

impl Model {
    /// The typed graph of all entities.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let model = demarche::Scenario::open("seeds/istanbul_2022.yaml")?.compile()?;
    /// let graph = model.graph();
    /// println!("{} entities, {} edges", graph.node_count(), graph.edge_count());
    /// # Ok(())
    /// # }
    /// ```
    pub fn graph(&self) -> &EntityGraph {
        &self.graph
    }

    /// Builds the graph once all attributes have their values.
    pub(crate) fn build_graph(&mut self) {
        let mut graph = EntityGraph::with_capacity(self.entities.len(), self.entities.len() * 4);
        // Nodes are added in order and never removed, so that the index of a node is that of its entity.
        for id in self.entities.ids() {
            graph.add_node(id);
        }
        let mut edges = Vec::new();
        for (from, entity) in self.entities.iter() {
            for (attribute, value) in &entity.values {
                let targets: &[EntityId] = match value {
                    AttributeValue::Value(Value::Entity(to)) => std::slice::from_ref(to),
                    AttributeValue::Value(Value::Set(all)) => all,
                    _ => &[],
                };
                edges.extend(targets.iter().map(|to| Edge {
                    from,
                    attribute: *attribute,
                    to: *to,
                }));
            }
        }
        edges.sort();
        for edge in edges {
            graph.add_edge(node(edge.from), node(edge.to), edge.attribute);
        }
        self.graph = graph;
    }

    /// The entities that an attribute of `entity` names: whom a guarantee is `by`, say. In canonical order; empty if
    /// the entity has no such attribute or the attribute holds no entities.
    pub fn neighbours(&self, entity: EntityId, attribute: &str) -> Vec<EntityId> {
        let edges = self.edges_in(entity, Direction::Outgoing);
        sorted(
            edges
                .filter(|edge| self.attribute_is(edge.attribute, attribute))
                .map(|edge| edge.to),
        )
    }

    /// The entities whose attribute names `entity`: all guarantees that are `by` it, say. In canonical order.
    pub fn referring(&self, entity: EntityId, attribute: &str) -> Vec<EntityId> {
        let edges = self.edges_in(entity, Direction::Incoming);
        sorted(
            edges
                .filter(|edge| self.attribute_is(edge.attribute, attribute))
                .map(|edge| edge.from),
        )
    }

    /// The entities whose attribute is, or contains, `entity`. In canonical order.
    pub(crate) fn owners(&self, attribute: AttributeId, entity: EntityId) -> Vec<EntityId> {
        let edges = self.edges_in(entity, Direction::Incoming);
        sorted(
            edges
                .filter(|edge| edge.attribute == attribute)
                .map(|edge| edge.from),
        )
    }

    /// The members of a quantifier's set that its condition does not exclude at once: in `any(b in legislature where
    /// b.of == g and ...)` those to which an edge `of` leads back from `g`. In canonical order; none where the set is
    /// no kind, the condition says nothing of the sort, or the graph is not yet built.
    pub(crate) fn narrowed(
        &self,
        quantifier: &Quantifier,
        value: &mut dyn FnMut(&Term) -> Option<Value>,
    ) -> Option<Vec<EntityId>> {
        let TermKind::Members(kind) = quantifier.set.kind else {
            return None;
        };
        if self.graph.node_count() != self.entities.len() {
            return None;
        }
        let conjuncts: &[Term] = match quantifier.condition.as_ref()? {
            Term {
                kind: TermKind::And(parts),
                ..
            } => parts,
            other => std::slice::from_ref(other),
        };
        let (attribute, owned) = conjuncts.iter().find_map(|part| {
            let TermKind::Compare(Comparison::Equal, a, b) = &part.kind else {
                return None;
            };
            [(a, b), (b, a)]
                .into_iter()
                .find_map(|(path, other)| match &path.kind {
                    TermKind::Attribute(of, attribute)
                        if of.kind == TermKind::Variable(quantifier.variable) =>
                    {
                        match value(other)? {
                            Value::Entity(entity) => Some((*attribute, entity)),
                            _ => None,
                        }
                    }
                    _ => None,
                })
        })?;
        let mut owners = self.owners(attribute, owned);
        owners.retain(|owner| self.kind_is_a(self.entities[*owner].kind, kind));
        Some(owners)
    }

    /// All edges that touch an entity, outgoing ones first, each group in canonical order.
    pub fn edges(&self, entity: EntityId) -> Vec<Edge> {
        let mut all = sorted(self.edges_in(entity, Direction::Outgoing));
        all.extend(sorted(
            self.edges_in(entity, Direction::Incoming)
                .filter(|edge| edge.from != entity),
        ));
        all
    }

    /// All ways from one entity to another along edges in either direction, with at most `longest` edges and no entity
    /// twice; the shortest first, then in canonical order. Each step tells how it is written: an edge whose `to` is the
    /// entity before was walked backwards.
    ///
    /// The number of ways grows quickly with `longest`; 3 or 4 is a sensible limit.
    pub fn paths(&self, from: EntityId, to: EntityId, longest: usize) -> Vec<Vec<Edge>> {
        let mut found = Vec::new();
        self.extend_path(&mut vec![from], &mut Vec::new(), to, longest, &mut found);
        found.sort_by(|a: &Vec<Edge>, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        found
    }

    fn extend_path(
        &self,
        visited: &mut Vec<EntityId>,
        path: &mut Vec<Edge>,
        to: EntityId,
        longest: usize,
        found: &mut Vec<Vec<Edge>>,
    ) {
        let Some(&here) = visited.last() else { return };
        if here == to {
            if !path.is_empty() {
                found.push(path.clone());
            }
            return;
        }
        if path.len() == longest {
            return;
        }
        for edge in self.edges(here) {
            let next = if edge.from == here { edge.to } else { edge.from };
            if visited.contains(&next) {
                continue;
            }
            visited.push(next);
            path.push(edge);
            self.extend_path(visited, path, to, longest, found);
            path.pop();
            visited.pop();
        }
    }

    fn edges_in(&self, entity: EntityId, direction: Direction) -> impl Iterator<Item = Edge> {
        let edges = self.graph.edges_directed(node(entity), direction);
        edges.filter_map(|edge| {
            let from = *self.graph.node_weight(edge.source())?;
            let to = *self.graph.node_weight(edge.target())?;
            Some(Edge {
                from,
                attribute: *edge.weight(),
                to,
            })
        })
    }

    fn attribute_is(&self, id: AttributeId, name: &str) -> bool {
        self.attributes.find(id).is_some_and(|known| known == name)
    }
}

/// The node of an entity.
fn node(entity: EntityId) -> NodeIndex {
    NodeIndex::new(entity.index())
}

fn sorted<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort();
    all.dedup();
    all
}
