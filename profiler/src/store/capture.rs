//! Writing a capture.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use warplens_trace::{Span, StringId, Strings, Time, Track};

use super::table::{Cell, Heading, Table};
use crate::collect::Tally;

/// Version of the directory's layout.
const SCHEMA: u32 = 1;
/// Rows wait no longer than this before they are on disk.
const PATIENCE: Duration = Duration::from_secs(1);
/// Largest source that is kept.
const LARGEST_SOURCE: u64 = 16 << 20;

const SPANS: &[Heading] = &[
    ("program", false),
    ("track", true),
    ("kind", true),
    ("name", false),
    ("start_ns", false),
    ("end_ns", false),
    ("bytes", false),
    ("code", false),
];

const KERNELS: &[Heading] = &[
    ("launch", false),
    ("program", false),
    ("device", false),
    ("stream", false),
    ("module", false),
    ("name", false),
    ("demangled", false),
    ("grid_x", false),
    ("grid_y", false),
    ("grid_z", false),
    ("block_x", false),
    ("block_y", false),
    ("block_z", false),
    ("static_shared", false),
    ("dynamic_shared", false),
    ("registers", false),
    ("start_ns", false),
    ("end_ns", false),
    ("trap", true),
    ("inst", false),
    ("thread_inst", false),
    ("thread_inst_pred_on", false),
    ("global_ld_requests", false),
    ("global_ld_sectors", false),
    ("global_st_requests", false),
    ("global_st_sectors", false),
    ("shared_ld_wavefronts", false),
    ("shared_st_wavefronts", false),
    ("branch_uniform", false),
    ("branch_divergent", false),
];

const LINES: &[Heading] = &[
    ("launch", false),
    ("file", false),
    ("line", false),
    ("is_ptx", false),
    ("inst", false),
    ("thread_inst", false),
    ("thread_inst_pred_on", false),
    ("global_ld_requests", false),
    ("global_ld_sectors", false),
    ("global_st_requests", false),
    ("global_st_sectors", false),
    ("shared_ld_wavefronts", false),
    ("shared_st_wavefronts", false),
    ("branch_uniform", false),
    ("branch_divergent", false),
];

const STRINGS: &[Heading] = &[("id", false), ("text", true)];

/// A capture cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// A file or folder.
    #[error("cannot write the capture {}: {error}", .path.display())]
    Io {
        /// The capture.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// A table.
    #[error("cannot write a table of the capture: {0}")]
    Table(#[from] parquet::errors::ParquetError),
    /// There is one of that name, and it is none of ours.
    #[error("{} is there already and is no capture: choose another name with --capture", .0.display())]
    NotOurs(PathBuf),
}

/// A launch as a row.
#[derive(Clone, Copy, Debug)]
pub struct KernelRow<'a> {
    /// Number of the launch in the capture.
    pub launch: u64,
    /// Program.
    pub program: u32,
    /// Device.
    pub device: u32,
    /// Stream.
    pub stream: u64,
    /// The kernel.
    pub info: &'a warplens_sim::launch::KernelInfo,
    /// Name people write.
    pub demangled: &'a str,
    /// Shape.
    pub shape: crate::collect::Shape,
    /// From, modelled.
    pub start: Time,
    /// To, modelled.
    pub end: Time,
    /// Its fault, or empty.
    pub trap: &'a str,
    /// Its counts; zeros when it was not counted.
    pub tally: &'a Tally,
}

/// A line of a launch as a row.
#[derive(Clone, Copy, Debug)]
pub struct LineRow<'a> {
    /// Number of the launch.
    pub launch: u64,
    /// The line.
    pub line: &'a crate::collect::LineRecord,
}

/// A capture being written.
pub struct Capture {
    path: PathBuf,
    strings: Strings,
    /// First string that is not on disk.
    unwritten: StringId,
    tables: [Table; 4],
    kept: HashSet<String>,
    flushed: Instant,
    meta: serde_json::Map<String, serde_json::Value>,
}

fn number(n: impl TryInto<i64>) -> Cell {
    Cell::Number(n.try_into().unwrap_or(i64::MAX))
}

fn id(id: StringId) -> Cell {
    Cell::Number(i64::from(id.0))
}

fn counts(tally: &Tally) -> Vec<Cell> {
    let c = &tally.counts;
    [
        c.inst,
        c.thread_inst,
        c.thread_inst_pred_on,
        c.global_ld.requests,
        c.global_ld.sectors,
        c.global_st.requests,
        c.global_st.sectors,
        c.shared_ld.wavefronts,
        c.shared_st.wavefronts,
        c.branch_uniform,
        c.branch_divergent,
    ]
    .map(number)
    .to_vec()
}

