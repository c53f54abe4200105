//! Threads that are kept from launch to launch.
//!
//! A program launches kernels by the thousand, and starting a thread takes as long as a short kernel. The calling thread
//! always takes part, so one worker needs no thread at all. What this is not: a queue. One round of work is given out, and
//! the round ends before the next one begins.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

/// Kept threads; they end when this is dropped.
#[derive(Default)]
pub(super) struct Crew {
    members: Vec<Member>,
}

struct Member {
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

/// One call of a round's work.
struct Order {
    work: *const (dyn Fn() + Sync),
    /// Dropped with the order, which is how the round learns that the call has ended, even by a panic.
    _ended: Sender<()>,
}

// SAFETY: the work is `Sync`, so that calling it from another thread is fine; that it is still there is `Round`'s business.
unsafe impl Send for Order {}

/// Waits, when dropped, until every order of the round has ended.
struct Round {
    /// Kept until then, so that orders can still be given.
    open: Option<Sender<()>>,
    ended: Receiver<()>,
}

impl Drop for Round {
    fn drop(&mut self) {
        self.open = None;
        // Nothing is ever sent: this returns when the last order is gone.
        let _ = self.ended.recv();
    }
}

impl Crew {
    /// Calls `work` here and on `others` more threads (fewer, if the system has no more), and gives the results of those
    /// calls that did not panic.
    pub(super) fn run<T: Send>(&mut self, others: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
        let results = Mutex::new(Vec::new());
        let call = || {
            let r = work();
            results.lock().unwrap_or_else(|e| e.into_inner()).push(r);
        };
        let (open, ended) = channel();
        let round = Round { open: Some(open), ended };
        let short: &(dyn Fn() + Sync) = &call;
        // SAFETY: only the lifetime changes. `round` is dropped before `call` and what it borrows, also when this thread's
        // own call panics, and then waits for every order made from this pointer to be gone.
        let work: &'static (dyn Fn() + Sync) = unsafe { std::mem::transmute(short) };
        while self.members.len() < others {
            let (orders, inbox) = channel();
            let name = "warplens-worker".to_owned();
            let Ok(thread) = Builder::new().name(name).spawn(|| follow(inbox)) else { break };
            self.members.push(Member { orders: Some(orders), thread: Some(thread) });
        }
        for m in self.members.iter().take(others) {
            if let (Some(orders), Some(open)) = (&m.orders, &round.open) {
                // A thread that is gone leaves its share to the others.
                let _ = orders.send(Order { work, _ended: open.clone() });
            }
        }
        call();
        drop(round);
        results.into_inner().unwrap_or_else(|e| e.into_inner())
    }
}

/// A member's life.
fn follow(inbox: Receiver<Order>) {
    for order in inbox {
        // SAFETY: the round waits for this order to be dropped before what the pointer refers to goes away.
        let work = unsafe { &*order.work };
        // The panic was reported by the hook; a call without a result is all that is left of it.
        let _ = catch_unwind(AssertUnwindSafe(work));
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for m in &mut self.members {
            m.orders = None;
        }
        for m in &mut self.members {
            if let Some(t) = m.thread.take() {
                let _ = t.join();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn every_call_of_a_round_has_ended_when_it_returns() {
        let mut crew = Crew::default();
        for others in [0, 3, 1, 3] {
            let n = AtomicUsize::new(0);
            let results = crew.run(others, || n.fetch_add(1, Ordering::Relaxed));
            assert_eq!((results.len(), n.into_inner()), (others + 1, others + 1));
        }
        assert_eq!(crew.members.len(), 3);
    }

    #[test]
    fn a_call_that_panics_gives_no_result_and_leaves_the_crew_usable() {
        let mut crew = Crew::default();
        let here = std::thread::current().id();
        let results = crew.run(2, || assert_eq!(std::thread::current().id(), here, "not on this thread"));
        assert_eq!(results.len(), 1);
        assert_eq!(crew.run(2, || ()).len(), 3);
    }
}
