//! Launches: from the request to the kernel's end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use warplens_driver_protocol::Request;
use warplens_sim::launch::KernelInfo;

use crate::machine::{Control, Ended, Machine, Refusal, Work, code};
use crate::order::Plan;
use crate::record::Event;
use crate::schedule::ItemId;
use crate::state::{State, Task};
use crate::timeline::{Engine, Nanos};

/// Output kept while nobody takes it; CUDA's buffer drops text, too, when it is full.
const MOST_OUTPUT: usize = 256 << 20;

/// A launch that was found possible.
pub struct Launching {
    machine: Arc<dyn Machine>,
    stream: u64,
    work: Work,
    info: Arc<KernelInfo>,
    counts: bool,
    issued: Nanos,
}

impl Launching {
    /// Runs the kernel. A fault of the simulator is an answer, too.
    pub fn run(&self, control: &Control) -> Result<Ended, Refusal> {
        let ran = catch_unwind(AssertUnwindSafe(|| self.machine.launch(&self.work, self.counts, control)));
        ran.unwrap_or_else(|_| {
            let story = format!("the embedded device failed in kernel {}; please report it", self.info.name);
            Ok(Ended { trap: Some((code::UNKNOWN, story)), ..Ended::default() })
        })
    }
}

impl State {
    /// Checks a launch and makes it work for its stream.
    pub fn plan_launch(&mut self, request: &mut Request, issued: Nanos) -> Result<Plan, Refusal> {
        let Request::Launch { device, kernel, stream, grid, block, shared, cooperative, ref mut params } =
            *request
        else {
            return Err(Refusal::code(code::UNKNOWN));
        };
        self.facts(device)?;
        let after = self.before(device, stream)?;
        let machine = self.machine(device)?;
        let Some(info) = machine.info(kernel) else {
            return Err(Refusal::code(code::INVALID_DEVICE_FUNCTION));
        };
        let params = std::mem::take(&mut params.0);
        let work = Work { kernel, grid, block, shared, cooperative, params };
        machine.check(&work)?;
        let counts = match &self.shared.recorder {
            Some(recorder) => recorder.lock().unwrap_or_else(PoisonError::into_inner).wants_counts(&info),
            None => false,
        };
        let launching = Launching { machine, stream, work, info, counts, issued };
        Ok(Plan::Queue { device, stream, after, task: Task::Launch(Box::new(launching)) })
    }

    /// A kernel has ended.
    pub fn finish_launch(
        &mut self,
        id: ItemId,
        device: u32,
        launching: &Launching,
        ended: Result<Ended, Refusal>,
    ) {
        self.running.remove(&device);
        let ended = ended.unwrap_or_else(|refusal| {
            let story = format!("{}: {}", launching.info.name, refusal.message);
            Ended { trap: Some((refusal.code, story)), ..Ended::default() }
        });
        let Launching { stream, work, info, issued, .. } = launching;
        let room = MOST_OUTPUT.saturating_sub(self.output.len());
        let text = ended.printed.as_bytes();
        self.output.extend_from_slice(text.get(..room).unwrap_or(text));
        let multiprocessors = self.facts(device).map_or(1, |f| u64::from(f.multiprocessors));
        let duration = Nanos(self.shared.machines.kernel_time(device, work, &ended));
        let blocks = work.grid.iter().map(|&n| u64::from(n)).fold(1, u64::saturating_mul);
        let engine = if blocks < multiprocessors { Engine::SharedCompute } else { Engine::Compute };
        // A stream that was destroyed by a reset meanwhile has no timeline any more.
        if let Ok(span) = self.timeline.work(device, *stream, engine, *issued, duration) {
            let (start, end) = self.span(span);
            self.record(&Event::Kernel {
                device,
                stream: *stream,
                work,
                info,
                counts: ended.counts.as_ref(),
                start,
                end,
                trap: ended.trap.as_ref().map(|(_, story)| story.as_str()),
            });
        }
        self.schedule.complete(id);
        if let Some((code, story)) = ended.trap {
            self.lose(code, story);
        }
        self.pump();
    }
}
