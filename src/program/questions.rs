//! What is asked of all runs together: `p(a)` and `p(a given b)`, and claims about them.

use super::build::Ground;
use super::conditions::Env;
use super::error::GroundError;
use super::parts::{Formula, OutcomeValue};
use crate::ids::{Table, ids};
use crate::model::{Claim, Comparison, Operator, Term, TermKind, Type, Value};

ids! {
    /// A question.
    QuestionId;
}

/// `p(a)` or `p(a given b)`: two statements about one run, to be counted over all.
#[derive(Clone, Debug)]
pub struct Question {
    /// `a`, or `a and b`.
    pub joint: Formula,
    /// `b`, if there is one.
    pub given: Option<Formula>,
}

/// A claim about probabilities.
#[derive(Clone, Debug)]
pub enum Claimed {
    /// Known at load.
    Value(bool),
    /// A statement about one run: it must hold in every run.
    Always(QuestionId),
    /// `not`
    Not(Box<Claimed>),
    /// All of these.
    And(Vec<Claimed>),
    /// Any of these.
    Or(Vec<Claimed>),
    /// The first is at most the second.
    AtMost(Share, Share),
}

/// A number made of probabilities.
#[derive(Clone, Debug)]
pub enum Share {
    /// Known at load.
    Value(f64),
    /// The probability that was asked for.
    P(QuestionId),
    /// `+ - * /`
    Arithmetic(Operator, Box<Share>, Box<Share>),
    /// The least, or the greatest.
    Extreme(bool, Vec<Share>),
}

impl Claimed {
    /// The questions whose figures it compares, in the order of writing.
    pub(crate) fn questions(&self, found: &mut Vec<QuestionId>) {
        match self {
            Claimed::Value(_) => {}
            Claimed::Always(id) => found.push(*id),
            Claimed::Not(inner) => inner.questions(found),
            Claimed::And(parts) | Claimed::Or(parts) => parts.iter().for_each(|part| part.questions(found)),
            Claimed::AtMost(a, b) => {
                a.questions(found);
                b.questions(found);
            }
        }
    }
}

impl Share {
    fn questions(&self, found: &mut Vec<QuestionId>) {
        match self {
            Share::Value(_) => {}
            Share::P(id) => found.push(*id),
            Share::Arithmetic(_, a, b) => {
                a.questions(found);
                b.questions(found);
            }
            Share::Extreme(_, parts) => parts.iter().for_each(|part| part.questions(found)),
        }
    }
}

/// The questions of a scenario while they are gathered.
pub(crate) type Questions = Table<QuestionId, Question>;

impl Ground<'_> {
    /// What is claimed of all runs together; none for claims that each run can tell.
    pub(crate) fn claims(&mut self, claims: &[Claim], questions: &mut Questions) -> Vec<Option<Claimed>> {
        let each = |claim: &Claim| claim.probabilistic.then(|| self.claimed(&claim.is, questions));
        claims.iter().map(each).collect()
    }

    fn claimed(&mut self, term: &Term, questions: &mut Questions) -> Claimed {
        if !term.is_probabilistic() {
            return match self.constant(term, &Env::new()) {
                Some(Value::Boolean(truth)) => Claimed::Value(truth),
                _ => {
                    let joint = self.formula(term, &Env::new());
                    Claimed::Always(questions.push(Question { joint, given: None }))
                }
            };
        }
        match &term.kind {
            TermKind::Not(inner) => Claimed::Not(Box::new(self.claimed(inner, questions))),
            TermKind::And(parts) => {
                Claimed::And(parts.iter().map(|part| self.claimed(part, questions)).collect())
            }
            TermKind::Or(parts) => {
                Claimed::Or(parts.iter().map(|part| self.claimed(part, questions)).collect())
            }
            TermKind::Compare(comparison, a, b) => {
                let (a, b) = (self.share(a, questions), self.share(b, questions));
                match comparison {
                    Comparison::GreaterEqual | Comparison::Greater => Claimed::AtMost(b, a),
                    _ => Claimed::AtMost(a, b),
                }
            }
            _ => {
                self.errors.push(GroundError::not_known(term.span));
                Claimed::Value(false)
            }
        }
    }

    fn share(&mut self, term: &Term, questions: &mut Questions) -> Share {
        let mut all = |ground: &mut Self, parts: &[Term]| {
            parts
                .iter()
                .map(|part| ground.share(part, questions))
                .collect::<Vec<_>>()
        };
        match &term.kind {
            TermKind::Probability(what, given) => {
                debug_assert_eq!(what.ty, Type::Boolean);
                let joint = self.formula(what, &Env::new());
                let question = match given {
                    None => Question { joint, given: None },
                    Some(given) => {
                        let given = self.formula(given, &Env::new());
                        Question {
                            joint: Formula::And(vec![joint, given.clone()]),
                            given: Some(given),
                        }
                    }
                };
                Share::P(questions.push(question))
            }
            _ if !term.is_probabilistic() => match self.known(term, &Env::new()) {
                Some(Value::Number(number)) => Share::Value(number.float()),
                _ => Share::Value(f64::NAN),
            },
            TermKind::Min(parts) => Share::Extreme(false, all(self, parts)),
            TermKind::Max(parts) => Share::Extreme(true, all(self, parts)),
            TermKind::Arithmetic(operator, a, b) => {
                let (a, b) = (self.share(a, questions), self.share(b, questions));
                Share::Arithmetic(*operator, Box::new(a), Box::new(b))
            }
            TermKind::Negate(inner) => {
                let inner = self.share(inner, questions);
                Share::Arithmetic(Operator::Subtract, Box::new(Share::Value(0.0)), Box::new(inner))
            }
            _ => {
                self.errors.push(GroundError::not_known(term.span));
                Share::Value(f64::NAN)
            }
        }
    }
}

impl Question {
    /// Whether a run counts for it, from the values of its formulas.
    pub(crate) fn is_true(value: Option<OutcomeValue>) -> bool {
        value == Some(OutcomeValue::Truth(true))
    }
}
