//! The launch file: how to run a kernel by itself and what must come out (`docs/launch-file.md`).
//!
//! [`LaunchFile::parse`] reads the text and touches nothing else; `fill` and `expect` make and compare bytes;
//! `bind` checks a launch against the kernel it names. Files are read by whoever runs the launches.

pub mod bind;
pub mod element;
pub mod error;
pub mod expect;
pub mod fill;
mod parse;
mod reader;

use std::path::PathBuf;

use element::{Element, Number};
pub use error::LaunchFileError;

/// A parsed launch file.
#[derive(Clone, Debug, PartialEq)]
pub struct LaunchFile {
    /// Where it was read from; other paths are relative to its folder.
    pub path: PathBuf,
    /// PTX file, relative.
    pub ptx: Option<PathBuf>,
    /// Source file, relative.
    pub source: Option<PathBuf>,
    /// Buffers in the order of the file.
    pub buffers: Vec<Buffer>,
    /// Launches in the order of the file.
    pub launches: Vec<LaunchSpec>,
}

/// Device memory a launch file asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Buffer {
    /// Name arguments use.
    pub name: String,
    /// Line of its table.
    pub line: u32,
    /// Element type.
    pub element: Element,
    /// Elements; `None` when the fill decides.
    pub len: Option<u64>,
    /// First contents.
    pub fill: Fill,
    /// Module variable it stands for.
    pub symbol: Option<String>,
}

/// First contents of a buffer.
#[derive(Clone, Debug, PartialEq)]
pub enum Fill {
    /// Zeros.
    Zero,
    /// `start + step * (i % modulo)`.
    Iota {
        /// First value.
        start: Number,
        /// Added for each element.
        step: Number,
        /// Starts again after so many.
        modulo: Option<u64>,
    },
    /// One value.
    Constant(Number),
    /// Uniform pseudo-random numbers; missing parts have defaults.
    Random {
        /// Seed.
        seed: Option<u64>,
        /// Smallest.
        min: Option<Number>,
        /// Largest.
        max: Option<Number>,
    },
    /// Bytes of a file, relative.
    File(PathBuf),
    /// These, repeated.
    Values(Vec<Number>),
}

/// One `[[launch]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct LaunchSpec {
    /// Line of its table.
    pub line: u32,
    /// Kernel name in any form.
    pub kernel: String,
    /// Line of the name.
    pub kernel_line: u32,
    /// Blocks.
    pub grid: [u32; 3],
    /// Threads a block.
    pub block: [u32; 3],
    /// Dynamic shared memory, bytes.
    pub shared: u32,
    /// Arguments in order.
    pub args: Vec<Arg>,
    /// Line of the arguments.
    pub args_line: u32,
    /// Cooperative launch.
    pub cooperative: bool,
    /// In the report?
    pub profile: bool,
    /// How often.
    pub repeat: u32,
    /// Checks afterwards.
    pub expect: Vec<Expect>,
}

/// One argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// Its line.
    pub line: u32,
    /// What is passed.
    pub value: ArgValue,
}

/// What an argument passes.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgValue {
    /// Address of a buffer plus bytes.
    Buffer {
        /// Buffer name.
        name: String,
        /// Bytes added.
        offset: u64,
    },
    /// A number.
    Number(Element, Number),
    /// A struct's bytes.
    Bytes(Vec<u8>),
}

/// One check.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// Its line.
    pub line: u32,
    /// Buffer to check.
    pub buffer: String,
    /// What it must hold.
    pub want: Want,
    /// Elements to compare; all when `None`.
    pub len: Option<u64>,
    /// Allowed difference.
    pub tolerance: Tolerance,
}

/// What a buffer must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    /// One value everywhere.
    Constant(Number),
    /// These first.
    Values(Vec<Number>),
    /// Bytes of a file, relative.
    File(PathBuf),
    /// Another buffer.
    Reference(String),
}

/// `abs + rel * |want|`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// Absolute part.
    pub abs: f64,
    /// Relative part.
    pub rel: f64,
}

impl LaunchFile {
    /// The buffer called `name`.
    pub fn buffer(&self, name: &str) -> Option<&Buffer> {
        self.buffers.iter().find(|b| b.name == name)
    }

    /// The folder paths are relative to.
    pub fn folder(&self) -> &std::path::Path {
        self.path.parent().unwrap_or(std::path::Path::new(""))
    }
}
