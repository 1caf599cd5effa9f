//! `p(a)` and `p(a given b)`: figures over all runs, and what the scenario expects of them.

use serde::Serialize;

use super::estimate::{Estimate, to_f64};
use crate::ids::Table;
use crate::model::{Claim, Operator};
use crate::program::{Claimed, Compiled, Question, QuestionId, Share};

/// What rounding may do to an exact sum.
const SLACK: f64 = 1e-12;

/// The answer to `p(a)` or `p(a given b)`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The probability; none if the condition never happens, or in no run of the sample.
    pub p: Option<Estimate>,
    /// How likely the condition is; none if there is none.
    pub given: Option<Estimate>,
}

/// A probability that was asked for beside the scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    /// As it was asked, without `p`.
    pub text: String,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

/// A line of `expect:` about probabilities.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Expected {
    /// Its id.
    pub id: String,
    /// As written.
    pub text: String,
    /// Why it is expected.
    pub why: Option<String>,
    /// The figures in it, in the order of the comparison.
    pub figures: Vec<Answer>,
    /// Whether it holds.
    pub verdict: Judgement,
}

/// Whether a claim about probabilities holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It does; sampled: on the whole interval.
    Holds,
    /// It does not; sampled: nowhere on the interval.
    Fails,
    /// The interval lies on both sides: more runs would tell.
    CannotTell,
    /// It speaks of what is so under a condition, and that never happens.
    NeverHappens,
}

/// How often a question's statements were true.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    /// `a`, or `a and b`.
    pub joint: f64,
    /// `b`; of all, if there is no condition.
    pub given: f64,
}

/// The tallies of all questions: masses of an exact pass, or counts of so many runs.
#[derive(Clone, Debug)]
pub(crate) struct Tallies {
    pub all: Table<QuestionId, Tally>,
    /// Of how many runs; none if exact.
    pub runs: Option<u64>,
}

impl Compiled {
    /// The answers to what was asked, and what the scenario expects.
    pub(crate) fn judge(&self, tallies: &Tallies) -> (Vec<Asked>, Vec<Expected>) {
        let program = self.program();
        let figures = |claimed: &Claimed| {
            let mut ids = Vec::new();
            claimed.questions(&mut ids);
            let answer = |id: QuestionId| Some(tallies.answer(program.questions.find(id)?, id));
            ids.into_iter().filter_map(answer).collect::<Vec<_>>()
        };
        let expected = |(claim, claimed): (&Claim, &Option<Claimed>)| {
            let claimed = claimed.as_ref()?;
            Some(Expected {
                id: claim.name.clone(),
                text: claim.text.clone(),
                why: claim.why.clone(),
                figures: figures(claimed),
                verdict: tallies.verdict(claimed),
            })
        };
        let asked = |(claim, claimed): (&Claim, &Option<Claimed>)| {
            Some(Asked {
                text: super::ask::question(&claim.text).to_owned(),
                answer: figures(claimed.as_ref()?).pop()?,
            })
        };
        let model = self.model();
        (
            model.asked.iter().zip(&program.asked).filter_map(asked).collect(),
            model
                .expectations
                .iter()
                .zip(&program.claims)
                .filter_map(expected)
                .collect(),
        )
    }
}

impl Tallies {
    fn answer(&self, question: &Question, id: QuestionId) -> Answer {
        let given = question
            .given
            .is_some()
            .then(|| self.share_of(self.tally(id).given));
        Answer {
            p: self.estimate(id),
            given,
        }
    }

    fn tally(&self, id: QuestionId) -> Tally {
        self.all.find(id).copied().unwrap_or_default()
    }

    fn share_of(&self, part: f64) -> Estimate {
        match self.runs {
            None => Estimate::exact(part),
            Some(runs) => Estimate::share(count(part), runs),
        }
    }

