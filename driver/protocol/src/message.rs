//! The messages.
//!
//! A request that names a place for its reply has exactly one reply; those that wait for the device have it when
//! that is done. Handles (streams, events, modules, kernels) are numbers the server gave out; it checks each one it
//! gets back.

use crate::objects::{ImageFacts, SamplerFacts};
use crate::wire::{Bytes, choice, record};

record! {
    /// First words of the library, over the socket.
    pub struct Hello {
        /// [`crate::VERSION`].
        version: u32,
        /// Process id as the program sees it.
        pid: u32,
        /// Path of the program.
        program: String,
        /// Its arguments, the program's name excluded.
        arguments: Vec<String>,
    }
}

record! {
    /// The answer, with the mailbox and one arena a device as file descriptors.
    pub struct Welcome {
        /// [`crate::VERSION`].
        version: u32,
        /// Why the program is turned away; empty when it is welcome.
        refused: String,
        /// Base address and bytes of each device's arena.
        arenas: Vec<(u64, u64)>,
        /// Whether somebody records API calls and ranges: without, the library keeps them to itself.
        recording: bool,
    }
}

record! {
    /// What every request begins with.
    pub struct Head {
        /// The program's virtual time, nanoseconds.
        now: u64,
        /// Thread in the program.
        thread: u32,
    }
}

record! {
    /// What every reply begins with.
    pub struct Outcome {
        /// A CUDA runtime error code; 0 is success.
        code: i32,
        /// The context is lost: this code answers every later call.
        sticky: i32,
        /// The program's virtual time after the call.
        now: u64,
        /// Text for the user about an error; empty when there is nothing to add.
        message: String,
        /// Bytes of device output waiting ([`Request::TakeOutput`]).
        output: u64,
    }
}

record! {
    /// Facts about a device.
    pub struct DeviceFacts {
        /// Marketing name.
        name: String,
        /// Model name, as the command line takes it.
        model: String,
        /// Compute capability, or the MUSA equivalent.
        major: u32,
        /// Its second part.
        minor: u32,
        /// Device memory, bytes.
        memory: u64,
        /// Lanes a warp.
        warp_size: u32,
        /// Multiprocessors.
        multiprocessors: u32,
        /// Threads a block.
        max_threads_per_block: u32,
        /// Block dimensions.
        max_block: [u32; 3],
        /// Grid dimensions.
        max_grid: [u32; 3],
        /// Resident threads a multiprocessor.
        max_threads_per_multiprocessor: u32,
        /// Resident blocks a multiprocessor.
        max_blocks_per_multiprocessor: u32,
        /// Registers a multiprocessor.
        registers_per_multiprocessor: u32,
        /// Registers a block.
        registers_per_block: u32,
        /// Shared memory a block.
        shared_per_block: u32,
        /// Shared memory a block can opt in to.
        shared_per_block_optin: u32,
        /// Shared memory a multiprocessor.
        shared_per_multiprocessor: u32,
        /// Shared memory kept by the system in each block.
        shared_reserved: u32,
        /// Core clock, kHz.
        clock_khz: u32,
        /// Memory clock, kHz.
        memory_clock_khz: u32,
        /// Memory bus, bits.
        memory_bus_bits: u32,
        /// L2 cache, bytes.
        l2_bytes: u64,
        /// Ratio of fp32 to fp64 throughput.
        fp64_ratio: u32,
    }
}

record! {
    /// Facts about a kernel.
    pub struct KernelFacts {
        /// Handle for launches.
        kernel: u32,
        /// Offset and size of each parameter.
        params: Vec<(u32, u32)>,
        /// Bytes of all parameters.
        param_bytes: u32,
        /// Registers a thread (the device's own allocation).
        registers: u32,
        /// Static shared memory.
        static_shared: u32,
        /// Local memory a thread.
        local: u32,
        /// Most threads a block, by the kernel's bounds or the device's.
        max_threads: u32,
        /// Constant memory of the module.
        constant: u32,
    }
}

