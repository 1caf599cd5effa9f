//! Chances, choices, and what the author fixed (DESIGN 9).

use num_rational::BigRational;
use num_traits::{One, Signed as _, Zero};

use super::day::{Cause, Staged, Wave};
use super::ground::Instance;
use super::terms::{Atom, Env, double};
use super::world::{Fault, written};
use crate::language::value::Day;
use crate::model::{
    Body, BranchingId, Chance, Choice, Effect, EffectKind, Settled as Fixed, Term, TermKind, Value, When,
    WordId,
};

/// A chance or choice that somebody has to decide.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Its name with its arguments.
    pub name: &'a str,
    /// The day.
    pub day: Day,
    /// The ordinal of the days on which it came up, from 1.
    pub occurrence: u32,
    /// The branches that can happen, each with its probability, or the open options of a choice.
    pub open: &'a [(String, Option<BigRational>)],
}

/// Decides how chances fall, and choices without `fix:` or default.
pub trait Decide {
    /// An index into [`Asked::open`].
    ///
    /// # Errors
    ///
    /// [`Fault::Stopped`], if the run is not to go on.
    fn fall(&mut self, asked: &Asked<'_>) -> Result<usize, Fault>;

    /// An option that is taken in place of the default; none where the default stands.
    fn choose(&mut self, _: &Asked<'_>) -> Option<usize> {
        None
    }

    /// Whether a choice that nothing settles falls to its first open option, as under a strategy, or is an error.
    fn takes_the_first(&self) -> bool {
        false
    }
}

/// What was settled today.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    name: Atom<BranchingId>,
    /// How many commits of the day came before.
    commits: u32,
    word: WordId,
    /// The probabilities it was drawn with; none for choices.
    shares: Vec<(WordId, BigRational)>,
}

/// By how much probabilities may miss one: a converted rate is rounded.
const SLACK: (i64, i64) = (1, 1_000_000_000);

