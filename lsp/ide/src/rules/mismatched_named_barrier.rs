//! # mismatched-named-barrier
//!
//! A named barrier that cannot work as written.
//!
//! ## What it does
//!
//! Reads `bar.sync`, `bar.arrive`, `bar.red` and `barrier.*` in inline assembly: the barrier number must be 0 to
//! 15, the thread count a multiple of the warp size, and one barrier must be used with one count within a function.
//!
//! ## Why it matters
//!
//! A count that is not a multiple of the warp size is refused or traps. Two counts on one barrier let one group go
//! while the other waits for ever.
//!
//! ## Example
//!
//! ```cuda
//! __device__ void meet() {
//!     asm volatile("bar.sync 1, 48;");
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __device__ void meet() {
//!     asm volatile("bar.sync 1, 64;");
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Give each group of warps a barrier number of its own, and every `bar.sync` and `bar.arrive` on it
//! the same count: the threads that wait and those that only arrive, together.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::{Field, Kind, Node, TextRange};
use std::collections::HashMap;

pub(super) const CHECK: Check = Check::File(check);

fn check(cx: &Context<'_>, out: &mut Findings) {
    let mut counts: HashMap<(u32, i128), (i128, TextRange)> = HashMap::new();
    for node in cx.analysis.syntax().nodes().filter(|n| n.kind() == Kind::GnuAsm) {
        let Some(code) = node.child(Field::AssemblyCode) else { continue };
        let function = cx.function(node).map_or(u32::MAX, |f| f.node.0);
        for (number, threads) in barriers(code) {
            if number.is_some_and(|n| n > 15) {
                out.report(code.range(), "there are only 16 named barriers, 0 to 15");
                continue;
            }
            let Some(threads) = threads else { continue };
            if threads == 0 || threads % 32 != 0 {
                out.report(code.range(), format!("a barrier's thread count must be a multiple of the warp size; {threads} is not"));
                continue;
            }
            let Some(number) = number else { continue };
            let (first, place) = *counts.entry((function, number)).or_insert((threads, code.range()));
            if first != threads {
                out.report(code.range(), format!("barrier {number} waits for {threads} threads here and for {first} elsewhere"))
                    .label(place, format!("{first} threads"));
            }
        }
    }
}

/// (number, thread count) of each barrier instruction in an assembly string; none where it is an operand.
fn barriers(code: Node<'_>) -> Vec<(Option<i128>, Option<i128>)> {
    let text: String = code.descendants().filter(|n| n.kind() == Kind::StringContent).map(Node::text).collect();
    let mut found = Vec::new();
    for instruction in text.split([';', '{', '}']) {
        let instruction = instruction.trim().trim_start_matches("\\n").trim_start_matches("\\t").trim();
        let Some((opcode, operands)) = instruction.split_once(char::is_whitespace) else { continue };
        let waits = opcode.starts_with("bar.") || opcode.starts_with("barrier.");
        if !waits || opcode.contains("cluster") || opcode.contains("warp") || opcode.contains("red") {
            continue;
        }
        let mut operands = operands.split(',').map(|o| o.trim().parse::<i128>().ok());
        found.push((operands.next().flatten(), operands.next().flatten()));
    }
    found
}
