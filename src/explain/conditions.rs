//! Conditions as reasons: which parts hold, which are missing, who counts.

use crate::language::ast::QuantifierKind;
use crate::model::{Argument, AttributeValue, Comparison, FactId, Quantifier, Term, TermKind, Type, Value};
use crate::program::spell;

use super::prover::{Prover, Told, verdict};
use super::state::{Holder, Moment};
use super::terms::Env;
use super::tree::{Reason, Verdict};
use super::why::Depth;
use super::words::listed;

/// How many of several facts or members are told one by one.
const AT_MOST: usize = 3;

impl Prover<'_, '_> {
    /// A condition as it stands and as it should stand. What goes without saying gives no reason.
    pub fn condition(
        &mut self,
        term: &Term,
        env: &Env,
        at: Moment,
        wanted: bool,
        left: Depth,
    ) -> Vec<Reason> {
        let view = self.view(at);
        let holds = view.holds(term, env);
        if let TermKind::Not(inner) = &term.kind {
            return self.condition(inner, env, at, !wanted, left);
        }
        if view.is_written(term, env) {
            return self.written_condition(term, env, at, wanted);
        }
        match &term.kind {
            TermKind::Fact(fact, args) => self.fact_condition(*fact, args, (term, env), at, wanted, left),
            TermKind::Norm(word, who, under) => match (view.entity(who, env), view.entity(under, env)) {
                (Some(who), Some(under)) => {
                    self.norm_question(*word, (who, under), (term, env), at, wanted, left)
                }
                _ => self.plain(term, env, at, wanted),
            },
            TermKind::And(parts) => self.junction(parts, true, (term, env), at, wanted, left),
            TermKind::Or(parts) => self.junction(parts, false, (term, env), at, wanted, left),
            TermKind::Attribute(base, attribute) => {
                let mut reason = Reason::new(verdict(holds, wanted), format!("`{}`", view.path(term, env)));
                if let Some(Value::Entity(entity)) = view.value(base, env)
                    && let Some(AttributeValue::Condition(condition)) =
                        self.history.model.entities[entity].values.get(attribute)
                {
                    reason.because = Some(self.history.as_written(Some(entity)));
                    reason.premises = self.condition(condition, &Env::new(), at, wanted, left);
                }
                vec![reason]
            }
            TermKind::Compare(op, a, b) if a.ty != Type::Boolean => {
                if let Some(reason) = self.counted(*op, a, b, env, at, wanted, left) {
                    return vec![reason];
                }
                let mut reason = Reason::new(verdict(holds, wanted), view.clause(term, env));
                let Some(left) = left.deeper() else {
                    return vec![Reason { cut: true, ..reason }];
                };
                reason.premises = self.amounts(a, env, at, left);
                for premise in self.amounts(b, env, at, left) {
                    if !reason
                        .premises
                        .iter()
                        .any(|known| known.statement == premise.statement)
                    {
                        reason.premises.push(premise);
                    }
                }
                vec![reason]
            }
            TermKind::Compare(_, a, b) => {
                let reason = Reason::new(verdict(holds, wanted), view.clause(term, env));
                let mut premises = Vec::new();
                for part in [a, b] {
                    let so = self.view(at).holds(part, env);
                    premises.extend(self.condition(part, env, at, so, left));
                }
                vec![reason.premises(premises)]
            }
            TermKind::If(condition, a, b) => {
                let chosen = view.holds(condition, env);
                let mut reasons = self.condition(condition, env, at, chosen, left);
                reasons.extend(self.condition(if chosen { a } else { b }, env, at, wanted, left));
                reasons
            }
            TermKind::Quantifier(quantifier) => self.quantified(quantifier, (term, env), at, wanted, left),
            _ => self.plain(term, env, at, wanted),
        }
    }

    fn plain(&self, term: &Term, env: &Env, at: Moment, wanted: bool) -> Vec<Reason> {
        let view = self.view(at);
        vec![Reason::new(
            verdict(view.holds(term, env), wanted),
            view.clause(term, env),
        )]
    }

    /// A condition that never changes: worth a line if it reads an attribute or an assumption, or fails.
    fn written_condition(&mut self, term: &Term, env: &Env, at: Moment, wanted: bool) -> Vec<Reason> {
        let view = self.view(at);
        let as_it_should = view.holds(term, env) == wanted;
        let constant = match &term.kind {
            TermKind::Value(_) => true,
            // `only_if: true` says nothing.
            TermKind::Attribute(base, attribute) => match view.value(base, env) {
                Some(Value::Entity(entity)) => matches!(
                    self.history.model.entities[entity].values.get(attribute),
                    Some(AttributeValue::Condition(_))
                ),
                _ => false,
            },
            _ => false,
        };
        if as_it_should && (constant || !view.is_telling(term)) {
            return Vec::new();
        }
        let mut reasons = self.plain(term, env, at, wanted);
        if as_it_should {
            reasons.retain(|reason| self.told.insert(Told::Written(reason.statement.clone())));
        }
        if let (Some(reason), Some(owner)) = (reasons.first_mut(), view.owner(term, env)) {
            reason.because = Some(self.history.as_written(Some(owner)));
        }
        reasons
    }