impl<'m> Wave<'_, 'm> {
    /// Takes up effects: plain ones wait for the commit, chances and choices to be settled.
    pub(crate) fn gather(&mut self, effects: &'m [Effect], cause: &Cause<'m>) {
        for effect in effects {
            let staged = Staged {
                effect,
                cause: cause.clone(),
            };
            match &effect.kind {
                EffectKind::Chance(_) | EffectKind::Choice(_) => self.pending.push(staged),
                _ => self.staged.push(staged),
            }
        }
    }

    /// A rule was triggered: what it draws has come up, whether or not its `if:` holds.
    pub(crate) fn comes_up(&mut self, instance: &Instance<'m>) -> Result<(), Fault> {
        match &instance.rule.body {
            Body::Then(effects) => self.counts(effects, &instance.env),
            Body::Derive(_) => Ok(()),
        }
    }

    /// Counts the chances and choices among effects, each once a day. Those of an `else:` come up at the breach.
    pub(crate) fn counts(&mut self, effects: &[Effect], env: &Env) -> Result<(), Fault> {
        for effect in effects {
            let (branching, args) = match &effect.kind {
                EffectKind::Chance(chance) => {
                    for branch in &chance.branches {
                        self.counts(&branch.then, env)?;
                    }
                    (chance.branching, &chance.args)
                }
                EffectKind::Choice(choice) => {
                    for option in &choice.options {
                        self.counts(&option.then, env)?;
                    }
                    (choice.branching, &choice.args)
                }
                _ => continue,
            };
            let name = (branching, self.reader().words(args, env)?);
            if self.today.counted.insert(name.clone()) {
                *self.world.occurrences.entry(name).or_default() += 1;
            }
        }
        Ok(())
    }

    /// Settles choices, then chances; what an option brings up is settled right after it, in the same wave.
    pub(crate) fn settle(&mut self, decide: &mut dyn Decide) -> Result<(), Fault> {
        while !self.pending.is_empty() {
            let (choices, chances): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pending)
                .into_iter()
                .partition(|staged| matches!(staged.effect.kind, EffectKind::Choice(_)));
            for staged in choices.into_iter().chain(chances) {
                match &staged.effect.kind {
                    EffectKind::Choice(choice) => self.choose(choice, &staged.cause, decide)?,
                    EffectKind::Chance(chance) => self.draw(chance, &staged.cause, decide)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn draw(&mut self, chance: &'m Chance, cause: &Cause<'m>, decide: &mut dyn Decide) -> Result<(), Fault> {
        let name = (chance.branching, self.reader().words(&chance.args, &cause.env)?);
        let occurrence = self.world.occurrences.get(&name).copied().unwrap_or(0);
        let shares = self.shares(chance, &cause.env)?;
        let earlier = self
            .today
            .settled
            .iter()
            .find(|settled| settled.name == name)
            .cloned();
        let fixed = self.fixed(&name, occurrence)?;
        // Branches with p = 0 do not exist.
        let possible: Vec<&(WordId, BigRational)> = shares.iter().filter(|(_, p)| p.is_positive()).collect();
        let word = match (fixed, earlier, possible.as_slice()) {
            (Some(word), ..) => word,
            // One name with its arguments is one draw a day, and everyone must mean the same one.
            (None, Some(earlier), _) if earlier.shares != shares => return Err(Fault::Disagreement),
            (None, Some(earlier), _) => earlier.word,
            (None, None, [(word, _)]) => *word,
            (None, None, possible) => {
                let open: Vec<_> = possible
                    .iter()
                    .map(|(word, p)| (self.reference.model.words[*word].clone(), Some(p.clone())))
                    .collect();
                let fell = self.ask(&name, occurrence, &open, decide)?;
                let (word, p) = possible.get(fell).ok_or(Fault::Stopped)?;
                self.world.p *= p;
                *word
            }
        };
        let p = shares
            .iter()
            .find(|(other, _)| *other == word)
            .map(|(_, p)| double(p));
        self.told_of(&name, occurrence, word, p);
        self.remember(name, word, shares);
        match chance.branches.iter().find(|branch| branch.word == word) {
            Some(branch) => self.gather(&branch.then, cause),
            None => return Err(Fault::Unread),
        }
        Ok(())
    }

    /// The probabilities of all branches on the snapshot.
    fn shares(&self, chance: &Chance, env: &Env) -> Result<Vec<(WordId, BigRational)>, Fault> {
        let reader = self.reader();
        let (zero, one) = (BigRational::zero(), BigRational::one());
        let slack = BigRational::new(SLACK.0.into(), SLACK.1.into());
        let mut shares = Vec::new();
        for branch in &chance.branches {
            let p = branch.p.as_ref().map(|p| reader.share(p, env)).transpose()?;
            if p.as_ref().is_some_and(|p| *p < zero || *p > one) {
                return Err(Fault::Probability);
            }
            shares.push((branch.word, p));
        }
        let said: BigRational = shares.iter().filter_map(|(_, p)| p.clone()).sum();
        let rest = shares.iter().any(|(_, p)| p.is_none());
        if said > &one + &slack || !rest && said < &one - &slack {
            return Err(Fault::Probability);
        }
        let rest = (one - said).max(zero);
        Ok(shares
            .into_iter()
            .map(|(word, p)| (word, p.unwrap_or_else(|| rest.clone())))
            .collect())
    }

    fn choose(
        &mut self,
        choice: &'m Choice,
        cause: &Cause<'m>,
        decide: &mut dyn Decide,
    ) -> Result<(), Fault> {
        let reader = self.reader();
        let name = (choice.branching, reader.words(&choice.args, &cause.env)?);
        let occurrence = self.world.occurrences.get(&name).copied().unwrap_or(0);
        let mut open = Vec::new();
        for option in &choice.options {
            if reader.all(&option.conditions, &cause.env)? {
                open.push((option.word, option));
            }
        }
        if open.is_empty() {
            let text = format!("nothing open for {}", self.spelled_name(&name));
            self.world.tell(|| text);
            return Ok(());
        }
        let commits = self.today.commits;
        let shared = self
            .today
            .settled
            .iter()
            .find(|settled| settled.name == name && settled.commits == commits);
        let words: Vec<_> = open
            .iter()
            .map(|(word, _)| (self.reference.model.words[*word].clone(), None))
            .collect();
        let spelled = self.spelled_name(&name);
        let asked = Asked {
            name: &spelled,
            day: self.day,
            occurrence,
            open: &words,
        };
        let word = match (self.fixed(&name, occurrence)?, shared, &choice.default) {
            (Some(word), ..) => word,
            (None, Some(shared), _) => shared.word,
            (None, None, default) => match (decide.choose(&asked).and_then(|at| open.get(at)), default) {
                (Some((word, _)), _) => *word,
                (None, Some(default)) => self.thumb(default, &cause.env)?,
                (None, None) => match open.first() {
                    Some((word, _)) if decide.takes_the_first() => *word,
                    _ => return Err(Fault::Undecided),
                },
            },
        };
        let Some((_, option)) = open.iter().find(|(other, _)| *other == word).copied() else {
            return Err(Fault::Closed);
        };
        self.told_of(&name, occurrence, word, None);
        self.remember(name, word, Vec::new());
        self.gather(&option.then, cause);
        Ok(())
    }

    /// What the author fixed: by date, by occurrence, for every time, or by a rule of thumb. The entry with the fewest open
    /// places speaks; where date and occurrence both do, the date.
    fn fixed(&self, name: &Atom<BranchingId>, occurrence: u32) -> Result<Option<WordId>, Fault> {
        let model = self.reference.model;
        let fits = |args: &[Option<Value>]| {
            let fits = |(wanted, word): (&Option<Value>, &String)| {
                wanted
                    .as_ref()
                    .is_none_or(|wanted| super::terms::spell(model, wanted) == *word)
            };
            args.iter().zip(&name.1).all(fits)
        };
        let entries = model
            .fixes
            .iter()
            .filter(|fix| fix.branching == name.0 && fits(&fix.args));
        let Some(fix) = entries.min_by_key(|fix| fix.args.iter().filter(|arg| arg.is_none()).count()) else {
            return Ok(None);
        };
        Ok(match &fix.settled {
            Fixed::Always(word) => Some(*word),
            Fixed::Thumb(term) => Some(self.thumb(term, &Env::new())?),
            Fixed::At(times) => {
                let at = |wanted: When| {
                    times
                        .iter()
                        .find(|(when, _)| *when == wanted)
                        .map(|(_, word)| *word)
                };
                at(When::On(self.day)).or_else(|| at(When::Occurrence(occurrence)))
            }
        })
    }

    /// `if c then a else b`, or a word.
    fn thumb(&self, term: &Term, env: &Env) -> Result<WordId, Fault> {
        match &term.kind {
            TermKind::If(condition, a, b) => {
                let taken = if self.reader().truth(condition, env)? {
                    a
                } else {
                    b
                };
                self.thumb(taken, env)
            }
            TermKind::Value(Value::Word(word)) => Ok(*word),
            _ => Err(Fault::Unread),
        }
    }

    fn ask(
        &self,
        name: &Atom<BranchingId>,
        occurrence: u32,
        open: &[(String, Option<BigRational>)],
        decide: &mut dyn Decide,
    ) -> Result<usize, Fault> {
        let name = self.spelled_name(name);
        decide.fall(&Asked {
            name: &name,
            day: self.day,
            occurrence,
            open,
        })
    }

    fn told_of(&mut self, name: &Atom<BranchingId>, occurrence: u32, word: WordId, p: Option<f64>) {
        let name = self.spelled_name(name);
        let word = self.reference.model.words[word].clone();
        self.world
            .tell_draw(|| format!("{name} #{occurrence}: {word}"), p);
    }

    fn remember(&mut self, name: Atom<BranchingId>, word: WordId, shares: Vec<(WordId, BigRational)>) {
        let commits = self.today.commits;
        self.today.settled.push(Settled {
            name,
            commits,
            word,
            shares,
        });
    }

    fn spelled_name(&self, name: &Atom<BranchingId>) -> String {
        written(&self.reference.model.branchings[name.0].name, &name.1)
    }
}