record! {
    /// Facts about an allocation.
    pub struct AllocationFacts {
        /// Start.
        base: u64,
        /// Bytes.
        size: u64,
        /// What the program asked for ([`memory_kind`]).
        kind: u8,
        /// Device.
        device: u32,
        /// Flags the program gave.
        flags: u32,
    }
}

/// Values of `kind` in allocations.
pub mod memory_kind {
    /// cudaMalloc and its relatives.
    pub const DEVICE: u8 = 0;
    /// Pinned host memory.
    pub const HOST: u8 = 1;
    /// Managed memory.
    pub const MANAGED: u8 = 2;
    /// The device's side of host memory the program registered.
    pub const REGISTERED: u8 = 3;
}

/// Values of `kind` in copies, as in `cudaMemcpyKind`.
pub mod copy_kind {
    /// Host to host.
    pub const HOST_TO_HOST: u8 = 0;
    /// Host to device.
    pub const HOST_TO_DEVICE: u8 = 1;
    /// Device to host.
    pub const DEVICE_TO_HOST: u8 = 2;
    /// Device to device.
    pub const DEVICE_TO_DEVICE: u8 = 3;
}

/// Values of `kind` in [`Request::Mark`].
pub mod mark_kind {
    /// A named range begins on this thread.
    pub const PUSH: u8 = 0;
    /// The innermost range of this thread ends.
    pub const POP: u8 = 1;
    /// A named instant.
    pub const INSTANT: u8 = 2;
    /// A range that may end on another thread begins; `id` names it.
    pub const START: u8 = 3;
    /// That range ends.
    pub const END: u8 = 4;
    /// The profiler is switched on by the program.
    pub const PROFILER_START: u8 = 5;
    /// The profiler is switched off by the program.
    pub const PROFILER_STOP: u8 = 6;
}

