//! Effects: from typed effects under a binding to flat operations.

use super::build::{Drawer, Ground};
use super::conditions::Env;
use super::error::GroundError;
use super::ground::{
    BlockId, GroundArgs, GroundEventId, GroundEventKey, GroundFact, GroundValue, InstanceId, TemplateId,
    matches,
};
use super::network::NodeId;
use super::number::NumberNode;
use super::parts::{
    Block, Flag, GroundBranch, GroundChance, GroundChoice, GroundDeadline, GroundGoal, GroundOption,
    NormFlags, Op, Template,
};
use super::possible::canonical;
use super::probabilities::{SLACK, distribution};
use crate::language::value::{Day, Duration};
use crate::model::{
    Argument, Chance, Choice, Deadline, Effect, EffectKind, EntityId, EventPattern, FactId, Goal, Happen,
    Norm, NormWord, Term, Value,
};

/// Where effects stand: in whose body, counted how, drawn by what.
#[derive(Clone, Copy)]
struct Place {
    source: InstanceId,
    drawer: Drawer,
}

impl Ground<'_> {
    /// All effects of a rule instance. `ordinal` counts norms in order of writing.
    pub(crate) fn body(&mut self, effects: &[Effect], source: InstanceId, env: &Env) -> BlockId {
        let mut ordinal = 0;
        self.block(
            effects,
            Place {
                source,
                drawer: Drawer::Instance(source),
            },
            env,
            &mut ordinal,
        )
    }

    fn block(&mut self, effects: &[Effect], place: Place, env: &Env, ordinal: &mut usize) -> BlockId {
        let mut ops = Vec::with_capacity(effects.len());
        for effect in effects {
            self.effect(effect, place, env, ordinal, &mut ops);
        }
        self.blocks.push(Block {
            source: place.source,
            ops: ops.into(),
        })
    }

    /// Adds the operations of one effect; a fault is noted and the effect left out.
    fn effect(
        &mut self,
        effect: &Effect,
        place: Place,
        env: &Env,
        ordinal: &mut usize,
        ops: &mut Vec<Op>,
    ) -> Option<()> {
        match &effect.kind {
            EffectKind::Start(fact, args) => {
                let args = self.args(args, env)?;
                let args = canonical(self.model.facts[*fact].symmetric, args);
                if let Some(atom) = self.atom_of.get(&GroundFact { fact: *fact, args }) {
                    ops.push(Op::Start(*atom));
                }
            }
            EffectKind::End(fact, args) => self.end(*fact, args, env, ops)?,
            EffectKind::Set(measure, args, to) => {
                let args = self.args(args, env)?;
                let slot = self.slot(*measure, args);
                ops.push(Op::Set(slot, self.number(to, env)));
            }
            EffectKind::Add(measure, args, by) => {
                let args = self.args(args, env)?;
                let slot = self.slot(*measure, args);
                ops.push(Op::Add(slot, self.number(by, env)));
            }
            EffectKind::Happen(happen) => ops.push(self.happen(happen, env)?),
            EffectKind::Norm(norm) => ops.push(Op::Impose(self.norm(norm, place, env, ordinal)?)),
            EffectKind::Chance(chance) => {
                self.check_distribution(chance, env);
                self.chance(chance, place, env, ordinal, ops)?;
            }
            EffectKind::Choice(choice) => self.choice(choice, place, env, ordinal, ops)?,
        }
        Some(())
    }

    fn end(&mut self, fact: FactId, args: &[Argument], env: &Env, ops: &mut Vec<Op>) -> Option<()> {
        let wanted = self.pattern(args, env)?;
        let symmetric = self.model.facts[fact].symmetric;
        let mut turned = wanted.clone();
        turned.reverse();
        let matching: Vec<GroundFact> = self
            .facts_of(fact)
            .iter()
            .filter(|args| matches(&wanted, args) || symmetric && matches(&turned, args))
            .map(|args| GroundFact {
                fact,
                args: args.clone(),
            })
            .collect();
        ops.extend(
            matching
                .iter()
                .filter_map(|fact| self.atom_of.get(fact))
                .map(|atom| Op::End(*atom)),
        );
        Some(())
    }

    fn happen(&mut self, happen: &Happen, env: &Env) -> Option<Op> {
        let args = self.args(&happen.args, env)?;
        let event = self.event(GroundEventKey {
            event: happen.event,
            args,
        })?;
        let after = match &happen.after {
            None => None,
            Some(term) => Some(self.duration(term, env)?),
        };
        Some(match (&happen.unless, after) {
            (None, None) => Op::Raise(event),
            (None, Some(after)) if after.is_zero() => Op::Raise(event),
            (None, Some(after)) => Op::Schedule(event, after),
            (Some(unless), after) => {
                let unless = self.all(unless, env);
                Op::ScheduleUnless(event, after.unwrap_or(Duration::Days(0)), unless)
            }
        })
    }

    /// A duration known at load and not negative.
    fn duration(&mut self, term: &Term, env: &Env) -> Option<Duration> {
        match self.known(term, env)? {
            Value::Duration(duration) if !duration.is_negative() => Some(duration),
            Value::Duration(duration) => {
                self.errors.push(GroundError::Backwards(duration, term.span));
                None
            }
            _ => {
                self.errors.push(GroundError::not_known(term.span));
                None
            }
        }
    }

    fn entity(&mut self, term: &Term, env: &Env) -> Option<EntityId> {
        match self.known(term, env)? {
            Value::Entity(id) => Some(id),
            _ => None,
        }
    }

    fn optional(&mut self, term: Option<&Term>, env: &Env) -> Option<Option<EntityId>> {
        match term {
            None => Some(None),
            Some(term) => self.entity(term, env).map(Some),
        }
    }

    /// All possible events that match any of the patterns, ascending.
    pub(crate) fn events_matching(
        &mut self,
        patterns: &[EventPattern],
        env: &Env,
    ) -> Option<Vec<GroundEventId>> {
        let mut found = Vec::new();
        for pattern in patterns {
            let wanted = self.pattern(&pattern.args, env)?;
            let exact: Option<GroundArgs> = wanted.iter().cloned().collect();
            match exact {
                Some(args) => found.extend(self.event(GroundEventKey {
                    event: pattern.event,
                    args,
                })),
                None => found.extend(
                    self.events_of
                        .get(&pattern.event)
                        .into_iter()
                        .flatten()
                        .filter(|id| matches(&wanted, &self.events[**id].key.args)),
                ),
            }
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    /// The events by which a norm can come about: those that trigger its rule, or break the norm in whose `else:`
    /// it stands.
    fn triggers(&self, drawer: Drawer) -> Vec<GroundEventId> {
        match drawer {
            Drawer::Instance(instance) => self.triggers_of.get(&instance).cloned().unwrap_or_default(),
            Drawer::Breach(norm) => match (&self.templates[norm].goal, &self.templates[norm].deadline) {
                (GroundGoal::Refrain(events), _) | (_, GroundDeadline::Before(events)) => events.clone(),
                _ => Vec::new(),
            },
        }
    }

    fn norm(&mut self, norm: &Norm, place: Place, env: &Env, ordinal: &mut usize) -> Option<TemplateId> {
        let own = *ordinal;
        *ordinal += 1;
        let of = self.entity(&norm.of, env)?;
        let to = self.optional(norm.to.as_ref(), env)?;
        let under = self.optional(norm.under.as_ref(), env)?;
        let goal = match &norm.goal {
            Goal::Do(patterns) => GroundGoal::Do(self.events_matching(patterns, env)?),
            Goal::Reach(conditions) => GroundGoal::Reach(self.all(conditions, env)),
            Goal::Refrain(patterns) => GroundGoal::Refrain(self.events_matching(patterns, env)?),
        };
        let deadline = match &norm.deadline {
            Deadline::Open => GroundDeadline::Open,
            Deadline::Within(term) => match self.duration(term, env)? {
                Duration::Never => GroundDeadline::Open,
                duration => GroundDeadline::Within(duration),
            },
            Deadline::Due(term) => match self.known(term, env)? {
                Value::Date(Day::NEVER) => GroundDeadline::Open,
                Value::Date(day) => GroundDeadline::Due(day),
                _ => return None,
            },
            Deadline::Before(patterns) => GroundDeadline::Before(self.events_matching(patterns, env)?),
        };
        let while_ = (!norm.while_.is_empty()).then(|| self.all(&norm.while_, env));
        let mut breach_args: GroundArgs = GroundArgs::new();
        breach_args.push(GroundValue::Entity(of));
        breach_args.push(under.map_or(GroundValue::Nothing, GroundValue::Entity));
        let breach = self.event(GroundEventKey {
            event: self.model.breach,
            args: breach_args,
        })?;
        let template = self.templates.push(Template {
            source: place.source,
            ordinal: own,
            goal,
            of,
            to,
            under,
            deadline,
            while_,
            otherwise: None,
            breach,
            flags: NormFlags::default(),
            counts: Vec::new(),
            triggers: self.triggers(place.drawer),
        });
        let watched: Vec<GroundEventId> = {
            let template = &self.templates[template];
            let goal = match &template.goal {
                GroundGoal::Do(events) | GroundGoal::Refrain(events) => events.as_slice(),
                GroundGoal::Reach(_) => &[],
            };
            let before = match &template.deadline {
                GroundDeadline::Before(events) => events.as_slice(),
                _ => &[],
            };
            goal.iter().chain(before).copied().collect()
        };
        for event in watched {
            let norms = &mut self.events[event].norms;
            if norms.last() != Some(&template) {
                norms.push(template);
            }
        }
        if !norm.otherwise.is_empty() {
            let inner = Place {
                source: place.source,
                drawer: Drawer::Breach(template),
            };
            let block = self.block(&norm.otherwise, inner, env, ordinal);
            self.templates[template].otherwise = Some(block);
        }
        Some(template)
    }

    /// Probabilities that are known before the first day are checked then; the others when they are drawn.
    fn check_distribution(&mut self, chance: &Chance, env: &Env) {
        let (mut said, mut all_known, mut last) = (0.0, true, None);
        for branch in &chance.branches {
            let Some(term) = &branch.p else { continue };
            let Some(Value::Number(number)) = self.constant(term, env) else {
                all_known = false;
                continue;
            };
            let p = number.float();
            if !(0.0..=1.0).contains(&p) {
                let word = &self.model.words[branch.word];
                let message =
                    format!("the probability of `{word}` is {p}, which does not lie between 0 and 1");
                self.errors.push(GroundError::NoDistribution {
                    message,
                    span: term.span,
                });
                return;
            }
            said += p;
            last = Some(term.span);
        }
        let rest = chance.branches.iter().any(|branch| branch.p.is_none());
        let wrong = if rest {
            said > 1.0 + SLACK
        } else {
            all_known && (said - 1.0).abs() > SLACK
        };
        if let (true, Some(last)) = (wrong, last) {
            // Without the noise of sums such as 0.1 + 0.2.
            let sum = (said * 1e9).round() / 1e9;
            let message = format!("the probabilities of this chance make {sum} together, not 1");
            self.errors
                .push(GroundError::NoDistribution { message, span: last });
        }
    }

    fn chance(
        &mut self,
        chance: &Chance,
        place: Place,
        env: &Env,
        ordinal: &mut usize,
        ops: &mut Vec<Op>,
    ) -> Option<()> {
        let args = self.args(&chance.args, env)?;
        let settlement = self.settlement(chance.branching, args);
        self.drawers.push((settlement, place.drawer));
        let mut branches = Vec::with_capacity(chance.branches.len());
        for branch in &chance.branches {
            let p = branch.p.as_ref().map(|p| self.number(p, env));
            let block = self.block(&branch.then, place, env, ordinal);
            branches.push(GroundBranch {
                word: branch.word,
                place: self.place_of(chance.branching, branch.word),
                p,
                block,
            });
        }
        branches.sort_by_key(|branch| branch.place);
        let known = self.known_probabilities(&branches);
        ops.push(Op::Draw(self.chances.push(GroundChance {
            settlement,
            source: place.source,
            branches,
            known,
        })));
        Some(())
    }

    /// What the branches of a chance come to if no state has a say in it.
    fn known_probabilities(&self, branches: &[GroundBranch]) -> Option<Vec<(usize, f64)>> {
        let mut known = Vec::with_capacity(branches.len());
        for branch in branches {
            let p = match branch.p.map(|number| &self.numbers[number]) {
                None => None,
                Some(NumberNode::Constant(number)) => Some(number.float()),
                Some(_) => return None,
            };
            known.push((branch.place, p));
        }
        distribution(known).ok().map(|branches| branches.to_vec())
    }

    fn choice(
        &mut self,
        choice: &Choice,
        place: Place,
        env: &Env,
        ordinal: &mut usize,
        ops: &mut Vec<Op>,
    ) -> Option<()> {
        let args = self.args(&choice.args, env)?;
        let by = self.entity(&choice.by, env)?;
        let settlement = self.settlement(choice.branching, args);
        self.drawers.push((settlement, place.drawer));
        let default = match &choice.default {
            None => None,
            Some(term) => Some(self.thumb(term, env)?),
        };
        let mut options = Vec::with_capacity(choice.options.len());
        for option in &choice.options {
            let open = self.all(&option.conditions, env);
            let block = self.block(&option.then, place, env, ordinal);
            options.push(GroundOption {
                word: option.word,
                open,
                block,
            });
        }
        options.sort_by_key(|option| self.place_of(choice.branching, option.word));
        ops.push(Op::Choose(self.choices.push(GroundChoice {
            settlement,
            source: place.source,
            by,
            default,
            options,
        })));
        Some(())
    }

    /// The node of a question about norms: any flag that matches. Flags are closed once all norms are known.
    pub(crate) fn norm_flag(
        &mut self,
        word: NormWord,
        who: &Argument,
        under: &Argument,
        env: &Env,
    ) -> NodeId {
        let mut entity = |argument: &Argument| match argument {
            None => Some(None),
            Some(term) => match self.known(term, env)? {
                Value::Entity(id) => Some(Some(id)),
                _ => None,
            },
        };
        let (Some(who), Some(under)) = (entity(who), entity(under)) else {
            return self.network.constant(false);
        };
        let keys: Vec<(EntityId, Option<EntityId>)> = self
            .norm_keys
            .iter()
            .filter(|(of, text)| who.is_none_or(|who| who == *of) && (under.is_none() || under == *text))
            .copied()
            .collect();
        let parts: Vec<NodeId> = keys
            .into_iter()
            .map(|(of, under)| self.flag(Flag { word, of, under }))
            .collect();
        self.network.or(parts)
    }

    fn flag(&mut self, flag: Flag) -> NodeId {
        if let Some(node) = self.flag_of.get(&flag) {
            return *node;
        }
        let id = crate::ids::Id::from_index(self.flags.len());
        let node = self.network.flag(id);
        self.flags.push((flag.clone(), node));
        self.flag_of.insert(flag, node);
        node
    }

    /// Ties each norm to the flags that some condition reads.
    pub(crate) fn tie_flags(&mut self) {
        for template in self.templates.values_mut() {
            let flag = |word| {
                self.flag_of
                    .get(&Flag {
                        word,
                        of: template.of,
                        under: template.under,
                    })
                    .copied()
            };
            template.flags = NormFlags {
                // Only a duty is owed; a prohibition can but be broken.
                owed: flag(NormWord::Owed).filter(|_| !matches!(template.goal, GroundGoal::Refrain(_))),
                met: flag(NormWord::Met),
                broken: flag(NormWord::Broken),
            };
        }
    }
}
