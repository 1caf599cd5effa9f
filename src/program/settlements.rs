//! Chances and choices by name: the keys of their draws, which time it is, and how `fix:` settles them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hasher as _;

use siphasher::sip::SipHasher13;

use super::build::Ground;
use super::conditions::Env;
use super::ground::{GroundArgs, GroundValue, SettlementId, matches};
use super::parts::{Counter, GroundFix, Settlement, Thumb};
use crate::language::value::Day;
use crate::model::{
    Body, BranchingId, Effect, EffectKind, Model, RuleId, Settled, Term, TermKind, Trigger, Type, Value,
    WordId,
};

/// Rules whose instances must exist even where their `if:` can never hold, because they count occurrences of a
/// name that other instances draw too: rules that share a name, or draw it once for several bindings.
pub(crate) fn unguarded(model: &Model) -> HashSet<RuleId> {
    let mut drawn: HashMap<BranchingId, BTreeSet<RuleId>> = HashMap::new();
    let mut narrow: BTreeSet<(RuleId, BranchingId)> = BTreeSet::new();
    let mut periodic = HashSet::new();
    let mut in_breach = HashSet::new();
    for (id, rule) in model.rules.iter() {
        if let Trigger::Every(every) = &rule.trigger
            && super::reads::variables(every).is_empty()
        {
            periodic.insert(id);
        }
        if let Body::Then(effects) = &rule.body {
            each_drawing(effects, false, &mut |branching, args, breach| {
                if breach {
                    in_breach.insert(branching);
                }
                drawn.entry(branching).or_default().insert(id);
                let own: BTreeSet<_> = args.iter().flat_map(super::reads::variables).collect();
                if own.len() < rule.bound {
                    narrow.insert((id, branching));
                }
            });
        }
    }
    let mut found = HashSet::new();
    for (branching, rules) in drawn {
        // The days of one period are known from any instance, those of several from all, those of breaches from none.
        let calendar = !in_breach.contains(&branching)
            && rules.len() == 1
            && rules.iter().all(|rule| periodic.contains(rule));
        let shared = rules.len() > 1 || rules.iter().any(|rule| narrow.contains(&(*rule, branching)));
        if shared && !calendar {
            found.extend(rules);
        }
    }
    found
}

/// Visits each chance and choice with its arguments, and says whether it comes up at a breach.
fn each_drawing<'m>(
    effects: &'m [Effect],
    breach: bool,
    visit: &mut impl FnMut(BranchingId, &'m [Term], bool),
) {
    for effect in effects {
        match &effect.kind {
            EffectKind::Chance(chance) => {
                visit(chance.branching, &chance.args, breach);
                chance
                    .branches
                    .iter()
                    .for_each(|branch| each_drawing(&branch.then, breach, visit));
            }
            EffectKind::Choice(choice) => {
                visit(choice.branching, &choice.args, breach);
                choice
                    .options
                    .iter()
                    .for_each(|option| each_drawing(&option.then, breach, visit));
            }
            EffectKind::Norm(norm) => each_drawing(&norm.otherwise, true, visit),
            _ => {}
        }
    }
}

/// SipHash-1-3 under a zero key over parts, each led by its length, all integers little-endian.
pub(crate) fn hash_parts<'p>(parts: impl IntoIterator<Item = &'p str>) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(0, 0);
    for part in parts {
        hasher.write(&(part.len() as u64).to_le_bytes());
        hasher.write(part.as_bytes());
    }
    hasher.finish()
}