    fn fact_condition(
        &mut self,
        fact: FactId,
        args: &[Argument],
        (term, env): (&Term, &Env),
        at: Moment,
        wanted: bool,
        left: Depth,
    ) -> Vec<Reason> {
        let Some(pattern) = self.view(at).pattern(args, env) else {
            return self.plain(term, env, at, wanted);
        };
        let history = self.history;
        if let Some(args) = pattern.iter().cloned().collect::<Option<_>>() {
            return vec![match history.holder(fact, &args) {
                Some(holder) => self.fact(holder, at, wanted, left),
                None => {
                    let clause = self.view(at).clause(term, env);
                    let atom = spell(history.model, &history.model.facts[fact].name, &args);
                    let mut reason = Reason::new(verdict(false, wanted), clause).atom(atom);
                    if let (true, Some(left)) = (wanted, left.missing_deeper()) {
                        reason.premises = self.impossible_fact(fact, &args, at, left);
                    }
                    reason
                }
            }];
        }
        let all = history.matching(fact, &pattern);
        let holding: Vec<Holder> = all
            .iter()
            .copied()
            .filter(|id| history.node(history.node_of(*id), at))
            .collect();
        let mut reason = Reason::new(
            verdict(!holding.is_empty(), wanted),
            self.view(at).clause(term, env),
        );
        let mut told = if holding.is_empty() { all } else { holding };
        let Some(left) = left.deeper() else {
            return vec![Reason { cut: true, ..reason }];
        };
        if wanted || reason.verdict == Verdict::Unwanted {
            let of = told.len();
            told.retain(|holder| !self.rests_on_this(*holder, at));
            told.truncate(AT_MOST);
            for holder in &told {
                let premise = self.fact(*holder, at, wanted, left);
                reason.premises.push(premise);
            }
            if let Some(more) = of.checked_sub(told.len()).filter(|more| *more > 0) {
                reason
                    .premises
                    .push(Reason::new(Verdict::Note, format!("and {more} more")));
            }
        }
        vec![reason]
    }

    /// `and` where `all` is true, `or` where it is false.
    fn junction(
        &mut self,
        parts: &[Term],
        all: bool,
        (term, env): (&Term, &Env),
        at: Moment,
        wanted: bool,
        left: Depth,
    ) -> Vec<Reason> {
        let view = self.view(at);
        let holds = view.holds(term, env);
        // What decides: a true junction by its true parts, a false one by its false parts.
        let mut told: Vec<&Term> = parts
            .iter()
            .filter(|part| view.holds(part, env) == holds)
            .collect();
        if all != holds && holds == wanted {
            // One part is enough to make it so.
            told = self.lowest(&told, env, at).into_iter().collect();
        }
        if all == wanted || holds == wanted {
            return told
                .into_iter()
                .flat_map(|part| self.condition(part, env, at, wanted, left))
                .collect();
        }
        let reason = Reason::new(verdict(holds, wanted), view.clause(term, env));
        let Some(left) = left.deeper() else {
            return vec![Reason { cut: true, ..reason }];
        };
        let premises = told
            .into_iter()
            .flat_map(|part| self.condition(part, env, at, true, left))
            .collect();
        vec![reason.premises(premises)]
    }

