//! Signatures of facts, measures, quantities and events: arguments and flags. What they compute or say comes later.

use super::about::Common;
use super::{about, read, types};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::document::{Entry, Fields, Map, Node};
use crate::ids::Id as _;
use crate::language::value::{Fixed, Number};
use crate::model::{
    Annotations, Callable, Event, EventClass, Fact, Measure, Model, Parameter, Phrase, PhrasePart, Quantity,
    Term, TermKind, Type, Value, VariableId,
};

/// The built-in event.
const BREACH: &str = "breach";

/// Text that is decoded once all names are known.
#[derive(Default)]
pub(crate) struct Bodies<'t> {
    /// `says:` of facts, measures, quantities, events.
    pub says: Vec<(Callable, &'t Node)>,
    /// `default:` of arguments of events, by place among the arguments.
    pub defaults: Vec<(Callable, usize, &'t Node)>,
    /// `from:`, `to:`, `default:` of measures.
    pub bounds: Vec<(Callable, Span, [Option<&'t Node>; 3])>,
    /// `is:` of quantities.
    pub quantities: Vec<(Callable, &'t Node)>,
    /// `requires:` of institutional events.
    pub requires: Vec<(Callable, &'t Node)>,
}

/// Fills the tables of facts, measures, quantities and events with what can be said without expressions.
pub(crate) fn decode<'t>(model: &mut Model, root: &'t Map, out: &mut Diagnostics) -> Bodies<'t> {
    let mut bodies = Bodies::default();
    type Decoder =
        for<'t> fn(&mut Model, &str, &'t Entry, &mut Bodies<'t>, &mut Diagnostics) -> Option<Callable>;
    let sections: [(&str, &str, Decoder); 4] = [
        ("facts", "a fact", fact),
        ("measures", "a measure", measure),
        ("quantities", "a quantity", quantity),
        ("events", "an event", event),
    ];
    for (section, what, decode) in sections {
        for (name, entry) in read::section(root, section, out) {
            let known = read::id(name, entry.key, what, out)
                .then(|| unique(model, name, entry.key, what, out))
                .flatten()
                .and_then(|()| decode(model, name, entry, &mut bodies, out));
            match known {
                Some(callable) => {
                    model.names.callables.insert(name.to_owned(), callable);
                }
                None => {
                    model.broken.insert(name.to_owned());
                }
            }
        }
        for (name, span) in root
            .get(section)
            .and_then(Node::as_map)
            .iter()
            .flat_map(|map| &map.removed)
        {
            model.names.removed.insert(name.clone(), *span);
        }
    }
    bodies
}

/// The built-in event `breach(of, under)`, written in the source at `span`.
pub(crate) fn breach(model: &mut Model, span: Span) {
    let any = Type::Entity(model.root_kind());
    let parameter = |name: &str| Parameter {
        name: name.to_owned(),
        ty: any,
        default: None,
    };
    let slot = |index: usize| {
        let term = Term {
            span,
            ty: any,
            kind: TermKind::Variable(VariableId::from_index(index)),
        };
        PhrasePart::Slot { term, default: None }
    };
    let words = |text: &str| PhrasePart::Text(text.to_owned());
    let says = Phrase {
        parts: vec![slot(0), words(" breaks its word under "), slot(1)],
    };
    let event = Event {
        name: BREACH.to_owned(),
        args: vec![parameter("of"), parameter("under")],
        class: EventClass::Physical,
        says: Some(says),
        about: about::none(span),
    };
    model.breach = model.events.push(event);
    model
        .names
        .callables
        .insert(BREACH.to_owned(), Callable::Event(model.breach));
}

/// Words that expressions call themselves.
const WORDS: &[&str] = &[
    "any", "all", "at_end", "broken", "count", "ever", "first", "held", "max", "met", "min", "owed", "p",
    "size", "sum", "times",
];

/// Facts, measures, quantities, events and assumptions share one namespace, in which the core has some words too.
pub(crate) fn unique(model: &Model, name: &str, span: Span, what: &str, out: &mut Diagnostics) -> Option<()> {
    if WORDS.contains(&name) {
        let message = format!("`{name}` is a word of the language and cannot name {what}");
        out.push(Diagnostic::error("E0421", span, message));
        return None;
    }
    let Some(other) = model.names.callables.get(name) else {
        return Some(());
    };
    let message = format!(
        "`{name}` is already the name of {} `{name}`",
        with_article(other.noun())
    );
    let mut diagnostic = Diagnostic::error("E0415", span, message);
    if let Some(place) = place_of(model, *other) {
        diagnostic = diagnostic.also(place, "declared here");
    }
    out.push(diagnostic.help(format!(
        "give {what} another name: facts, measures, quantities, events and assumptions share theirs"
    )));
    None
}

/// "a fact", "an event".
fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// Where a callable is declared.
fn place_of(model: &Model, callable: Callable) -> Option<Span> {
    match callable {
        Callable::Fact(id) => model.facts.find(id).map(|fact| fact.about.span),
        Callable::Measure(id) => model.measures.find(id).map(|measure| measure.about.span),
        Callable::Quantity(id) => model.quantities.find(id).map(|quantity| quantity.about.span),
        Callable::Event(id) => model.events.find(id).map(|event| event.about.span),
        Callable::Assumption(id) => model
            .assumptions
            .find(id)
            .and_then(|all| all.entries.first())
            .map(|entry| entry.about.span),
    }
}

fn fact<'t>(
    model: &mut Model,
    name: &str,
    entry: &'t Entry,
    bodies: &mut Bodies<'t>,
    out: &mut Diagnostics,
) -> Option<Callable> {
    let mut fields = read::fields(entry, format!("the fact `{name}`"), out)?;
    let args = fields.opt("args");
    let symmetric = fields.opt("symmetric");
    let posture = fields.opt("posture");
    let says = fields.opt("says");
    let common = Common::take(&mut fields);
    fields.done();
    let about = common.read(model, entry.key, out);
    let (args, defaults) = parameters(model, args, out)?;
    no_defaults(&defaults, "a fact", out);
    let symmetric = symmetric.and_then(|node| Some((node, read::boolean(node, "symmetric", out)?)));
    if let Some((node, true)) = symmetric
        && !matches!(args.as_slice(), [one, other] if one.ty == other.ty)
    {
        let message = format!("`{name}` cannot be symmetric");
        let help = "a symmetric fact has exactly two arguments of one type";
        out.push(Diagnostic::error("E0418", node.span, message).help(help));
    }
    let symmetric = symmetric.is_some_and(|(_, symmetric)| symmetric);
    let posture = posture
        .and_then(|node| read::boolean(node, "posture", out))
        .unwrap_or(false);
    let fact = Fact {
        name: name.to_owned(),
        args,
        symmetric,
        posture,
        derived: false,
        says: None,
        about,
    };
    let id = Callable::Fact(model.facts.push(fact));
    bodies.says.extend(says.map(|node| (id, node)));
    Some(id)
}

fn measure<'t>(
    model: &mut Model,
    name: &str,
    entry: &'t Entry,
    bodies: &mut Bodies<'t>,
    out: &mut Diagnostics,
) -> Option<Callable> {
    let mut fields = read::fields(entry, format!("the measure `{name}`"), out)?;
    let args = fields.opt("args");
    let bounds = [fields.req("from"), fields.req("to"), fields.opt("default")];
    let posture = fields.opt("posture");
    let says = fields.opt("says");
    let common = Common::take(&mut fields);
    fields.done();
    let about = common.read(model, entry.key, out);
    let (args, defaults) = parameters(model, args, out)?;
    no_defaults(&defaults, "a measure", out);
    let posture = posture
        .and_then(|node| read::boolean(node, "posture", out))
        .unwrap_or(false);
    let (from, to) = (Fixed::ZERO, Fixed::ONE);
    let measure = Measure {
        name: name.to_owned(),
        args,
        from,
        to,
        default: from,
        posture,
        says: None,
        about,
    };
    let id = Callable::Measure(model.measures.push(measure));
    bodies.bounds.push((id, entry.key, bounds));
    bodies.says.extend(says.map(|node| (id, node)));
    Some(id)
}

fn quantity<'t>(
    model: &mut Model,
    name: &str,
    entry: &'t Entry,
    bodies: &mut Bodies<'t>,
    out: &mut Diagnostics,
) -> Option<Callable> {
    let mut fields = read::fields(entry, format!("the quantity `{name}`"), out)?;
    let args = fields.opt("args");
    let is = fields.req("is");
    let says = fields.opt("says");
    let common = Common::take(&mut fields);
    fields.done();
    let about = common.read(model, entry.key, out);
    let (args, defaults) = parameters(model, args, out)?;
    no_defaults(&defaults, "a quantity", out);
    let is = is?;
    // A number until its `is:` is typed, which happens before anything can read it.
    let zero = Number::from_fixed(Fixed::ZERO);
    let term = Term {
        span: is.span,
        ty: Type::Number,
        kind: TermKind::Value(Value::Number(zero)),
    };
    let quantity = Quantity {
        name: name.to_owned(),
        args,
        is: term,
        says: None,
        about,
    };
    let id = Callable::Quantity(model.quantities.push(quantity));
    bodies.quantities.push((id, is));
    bodies.says.extend(says.map(|node| (id, node)));
    Some(id)
}