impl Ground<'_> {
    /// The settlement of that name and those arguments.
    pub(crate) fn settlement(&mut self, branching: BranchingId, args: GroundArgs) -> SettlementId {
        let key = (branching, args);
        if let Some(id) = self.settlement_of.get(&key) {
            return *id;
        }
        let model = self.model;
        let declared = &model.branchings[branching];
        let mut parts = vec![declared.name.clone()];
        parts.extend(key.1.iter().map(|arg| arg.spell(model)));
        let fix = self.fix(branching, &key.1);
        let id = self.settlements.push(Settlement {
            branching,
            args: key.1.clone(),
            key: hash_parts(parts.iter().map(String::as_str)),
            branch_keys: declared
                .words
                .iter()
                .map(|word| hash_parts([model.words[*word].as_str()]))
                .collect(),
            counter: Counter::Calendar(Vec::new().into()),
            fix,
            recurs: false,
        });
        self.settlement_of.insert(key, id);
        id
    }

    fn fix(&mut self, branching: BranchingId, args: &[GroundValue]) -> GroundFix {
        let model = self.model;
        let best = model
            .fixes
            .iter()
            .enumerate()
            .filter_map(|(place, fix)| {
                let pattern: Vec<Option<GroundValue>> = fix
                    .args
                    .iter()
                    .map(|arg| arg.as_ref().and_then(GroundValue::of))
                    .collect();
                let open = pattern.iter().filter(|arg| arg.is_none()).count();
                (fix.branching == branching && matches(&pattern, args)).then_some((open, place, fix))
            })
            .min_by_key(|(open, place, _)| (*open, *place));
        match best {
            None => GroundFix::Open,
            Some((_, place, fix)) => match &fix.settled {
                Settled::Always(word) => GroundFix::Always(*word, place),
                Settled::At(times) => GroundFix::At(times.clone(), place),
                Settled::Thumb(term) => match self.thumb(term, &Env::new()) {
                    Some(thumb) => GroundFix::Thumb(thumb, place),
                    None => GroundFix::Open,
                },
            },
        }
    }

    /// A rule of thumb from a term whose value is a word.
    pub(crate) fn thumb(&mut self, term: &Term, env: &Env) -> Option<Thumb> {
        debug_assert!(matches!(term.ty, Type::Enum(_)));
        if let TermKind::If(condition, a, b) = &term.kind {
            let condition = self.truth(condition, env);
            let (a, b) = (self.thumb(a, env)?, self.thumb(b, env)?);
            return Some(Thumb::If(condition, Box::new(a), Box::new(b)));
        }
        match self.known(term, env)? {
            Value::Word(word) => Some(Thumb::Word(word)),
            _ => None,
        }
    }

    /// Decides, once all drawing places are known, where each settlement's ordinal comes from.
    pub(crate) fn number_settlements(&mut self) {
        use super::build::Drawer;
        let mut sources: HashMap<SettlementId, Vec<Drawer>> = HashMap::new();
        for (settlement, drawer) in std::mem::take(&mut self.drawers) {
            sources.entry(settlement).or_default().push(drawer);
        }
        for settlement in self.settlements.ids().collect::<Vec<_>>() {
            let drawers = sources.remove(&settlement).unwrap_or_default();
            // A rule fires once a day for the same actors, or never; a norm may be broken more than once.
            let draws = |drawer: &Drawer| match drawer {
                Drawer::Instance(instance) => {
                    self.network.known(self.instances[*instance].guard) != Some(false)
                }
                Drawer::Breach(_) => true,
            };
            self.settlements[settlement].recurs = drawers.iter().filter(|drawer| draws(drawer)).count() > 1
                || drawers.iter().any(|drawer| matches!(drawer, Drawer::Breach(_)));
            let groups: Option<BTreeSet<usize>> = drawers
                .iter()
                .map(|drawer| match drawer {
                    Drawer::Instance(instance) => self.tick_group_of.get(instance).copied(),
                    Drawer::Breach(_) => None,
                })
                .collect();
            if let Some(groups) = groups {
                let days: BTreeSet<Day> = groups
                    .into_iter()
                    .filter_map(|group| self.tick_groups.get(group))
                    .flat_map(|group| group.days.iter().copied())
                    .collect();
                self.settlements[settlement].counter = Counter::Calendar(days.into_iter().collect());
                continue;
            }
            let counter = crate::ids::Id::from_index(self.counters);
            self.counters += 1;
            self.settlements[settlement].counter = Counter::Stored(counter);
            for drawer in drawers {
                match drawer {
                    Drawer::Breach(template) => self.templates[template].counts.push(counter),
                    Drawer::Instance(instance) => {
                        let events = self.triggers_of.get(&instance).cloned().unwrap_or_default();
                        for event in &events {
                            let counts = &mut self.events[*event].counts;
                            if !counts.contains(&counter) {
                                counts.push(counter);
                            }
                        }
                        if events.is_empty() {
                            self.instances[instance].counts.push(counter);
                        }
                    }
                }
            }
        }
    }

    /// The words of a branching with their places.
    pub(crate) fn place_of(&self, branching: BranchingId, word: WordId) -> usize {
        self.model.branchings[branching]
            .words
            .iter()
            .position(|other| *other == word)
            .unwrap_or(usize::MAX)
    }
}
