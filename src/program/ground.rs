//! Ground values and atoms: what is left of facts, measures and events once every variable is bound.

use smallvec::SmallVec;

use crate::ids::ids;
use crate::language::value::{Day, Duration, Fixed, Number};
use crate::model::{EntityId, EventId, FactId, MeasureId, Model, Value, WordId};

ids! {
    /// A ground stored fact that can hold at some time.
    AtomId;
    /// A ground derived fact that can hold at some time.
    DerivedId;
    /// A ground measure that something reads or changes.
    SlotId;
    /// A ground event that something can raise.
    GroundEventId;
    /// A rule with all its variables bound.
    InstanceId;
    /// A ground duty or prohibition that a rule can create.
    TemplateId;
    /// A ground chance or choice.
    SettlementId;
    /// Effects that are committed together.
    BlockId;
}

/// A value as an argument of a ground atom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GroundValue {
    /// No value: the `under` of a norm that names none.
    Nothing,
    /// An entity.
    Entity(EntityId),
    /// A word of an enumeration.
    Word(WordId),
    /// True or false.
    Boolean(bool),
    /// A number of at most six decimals.
    Number(Fixed),
    /// A day.
    Date(Day),
    /// A span of time.
    Duration(Duration),
    /// A text.
    Text(Box<str>),
}

/// The arguments of a ground atom.
pub type GroundArgs = SmallVec<[GroundValue; 3]>;

impl GroundValue {
    /// The ground form of a value; none for sets and for numbers of more than six decimals, which no atom carries.
    pub fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Entity(id) => GroundValue::Entity(*id),
            Value::Word(id) => GroundValue::Word(*id),
            Value::Boolean(b) => GroundValue::Boolean(*b),
            Value::Number(number) => GroundValue::Number(number.fixed()?),
            Value::Date(day) => GroundValue::Date(*day),
            Value::Duration(duration) => GroundValue::Duration(*duration),
            Value::Text(text) => GroundValue::Text(text.as_str().into()),
            Value::Set(_) => return None,
        })
    }

    /// The value again, for texts; none for `Nothing`.
    pub fn value(&self) -> Option<Value> {
        Some(match self {
            GroundValue::Nothing => return None,
            GroundValue::Entity(id) => Value::Entity(*id),
            GroundValue::Word(id) => Value::Word(*id),
            GroundValue::Boolean(b) => Value::Boolean(*b),
            GroundValue::Number(fixed) => Value::Number(Number::from_fixed(*fixed)),
            GroundValue::Date(day) => Value::Date(*day),
            GroundValue::Duration(duration) => Value::Duration(*duration),
            GroundValue::Text(text) => Value::Text(text.to_string()),
        })
    }

    /// The value as scenarios spell it: entities by their ids.
    pub fn spell(&self, model: &Model) -> String {
        match self {
            GroundValue::Nothing => String::from("_"),
            GroundValue::Entity(id) => model.entities[*id].id.clone(),
            GroundValue::Word(id) => model.words[*id].clone(),
            GroundValue::Boolean(b) => b.to_string(),
            GroundValue::Number(fixed) => fixed.to_string(),
            GroundValue::Date(day) => day.to_string(),
            GroundValue::Duration(duration) => duration.to_string(),
            GroundValue::Text(text) => text.to_string(),
        }
    }

    /// A key for the canonical order of atoms: by entity and word names' order, numbers by size.
    pub(crate) fn order(&self) -> (u8, i64, i64, &str) {
        use crate::ids::Id as _;
        let whole = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
        match self {
            GroundValue::Nothing => (0, 0, 0, ""),
            GroundValue::Entity(id) => (1, whole(id.index()), 0, ""),
            GroundValue::Word(id) => (2, whole(id.index()), 0, ""),
            GroundValue::Boolean(b) => (3, i64::from(*b), 0, ""),
            GroundValue::Number(fixed) => (4, fixed.micros(), 0, ""),
            GroundValue::Date(day) => (5, i64::from(day.since_epoch()), 0, ""),
            GroundValue::Duration(Duration::Days(n)) => (6, i64::from(*n), 0, ""),
            GroundValue::Duration(Duration::Months(n)) => (7, i64::from(*n), 0, ""),
            GroundValue::Duration(Duration::Never) => (8, 0, 0, ""),
            GroundValue::Text(text) => (9, 0, 0, text),
        }
    }
}

/// Compares argument lists in canonical order.
pub(crate) fn compare_args(a: &[GroundValue], b: &[GroundValue]) -> std::cmp::Ordering {
    let compare = |(a, b): (&GroundValue, &GroundValue)| match (a, b) {
        // Nearly all are entities.
        (GroundValue::Entity(a), GroundValue::Entity(b)) => a.cmp(b),
        _ => a.order().cmp(&b.order()),
    };
    let differs = a.iter().zip(b).map(compare).find(|order| order.is_ne());
    differs.unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// A ground fact: `ratified(germany, treaty)`. Arguments of a symmetric fact stand in canonical order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroundFact {
    /// The fact.
    pub fact: FactId,
    /// Its arguments.
    pub args: GroundArgs,
}

/// A ground measure: `losses(russia)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroundMeasure {
    /// The measure.
    pub measure: MeasureId,
    /// Its arguments.
    pub args: GroundArgs,
}

/// A ground event: `attack(russia, ukraine, somewhere)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroundEventKey {
    /// The event.
    pub event: EventId,
    /// Its arguments.
    pub args: GroundArgs,
}

/// A ground fact of few entities, in as many bytes as tables are quick with. Most facts are such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(FactId, [Option<EntityId>; 3]);

impl Key {
    /// The key of a fact; none where an argument is no entity, or there are too many. The arguments of a symmetric fact
    /// may come in any order.
    pub fn of(fact: FactId, symmetric: bool, args: impl Iterator<Item = Option<EntityId>>) -> Option<Self> {
        let mut key = [None; 3];
        for (at, arg) in args.enumerate() {
            *key.get_mut(at)? = Some(arg?);
        }
        if let (true, [a, b, None]) = (symmetric, &mut key)
            && b.is_some()
            && *a > *b
        {
            std::mem::swap(a, b);
        }
        Some(Key(fact, key))
    }

    /// The fact again, its arguments in canonical order.
    pub fn ground(&self) -> GroundFact {
        let Key(fact, args) = self;
        GroundFact {
            fact: *fact,
            args: args
                .iter()
                .flatten()
                .map(|entity| GroundValue::Entity(*entity))
                .collect(),
        }
    }

    /// The key of a ground fact, as far as there is one.
    pub fn of_ground(of: &GroundFact, symmetric: bool) -> Option<Self> {
        let entities = of.args.iter().map(|arg| match arg {
            GroundValue::Entity(entity) => Some(*entity),
            _ => None,
        });
        Key::of(of.fact, symmetric, entities)
    }
}

/// Whether ground arguments match a pattern in which `None` matches anything.
pub fn matches(pattern: &[Option<GroundValue>], args: &[GroundValue]) -> bool {
    pattern.len() == args.len()
        && pattern
            .iter()
            .zip(args)
            .all(|(wanted, is)| wanted.as_ref().is_none_or(|wanted| wanted == is))
}

/// A ground atom as scenarios spell it: `ratified(germany, treaty)`.
pub fn spell(model: &Model, name: &str, args: &[GroundValue]) -> String {
    if args.is_empty() {
        return name.to_owned();
    }
    let args: Vec<String> = args.iter().map(|arg| arg.spell(model)).collect();
    format!("{name}({})", args.join(", "))
}
