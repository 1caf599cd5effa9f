//! From the trace of a run to happenings: each effect is told with what brought it about.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::norms::{number, prohibits};
use super::reasons::{self, Breached, Due, Fired, Today};
use super::{Change, Happening, HappeningKind, Idle, Lack, Reason, Tally};
use crate::engine::{Entry, NormSerial, Run, What};
use crate::explain;
use crate::language::value::Day;
use crate::program::{ChanceId, ChoiceId, GroundEventId, InstanceId, Op, Program, SettlementId, TemplateId};
use crate::report::words::Words;

/// What [`tell`] makes of a trace.
#[derive(Default)]
pub(super) struct Told {
    pub tally: Tally,
    pub happenings: Vec<Happening>,
    pub idle: Vec<Idle>,
}

/// Tells a trace.
pub(super) fn tell(run: &Run<'_>) -> Told {
    let mut teller = Teller {
        words: Words::new(run.compiled),
        told: Told::default(),
        day: run.compiled.period().0,
        today: Today::default(),
        agenda: BTreeMap::new(),
        places: places(run.compiled.program()),
        norms: Vec::new(),
        late: Vec::new(),
        missing: run.void_acts(),
    };
    for (place, entry) in run.trace.entries.iter().enumerate() {
        if entry.day != teller.day {
            teller.close();
            teller.day = entry.day;
        }
        teller.entry(place, entry);
    }
    teller.close();
    teller.told
}

fn places(program: &Program) -> FxHashMap<(SettlementId, InstanceId), Result<ChanceId, ChoiceId>> {
    let chances = program.chances.iter();
    let chances = chances.map(|(id, chance)| ((chance.settlement, chance.source), Ok(id)));
    let choices = program.choices.iter();
    let choices = choices.map(|(id, choice)| ((choice.settlement, choice.source), Err(id)));
    // Where one instance draws one name in two places, the first tells, as it does everywhere.
    let mut places = FxHashMap::default();
    for (key, place) in chances.chain(choices) {
        places.entry(key).or_insert(place);
    }
    places
}

/// A trace half told.
pub(super) struct Teller<'r> {
    pub(super) words: Words<'r>,
    pub(super) told: Told,
    pub(super) day: Day,
    pub(super) today: Today,
    /// What is on the agenda.
    pub(super) agenda: BTreeMap<(GroundEventId, Day), Vec<Due>>,
    /// Where each chance (else choice) of each instance stands in the program.
    pub(super) places: FxHashMap<(SettlementId, InstanceId), Result<ChanceId, ChoiceId>>,
    /// The norms that arose, by serial.
    pub(super) norms: Vec<TemplateId>,
    /// Effects of breaches whose event has not been told yet.
    pub(super) late: Vec<(GroundEventId, Change)>,
    /// What void acts lacked, by the place of their entry in the trace.
    pub(super) missing: BTreeMap<usize, Vec<explain::Reason>>,
}

