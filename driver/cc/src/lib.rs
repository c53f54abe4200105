//! Compiles CUDA and MUSA programs with clang and Warplens's own headers: no vendor SDK is needed.
//!
//! What nvcc and mcc do in many tools takes two runs of clang here: a device pass that leaves PTX text, and a host pass
//! that embeds it beside the usual registration calls. [`device_ptx`] is the first alone, for tools that want to
//! look at a kernel. Linking takes the runtime libraries that `warplens run` serves.
//!
//! This crate starts processes and writes files; it knows nothing of devices, profiles or the command line's looks.

mod arch;
mod clang;
mod compile;
mod device;
mod fatbin;
mod flags;
mod headers;
mod jobs;
mod messages;
mod options;
mod passes;
mod ptx_names;

pub use arch::Arch;
pub use clang::{Clang, MINIMUM_VERSION};
pub use compile::{Compiler, Verdict};
pub use device::{DeviceOptions, device_flags, device_ptx, language_flags};
pub use headers::Headers;
pub use options::{Action, Input, Options};

use std::path::{Path, PathBuf};

/// The language of a device source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// CUDA C++: `.cu`, `.cuh`.
    Cuda,
    /// MUSA C++: `.mu`, `.muh`.
    Musa,
}

impl Dialect {
    /// The dialect that a file's name says, if it is a device source.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "cu" | "cuh" => Some(Self::Cuda),
            "mu" | "muh" => Some(Self::Musa),
            _ => None,
        }
    }

    /// The header that the compiler includes before the first line, as nvcc and mcc do.
    pub fn prelude(self) -> &'static str {
        match self {
            Self::Cuda => "cuda_runtime.h",
            Self::Musa => "musa_runtime.h",
        }
    }
}

/// Why a program could not be compiled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No usable clang was found.
    #[error(
        "no clang {MINIMUM_VERSION} or later was found (looked for {looked_for}). Install one \
         (Debian and Ubuntu: apt-get install clang-19), or set WARPLENS_CLANG to its path"
    )]
    NoClang {
        /// The names and paths that were tried.
        looked_for: String,
    },
    /// The clang that was asked for cannot be used.
    #[error("{} cannot be used: {reason}. Set WARPLENS_CLANG to a clang {MINIMUM_VERSION} or later", path.display())]
    BadClang {
        /// What was tried.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A process could not be started.
    #[error("{} could not be started: {source}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// clang refused the source; its own messages say why.
    #[error("clang could not compile {}:\n{messages}", file.display())]
    Compile {
        /// The source file.
        file: PathBuf,
        /// clang's messages.
        messages: String,
    },
    /// A file or folder could not be read or written.
    #[error("{action} {}: {source}", path.display())]
    File {
        /// What was being done, as "could not write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The command line does not make sense.
    #[error("{0}")]
    Usage(String),
}
