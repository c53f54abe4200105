//! What an opened image looks like: entries within entries, kernels at the leaves, problems on the side.

use std::fmt;

use crate::identify::Format;

/// An opened file.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The file itself; containers nest below it.
    pub root: Entry,
    /// What could not be read. The rest of the image is there all the same.
    pub problems: Vec<Problem>,
}

impl Image {
    /// Every entry, outermost first, with its depth.
    pub fn walk(&self) -> impl Iterator<Item = (usize, &Entry)> {
        let mut stack = vec![(0, &self.root)];
        std::iter::from_fn(move || {
            let (depth, entry) = stack.pop()?;
            stack.extend(entry.children.iter().rev().map(|child| (depth + 1, child)));
            Some((depth, entry))
        })
    }
}

/// One container or leaf.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it is.
    pub format: Format,
    /// Section, archive member, bundle id or identifier it is filed under.
    pub name: Option<String>,
    /// What it was compiled for.
    pub arch: Option<Arch>,
    /// Bytes, after decompression.
    pub size: u64,
    /// How it was stored.
    pub compression: Compression,
    /// Whether machine code maps back to source lines (`.debug_line`, `.loc`).
    pub has_lines: bool,
    /// Whether it describes variables and types (`.debug_info`).
    pub has_debug_info: bool,
    /// Kernels, in file order; those of PTX are [`crate::ptx_summary`]'s.
    pub kernels: Vec<Kernel>,
    /// PTX text, for entries of format [`Format::Ptx`].
    pub ptx: Option<String>,
    /// For cubins built with line information: the PTX they were assembled from, as the assembler kept it.
    pub debug_ptx: Option<String>,
    /// What it contains.
    pub children: Vec<Entry>,
}

impl Entry {
    pub(crate) fn new(format: Format, size: usize) -> Entry {
        Entry {
            format,
            name: None,
            arch: None,
            size: size as u64,
            compression: Compression::None,
            has_lines: false,
            has_debug_info: false,
            kernels: Vec::new(),
            ptx: None,
            debug_ptx: None,
            children: Vec::new(),
        }
    }
}

/// An architecture as compilers spell it: `sm_80`, `compute_90a`, `mp_31`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Arch(pub String);

impl Arch {
    /// The number in it, for ordering: 90 for `sm_90a`.
    pub fn number(&self) -> u32 {
        let digits = self.0.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit);
        digits.collect::<String>().parse().unwrap_or(0)
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How an entry was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// As it is.
    None,
    /// LZ4 block.
    Lz4,
    /// Zstandard frame.
    Zstd,
    /// zlib stream.
    Zlib,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Compression::None => "none",
            Compression::Lz4 => "LZ4",
            Compression::Zstd => "zstd",
            Compression::Zlib => "zlib",
        })
    }
}

/// A function that the host can launch. Absent figures are not recorded in this kind of image.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Kernel {
    /// Symbol name.
    pub name: String,
    /// As C++ reads it, when the name is mangled.
    pub demangled: Option<String>,
    /// Arguments in order.
    pub params: Vec<Param>,
    /// 32-bit registers a thread, as the assembler allocated them.
    pub registers: Option<u32>,
    /// 32-bit registers live at once at the worst place of the PTX: modelled. An assembler reorders, so its own
    /// figure may lie on either side.
    pub register_pressure: Option<u32>,
    /// Static shared memory, bytes.
    pub shared_bytes: Option<u64>,
    /// Whether it also uses shared memory whose size the launch gives. Known for PTX only.
    pub dynamic_shared: bool,
    /// Stack or private memory a thread, bytes.
    pub stack_bytes: Option<u64>,
    /// Named barriers.
    pub barriers: Option<u32>,
    /// Largest block in x, y, z, when declared (`__launch_bounds__`).
    pub max_threads: Option<[u32; 3]>,
    /// The block size it must be launched with.
    pub required_threads: Option<[u32; 3]>,
    /// Machine code, bytes.
    pub code_bytes: Option<u64>,
}

/// A kernel argument.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Param {
    /// Its name, where the image keeps one.
    pub name: Option<String>,
    /// Bytes from the start of the argument block.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
    /// Alignment, where the image keeps one.
    pub align: Option<u64>,
    /// Its type in the image's own words, where there is one.
    pub ty: Option<String>,
}

/// Something in an image that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Problem {
    /// The entries down to it: `a.o / .nv_fatbin / fatbin`.
    pub place: String,
    /// What is wrong.
    pub what: What,
}

/// What is wrong with a piece of an image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// A header or table points past the end.
    #[error("{0} is cut short")]
    Truncated(&'static str),
    /// A field has a value that nothing defines.
    #[error("unknown {field} {value}")]
    Unknown {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
    },
    /// The ELF reader's own words.
    #[error("bad ELF: {0}")]
    Elf(String),
    /// The archive reader's own words.
    #[error("bad archive: {0}")]
    Archive(String),
    /// A thin archive keeps its members in other files.
    #[error("a thin archive holds no members, only the names of object files: inspect those")]
    ThinArchive,
    /// Decompression failed or was refused.
    #[error("{0}")]
    Inflate(#[from] crate::inflate::InflateError),
    /// The MTGPU note is not the MessagePack it should be.
    #[error("MTGPU note: {0}")]
    Note(#[from] crate::msgpack::MsgPackError),
    /// Text that is not UTF-8; the rest was replaced.
    #[error("PTX text is not UTF-8 from byte {0} on; the bad bytes were replaced")]
    NotUtf8(usize),
    /// Bytes that are no container.
    #[error("{0}")]
    NotAnImage(#[from] crate::identify::NotAnImage),
    /// A bound of this reader was reached.
    #[error("not read any further: {0}")]
    Bound(&'static str),
}
