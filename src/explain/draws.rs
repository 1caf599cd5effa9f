//! How chances and choices fell on the way from a firing to its effect, and why.

use crate::engine::{Way, What};
use crate::model::resolve::walk::for_each_effect;
use crate::model::{Branch, BranchingId, Chance, ChoiceOption, EffectKind, Phrase, Term, WordId};
use crate::program::{BlockId, GroundValue, InstanceId, Op, SettlementId, spell};

use super::prover::{Prover, Told};
use super::state::Moment;
use super::terms::{Env, binding_of};
use super::tree::{Because, BecauseKind, Reason, Verdict};
use super::why::Depth;

/// A chance or choice as the author wrote it: who decides and how.
enum Written<'m> {
    Branch(&'m Branch, &'m Chance),
    Option(&'m ChoiceOption, Option<&'m Term>),
}

impl<'r> Prover<'_, 'r> {
    /// The settlements that led an instance to an effect at `entry`, by entry.
    pub fn draws(&self, instance: InstanceId, entry: usize, op: &dyn Fn(&Op) -> bool) -> Vec<usize> {
        let fired = self.history.last_fired(instance, Moment(entry + 1));
        let block = self.history.program.instances[instance].block;
        fired
            .zip(block)
            .and_then(|(fired, block)| self.way(block, op, instance, (fired, entry)))
            .unwrap_or_default()
    }

    /// Whether an instance fired and its chances and choices led elsewhere.
    pub fn fell_otherwise(&self, instance: InstanceId, op: &dyn Fn(&Op) -> bool, at: Moment) -> bool {
        let history = self.history;
        let block = history.program.instances[instance].block;
        let Some((fired, block)) = history.last_fired(instance, at).zip(block) else {
            return false;
        };
        let close = history.close_of(history.day_of(fired)).0;
        self.makers.does(history.program, block, op)
            && self.way(block, op, instance, (fired, close)).is_none()
    }

    /// The settlements that lead from a block to an effect, by entry; none if they fell otherwise.
    pub fn way(
        &self,
        block: BlockId,
        op: &dyn Fn(&Op) -> bool,
        instance: InstanceId,
        span: (usize, usize),
    ) -> Option<Vec<usize>> {
        let program = self.history.program;
        let ops = &program.blocks[block].ops;
        if ops.iter().any(op) {
            return Some(Vec::new());
        }
        ops.iter().find_map(|step| {
            let (settlement, branches): (SettlementId, Vec<(WordId, BlockId)>) = match step {
                Op::Draw(id) => {
                    let chance = &program.chances[*id];
                    (
                        chance.settlement,
                        chance
                            .branches
                            .iter()
                            .map(|branch| (branch.word, branch.block))
                            .collect(),
                    )
                }
                Op::Choose(id) => {
                    let choice = &program.choices[*id];
                    (
                        choice.settlement,
                        choice
                            .options
                            .iter()
                            .map(|option| (option.word, option.block))
                            .collect(),
                    )
                }
                _ => return None,
            };
            let (entry, fell) = self.settled(settlement, instance, span)?;
            let (_, block) = branches.into_iter().find(|(word, _)| *word == fell)?;
            let mut way = vec![entry];
            way.extend(self.way(block, op, instance, span)?);
            Some(way)
        })
    }

    /// How a chance or choice of an instance fell, by entry.
    pub fn settled(
        &self,
        settlement: SettlementId,
        instance: InstanceId,
        (from, to): (usize, usize),
    ) -> Option<(usize, WordId)> {
        let entries = self.history.entries.iter().enumerate().take(to + 1).skip(from);
        entries.rev().find_map(|(at, entry)| match &entry.what {
            What::Settled {
                settlement: id,
                word,
                source,
                ..
            } if *id == settlement && *source == instance => Some((at, *word)),
            _ => None,
        })
    }

    /// How a chance or choice fell and why.
    pub fn draw(&mut self, entry: usize, left: Depth) -> Reason {
        let history = self.history;
        let Some(What::Settled {
            settlement,
            word,
            way,
            occurrence,
            p,
            source,
        }) = history.entries.get(entry).map(|entry| &entry.what)
        else {
            return Reason::new(Verdict::Note, "nothing was settled");
        };
        let ground = &history.program.settlements[*settlement];
        let branching = &history.model.branchings[ground.branching];
        let atom = spell(history.model, &branching.name, &ground.args);
        let env = binding_of(history, *source);
        let written = self.written(*source, ground.branching, &ground.args, *word, &env);
        let fell = &history.model.words[*word];
        let says: Option<&Phrase> = match &written {
            Some(Written::Branch(branch, _)) => branch.says.as_ref(),
            Some(Written::Option(option, _)) => option.says.as_ref(),
            None => None,
        };
        let statement = match says {
            Some(says) => history.say(says, &env),
            None => format!("`{atom}` falls on `{fell}`"),
        };
        let verdict = if branching.is_choice {
            Verdict::Chosen
        } else {
            Verdict::Drawn
        };
        let reason = Reason::new(verdict, statement)
            .atom(format!("{atom}: {fell}"))
            .on(history.day_of(entry));
        let named = if says.is_some() {
            format!("`{atom}`: `{fell}`, ")
        } else {
            String::new()
        };
        let (seed, run) = (history.run.seed.0, history.run.number.0);
        let p = p.unwrap_or(1.0);
        let (kind, text) = match way {
            Way::Drawn => {
                let text = format!(
                    "chance p = {}, seed {seed}, run {run}, occurrence {occurrence}",
                    rounded(p)
                );
                (BecauseKind::Draw, text)
            }
            Way::Sure => (
                BecauseKind::Draw,
                String::from("the only branch that was possible"),
            ),
            Way::Fixed(_) => (BecauseKind::Fix, String::from("settled by `fix:`")),
            Way::Default => (BecauseKind::Choice, String::from("the default of the choice")),
            Way::Chosen => (BecauseKind::Choice, String::from("chosen in this run")),
        };
        let mut because = Because::new(kind, format!("{named}{text}"));
        because.probability = (*way == Way::Drawn).then_some(p);
        because.occurrence = Some(*occurrence);
        let reason = reason.because(because);
        let Some(left) = left.deeper() else {
            return self.cut(reason, &Told::Entry(entry));
        };
        if !self.told.insert(Told::Entry(entry)) {
            return Reason {
                told_above: true,
                ..reason
            };
        }
        let premises = match (way, written) {
            (Way::Drawn, Some(Written::Branch(branch, chance))) => {
                // The rest is what the other branches leave.
                let others = chance.branches.iter().filter_map(|branch| branch.p.as_ref());
                let numbers: Vec<&Term> = branch.p.as_ref().map_or_else(|| others.collect(), |p| vec![p]);
                let at = Moment(entry);
                numbers
                    .into_iter()
                    .flat_map(|p| self.amounts(p, &env, at, left.beside()))
                    .collect()
            }
            (Way::Default, Some(Written::Option(_, Some(default)))) => {
                self.thumb(default, &env, Moment(entry), left)
            }
            _ => Vec::new(),
        };
        reason.premises(premises)
    }

    /// The conditions of a rule of thumb, each as it stood.
    fn thumb(&mut self, term: &Term, env: &Env, at: Moment, left: Depth) -> Vec<Reason> {
        let crate::model::TermKind::If(condition, a, b) = &term.kind else {
            return Vec::new();
        };
        let holds = self.view(at).holds(condition, env);
        let mut reasons = self.condition(condition, env, at, holds, left);
        reasons.extend(self.thumb(if holds { a } else { b }, env, at, left));
        reasons
    }

    /// The branch or option as it is written in the rule.
    fn written(
        &self,
        instance: InstanceId,
        branching: BranchingId,
        args: &[GroundValue],
        word: WordId,
        env: &Env,
    ) -> Option<Written<'r>> {
        let history = self.history;
        let rule = &history.model.rules[history.program.instances[instance].rule];
        let crate::model::Body::Then(effects) = &rule.body else {
            return None;
        };
        let view = self.view(Moment(0));
        let same = |terms: &[Term]| {
            view.arguments(terms, env)
                .is_some_and(|own| own.as_slice() == args)
        };
        let mut found = None;
        for_each_effect(effects, &mut |effect| match &effect.kind {
            EffectKind::Chance(chance) if chance.branching == branching && same(&chance.args) => {
                let branch = chance.branches.iter().find(|branch| branch.word == word);
                found = found
                    .take()
                    .or(branch.map(|branch| Written::Branch(branch, chance)));
            }
            EffectKind::Choice(choice) if choice.branching == branching && same(&choice.args) => {
                let option = choice.options.iter().find(|option| option.word == word);
                found = found
                    .take()
                    .or(option.map(|option| Written::Option(option, choice.default.as_ref())));
            }
            _ => {}
        });
        found
    }
}

/// A probability for people: at most four decimals.
fn rounded(p: f64) -> String {
    let text = format!("{p:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