fn event<'t>(
    model: &mut Model,
    name: &str,
    entry: &'t Entry,
    bodies: &mut Bodies<'t>,
    out: &mut Diagnostics,
) -> Option<Callable> {
    let mut fields = read::fields(entry, format!("the event `{name}`"), out)?;
    let args = fields.opt("args");
    let is = fields.req("is");
    let requires = fields.opt("requires");
    let says = fields.opt("says");
    let common = Common::take(&mut fields);
    fields.done();
    let about: Annotations = common.read(model, entry.key, out);
    let (args, defaults) = parameters(model, args, out)?;
    let class = is.and_then(|node| class(node, out))?;
    if let Some(node) = requires
        && !matches!(class, EventClass::Institutional(_))
    {
        let message = format!("`{name}` is no institutional event, so it can require nothing");
        let help = "say `is: institutional`, or put the condition into the rule that raises it";
        out.push(Diagnostic::error("E0419", node.span, message).help(help));
    }
    let event = Event {
        name: name.to_owned(),
        args,
        class,
        says: None,
        about,
    };
    let id = Callable::Event(model.events.push(event));
    bodies.requires.extend(requires.map(|node| (id, node)));
    bodies.says.extend(says.map(|node| (id, node)));
    bodies
        .defaults
        .extend(defaults.into_iter().map(|(index, node)| (id, index, node)));
    Some(id)
}

