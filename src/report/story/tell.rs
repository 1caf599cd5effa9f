//! From the trace of a run to happenings: each effect is told with what brought it about.

use super::norms::{number, prohibits};
use super::reasons::{self, Breached, Due, Fallen, Fired, Origin, Today};
use super::{Change, Happening, HappeningKind, Idle, Reason, Tally};
use crate::engine::{Cause, Entry, NormSerial, Run, Way, What};
use crate::language::value::Day;
use crate::model::{EventClass, Trigger, Value, WordId};
use crate::program::{BlockId, GroundEventId, InstanceId, Op, SettlementId, TemplateId};
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
        agenda: Vec::new(),
        norms: Vec::new(),
        late: Vec::new(),
    };
    for entry in &run.trace.entries {
        if entry.day != teller.day {
            teller.close();
            teller.day = entry.day;
        }
        teller.entry(entry);
    }
    teller.close();
    teller.told
}

struct Teller<'r> {
    words: Words<'r>,
    told: Told,
    day: Day,
    today: Today,
    /// What is on the agenda.
    agenda: Vec<Due>,
    /// The norms that arose, by serial.
    norms: Vec<TemplateId>,
    /// Effects of breaches whose event has not been told yet.
    late: Vec<(GroundEventId, Change)>,
}

impl Teller<'_> {
    fn entry(&mut self, entry: &Entry) {
        let words = self.words;
        match &entry.what {
            What::Happened { event, causes } => {
                let (reasons, routine) = self.causes(*event, causes);
                let line = self.event(HappeningKind::Event, *event, reasons);
                self.line(line).routine = routine;
                self.today.events.push((*event, line));
                let (now, later) = std::mem::take(&mut self.late).into_iter().partition(|(of, _)| of == event);
                self.late = later;
                let now: Vec<(GroundEventId, Change)> = now;
                self.line(line).changes.extend(now.into_iter().map(|(_, change)| change));
            }
            What::Void { event, causes } => {
                let (reasons, _) = self.causes(*event, causes);
                let line = self.event(HappeningKind::Void, *event, reasons);
                self.line(line).missing = self.missing(*event);
            }
            What::Withheld { event } => {
                let reasons = self.due(*event);
                self.event(HappeningKind::Withheld, *event, reasons);
            }
            What::Fired { instance, trigger } => {
                self.today.fired.push(Fired { instance: *instance, trigger: *trigger, line: None });
            }
            What::Settled { settlement, word, way, p, source, .. } => {
                self.settled((*settlement, *source, *word), *way, *p);
            }
            What::NothingOpen { choice } => {
                self.told.tally.nothing_open += 1;
                let settlement = words.compiled.program().choices[*choice].settlement;
                self.idle(words.settlement(settlement), None);
            }
            What::Started { atom, by } => {
                let fact = &words.compiled.program().atoms[*atom].fact;
                let change = Change::Started { fact: self.fact_spelled(fact), text: words.fact(fact) };
                self.change(by, |op| matches!(op, Op::Start(of) if of == atom), change);
            }
            What::Ended { atom, by } => {
                let fact = &words.compiled.program().atoms[*atom].fact;
                let change = Change::Ended { fact: self.fact_spelled(fact), text: words.fact(fact) };
                self.change(by, |op| matches!(op, Op::End(of) if of == atom), change);
            }
            What::Measured { slot, from, to, by } => {
                let measure = &words.compiled.program().slots[*slot].measure;
                let name = &words.compiled.measures()[measure.measure].name;
                let spelled = crate::program::spell(words.compiled.model(), name, &measure.args);
                let change =
                    Change::Measured { measure: spelled, text: words.measure(measure), from: *from, to: *to };
                self.change(by, |op| matches!(op, Op::Set(of, _) | Op::Add(of, _) if of == slot), change);
            }
            What::Scheduled { event, due, by } => {
                let change =
                    Change::Scheduled { event: words.event_spelled(*event), text: words.event(*event), due: *due };
                let origin = self.change(
                    std::slice::from_ref(by),
                    |op| matches!(op, Op::Schedule(of, _) | Op::ScheduleUnless(of, ..) if of == event),
                    change,
                );
                let reasons = origin.map(|origin| self.today.reasons(words, origin)).unwrap_or_default();
                self.agenda.push(Due { event: *event, due: *due, since: self.day, reasons });
            }
            What::Arose { norm, template, deadline } => {
                self.norms.push(*template);
                let ground = &words.compiled.program().templates[*template];
                let change = Change::Arose {
                    norm: number(*norm),
                    text: words.norm_text(*template),
                    due: (*deadline != Day::NEVER).then_some(*deadline),
                    prohibition: prohibits(&ground.goal),
                };
                self.change(&[ground.source], |op| matches!(op, Op::Impose(of) if of == template), change);
            }
            What::Fulfilled { norm, by } => {
                let line = by.and_then(|by| self.today.events.iter().find(|(event, _)| *event == by)).map(|(_, at)| *at);
                let change = Change::Fulfilled { norm: number(*norm), text: self.norm_text(*norm) };
                match line {
                    Some(line) => self.line(line).changes.push(change),
                    None => self.norm_ends(*norm, "is fulfilled"),
                }
            }
            What::Released { norm } => self.norm_ends(*norm, "is released"),
            What::Breached { norm, .. } => {
                if let Some(template) = self.norms.get(norm.0 as usize) {
                    self.today.breached.push(Breached { norm: *norm, template: *template });
                }
            }
        }
    }

    /// Appends a happening and returns its line.
    fn push(&mut self, kind: HappeningKind, what: String, text: String, reasons: Vec<Reason>) -> usize {
        self.told.happenings.push(Happening {
            date: self.day,
            last: self.day,
            times: 1,
            kind,
            what,
            text,
            reasons,
            missing: None,
            changes: Vec::new(),
            routine: false,
        });
        self.told.happenings.len() - 1
    }

    #[allow(clippy::indexing_slicing, reason = "lines are made by `push` and never removed")]
    fn line(&mut self, at: usize) -> &mut Happening {
        &mut self.told.happenings[at]
    }

    fn event(&mut self, kind: HappeningKind, event: GroundEventId, reasons: Vec<Reason>) -> usize {
        let (what, text) = (self.words.event_spelled(event), self.words.event(event));
        self.push(kind, what, text, reasons)
    }

    /// Why an event was raised, and whether the calendar alone raised it.
    fn causes(&mut self, event: GroundEventId, causes: &[Cause]) -> (Vec<Reason>, bool) {
        let words = self.words;
        let mut routine = true;
        let mut reasons = Vec::new();
        for cause in causes {
            match cause {
                Cause::Timeline(place) => {
                    routine = false;
                    reasons.extend(reasons::timeline(words, *place));
                }
                Cause::Agenda => {
                    routine = false;
                    reasons.extend(self.due(event));
                }
                Cause::Breach(norm) => {
                    routine = false;
                    let breached = self.today.breached.iter().find(|breached| breached.norm == *norm);
                    reasons.extend(breached.map(|breached| reasons::breach(words, breached)));
                }
                Cause::Rule(instance) => {
                    let origin =
                        self.today.origin(words.compiled.program(), *instance, |op| matches!(op, Op::Raise(of) if *of == event));
                    routine &= matches!(origin, Some(Origin::Fired(at)) if self.routine(at));
                    match origin {
                        Some(origin) => reasons.extend(self.today.reasons(words, origin)),
                        None => reasons.push(reasons::rule(words, *instance)),
                    }
                }
            }
        }
        (reasons, routine)
    }

    /// Whether a rule that fired ticks, or answers an event that is routine.
    fn routine(&self, at: usize) -> bool {
        let Some(fired) = self.today.fired.get(at) else { return false };
        match fired.trigger {
            Some(trigger) => {
                let line = self.today.events.iter().find(|(event, _)| *event == trigger).map(|(_, line)| *line);
                line.and_then(|line| self.told.happenings.get(line)).is_some_and(|happening| happening.routine)
            }
            None => self.ticks(fired.instance),
        }
    }

    fn ticks(&self, instance: InstanceId) -> bool {
        let rule = self.words.compiled.program().instances[instance].rule;
        matches!(self.words.compiled.rules()[rule].trigger, Trigger::Every(_))
    }

    /// Takes an event off the agenda and returns why it stood there.
    fn due(&mut self, event: GroundEventId) -> Vec<Reason> {
        let day = self.day;
        let (due, later): (Vec<Due>, Vec<Due>) =
            std::mem::take(&mut self.agenda).into_iter().partition(|due| due.event == event && due.due <= day);
        self.agenda = later;
        due.into_iter().flat_map(Due::reasons).collect()
    }

    fn settled(&mut self, (settlement, source, word): (SettlementId, InstanceId, WordId), way: Way, p: Option<f64>) {
        let tally = &mut self.told.tally;
        *match way {
            Way::Drawn => &mut tally.drawn,
            Way::Sure => &mut tally.certain,
            Way::Fixed(_) => &mut tally.fixed,
            Way::Default => &mut tally.by_default,
            Way::Chosen => &mut tally.chosen,
        } += 1;
        let reason = reasons::settled(self.words, (settlement, source, word), way, p);
        let block = self.follows(settlement, source, word);
        self.today.fallen.push(Fallen { settlement, source, word, block, reason, line: None, used: false });
    }

    /// The effects of a branch or option.
    fn follows(&self, settlement: SettlementId, source: InstanceId, word: WordId) -> Option<BlockId> {
        let program = self.words.compiled.program();
        let chance = program.chances.values().find(|one| one.settlement == settlement && one.source == source);
        let choice = || program.choices.values().find(|one| one.settlement == settlement && one.source == source);
        match chance {
            Some(chance) => chance.branches.iter().find(|branch| branch.word == word).map(|branch| branch.block),
            None => choice()?.options.iter().find(|option| option.word == word).map(|option| option.block),
        }
    }

    /// Puts a change where it belongs: behind the event, the rule or the branch it comes from.
    fn change(&mut self, by: &[InstanceId], is: impl Fn(&Op) -> bool, change: Change) -> Option<Origin> {
        let program = self.words.compiled.program();
        let origins: Vec<Origin> =
            by.iter().filter_map(|instance| self.today.origin(program, *instance, &is)).collect();
        for origin in &origins {
            // Marks branches that had consequences.
            self.today.reasons(self.words, *origin);
        }
        let first = *origins.first()?;
        match self.line_of(first) {
            Ok(line) => self.line(line).changes.push(change),
            Err(breach) => self.late.push((breach, change)),
        }
        Some(first)
    }

    /// The line of an origin; for a breach, the event that will tell it.
    fn line_of(&mut self, origin: Origin) -> Result<usize, GroundEventId> {
        let words = self.words;
        match origin {
            Origin::Fired(at) => {
                let Some(fired) = self.today.fired.get(at) else { return Ok(0) };
                let (instance, trigger, line) = (fired.instance, fired.trigger, fired.line);
                let of_event =
                    trigger.and_then(|trigger| self.today.events.iter().find(|(event, _)| *event == trigger));
                if let Some(line) = of_event.map(|(_, line)| *line).or(line) {
                    return Ok(line);
                }
                let line = self.push(
                    HappeningKind::Rule,
                    words.rule_name(instance).to_owned(),
                    words.rule(instance),
                    Vec::new(),
                );
                self.line(line).routine = self.ticks(instance);
                if let Some(fired) = self.today.fired.get_mut(at) {
                    fired.line = Some(line);
                }
                Ok(line)
            }
            Origin::Fallen(at) => {
                let reasons = self.today.reasons(words, origin);
                let Some(fallen) = self.today.fallen.get(at) else { return Ok(0) };
                if let Some(line) = fallen.line {
                    return Ok(line);
                }
                let name = words.settlement(fallen.settlement);
                let text = words
                    .branch(fallen.settlement, fallen.source, fallen.word)
                    .unwrap_or_else(|| format!("{name}: {}", words.word(fallen.word)));
                let line = self.push(HappeningKind::Settled, name, text, reasons);
                if let Some(fallen) = self.today.fallen.get_mut(at) {
                    fallen.line = Some(line);
                }
                Ok(line)
            }
            Origin::Breached(at) => match self.today.breached.get(at) {
                Some(breached) => Err(words.compiled.program().templates[breached.template].breach),
                None => Ok(0),
            },
        }
    }

    fn norm_text(&self, norm: NormSerial) -> String {
        self.norms.get(norm.0 as usize).map(|template| self.words.norm_text(*template)).unwrap_or_default()
    }

    /// A norm that ends without an event has a line of its own.
    fn norm_ends(&mut self, norm: NormSerial, how: &str) {
        let Some(template) = self.norms.get(norm.0 as usize).copied() else { return };
        let ground = &self.words.compiled.program().templates[template];
        let sort = if prohibits(&ground.goal) { "prohibition" } else { "duty" };
        let text = format!("{sort} {} {how}: {}", number(norm), self.words.norm_text(template));
        let rule = self.words.rule_name(ground.source).to_owned();
        self.push(HappeningKind::Norm, rule, text, Vec::new());
    }

    fn fact_spelled(&self, fact: &crate::program::GroundFact) -> String {
        let model = self.words.compiled.model();
        crate::program::spell(model, &model.facts()[fact.fact].name, &fact.args)
    }

    /// What a void act was missing.
    fn missing(&self, event: GroundEventId) -> Option<String> {
        let key = &self.words.compiled.program().events[event].key;
        let EventClass::Institutional(requires) = &self.words.compiled.events()[key.event].class else { return None };
        let value = |id: crate::model::VariableId| -> Option<Value> {
            key.args.get(crate::ids::Id::index(id))?.value()
        };
        let requires: Vec<String> = requires.iter().map(|term| self.words.term(term, &value)).collect();
        match requires.as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            several => Some(format!("one of these: {}", several.join("; "))),
        }
    }

    fn idle(&mut self, name: String, word: Option<String>) {
        match self.told.idle.iter_mut().find(|idle| idle.name == name && idle.word == word) {
            Some(idle) => (idle.times, idle.last) = (idle.times + 1, self.day),
            None => self.told.idle.push(Idle { name, word, times: 1, first: self.day, last: self.day }),
        }
    }

    /// Ends the day: what fell without consequence is idle; a second breach under one event is told with the first.
    fn close(&mut self) {
        let today = std::mem::take(&mut self.today);
        for fallen in today.fallen.iter().filter(|fallen| !fallen.used) {
            let (name, word) = (self.words.settlement(fallen.settlement), self.words.word(fallen.word).to_owned());
            self.idle(name, Some(word));
        }
        let line = |event: GroundEventId| today.events.iter().find(|(of, _)| *of == event).map(|(_, line)| *line);
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
