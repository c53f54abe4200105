//! A kernel's fault, as a value: what, where in the source, which thread, which address, what is near.

use crate::launch::Dim3;

/// Why a kernel was stopped.
#[derive(Clone, Debug, PartialEq)]
pub enum TrapKind {
    /// Access outside every allocation.
    OutOfBounds,
    /// Access to memory that was freed.
    UseAfterFree,
    /// Access near address 0.
    NullPointer,
    /// Address not a multiple of the access size.
    Misaligned,
    /// Outside the block's shared memory.
    SharedOutOfBounds,
    /// Outside the thread's local memory.
    LocalOutOfBounds,
    /// Store to constant memory or parameters, or another access the space forbids.
    AccessNotAllowed,
    /// `trap` instruction.
    TrapInstruction,
    /// Device `assert` failed; carries its message.
    Assert(String),
    /// `brkpt` with no debugger.
    Breakpoint,
    /// Threads wait for each other and none can go on; carries who waits for what.
    Deadlock(String),
    /// Ran out of fuel.
    OutOfFuel,
    /// Call stack or local memory exhausted.
    StackOverflow,
    /// Indirect call or branch to something that is not a function or listed label.
    BadTarget,
    /// Call of a function that exists nowhere.
    UnresolvedCall(String),
    /// A texture or surface that is not there, or an access outside a surface; carries which.
    BadObject(String),
    /// An instruction whose operands the manual forbids (carries which).
    IllegalOperand(String),
    /// Stopped by an observer or by the user.
    Interrupted,
}

/// The CUDA error a program sees after a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// cudaErrorIllegalAddress, 700
    IllegalAddress,
    /// cudaErrorMisalignedAddress, 716
    MisalignedAddress,
    /// cudaErrorAssert, 710
    Assert,
    /// cudaErrorLaunchFailure, 719
    LaunchFailure,
    /// cudaErrorLaunchTimeout, 702
    LaunchTimeout,
    /// cudaErrorIllegalInstruction, 715
    IllegalInstruction,
    /// cudaErrorHardwareStackError, 714
    HardwareStackError,
    /// cudaErrorInvalidPc, 718
    InvalidPc,
    /// cudaErrorInvalidAddressSpace, 717
    InvalidAddressSpace,
}

impl TrapKind {
    /// The CUDA error a GPU would give for it.
    pub fn error_code(&self) -> ErrorCode {
        use TrapKind::*;
        match self {
            OutOfBounds | UseAfterFree | NullPointer | SharedOutOfBounds | LocalOutOfBounds => {
                ErrorCode::IllegalAddress
            }
            Misaligned => ErrorCode::MisalignedAddress,
            AccessNotAllowed => ErrorCode::InvalidAddressSpace,
            Assert(_) => ErrorCode::Assert,
            TrapInstruction | Breakpoint | Interrupted | Deadlock(_) | BadObject(_) => {
                ErrorCode::LaunchFailure
            }
            OutOfFuel => ErrorCode::LaunchTimeout,
            StackOverflow => ErrorCode::HardwareStackError,
            BadTarget | UnresolvedCall(_) => ErrorCode::InvalidPc,
            IllegalOperand(_) => ErrorCode::IllegalInstruction,
        }
    }
}

/// One source frame, innermost first.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Function name as in the PTX or debug strings (mangled).
    pub function: String,
    /// Path from `.file`.
    pub file: String,
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// The allocation nearest to a bad address.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// Start address.
    pub start: u64,
    /// Bytes.
    pub size: u64,
    /// Signed distance from the allocation: bytes past its end (positive) or before its start (negative).
    pub distance: i64,
    /// Already freed?
    pub freed: bool,
    /// Name, for a module's variable or a named buffer.
    pub label: Option<String>,
}

