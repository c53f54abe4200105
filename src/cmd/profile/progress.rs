//! A progress line on the terminal for runs over a second, and Ctrl-C.
//!
//! A thread of its own looks at the device's progress a few times a second; it prints to standard error, only when
//! that is a terminal, and wipes its line at the end.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use warplens_profiler::session::Upcoming;
use warplens_sim::launch::Progress;

/// Watches a run.
pub struct Watch {
    progress: Arc<Progress>,
    now: Arc<Mutex<String>>,
    done: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

const QUIET: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

impl Watch {
    /// Starts watching; from here on Ctrl-C ends the run, not the process. A second one ends the process.
    pub fn start() -> Watch {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // The order matters: the first signal finds the flag unset and sets it, the second one ends the process.
            // Without a handler Ctrl-C simply ends the process: nothing to say.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, interrupted.clone());
            let _ = signal_hook::flag::register(signal, interrupted.clone());
        }
        let mut watch = Watch {
            progress: Arc::new(Progress::default()),
            now: Arc::default(),
            done: Arc::default(),
            interrupted,
            thread: None,
        };
        let show = std::io::stderr().is_terminal();
        let (progress, now) = (watch.progress.clone(), watch.now.clone());
        let (done, interrupted) = (watch.done.clone(), watch.interrupted.clone());
        watch.thread = Some(std::thread::spawn(move || {
            let started = Instant::now();
            let mut drawn = false;
            while !done.load(Ordering::Relaxed) {
                std::thread::park_timeout(TICK);
                if interrupted.load(Ordering::Relaxed) {
                    progress.cancel.store(true, Ordering::Relaxed);
                }
                if show && started.elapsed() >= QUIET && !done.load(Ordering::Relaxed) {
                    let what = now.lock().map(|t| t.clone()).unwrap_or_default();
                    let blocks = progress.blocks_done.load(Ordering::Relaxed);
                    let all = progress.blocks_total.load(Ordering::Relaxed);
                    draw(&bar(&what, blocks, all));
                    drawn = true;
                }
            }
            if drawn {
                draw("");
            }
        }));
        watch
    }

    /// What the device reports to.
    pub fn progress(&self) -> Arc<Progress> {
        self.progress.clone()
    }

    /// Notes which launch comes next; `false` when the run is to end.
    pub fn before(&self, upcoming: &Upcoming) -> bool {
        if let Ok(mut now) = self.now.lock() {
            *now = format!("{}/{} {}", upcoming.index + 1, upcoming.total, upcoming.kernel);
        }
        !self.interrupted.load(Ordering::Relaxed)
    }

    /// Stops watching and wipes the line.
    pub fn finish(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop();
    }
}

fn draw(line: &str) {
    let mut err = std::io::stderr();
    // Nothing is to be done when standard error is gone.
    let _ = write!(err, "\r\x1b[K{line}").and_then(|()| err.flush());
}

fn bar(what: &str, done: u64, all: u64) -> String {
    const CELLS: u64 = 24;
    let filled = (done.min(all) * CELLS).checked_div(all).unwrap_or(0) as usize;
    let what: String = what.chars().take(40).collect();
    format!(
        "[{}{}] {done}/{all} blocks  launch {what}",
        "#".repeat(filled),
        " ".repeat(CELLS as usize - filled)
    )
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn the_bar_fills_up() {
        assert_eq!(bar("1/2 f", 0, 0), "[                        ] 0/0 blocks  launch 1/2 f");
        assert_eq!(bar("1/2 f", 5, 10), "[############            ] 5/10 blocks  launch 1/2 f");
        assert_eq!(bar("1/2 f", 12, 10), "[########################] 12/10 blocks  launch 1/2 f");
    }
}