impl Teller<'_> {
    fn entry(&mut self, place: usize, entry: &Entry) {
        let words = self.words;
        match &entry.what {
            What::Happened { event, causes } => {
                let (reasons, routine) = self.causes(*event, causes);
                let line = self.event(HappeningKind::Event, *event, reasons);
                self.line(line).routine = routine;
                self.today.events.insert(*event, line);
                let (now, later) = std::mem::take(&mut self.late)
                    .into_iter()
                    .partition(|(of, _)| of == event);
                self.late = later;
                let now: Vec<(GroundEventId, Change)> = now;
                self.line(line)
                    .changes
                    .extend(now.into_iter().map(|(_, change)| change));
            }
            What::Void { event, causes } => {
                let (reasons, _) = self.causes(*event, causes);
                let line = self.event(HappeningKind::Void, *event, reasons);
                let lacks = self.missing.get(&place).into_iter().flatten();
                let missing = lacks
                    .map(|reason| Lack {
                        verdict: reason.verdict,
                        text: reason.statement.clone(),
                    })
                    .collect();
                self.line(line).missing = missing;
            }
            What::Withheld { event } => {
                let reasons = self.due(*event);
                self.event(HappeningKind::Withheld, *event, reasons);
            }
            What::Fired { instance, trigger } => {
                self.today.fire(Fired {
                    instance: *instance,
                    trigger: *trigger,
                    line: None,
                });
            }
            What::Settled {
                settlement,
                word,
                way,
                p,
                source,
                ..
            } => {
                self.settled((*settlement, *source, *word), *way, *p);
            }
            What::NothingOpen { choice } => {
                self.told.tally.nothing_open += 1;
                let settlement = words.compiled.program().choices[*choice].settlement;
                self.idle(words.settlement(settlement), None, None);
            }
            What::Started { atom, by } => {
                let fact = &words.compiled.program().atoms[*atom].fact;
                let change = Change::Started {
                    fact: self.fact_spelled(fact),
                    text: words.fact(fact),
                };
                self.change(by, |op| matches!(op, Op::Start(of) if of == atom), change);
            }
            What::Ended { atom, by } => {
                let fact = &words.compiled.program().atoms[*atom].fact;
                let change = Change::Ended {
                    fact: self.fact_spelled(fact),
                    text: words.fact(fact),
                };
                self.change(by, |op| matches!(op, Op::End(of) if of == atom), change);
            }
            What::Measured { slot, from, to, by } => {
                let measure = &words.compiled.program().slots[*slot].measure;
                let name = &words.compiled.measures()[measure.measure].name;
                let spelled = crate::program::spell(words.compiled.model(), name, &measure.args);
                let change = Change::Measured {
                    measure: spelled,
                    text: words.measure(measure),
                    from: *from,
                    to: *to,
                };
                self.change(
                    by,
                    |op| matches!(op, Op::Set(of, _) | Op::Add(of, _) if of == slot),
                    change,
                );
            }
            What::Scheduled { event, due, by } => {
                let change = Change::Scheduled {
                    event: words.event_spelled(*event),
                    text: words.event(*event),
                    due: *due,
                };
                let origin = self.change(
                    std::slice::from_ref(by),
                    |op| matches!(op, Op::Schedule(of, _) | Op::ScheduleUnless(of, ..) if of == event),
                    change,
                );
                let reasons = origin
                    .map(|origin| self.today.reasons(words, origin))
                    .unwrap_or_default();
                self.agenda.entry((*event, *due)).or_default().push(Due {
                    since: self.day,
                    reasons,
                });
            }
            What::Arose {
                norm,
                template,
                deadline,
            } => {
                self.norms.push(*template);
                let ground = &words.compiled.program().templates[*template];
                let change = Change::Arose {
                    norm: number(*norm),
                    text: words.norm_text(*template),
                    due: (*deadline != Day::NEVER).then_some(*deadline),
                    prohibition: prohibits(&ground.goal),
                };
                self.change(
                    &[ground.source],
                    |op| matches!(op, Op::Impose(of) if of == template),
                    change,
                );
            }
            What::Fulfilled { norm, by } => {
                let line = by.and_then(|by| self.today.events.get(&by)).copied();
                let change = Change::Fulfilled {
                    norm: number(*norm),
                    text: self.norm_text(*norm),
                };
                match line {
                    Some(line) => self.line(line).changes.push(change),
                    None => self.norm_ends(*norm, "is fulfilled"),
                }
            }
            What::Released { norm } => self.norm_ends(*norm, "is released"),
            What::Breached { norm, .. } => {
                if let Some(template) = self.norms.get(norm.0 as usize) {
                    self.today.breached.push(Breached {
                        norm: *norm,
                        template: *template,
                    });
                }
            }
        }
    }

    /// Appends a happening and returns its line.
    pub(super) fn push(
        &mut self,
        kind: HappeningKind,
        what: String,
        text: String,
        reasons: Vec<Reason>,
    ) -> usize {
        self.told.happenings.push(Happening {
            date: self.day,
            last: self.day,
            times: 1,
            kind,
            what,
            text,
            reasons,
            missing: Vec::new(),
            changes: Vec::new(),
            routine: false,
        });
        self.told.happenings.len() - 1
    }

    #[allow(
        clippy::indexing_slicing,
        reason = "lines are made by `push` and never removed"
    )]
    pub(super) fn line(&mut self, at: usize) -> &mut Happening {
        &mut self.told.happenings[at]
    }

    fn event(&mut self, kind: HappeningKind, event: GroundEventId, reasons: Vec<Reason>) -> usize {
        let (what, text) = (self.words.event_spelled(event), self.words.event(event));
        self.push(kind, what, text, reasons)
    }

    fn norm_text(&self, norm: NormSerial) -> String {
        self.norms
            .get(norm.0 as usize)
            .map(|template| self.words.norm_text(*template))
            .unwrap_or_default()
    }

    /// A norm that ends without an event has a line of its own.
    fn norm_ends(&mut self, norm: NormSerial, how: &str) {
        let Some(template) = self.norms.get(norm.0 as usize).copied() else {
            return;
        };
        let ground = &self.words.compiled.program().templates[template];
        let sort = if prohibits(&ground.goal) {
            "prohibition"
        } else {
            "duty"
        };
        let text = format!(
            "{sort} {} {how}: {}",
            number(norm),
            self.words.norm_text(template)
        );
        let rule = self.words.rule_name(ground.source).to_owned();
        self.push(HappeningKind::Norm, rule, text, Vec::new());
    }

    fn fact_spelled(&self, fact: &crate::program::GroundFact) -> String {
        let model = self.words.compiled.model();
        crate::program::spell(model, &model.facts()[fact.fact].name, &fact.args)
    }

    pub(super) fn idle(&mut self, name: String, word: Option<String>, text: Option<String>) {
        match self
            .told
            .idle
            .iter_mut()
            .find(|idle| idle.name == name && idle.word == word && idle.text == text)
        {
            Some(idle) => (idle.times, idle.last) = (idle.times + 1, self.day),
            None => self.told.idle.push(Idle {
                name,
                word,
                text,
                times: 1,
                first: self.day,
                last: self.day,
            }),
        }
    }

    /// Ends the day: what fell without consequence is idle; a second breach under one event is told with the first.
    fn close(&mut self) {
        let today = std::mem::take(&mut self.today);
        for fallen in today.fallen.iter().filter(|fallen| !fallen.used) {
            let name = self.words.settlement(fallen.settlement);
            let word = self.words.word(fallen.word).to_owned();
            let text = self.words.branch(fallen.settlement, fallen.source, fallen.word);
            self.idle(name, Some(word), text);
        }
        let line = |event: GroundEventId| today.events.get(&event).copied();
        for breached in &today.breached {
            let reason = reasons::breach(self.words, breached);
            let event = self.words.compiled.program().templates[breached.template].breach;
            if let Some(line) = line(event) {
                let happening = self.line(line);
                if !happening.reasons.contains(&reason) {
                    happening.reasons.push(reason);
                }
            }
        }
        for (event, change) in std::mem::take(&mut self.late) {
            if let Some(line) = line(event) {
                self.line(line).changes.push(change);
            }
        }
    }
}