/// A kernel's fault.
#[derive(Clone, Debug, PartialEq)]
pub struct Trap {
    /// What.
    pub kind: TrapKind,
    /// Kernel name as in the PTX.
    pub kernel: String,
    /// The instruction as PTX text.
    pub instruction: String,
    /// Source frames, innermost first; empty without line information.
    pub frames: Vec<Frame>,
    /// Line in the PTX text, from 1.
    pub ptx_line: u32,
    /// Block index.
    pub block: Dim3,
    /// Thread index in the block (the first that faulted).
    pub thread: Dim3,
    /// Warp in the block.
    pub warp: u32,
    /// Lane in the warp.
    pub lane: u32,
    /// Address, for memory faults.
    pub address: Option<u64>,
    /// Bytes accessed, for memory faults.
    pub size: u32,
    /// A store or atomic, not a load.
    pub write: bool,
    /// What lies near the address.
    pub nearest: Option<Nearest>,
    /// What the kernel printed before.
    pub printed: String,
}

impl Trap {
    /// The same fault with functions called by what `readable` gives for their names in the PTX (a demangler); names it
    /// gives nothing for stay.
    pub fn with_names(&self, readable: impl Fn(&str) -> Option<String>) -> Trap {
        let mut trap = self.clone();
        let names = trap.frames.iter_mut().map(|frame| &mut frame.function);
        for name in names.chain([&mut trap.kernel]) {
            if let Some(better) = readable(name) {
                *name = better;
            }
        }
        trap
    }
}

impl std::fmt::Display for Trap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let access = if self.write { "write" } else { "read" };
        match &self.kind {
            TrapKind::OutOfBounds => write!(f, "out-of-bounds {access} of {} bytes", self.size)?,
            TrapKind::UseAfterFree => write!(f, "{access} of {} bytes in freed memory", self.size)?,
            TrapKind::NullPointer => write!(f, "{access} of {} bytes through a null pointer", self.size)?,
            TrapKind::Misaligned => write!(f, "misaligned {access} of {} bytes", self.size)?,
            TrapKind::SharedOutOfBounds => {
                write!(f, "{access} of {} bytes outside the block's shared memory", self.size)?
            }
            TrapKind::LocalOutOfBounds => {
                write!(f, "{access} of {} bytes outside the thread's local memory", self.size)?
            }
            TrapKind::AccessNotAllowed => write!(f, "{access} not allowed in this state space")?,
            TrapKind::TrapInstruction => write!(f, "the kernel executed a trap instruction")?,
            TrapKind::Assert(m) => write!(f, "assertion failed: {m}")?,
            TrapKind::Breakpoint => write!(f, "the kernel hit a breakpoint and no debugger is attached")?,
            TrapKind::Deadlock(m) => write!(f, "deadlock: {m}")?,
            TrapKind::OutOfFuel => {
                write!(f, "the kernel did not end within its instruction limit (raise it with --fuel)")?
            }
            TrapKind::StackOverflow => write!(f, "the call stack is exhausted (endless recursion?)")?,
            TrapKind::BadTarget => write!(f, "jump or call to an address that is no code")?,
            TrapKind::UnresolvedCall(n) => write!(f, "call of `{n}`, which no loaded module defines")?,
            TrapKind::BadObject(m) => write!(f, "{m}")?,
            TrapKind::IllegalOperand(m) => write!(f, "illegal operand: {m}")?,
            TrapKind::Interrupted => write!(f, "interrupted")?,
        }
        if let Some(a) = self.address {
            write!(f, " at {a:#x}")?;
        }
        if let Some(n) = &self.nearest {
            let what = n.label.as_deref().unwrap_or("an allocation");
            let gone = if n.freed { "freed " } else { "" };
            let (by, side) =
                (n.distance.unsigned_abs(), if n.distance < 0 { "before" } else { "past the end of" });
            let plural = if by == 1 { "" } else { "s" };
            match n.distance {
                0 => write!(f, ", inside {gone}{what} of {} bytes", n.size)?,
                _ => write!(f, ", {by} byte{plural} {side} {gone}{what} of {} bytes", n.size)?,
            }
        }
        let [bx, by, bz] = self.block;
        let [tx, ty, tz] = self.thread;
        write!(f, "\n  in {} block ({bx},{by},{bz}) thread ({tx},{ty},{tz})", self.kernel)?;
        write!(f, ", warp {} lane {}", self.warp, self.lane)?;
        for fr in &self.frames {
            write!(f, "\n  at {}:{} in {}", fr.file, fr.line, fr.function)?;
        }
        write!(f, "\n  PTX line {}: {}", self.ptx_line, self.instruction)
    }
}
