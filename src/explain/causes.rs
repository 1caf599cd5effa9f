//! Why an event happened and an effect came about: the firing of a rule, its trigger, the draws on the way.

use crate::engine::{Cause, Way, What};
use crate::model::{Branch, BranchingId, ChoiceOption, EffectKind, EventClass, Phrase, Term, WordId};
use crate::model::resolve::walk::for_each_effect;
use crate::program::{BlockId, GroundValue, InstanceId, Op, SettlementId, spell};

use super::prover::{Prover, Told};
use super::state::Moment;
use super::terms::{Env, binding_of, env_of};
use super::tree::{Because, BecauseKind, Reason, Verdict};
use super::why::Depth;

/// A reason and what it rests on.
pub(super) type Grounds = (Option<Because>, Vec<Reason>);

/// A chance or choice as the author wrote it: who decides and how.
enum Written<'m> {
    Branch(&'m Branch),
    Option(&'m ChoiceOption, Option<&'m Term>),
}

impl<'r> Prover<'_, 'r> {
    /// Why an effect came about that stands at `entry`, done by the first of these instances.
    pub fn cause(&mut self, by: &[InstanceId], entry: usize, op: &dyn Fn(&Op) -> bool, left: Depth) -> Grounds {
        let Some(first) = by.first() else { return (None, Vec::new()) };
        let (mut because, premises) = self.effect(*first, entry, op, left);
        if let (Some(because), [_, others @ ..]) = (&mut because, by) {
            let model = self.history.model;
            let mut names: Vec<String> = others
                .iter()
                .map(|other| format!("`{}`", model.rules[self.history.program.instances[*other].rule].name))
                .collect();
            names.dedup();
            if !names.is_empty() {
                because.text.push_str(&format!("; also by {}", super::words::listed(&names)));
            }
        }
        (because, premises)
    }

    /// Why an instance did something that stands at `entry`.
    pub fn effect(&mut self, instance: InstanceId, entry: usize, op: &dyn Fn(&Op) -> bool, left: Depth) -> Grounds {
        let history = self.history;
        let day = history.day_of(entry);
        let fired = history.last_fired(instance, Moment(entry + 1)).filter(|fired| history.day_of(*fired) == day);
        let block = history.program.instances[instance].block;
        if let (Some(fired), Some(block)) = (fired, block)
            && let Some(draws) = self.way(block, op, instance, (fired, entry))
        {
            let mut premises = self.firing(instance, fired, left);
            for draw in draws {
                premises.push(self.draw(draw, left));
            }
            return (Some(history.by_rule(instance, &history.rhythm(instance))), premises);
        }
        // Else it stands under the `else:` of a norm that the instance imposed.
        let program = history.program;
        let broken = history.last_entry(Moment(entry + 1), |what| match what {
            What::Breached { norm, .. } => history.norms.all.iter().any(|life| {
                let template = &program.templates[life.template];
                let does = template.otherwise.is_some_and(|block| self.makers.does(program, block, op));
                life.serial == *norm && template.source == instance && does
            }),
            _ => false,
        });
        match broken.and_then(|at| Some((at, &history.entries.get(at)?.what))) {
            Some((at, What::Breached { norm, .. })) => {
                let reason = self.norm(*norm, Moment(at + 1), left);
                (Some(history.by_rule(instance, "whose duty was not met")), vec![reason])
            }
            _ => (Some(history.by_rule(instance, "")), Vec::new()),
        }
    }

    /// The settlements that led an instance to an effect at `entry`, by entry.
    pub fn draws(&self, instance: InstanceId, entry: usize, op: &dyn Fn(&Op) -> bool) -> Vec<usize> {
        let fired = self.history.last_fired(instance, Moment(entry + 1));
        let block = self.history.program.instances[instance].block;
        fired.zip(block).and_then(|(fired, block)| self.way(block, op, instance, (fired, entry))).unwrap_or_default()
    }

    /// What an instance read when it fired: its trigger, then its conditions on the snapshot of its wave.
    pub fn firing(&mut self, instance: InstanceId, fired: usize, left: Depth) -> Vec<Reason> {
        let history = self.history;
        let mut premises = Vec::new();
        if let Some(What::Fired { trigger: Some(event), .. }) = history.entries.get(fired).map(|entry| &entry.what)
            && let Some(happened) = history.last_happened(*event, Moment(fired + 1))
        {
            premises.push(self.event(happened, left));
        }
        premises.extend(self.premises(instance, Moment(fired), left));
        premises
    }

    /// The settlements that lead from a block to an effect, by entry; none if they fell otherwise.
    fn way(
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
                    (chance.settlement, chance.branches.iter().map(|branch| (branch.word, branch.block)).collect())
                }
                Op::Choose(id) => {
                    let choice = &program.choices[*id];
                    (choice.settlement, choice.options.iter().map(|option| (option.word, option.block)).collect())
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
            What::Settled { settlement: id, word, source, .. } if *id == settlement && *source == instance => {
                Some((at, *word))
            }
            _ => None,
        })
    }

    /// How a chance or choice fell and why.
    pub fn draw(&mut self, entry: usize, left: Depth) -> Reason {
        let history = self.history;
        let Some(What::Settled { settlement, word, way, occurrence, p, source }) =
            history.entries.get(entry).map(|entry| &entry.what)
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
            Some(Written::Branch(branch)) => branch.says.as_ref(),
            Some(Written::Option(option, _)) => option.says.as_ref(),
            None => None,
        };
        let statement = match says {
            Some(says) => history.say(says, &env),
            None => format!("`{atom}` falls on `{fell}`"),
        };
        let verdict = if branching.is_choice { Verdict::Chosen } else { Verdict::Drawn };
        let reason = Reason::new(verdict, statement).atom(format!("{atom}: {fell}")).on(history.day_of(entry));
        let named = if says.is_some() { format!("`{atom}`: `{fell}`, ") } else { String::new() };
        let (seed, run) = (history.run.seed.0, history.run.number.0);
        let p = p.unwrap_or(1.0);
        let (kind, text) = match way {
            Way::Drawn => {
                let text = format!("chance p = {}, seed {seed}, run {run}, occurrence {occurrence}", rounded(p));
                (BecauseKind::Draw, text)
            }
            Way::Sure => (BecauseKind::Draw, String::from("the only branch that was possible")),
            Way::Fixed(_) => (BecauseKind::Fix, String::from("settled by `fix:`")),
            Way::Default => (BecauseKind::Choice, String::from("the default of the choice")),
            Way::Chosen => (BecauseKind::Choice, String::from("chosen in this run")),
        };
        let mut because = Because::new(kind, format!("{named}{text}"));
        because.probability = (*way == Way::Drawn).then_some(p);
        because.occurrence = Some(*occurrence);
        let reason = reason.because(because);
        let Some(left) = left.deeper() else { return self.cut(reason, &Told::Entry(entry)) };
        if !self.told.insert(Told::Entry(entry)) {
            return Reason { told_above: true, ..reason };
        }
        let premises = match (way, written) {
            (Way::Drawn, Some(Written::Branch(branch))) => match &branch.p {
                Some(p) => self.amounts(p, &env, Moment(entry), left.beside()),
                None => Vec::new(),
            },
            (Way::Default, Some(Written::Option(_, Some(default)))) => {
                self.thumb(default, &env, Moment(entry), left)
            }
            _ => Vec::new(),
        };
        reason.premises(premises)
    }

    /// The conditions of a rule of thumb, each as it stood.
    fn thumb(&mut self, term: &Term, env: &Env, at: Moment, left: Depth) -> Vec<Reason> {
        let crate::model::TermKind::If(condition, a, b) = &term.kind else { return Vec::new() };
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
        let crate::model::Body::Then(effects) = &rule.body else { return None };
        let view = self.view(Moment(0));
        let same = |terms: &[Term]| view.arguments(terms, env).is_some_and(|own| own.as_slice() == args);
        let mut found = None;
        for_each_effect(effects, &mut |effect| match &effect.kind {
            EffectKind::Chance(chance) if chance.branching == branching && same(&chance.args) => {
                let branch = chance.branches.iter().find(|branch| branch.word == word);
                found = found.take().or(branch.map(Written::Branch));
            }
            EffectKind::Choice(choice) if choice.branching == branching && same(&choice.args) => {
                let option = choice.options.iter().find(|option| option.word == word);
                found = found.take().or(option.map(|option| Written::Option(option, choice.default.as_ref())));
            }
            _ => {}
        });
        found
    }

    /// Why an event happened, by its entry.
    pub fn event(&mut self, entry: usize, left: Depth) -> Reason {
        let history = self.history;
        let Some(What::Happened { event, causes } | What::Void { event, causes }) =
            history.entries.get(entry).map(|entry| &entry.what)
        else {
            return Reason::new(Verdict::Note, "nothing happened");
        };
        let reason = Reason::new(Verdict::Happened, history.event_words(*event))
            .atom(history.event_atom(*event))
            .on(history.day_of(entry));
        let Some(cause) = causes.first() else { return reason };
        if let Cause::Timeline(place) = cause
            && let Some(scripted) = history.model.timeline.get(*place)
        {
            let text = format!("scripted in the timeline as `{}`", scripted.name);
            let because = history.written(BecauseKind::Timeline, &text, &scripted.about);
            let statement = scripted.says.clone().unwrap_or_else(|| reason.statement.clone());
            let reason = Reason { statement, ..reason.because(because) };
            let Some(left) = left.deeper() else { return reason };
            if !self.told.insert(Told::Entry(entry)) {
                return reason;
            }
            let premises = self.requirements(*event, Moment(entry), left);
            return reason.premises(premises);
        }
        let Some(left) = left.deeper() else { return self.cut(reason, &Told::Entry(entry)) };
        if !self.told.insert(Told::Entry(entry)) {
            return Reason { told_above: true, ..reason };
        }
        let raises = |op: &Op| match op {
            Op::Raise(id) | Op::Schedule(id, _) | Op::ScheduleUnless(id, ..) => id == event,
            _ => false,
        };
        let (mut because, mut premises) = match cause {
            Cause::Timeline(_) => (None, Vec::new()),
            Cause::Rule(_) => {
                let by: Vec<InstanceId> = causes
                    .iter()
                    .filter_map(|cause| if let Cause::Rule(instance) = cause { Some(*instance) } else { None })
                    .collect();
                self.cause(&by, entry, &raises, left)
            }
            Cause::Agenda => {
                let day = history.day_of(entry);
                let scheduled = history.last_entry(
                    Moment(entry),
                    |what| matches!(what, What::Scheduled { event: id, due, .. } if id == event && *due == day),
                );
                match scheduled.and_then(|at| Some((at, &history.entries.get(at)?.what))) {
                    Some((at, What::Scheduled { by, .. })) => {
                        let (mut because, premises) = self.effect(*by, at, &raises, left);
                        if let Some(because) = &mut because {
                            because.text = format!("put on the agenda on {} {}", history.day_of(at), because.text);
                        }
                        (because, premises)
                    }
                    _ => (None, Vec::new()),
                }
            }
            Cause::Breach(norm) => {
                let because = Because::new(BecauseKind::Norm, "a norm was not kept");
                (Some(because), vec![self.norm(*norm, Moment(entry), left)])
            }
        };
        if let (Some(because), true) = (&mut because, causes.iter().any(|other| matches!(other, Cause::Agenda)) && !matches!(cause, Cause::Agenda)) {
            because.text.push_str("; it was on the agenda of that day too");
        }
        premises.extend(self.requirements(*event, Moment(entry), left));
        Reason { because, premises, ..reason }
    }

    /// What an institutional act requires, as it stood.
    pub fn requirements(&mut self, event: crate::program::GroundEventId, at: Moment, left: Depth) -> Vec<Reason> {
        let history = self.history;
        let key = &history.program.events[event].key;
        let EventClass::Institutional(requires) = &history.model.events[key.event].class else { return Vec::new() };
        let env = env_of(&key.args);
        requires.iter().flat_map(|term| self.condition(term, &env, at, true, left)).collect()
    }
}

/// A probability for people: at most four decimals.
fn rounded(p: f64) -> String {
    let text = format!("{p:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
