//! Values of terms that are known at load.

use crate::diagnostic::Diagnostic;
use crate::model::{AttributeId, EntityId, Model, Term, Value, VariableId};

/// What the evaluation asks its caller for.
pub(crate) trait Known {
    /// The value of a variable; `None` if it is not bound yet.
    fn variable(&mut self, id: VariableId) -> Option<Value>;
    /// The value of an attribute; `None` if it reads the state or is broken. Attribute decoding evaluates on demand here.
    fn attribute(&mut self, entity: EntityId, attribute: AttributeId) -> Option<Result<Value, Diagnostic>>;
}

/// The value of a term; `None` if it reads the state (or a variable that is not bound).
pub(crate) fn evaluate(
    term: &Term,
    model: &Model,
    binding: &dyn Fn(VariableId) -> Option<Value>,
) -> Option<Result<Value, Diagnostic>> {
    todo!()
}

/// As [`evaluate`], with attributes asked from the caller.
pub(crate) fn evaluate_with(term: &Term, model: &Model, known: &mut dyn Known) -> Option<Result<Value, Diagnostic>> {
    todo!()
}
