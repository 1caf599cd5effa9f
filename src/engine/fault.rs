//! What can go wrong while a program runs: contradictions that only a run can show.

use crate::diagnostic::{Diagnostic, Label, Sources};
use crate::language::value::{Day, Fixed};
use crate::model::WordId;
use crate::program::{AtomId, ChoiceId, InstanceId, NodeId, NumberFault, NumberId, SettlementId, SlotId};

/// A fault, in numbers of the program. Everything a message needs; [`RunError`] puts it in words.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// One commit starts and ends a fact.
    StartAndEnd {
        /// Which.
        atom: AtomId,
        /// One of those who start it.
        starts: InstanceId,
        /// One of those who end it.
        ends: InstanceId,
    },
    /// One commit sets a measure to two values, or sets it and adds to it.
    Measure {
        /// Which.
        slot: SlotId,
        /// One rule and the value it sets.
        one: (InstanceId, Fixed),
        /// The other, and its value; `None` if it adds.
        other: (InstanceId, Option<Fixed>),
    },
    /// A `when:` rule would fire twice in a day.
    Loop {
        /// It.
        instance: InstanceId,
        /// All `when:` instances that fired that day, in order.
        fired: Vec<InstanceId>,
    },
    /// A probability outside [0, 1], or several that add up to more than one.
    Probability {
        /// Of which chance.
        settlement: SettlementId,
        /// Drawn by which instance.
        source: InstanceId,
        /// The branches with their probabilities.
        branches: Vec<(WordId, f64)>,
    },
    /// Two rules draw one chance with different probabilities on one day.
    Disagreement {
        /// Which chance.
        settlement: SettlementId,
        /// Who drew it second.
        source: InstanceId,
    },
    /// The default or fixed option of a choice is closed while others are open.
    Closed {
        /// Which choice.
        choice: ChoiceId,
        /// The option.
        word: WordId,
        /// The open ones.
        open: Vec<WordId>,
    },
    /// A choice that nobody settles.
    Undecided {
        /// Which choice.
        choice: ChoiceId,
    },
    /// The run has more to tell than can be kept, or more stays open day after day than can be looked at.
    TooLong {
        /// Whose norms are most of what is open; none if that is not norms, or if it is the telling that is too long.
        source: Option<InstanceId>,
        /// How much is open, if that is what is too much.
        open: Option<usize>,
    },
    /// A condition could not be computed.
    Condition {
        /// Its node.
        node: NodeId,
        /// Why.
        fault: NumberFault,
    },
    /// An amount could not be computed.
    Amount {
        /// The expression.
        number: NumberId,
        /// For which instance.
        source: InstanceId,
        /// Why.
        fault: NumberFault,
    },
}

/// A run that could not go on.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct RunError {
    /// What is wrong, in the author's words.
    pub message: String,
    /// Which kind of fault, for machines.
    pub code: &'static str,
    /// The day.
    pub day: Day,
    /// Remedies.
    pub help: Vec<String>,
    /// What happened on that day before, a line each.
    pub path: Box<[String]>,
    /// Where the rules at fault are written; the first is the one to look at.
    pub places: Box<[Label]>,
    /// The texts in which they stand.
    pub sources: Box<Sources>,
}

impl RunError {
    /// The fault as a message with its places.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = match self.places.first() {
            Some(place) => Diagnostic::error(self.code, place.span, &self.message).label(&place.text),
            None => Diagnostic::placeless(self.code, &self.message),
        };
        diagnostic.secondary.extend(self.places.iter().skip(1).cloned());
        diagnostic.help.extend(self.help.iter().cloned());
        diagnostic
    }
}