    fn quantified(
        &mut self,
        quantifier: &Quantifier,
        (term, env): (&Term, &Env),
        at: Moment,
        wanted: bool,
        left: Depth,
    ) -> Vec<Reason> {
        let view = self.view(at);
        let holds = view.holds(term, env);
        let members = view.members(quantifier, env);
        let name = |entity| self.history.model.describe(entity).to_owned();
        let set = view.path(&quantifier.set, env);
        let Some(left) = left.deeper() else {
            return vec![Reason {
                cut: true,
                ..Reason::new(verdict(holds, wanted), view.clause(term, env))
            }];
        };
        let mut premises = Vec::new();
        let statement = match (quantifier.kind, &quantifier.body) {
            (QuantifierKind::All, Some(body)) => {
                let counted: Vec<_> = members.iter().filter(|(.., counts)| *counts).collect();
                let fails: Vec<_> = counted
                    .iter()
                    .copied()
                    .filter(|(_, env, _)| !view.holds(body, env))
                    .collect();
                let names: Vec<String> = fails.iter().map(|(entity, ..)| name(*entity)).collect();
                let missing = if names.is_empty() {
                    String::new()
                } else {
                    format!("; missing: {}", listed(&names))
                };
                let (ok, of) = (counted.len() - fails.len(), counted.len());
                for (_, env, _) in if fails.is_empty() { counted } else { fails } {
                    premises.extend(self.condition(body, env, at, true, left));
                }
                format!("{ok} of {of} in {set}: {}{missing}", view.each(quantifier, env))
            }
            _ => {
                let counted: Vec<_> = members.iter().filter(|(.., counts)| *counts).collect();
                let names: Vec<String> = counted.iter().map(|(entity, ..)| name(*entity)).collect();
                if let Some(condition) = &quantifier.condition {
                    let mut told: Vec<_> = if counted.is_empty() {
                        members.iter().collect()
                    } else {
                        counted
                    };
                    if wanted || holds {
                        told.retain(|(_, env, _)| {
                            !(holds && wanted && self.stands_on_this(condition, env, at))
                        });
                        for (_, env, _) in told.into_iter().take(AT_MOST) {
                            premises.extend(self.condition(condition, env, at, wanted, left));
                        }
                    }
                }
                let who = if names.is_empty() {
                    String::new()
                } else {
                    format!(": {}", listed(&names))
                };
                format!(
                    "{} of {} in {set} ({}){who}",
                    names.len(),
                    members.len(),
                    view.each(quantifier, env)
                )
            }
        };
        vec![Reason::new(verdict(holds, wanted), statement).premises(premises)]
    }

    /// `count(...)` compared with a number: how many of how many, who, and each one's reason.
    #[allow(clippy::too_many_arguments, reason = "a comparison with its context")]
    fn counted(
        &mut self,
        op: Comparison,
        a: &Term,
        b: &Term,
        env: &Env,
        at: Moment,
        wanted: bool,
        left: Depth,
    ) -> Option<Reason> {
        let (op, quantifier, bound) = match (&a.kind, &b.kind) {
            (TermKind::Quantifier(q), _) if q.kind == QuantifierKind::Count => (op, q, b),
            (_, TermKind::Quantifier(q)) if q.kind == QuantifierKind::Count => (mirrored(op), q, a),
            _ => return None,
        };
        let condition = quantifier.condition.as_ref()?;
        let view = self.view(at);
        let members = view.members(quantifier, env);
        let (counted, others): (Vec<_>, Vec<_>) = members.iter().partition(|(.., counts)| *counts);
        let count = Value::Number(crate::language::value::Number::from_fixed(
            crate::language::value::Fixed::from_integer(i64::try_from(counted.len()).ok()?)?,
        ));
        let holds = crate::model::resolve::compute::compare(op, &count, &view.value(bound, env)?)?;
        let names = |all: &[&(crate::model::EntityId, Env, bool)]| -> Vec<String> {
            all.iter()
                .map(|(entity, ..)| self.history.model.describe(*entity).to_owned())
                .collect()
        };
        let (who, missing) = (names(&counted), names(&others));
        let asks = match op {
            Comparison::GreaterEqual => "at least",
            Comparison::Greater => "more than",
            Comparison::LessEqual => "at most",
            Comparison::Less => "fewer than",
            Comparison::Equal => "exactly",
            Comparison::NotEqual => "any number but",
        };
        let mut statement = format!(
            "{} of {} in {}, {asks} {} asked for: {}",
            counted.len(),
            members.len(),
            view.path(&quantifier.set, env),
            view.amount(bound, env),
            view.each(quantifier, env)
        );
        if !who.is_empty() {
            statement.push_str(&format!("; {}", listed(&who)));
        }
        let too_few = matches!(
            op,
            Comparison::GreaterEqual | Comparison::Greater | Comparison::Equal
        ) && !holds;
        if too_few && !missing.is_empty() {
            statement.push_str(&format!("; missing: {}", listed(&missing)));
        }
        let reason = Reason::new(verdict(holds, wanted), statement);
        let Some(left) = left.deeper() else {
            return Some(Reason { cut: true, ..reason });
        };
        let told = if too_few && wanted { others } else { counted };
        let mut premises = Vec::new();
        for (_, env, _) in told {
            premises.extend(self.condition(condition, env, at, true, left));
        }
        Some(reason.premises(premises))
    }
}

/// The comparison with its sides changed.
fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}
