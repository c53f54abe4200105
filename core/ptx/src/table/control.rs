//! Control flow, stack and miscellaneous instructions (PTX ISA 8.5, sections 9.7.11, 9.7.15 and 9.7.17).

use super::{Entry, entry, f};

const FLOW: &str = "9.7.11 Control flow";
const STACK: &str = "9.7.15 Stack manipulation";
const MISC: &str = "9.7.17 Miscellaneous";

pub(super) const TABLE: &[Entry] = &[
    entry(
        "bra",
        FLOW,
        "Jumps to a label; `.uni` promises that all lanes agree.",
        &[f(10, 0, "bra{.uni} tgt")],
    ),
    entry(
        "brx",
        FLOW,
        "Jumps to the label at an index of a list.",
        &[f(60, 30, "brx.idx{.uni} index, tlist")],
    ),
    entry(
        "call",
        FLOW,
        "Calls a function, directly or through a register with a prototype.",
        &[f(10, 0, "call{.uni} *")],
    ),
    entry("ret", FLOW, "Returns to the caller.", &[f(10, 0, "ret{.uni}")]),
    entry("exit", FLOW, "Ends the thread.", &[f(10, 0, "exit")]),
    entry(
        "stacksave",
        STACK,
        "Reads the stack pointer.",
        &[f(73, 52, "stacksave.type d; .type = {.u32,.u64}")],
    ),
    entry(
        "stackrestore",
        STACK,
        "Sets the stack pointer.",
        &[f(73, 52, "stackrestore.type a; .type = {.u32,.u64}")],
    ),
    entry(
        "alloca",
        STACK,
        "Takes memory from the thread's stack.",
        &[f(73, 52, "alloca.type ptr, size{, immAlign}; .type = {.u32,.u64}")],
    ),
    entry("brkpt", MISC, "A breakpoint.", &[f(10, 11, "brkpt")]),
    entry("nanosleep", MISC, "Suspends the thread for about t nanoseconds.", &[f(63, 70, "nanosleep.u32 t")]),
    entry(
        "pmevent",
        MISC,
        "Triggers performance monitor events.",
        &[f(14, 0, "pmevent a"), f(30, 20, "pmevent.mask a")],
    ),
    entry("trap", MISC, "Ends the kernel with an error.", &[f(10, 0, "trap")]),
    entry(
        "setmaxnreg",
        MISC,
        "Gives back or asks for registers of the warp.",
        &[f(80, 90, "setmaxnreg.action.sync.aligned.u32 imm; .action = {.inc,.dec}")],
    ),
];