impl Capture {
    /// Makes the directory anew; an earlier capture of this name is replaced.
    pub fn create(path: &Path, device: &str, command: &[String]) -> Result<Capture, CaptureError> {
        let io = |error| CaptureError::Io { path: path.to_owned(), error };
        if path.exists() {
            if !path.join("meta.json").is_file() {
                return Err(CaptureError::NotOurs(path.to_owned()));
            }
            fs::remove_dir_all(path).map_err(io)?;
        }
        fs::create_dir_all(path.join("ptx")).map_err(io)?;
        fs::create_dir_all(path.join("sources")).map_err(io)?;
        let table = |name, headings| Table::create(path, name, headings).map_err(io);
        let tables = [
            table("kernels", KERNELS)?,
            table("lines", LINES)?,
            table("spans", SPANS)?,
            table("strings", STRINGS)?,
        ];
        let mut meta = serde_json::Map::new();
        meta.insert("schema".into(), SCHEMA.into());
        meta.insert("tool".into(), format!("warplens {}", env!("CARGO_PKG_VERSION")).into());
        meta.insert("device".into(), device.into());
        meta.insert("command".into(), command.to_vec().into());
        meta.insert("times".into(), "virtual nanoseconds; device work is modelled".into());
        meta.insert("complete".into(), false.into());
        let mut capture = Capture {
            path: path.to_owned(),
            strings: Strings::default(),
            unwritten: StringId(0),
            tables,
            kept: HashSet::new(),
            flushed: Instant::now(),
            meta,
        };
        capture.write_meta()?;
        Ok(capture)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The id of a text.
    pub fn intern(&mut self, text: &str) -> StringId {
        self.strings.intern(text)
    }

    /// Adds a span.
    pub fn span(&mut self, span: &Span) -> Result<(), CaptureError> {
        let (program, track) = match span.track {
            Track::Thread(program, thread) => (program, format!("thread {thread}")),
            Track::Stream(program, device, stream) => {
                (program, format!("device {device} stream {stream:#x}"))
            }
        };
        let [.., spans, _] = &mut self.tables;
        spans.push([
            number(program.0),
            Cell::Text(track),
            Cell::Text(span.kind.word().to_owned()),
            id(span.name),
            number(span.start.nanos()),
            number(span.end.nanos()),
            number(span.bytes),
            number(span.code),
        ])?;
        self.keep_up()
    }

    /// Adds a launch.
    pub fn kernel(&mut self, row: &KernelRow<'_>) -> Result<(), CaptureError> {
        let name = self.strings.intern(&row.info.name);
        let demangled = self.strings.intern(row.demangled);
        let [gx, gy, gz] = row.shape.grid.map(number);
        let [bx, by, bz] = row.shape.block.map(number);
        let mut cells = vec![
            number(row.launch),
            number(row.program),
            number(row.device),
            number(row.stream),
            number(row.info.id.module.0),
            id(name),
            id(demangled),
            gx,
            gy,
            gz,
            bx,
            by,
            bz,
            number(row.info.static_shared),
            number(row.shape.dynamic_shared),
            number(row.info.registers),
            number(row.start.nanos()),
            number(row.end.nanos()),
            Cell::Text(row.trap.to_owned()),
        ];
        cells.extend(counts(row.tally));
        let [kernels, ..] = &mut self.tables;
        kernels.push(cells)?;
        self.keep_up()
    }

    /// Adds a line of a launch, and keeps its source.
    pub fn line(&mut self, row: &LineRow<'_>) -> Result<(), CaptureError> {
        let place = &row.line.place;
        if !place.is_ptx {
            self.keep_source(&place.file)?;
        }
        let file = self.strings.intern(&place.file);
        let mut cells =
            vec![number(row.launch), id(file), number(place.line), number(i32::from(place.is_ptx))];
        cells.extend(counts(&row.line.tally));
        let [_, lines, ..] = &mut self.tables;
        lines.push(cells)?;
        Ok(())
    }

    /// Keeps a module's PTX.
    pub fn ptx(&mut self, program: u32, device: u32, module: u32, text: &str) -> Result<(), CaptureError> {
        let name = format!("program{program}-device{device}-module{module}.ptx");
        self.file(&Path::new("ptx").join(name), text.as_bytes())
    }

    /// A source file goes in once, under a number; `sources` in `meta.json` has its path.
    fn keep_source(&mut self, path: &str) -> Result<(), CaptureError> {
        if !self.kept.insert(path.to_owned()) {
            return Ok(());
        }
        let small = fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= LARGEST_SOURCE);
        let Some(bytes) = small.then(|| fs::read(path).ok()).flatten() else { return Ok(()) };
        let base = Path::new(path).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let name = format!("{}-{base}", self.kept.len());
        self.file(&Path::new("sources").join(&name), &bytes)?;
        let sources = self.meta.entry("sources").or_insert_with(|| serde_json::Map::new().into());
        if let Some(sources) = sources.as_object_mut() {
            sources.insert(path.to_owned(), name.into());
        }
        self.write_meta()
    }

    fn file(&self, name: &Path, bytes: &[u8]) -> Result<(), CaptureError> {
        let io = |error| CaptureError::Io { path: self.path.clone(), error };
        fs::write(self.path.join(name), bytes).map_err(io)
    }

    fn write_meta(&mut self) -> Result<(), CaptureError> {
        let io = |error| CaptureError::Io { path: self.path.clone(), error };
        let text = serde_json::Value::Object(self.meta.clone()).to_string();
        fs::write(self.path.join(".meta.json"), text).map_err(io)?;
        fs::rename(self.path.join(".meta.json"), self.path.join("meta.json")).map_err(io)
    }

    fn keep_up(&mut self) -> Result<(), CaptureError> {
        if self.flushed.elapsed() < PATIENCE { Ok(()) } else { self.flush() }
    }

    /// Puts everything so far on disk.
    pub fn flush(&mut self) -> Result<(), CaptureError> {
        let [.., strings] = &mut self.tables;
        for (number, text) in self.strings.since(self.unwritten) {
            strings.push([id(number), Cell::Text(text.to_owned())])?;
        }
        self.unwritten = self.strings.next();
        self.tables.iter_mut().try_for_each(Table::flush)?;
        self.flushed = Instant::now();
        Ok(())
    }

    /// Ends the capture in order. `fate` says how the program ended.
    pub fn finish(mut self, fate: &str) -> Result<PathBuf, CaptureError> {
        self.flush()?;
        self.meta.insert("complete".into(), true.into());
        self.meta.insert("fate".into(), fate.into());
        self.write_meta()?;
        Ok(self.path)
    }
}
