//! How far long work has come: a line on a terminal, nothing anywhere else.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A line on standard error that is gone when the work is done.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// Nothing is shown until work begins, nor where standard error is no terminal.
    pub fn new() -> Self {
        Bar(ProgressBar::new(0))
    }

    /// Work of so many steps begins.
    pub fn begin(&self, what: &str, steps: u64) {
        self.style("{msg} {bar:30} {percent:>3} %, {eta} left");
        self.0.set_length(steps);
        self.0.set_position(0);
        self.0.set_message(what.to_owned());
        self.0.reset_eta();
    }

    /// Work begins of which nobody knows how long it takes.
    pub fn waits(&self, what: &str) {
        self.style("{msg} {spinner}");
        self.0.set_message(what.to_owned());
        self.0.enable_steady_tick(Duration::from_millis(200));
    }

    /// Does something else, such as writing a line, with the line out of the way.
    pub fn aside<T>(&self, what: impl FnOnce() -> T) -> T {
        self.0.suspend(what)
    }

    /// So many more steps are done.
    pub fn add(&self, steps: u64) {
        self.0.inc(steps);
    }

    /// So many steps were done before the work began: they say nothing about what the others take.
    pub fn skip(&self, steps: u64) {
        self.0.set_position(steps);
        self.0.reset_eta();
    }

    /// So many steps are done of all that are known by now.
    pub fn at(&self, done: u64, steps: u64) {
        self.0.set_length(steps);
        self.0.set_position(done);
    }

    fn style(&self, template: &str) {
        self.0.disable_steady_tick();
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
    }
}

/// Takes the line away.
impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