fn class(node: &Node, out: &mut Diagnostics) -> Option<EventClass> {
    match read::text(node, "is", out)?.as_str() {
        "physical" => Some(EventClass::Physical),
        "institutional" => Some(EventClass::Institutional(Vec::new())),
        "signal" => Some(EventClass::Signal),
        other => {
            let message = format!("`{other}` is none of `physical`, `institutional`, `signal`");
            out.push(Diagnostic::error("E0419", node.span, message));
            None
        }
    }
}

/// Defaults as written, by place among the arguments.
type WrittenDefaults<'t> = Vec<(usize, &'t Node)>;

/// `args: { who: actor, at: { type: place, default: somewhere } }`
fn parameters<'t>(
    model: &mut Model,
    node: Option<&'t Node>,
    out: &mut Diagnostics,
) -> Option<(Vec<Parameter>, WrittenDefaults<'t>)> {
    let Some(node) = node else {
        return Some((Vec::new(), Vec::new()));
    };
    let map = read::map(node, "`args`", out)?;
    let (mut all, mut defaults) = (Vec::new(), WrittenDefaults::new());
    let mut whole = true;
    for (index, (name, entry)) in map.entries.iter().enumerate() {
        if !read::id(name, entry.key, "an argument", out) {
            whole = false;
            continue;
        }
        let (ty, default) = if entry.node.as_map().is_some() {
            let mut fields = Fields::new(&entry.node, format!("the argument `{name}`"), out).at(entry.key);
            let ty = fields.req("type");
            let default = fields.opt("default");
            let about = fields.opt("about");
            fields.done();
            about.and_then(|node| read::text(node, "about", out));
            (ty, default)
        } else {
            (Some(&entry.node), None)
        };
        let Some(ty) = ty.and_then(|node| argument_type(model, node, out)) else {
            whole = false;
            continue;
        };
        if default.is_none()
            && let Some((_, earlier)) = defaults.last()
        {
            let message =
                format!("`{name}` needs a default, or must stand before the arguments that have one");
            out.push(Diagnostic::error("E0418", entry.key, message).also(earlier.span, "a default"));
        }
        defaults.extend(default.map(|node| (index, node)));
        all.push(Parameter {
            name: name.clone(),
            ty,
            default: None,
        });
    }
    whole.then_some((all, defaults))
}

fn argument_type(model: &mut Model, node: &Node, out: &mut Diagnostics) -> Option<Type> {
    let ty = types::decode(model, node, out)?;
    if matches!(ty, Type::Condition | Type::Set(_)) {
        let message = format!("an argument cannot be {}", model.type_phrase(ty));
        let help = "an argument is an entity, a word, a number, a text, a truth, a date or a duration";
        out.push(Diagnostic::error("E0418", node.span, message).help(help));
        return None;
    }
    Some(ty)
}

fn no_defaults(defaults: &[(usize, &Node)], what: &str, out: &mut Diagnostics) {
    for (_, node) in defaults {
        let message = format!("an argument of {what} has no default");
        let help = "only arguments of events have defaults; `happen:` fills them in";
        out.push(Diagnostic::error("E0418", node.span, message).help(help));
    }
}
