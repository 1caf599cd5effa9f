//! `duty`, `met_when`, `forbid`.

use super::state::{acting, duration};
use super::{Context, Decoded, effects, lift};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Fields, Node};
use crate::model::resolve::{Mode, Scope};
use crate::model::{Deadline, EffectKind, Goal, Norm, Term, Type};

/// A duty: an event that must happen, or a condition that must come to hold.
pub(super) fn duty(scope: &mut Scope<'_>, context: &Context, node: &Node, out: &mut Diagnostics) -> Decoded {
    let mut fields = Fields::new(node, "the duty", out);
    let event = fields.opt("duty");
    let condition = fields.opt("met_when");
    let within = fields.opt("within");
    let due = fields.opt("due");
    let before = fields.opt("before");
    let common = Common::take(&mut fields);
    fields.done();
    let deadlines = [within, due, before].into_iter().flatten().collect::<Vec<_>>();
    if let [first, second, ..] = deadlines.as_slice() {
        out.push(
            Diagnostic::error("E0615", second.span, "a duty has one deadline")
                .also(first.span, "the other one")
                .help("it is `within:` a duration, `due:` a date, or `before:` an event"),
        );
    }
    let goal = match (event, condition) {
        (Some(node), _) => scope.pattern(node, out).map(Goal::Do),
        (None, Some(node)) => scope.condition(node, out).map(Goal::Reach),
        (None, None) => None,
    };
    let deadline = match (within, due, before) {
        (Some(node), ..) => duration(scope, node, out).map(Deadline::Within),
        (None, Some(node), _) => scope
            .within(Mode::Static, |scope| scope.typed(node, Type::Date, out))
            .map(Deadline::Due),
        (None, None, Some(node)) => scope.pattern(node, out).map(Deadline::Before),
        (None, None, None) => Some(Deadline::Open),
    };
    common.decode(scope, context, node, goal, deadline, out)
}

/// A prohibition.
pub(super) fn forbid(
    scope: &mut Scope<'_>,
    context: &Context,
    node: &Node,
    out: &mut Diagnostics,
) -> Decoded {
    let mut fields = Fields::new(node, "the prohibition", out);
    let pattern = fields.req("forbid");
    let deadline = ["within", "due", "before"]
        .into_iter()
        .find_map(|key| fields.opt_entry(key));
    let common = Common::take(&mut fields);
    fields.done();
    if let Some(entry) = deadline {
        out.push(
            Diagnostic::error("E0615", entry.key, "a prohibition has no deadline")
                .help("it lasts until its `while:` fails"),
        );
    }
    let goal = pattern
        .and_then(|node| scope.pattern(node, out))
        .map(Goal::Refrain);
    common.decode(scope, context, node, goal, Some(Deadline::Open), out)
}

/// What duties and prohibitions have in common, not yet read.
struct Common<'t> {
    of: Option<&'t Node>,
    to: Option<&'t Node>,
    under: Option<&'t Node>,
    while_: Option<&'t Node>,
    says: Option<&'t Node>,
    otherwise: Option<&'t Node>,
}

impl<'t> Common<'t> {
    fn take(fields: &mut Fields<'t, '_>) -> Self {
        Common {
            of: fields.req("of"),
            to: fields.opt("to"),
            under: fields.opt("under"),
            while_: fields.opt("while"),
            says: fields.opt("says"),
            otherwise: fields.opt("else"),
        }
    }

    fn decode(
        self,
        scope: &mut Scope<'_>,
        context: &Context,
        node: &Node,
        goal: Option<Goal>,
        deadline: Option<Deadline>,
        out: &mut Diagnostics,
    ) -> Decoded {
        if context.signal.is_some() {
            let message = "a signal cannot act, but it would bind somebody".to_owned();
            out.push(acting(scope.model, context, node.span, message));
        }
        let of = self.of.map(|node| entity(scope, node, out));
        let to = self.to.map(|node| entity(scope, node, out));
        let under = self.under.map(|node| entity(scope, node, out));
        let while_ = self.while_.map(|node| scope.condition(node, out));
        let says = self.says.map(|node| scope.phrase(node, &[], out));
        let inner = context.of_breach();
        let otherwise = self.otherwise.map(|node| effects(scope, &inner, node, out));
        Some(EffectKind::Norm(Box::new(Norm {
            goal: goal?,
            of: of??,
            to: lift(to)?,
            under: lift(under)?,
            deadline: deadline?,
            while_: lift(while_)?.unwrap_or_default(),
            otherwise: lift(otherwise)?.unwrap_or_default(),
            says: lift(says)?,
        })))
    }
}

/// An entity known once the variables are.
pub(super) fn entity(scope: &mut Scope<'_>, node: &Node, out: &mut Diagnostics) -> Option<Term> {
    let any = Type::Entity(scope.model.root_kind());
    scope.within(Mode::Static, |scope| scope.typed(node, any, out))
}
