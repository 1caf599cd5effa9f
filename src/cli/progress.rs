//! A progress bar where somebody sees it: on standard error, if that is a terminal.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a long work has come.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Work of `length` steps of which `done` are done.
    pub fn new(length: usize, done: usize) -> Self {
        let target = if io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(length as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len}, {eta} to go") {
            bar.set_style(style);
        }
        bar.set_position(done as u64);
        bar.reset_eta();
        Progress(bar)
    }

    /// One step more.
    pub fn one(&self) {
        self.0.inc(1);
    }

    /// How many steps there are and how many are done.
    pub fn at(&self, done: usize, length: usize) {
        self.0.set_length(length as u64);
        self.0.set_position(done as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