choice! {
    /// What the library asks.
    pub enum Request {
        /// Facts about a device.
        Device = 1 { /// Ordinal.
            device: u32 },
        /// A piece of a module's image; pieces add up until [`Request::Load`].
        Stage = 2 { /// The piece.
            piece: Bytes },
        /// Loads the staged image as a module.
        Load = 3 { /// Ordinal.
            device: u32, /// Name for messages.
            name: String },
        /// Resolves functions and variables that modules take from one another.
        Link = 4 { /// Ordinal.
            device: u32 },
        /// Finds a kernel.
        Kernel = 5 { /// Ordinal.
            device: u32, /// Module.
            module: u32, /// PTX name.
            name: String },
        /// Finds a variable.
        Variable = 6 { /// Ordinal.
            device: u32, /// Module.
            module: u32, /// PTX name.
            name: String, /// Whether the host uses it too (`__managed__`).
            managed: bool },
        /// Allocates.
        Allocate = 7 { /// Ordinal.
            device: u32, /// Bytes.
            bytes: u64, /// See [`memory_kind`].
            kind: u8, /// Flags of the call.
            flags: u32, /// Stream that orders it; `None` for calls outside streams.
            stream: Option<u64> },
        /// Frees. 0 is nothing.
        Free = 8 { /// Start of the allocation.
            address: u64, /// See [`memory_kind`]; must match.
            kind: u8, /// Stream that orders it.
            stream: Option<u64> },
        /// The allocation that holds an address.
        Find = 9 { /// Address.
            address: u64 },
        /// Free and total memory.
        Memory = 10 { /// Ordinal.
            device: u32 },
        /// A copy. The server checks both ends and accounts for it. [`Reply::Done`] means that everything before it is
        /// done and the program copies; [`Reply::Queued`], that the server will.
        Copy = 11 { /// Current device.
            device: u32, /// Stream.
            stream: u64, /// See [`copy_kind`].
            kind: u8, /// Destination.
            destination: u64, /// Distance of rows there.
            destination_pitch: u64, /// Source.
            source: u64, /// Distance of rows there.
            source_pitch: u64, /// Bytes a row.
            width: u64, /// Rows.
            rows: u64, /// Whether the program goes on at once.
            asynchronous: bool },
        /// Sets memory; answered like [`Request::Copy`].
        Fill = 12 { /// Current device.
            device: u32, /// Stream.
            stream: u64, /// Start.
            address: u64, /// Distance of rows.
            pitch: u64, /// Bytes a row.
            width: u64, /// Rows.
            rows: u64, /// Value of an element.
            value: u32, /// Bytes of an element: 1, 2 or 4.
            element: u8 },
        /// Runs a kernel. The reply says only whether that is possible: the kernel runs in its stream's order.
        Launch = 13 { /// Ordinal.
            device: u32, /// Kernel.
            kernel: u32, /// Stream.
            stream: u64, /// Blocks.
            grid: [u32; 3], /// Threads.
            block: [u32; 3], /// Dynamic shared memory, bytes.
            shared: u32, /// Cooperative launch.
            cooperative: bool, /// Parameter bytes.
            params: Bytes },
        /// Takes device output (printf, assert).
        TakeOutput = 14 {},
        /// Makes a stream.
        StreamCreate = 15 { /// Ordinal.
            device: u32, /// Flags.
            flags: u32, /// Priority.
            priority: i32 },
        /// Ends a stream.
        StreamDestroy = 16 { /// Stream.
            stream: u64 },
        /// Waits for a stream.
        StreamSync = 17 { /// Ordinal, for the default stream.
            device: u32, /// Stream.
            stream: u64 },
        /// Asks whether a stream has work left.
        StreamQuery = 18 { /// Ordinal.
            device: u32, /// Stream.
            stream: u64 },
        /// Facts about a stream: flags and priority.
        StreamFacts = 19 { /// Ordinal.
            device: u32, /// Stream.
            stream: u64 },
        /// A stream waits for an event.
        StreamWait = 20 { /// Ordinal.
            device: u32, /// Stream.
            stream: u64, /// Event.
            event: u64 },
        /// Makes an event.
        EventCreate = 21 { /// Ordinal.
            device: u32, /// Flags.
            flags: u32 },
        /// Ends an event.
        EventDestroy = 22 { /// Event.
            event: u64 },
        /// Records an event.
        EventRecord = 23 { /// Ordinal.
            device: u32, /// Event.
            event: u64, /// Stream.
            stream: u64 },
        /// Asks whether an event has happened.
        EventQuery = 24 { /// Event.
            event: u64 },
        /// Waits for an event.
        EventSync = 25 { /// Event.
            event: u64 },
        /// Time between two events.
        EventElapsed = 26 { /// Earlier.
            start: u64, /// Later.
            end: u64 },
        /// Waits for everything on a device.
        DeviceSync = 27 { /// Ordinal.
            device: u32 },
        /// Frees everything of this program on a device.
        DeviceReset = 28 { /// Ordinal.
            device: u32 },
        /// How many blocks of a kernel fit a multiprocessor.
        Occupancy = 29 { /// Ordinal.
            device: u32, /// Kernel.
            kernel: u32, /// Threads a block.
            block: u32, /// Dynamic shared memory.
            shared: u32 },
        /// A host function comes next in a stream.
        HostCall = 30 { /// Ordinal.
            device: u32, /// Stream.
            stream: u64, /// The program's number for it.
            ticket: u64 },
        /// A range or instant the program marks.
        Mark = 31 { /// See [`mark_kind`].
            kind: u8, /// Identity of a start/end range.
            id: u64, /// Text.
            text: String },
        /// A function of the API has returned. Sent only when somebody records.
        Returned = 39 { /// Its name.
            api: String, /// The program's virtual time when it was called, nanoseconds.
            start: u64, /// And when it returned.
            end: u64, /// What it returned.
            code: i32 },
        /// Forgets a module.
        Unload = 32 { /// Ordinal.
            device: u32, /// Module.
            module: u32 },
        /// Lets a kernel use more dynamic shared memory than the default.
        SharedLimit = 33 { /// Ordinal.
            device: u32, /// Kernel.
            kernel: u32, /// Bytes.
            bytes: u32 },
        /// Ends the connection in good order.
        Goodbye = 34 {},
        /// Waits for the next host function that is due: its ticket.
        HostNext = 35 {},
        /// A host function has run.
        HostDone = 36 { /// Its ticket.
            ticket: u64, /// Virtual nanoseconds it took.
            duration: u64 },
        /// The program is about to exit; waits for all its work.
        Drain = 37 {},
        /// Lets kernels of one device use another's memory, or no longer.
        Peer = 38 { /// Ordinal.
            device: u32, /// Ordinal of the other.
            peer: u32, /// Which of both.
            on: bool },
        /// Makes a texture object, or without a sampler a surface object.
        ObjectCreate = 40 { /// Ordinal.
            device: u32, /// Texels.
            image: ImageFacts, /// Sampling.
            sampler: Option<SamplerFacts> },
        /// Ends a texture or surface object.
        ObjectDestroy = 41 { /// Ordinal.
            device: u32, /// Handle.
            handle: u64 },
    }
}

