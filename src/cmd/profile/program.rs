//! `warplens profile -- PROGRAM`: a whole program under the profiler.
//!
//! Serves the program's devices, as `run` does, and files what the server tells. The report goes to standard error,
//! because standard output is the program's; `--report` writes it as JSON.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use warplens_devices::Model;
use warplens_driver_server::embedded::Embedded;
use warplens_driver_server::record::{self, Event, Recorder};
use warplens_driver_server::{Nanos, Server, Settings, mark_kind, program};
use warplens_profiler::collect::Shape;
use warplens_profiler::live::{Choice, Launch, Live};
use warplens_profiler::report::{Report, SourceFiles};
use warplens_profiler::store::Capture;
use warplens_profiler::{export, view};
use warplens_sim::launch::KernelInfo;
use warplens_trace::{Kind, ProgramId, Time, Track};

use crate::report::Help as _;

/// How to profile a program.
pub struct Request {
    pub program: Vec<OsString>,
    pub model: Model,
    pub choice: Choice,
    pub workers: usize,
    pub fuel: u64,
    pub devices: u32,
    /// Where the capture goes; `None` picks a name.
    pub capture: Option<PathBuf>,
    /// Where the JSON report goes.
    pub report: Option<PathBuf>,
    pub view: view::Options,
}

/// The recorder: events of the driver, in the profiler's words.
#[derive(Clone)]
struct Filing(Arc<Mutex<Option<Live>>>);

impl Filing {
    fn with<T>(&self, f: impl FnOnce(&mut Live) -> T) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(f)
    }
}

fn time(nanos: Nanos) -> Time {
    Time::from_nanos_since_start(nanos.0)
}

fn direction(kind: u8) -> &'static str {
    match kind {
        0 => "host to host",
        1 => "host to device",
        2 => "device to host",
        _ => "device to device",
    }
}

impl Recorder for Filing {
    fn wants_counts(&mut self, kernel: &KernelInfo) -> bool {
        self.with(|live| live.wants(kernel)).unwrap_or(false)
    }

    fn record(&mut self, program: record::ProgramId, event: &Event<'_>) {
        let program = ProgramId(program.0);
        self.with(|live| file(live, program, event));
    }
}

fn file(live: &mut Live, program: ProgramId, event: &Event<'_>) {
    match *event {
        Event::Started { .. } => {}
        Event::Ended { at, .. } => live.program_ended(program, time(at)),
        Event::Call { api, thread, start, end, code } => {
            live.call(Track::Thread(program, thread), api, time(start), time(end), code);
        }
        Event::Module { device, text } => live.module(program, device, text.number, &text.name, &text.text),
        Event::Kernel { device, stream, work, info, counts, start, end, trap } => live.launch(&Launch {
            program,
            device,
            stream,
            info,
            shape: Shape { grid: work.grid, block: work.block, dynamic_shared: work.shared },
            counts,
            start: time(start),
            end: time(end),
            trap,
        }),
        Event::Copy { device, stream, kind, bytes, start, end } => {
            let track = Track::Stream(program, device, stream);
            live.copy(track, Kind::Copy, direction(kind), bytes, time(start), time(end));
        }
        Event::Fill { device, stream, bytes, start, end } => {
            let track = Track::Stream(program, device, stream);
            live.copy(track, Kind::Fill, "memory set", bytes, time(start), time(end));
        }
        Event::Mark { kind, id, thread, text, at } => match kind {
            mark_kind::PUSH => live.push(program, thread, text, time(at)),
            mark_kind::POP => live.pop(program, thread, time(at)),
            mark_kind::START => live.start(program, id, text, time(at)),
            mark_kind::END => live.end(program, thread, id, time(at)),
            mark_kind::INSTANT => live.mark(program, thread, text, time(at)),
            _ => {}
        },
    }
}

/// `NAME.wlens` in the current folder, after the program.
fn default_capture(program: &OsString) -> PathBuf {
    let name = std::path::Path::new(program).file_name().unwrap_or(program.as_os_str());
    let mut name = name.to_os_string();
    name.push(".wlens");
    PathBuf::from(name)
}

/// Profiles a program; the exit status is the program's.
pub fn profile(request: Request) -> anyhow::Result<ExitCode> {
    let Some((name, arguments)) = request.program.split_first() else {
        anyhow::bail!("no program was given");
    };
    let path = request.capture.unwrap_or_else(|| default_capture(name));
    let command: Vec<String> = request.program.iter().map(|a| a.to_string_lossy().into_owned()).collect();
    let capture = Capture::create(&path, &request.model.name, &command)
        .help("choose where the capture goes with --capture FOLDER")?;
    let filing = Filing(Arc::new(Mutex::new(Some(Live::new(request.choice, Some(capture))))));
    let free = program::available_memory().unwrap_or(4 << 30);
    let machines =
        Embedded::new(&request.model, request.devices, free / 4 * 3, request.workers, request.fuel);
    let recorder: Box<dyn Recorder> = Box::new(filing.clone());
    let server = Server::start(Settings { machines: Box::new(machines), recorder: Some(recorder) })?;
    let status = program::run(&server, name, arguments)?;
    drop(server);

    let live = filing.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let outcome = live.context("the recording was lost")?.finish();
    let sources = SourceFiles::beside([PathBuf::from(".")]);
    for (name, text) in &outcome.ptx {
        sources.provide(name, text);
    }
    let mut whole = Report::build(&outcome.records, &request.model, &sources);
    whole.program = Some(outcome.program);
    whole.notes = outcome.notes;
    let fate = program::fate(status);
    if let Some(fate) = &fate {
        whole.notes.push(format!("the program ended by {fate}; everything until then is here"));
    }
    let words = fate.unwrap_or_else(|| format!("exit status {}", program::exit_code(status)));
    if let Some(capture) = outcome.capture {
        let path = capture.finish(&words)?;
        whole.notes.push(format!("the capture is in {}", path.display()));
    }
    if let Some(path) = &request.report {
        std::fs::write(path, export::json::render(&whole)?)
            .with_context(|| format!("cannot write the report to {}", path.display()))
            .help("give --report a file in a folder that exists")?;
    }
    let mut errors = anstream::stderr();
    write!(errors, "{}", view::render(&whole, request.view))?;
    Ok(ExitCode::from(program::exit_code(status)))
}
