//! What one compile of a document told, and the rules that look at it: the deep tier, without the compiling.
//!
//! Whoever runs compilers (the server in the background, `warplens lint --deep` in the foreground) hands their output in as
//! text; `messages` reads clang's, `ptx` the PTX it made, `ptxas` what NVIDIA's assembler says of that PTX where a user has
//! it, and `asm` finds the place of an inline assembly statement inside its string. All of it is pure.

pub mod asm;
pub mod messages;
pub mod occupancy;
pub mod ptx;
pub mod ptxas;

pub use messages::Message;
pub use ptx::{Kernel, PtxReport};

use std::path::PathBuf;

use crate::diagnostics::Diagnostic;
use crate::{Analysis, Config, TextRange};

/// What a compile of one document told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compiled {
    /// The document's path, as the messages spell it.
    pub path: PathBuf,
    /// What the compiler said, by the pass that said it: `host` or `device`.
    pub messages: Vec<(&'static str, Vec<Message>)>,
    /// What the PTX tells; `None` when there is none.
    pub ptx: Option<PtxReport>,
}

impl Compiled {
    /// Headers that the compiler did not find, so that it understood too little for its other messages to count.
    pub fn missing_headers(&self) -> Vec<&str> {
        let mut out: Vec<&str> =
            self.messages.iter().flat_map(|(_, list)| list).filter_map(Message::missing_header).collect();
        out.dedup();
        out
    }
}

/// What the rules that need a compile find.
pub fn diagnostics(analysis: &Analysis, config: &Config, compiled: &Compiled) -> Vec<Diagnostic> {
    crate::diagnostics::of_compile(analysis, config, compiled)
}

/// Where the kernel of this plain name is named in the document that defines it.
pub fn kernel_name(analysis: &Analysis, kernel: &str) -> Option<TextRange> {
    let model = analysis.model();
    let function = model.kernels_named(kernel).into_iter().find(|f| f.body.is_some())?;
    Some(model.symbol(function.symbol?)?.range)
}
