//! How far a question about many worlds has come.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Called with the number of worlds worked out, and of all as far as it is known. From several threads.
pub type Watch<'w> = &'w (dyn Fn(usize, usize) + Sync);

/// Counts worlds for whoever watches.
pub(super) struct Tick<'w> {
    watch: Watch<'w>,
    done: AtomicUsize,
    all: AtomicUsize,
}

impl<'w> Tick<'w> {
    pub fn new(watch: Watch<'w>) -> Self {
        Tick {
            watch,
            done: AtomicUsize::new(0),
            all: AtomicUsize::new(0),
        }
    }

    /// So many worlds more are to come.
    pub fn expect(&self, more: usize) {
        self.all.fetch_add(more, Ordering::Relaxed);
    }

    /// One world is worked out.
    pub fn one(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.watch)(done, self.all.load(Ordering::Relaxed).max(done));
    }
}