choice! {
    /// What the server answers beside the [`Outcome`].
    pub enum Reply {
        /// Nothing more.
        Done = 1 {},
        /// To [`Request::Device`].
        Device = 2 { /// Facts.
            facts: DeviceFacts },
        /// To [`Request::Load`].
        Module = 3 { /// Handle.
            module: u32 },
        /// To [`Request::Kernel`].
        Kernel = 4 { /// Facts.
            facts: KernelFacts },
        /// To [`Request::Variable`] and [`Request::Allocate`].
        Region = 5 { /// Start.
            address: u64, /// Bytes.
            bytes: u64 },
        /// To [`Request::Find`].
        Allocation = 6 { /// Facts; `None` where nothing is allocated.
            found: Option<AllocationFacts> },
        /// To [`Request::Memory`].
        Memory = 7 { /// Bytes free.
            free: u64, /// Bytes in all.
            total: u64 },
        /// To [`Request::TakeOutput`].
        Output = 8 { /// A piece of the output; empty when there is no more.
            piece: Bytes },
        /// A stream, an event, or the ticket of a host function.
        Handle = 9 { /// Handle.
            handle: u64 },
        /// To [`Request::StreamFacts`].
        Stream = 10 { /// Flags.
            flags: u32, /// Priority.
            priority: i32, /// Device.
            device: u32 },
        /// To [`Request::EventElapsed`].
        Elapsed = 11 { /// Nanoseconds; negative when the events are the other way round.
            nanoseconds: i64 },
        /// To [`Request::Occupancy`].
        Blocks = 12 { /// Blocks a multiprocessor.
            blocks: u32 },
        /// To [`Request::Copy`] and [`Request::Fill`]: the server does it when its turn comes.
        Queued = 13 {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire as _;
    use proptest::prelude::*;

    #[test]
    fn a_launch_is_read_back_as_written() {
        let launch = Request::Launch {
            device: 0,
            kernel: 3,
            stream: 9,
            grid: [1, 2, 3],
            block: [32, 1, 1],
            shared: 512,
            cooperative: true,
            params: Bytes(vec![1, 2, 3]),
        };
        assert_eq!(Request::from_bytes(&launch.to_bytes()), Ok(launch));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes: Vec<u8>) {
            if let Ok(request) = Request::from_bytes(&bytes) {
                let again = request.to_bytes();
                prop_assert_eq!(Request::from_bytes(&again), Ok(request));
            }
            let _ = Reply::from_bytes(&bytes);
            let _ = Hello::from_bytes(&bytes);
        }

        #[test]
        fn a_cut_message_is_refused(cut in 0usize..60) {
            let whole = Request::Kernel { device: 1, module: 2, name: "a kernel with a name of some length".into() }.to_bytes();
            prop_assume!(cut < whole.len());
            prop_assert!(Request::from_bytes(&whole[..cut]).is_err());
        }
    }
}