    /// The probability asked for; none if its condition never happens.
    fn estimate(&self, id: QuestionId) -> Option<Estimate> {
        let tally = self.tally(id);
        if tally.given <= 0.0 {
            return None;
        }
        Some(match self.runs {
            None => Estimate::exact((tally.joint / tally.given).min(1.0)),
            Some(_) => Estimate::share(count(tally.joint), count(tally.given)),
        })
    }

    fn verdict(&self, claimed: &Claimed) -> Judgement {
        use Judgement::{CannotTell, Fails, Holds, NeverHappens};
        match claimed {
            Claimed::Value(true) => Holds,
            Claimed::Value(false) => Fails,
            Claimed::Always(id) => {
                let tally = self.tally(*id);
                if tally.joint >= tally.given - SLACK {
                    Holds
                } else {
                    Fails
                }
            }
            Claimed::Not(inner) => match self.verdict(inner) {
                Holds => Fails,
                Fails => Holds,
                other => other,
            },
            Claimed::And(parts) => self.worst(parts, Fails, Holds),
            Claimed::Or(parts) => self.worst(parts, Holds, Fails),
            Claimed::AtMost(less, more) => match (self.range(less), self.range(more)) {
                (Some((_, high)), Some((low, _))) if high <= low + SLACK => Holds,
                (Some((low, _)), Some((_, high))) if low > high + SLACK => Fails,
                (Some(_), Some(_)) => CannotTell,
                // A sample in which it did not happen says little.
                _ if self.runs.is_some() => CannotTell,
                _ => NeverHappens,
            },
        }
    }

    /// `decisive` if any part is, else what stands in the way of `otherwise`.
    fn worst(&self, parts: &[Claimed], decisive: Judgement, otherwise: Judgement) -> Judgement {
        let verdicts: Vec<Judgement> = parts.iter().map(|part| self.verdict(part)).collect();
        [decisive, Judgement::NeverHappens, Judgement::CannotTell]
            .into_iter()
            .find(|verdict| verdicts.contains(verdict))
            .unwrap_or(otherwise)
    }

    /// From where to where a number made of probabilities can lie; none where it has no meaning.
    fn range(&self, share: &Share) -> Option<(f64, f64)> {
        match share {
            Share::Value(value) => Some((*value, *value)),
            Share::P(id) => {
                let estimate = self.estimate(*id)?;
                Some(estimate.interval.unwrap_or((estimate.value, estimate.value)))
            }
            Share::Extreme(greatest, parts) => {
                let ranges = parts
                    .iter()
                    .map(|part| self.range(part))
                    .collect::<Option<Vec<_>>>()?;
                let pick = |a: f64, b: f64| if *greatest { a.max(b) } else { a.min(b) };
                ranges
                    .into_iter()
                    .reduce(|one, other| (pick(one.0, other.0), pick(one.1, other.1)))
            }
            Share::Arithmetic(operator, a, b) => {
                let (a, b) = (self.range(a)?, self.range(b)?);
                let of = |a: f64, b: f64| match operator {
                    Operator::Add => a + b,
                    Operator::Subtract => a - b,
                    Operator::Multiply => a * b,
                    Operator::Divide => a / b,
                };
                // A range that holds zero divides into anything.
                if matches!(operator, Operator::Divide) && b.0 <= 0.0 && b.1 >= 0.0 {
                    return None;
                }
                let corners = [of(a.0, b.0), of(a.0, b.1), of(a.1, b.0), of(a.1, b.1)];
                let low = corners.iter().copied().fold(f64::INFINITY, f64::min);
                let high = corners.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                Some((low, high))
            }
        }
    }
}

/// A tally of runs as the count it is.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of runs stay far below 2^53 and are never negative"
)]
fn count(tally: f64) -> u64 {
    tally as u64
}

impl Tally {
    /// Another run.
    pub fn count(&mut self, joint: bool, given: bool) {
        self.joint += to_f64(u64::from(joint));
        self.given += to_f64(u64::from(given));
    }

    /// Those of another part of the sample.
    pub fn add(&mut self, other: Tally) {
        self.joint += other.joint;
        self.given += other.given;
    }
}
