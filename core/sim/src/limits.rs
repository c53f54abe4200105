//! What a device model allows, as plain numbers the machine enforces.
//!
//! Where the numbers come from (and which are assumed) is the business of the device files; the
//! machine only obeys them.

/// Limits and shape of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Lanes a warp: 32 or 128.
    pub warp_size: u32,
    /// Multiprocessors.
    pub multiprocessors: u32,
    /// Threads a block.
    pub max_threads_per_block: u32,
    /// Block dimensions x, y, z, in threads.
    pub max_block_dim: [u32; 3],
    /// Grid dimensions x, y, z, in blocks.
    pub max_grid_dim: [u32; 3],
    /// Resident threads a multiprocessor.
    pub max_threads_per_multiprocessor: u32,
    /// Resident blocks a multiprocessor.
    pub max_blocks_per_multiprocessor: u32,
    /// 32-bit registers a multiprocessor.
    pub registers_per_multiprocessor: u32,
    /// 32-bit registers a thread can have.
    pub max_registers_per_thread: u32,
    /// Registers are given to a warp in units of this many.
    pub register_allocation_unit: u32,
    /// Shared memory a block gets without opting in, bytes.
    pub shared_per_block: u32,
    /// Shared memory a block can opt in to, bytes.
    pub shared_per_block_optin: u32,
    /// Shared memory a multiprocessor, bytes.
    pub shared_per_multiprocessor: u32,
    /// Shared memory is given in units of this many bytes.
    pub shared_allocation_unit: u32,
    /// Shared memory the system keeps of each block, bytes.
    pub shared_reserved_per_block: u32,
    /// Device memory, bytes.
    pub memory_bytes: u64,
    /// Core clock in kHz, for `%clock` and `%globaltimer` (modelled).
    pub clock_khz: u32,
}

impl Default for Limits {
    /// A 32-lane device with common limits; real models come from device files.
    fn default() -> Self {
        Limits {
            warp_size: 32,
            multiprocessors: 56,
            max_threads_per_block: 1024,
            max_block_dim: [1024, 1024, 64],
            max_grid_dim: [0x7fff_ffff, 65535, 65535],
            max_threads_per_multiprocessor: 2048,
            max_blocks_per_multiprocessor: 32,
            registers_per_multiprocessor: 65536,
            max_registers_per_thread: 255,
            register_allocation_unit: 256,
            shared_per_block: 48 << 10,
            shared_per_block_optin: 163 << 10,
            shared_per_multiprocessor: 164 << 10,
            shared_allocation_unit: 128,
            shared_reserved_per_block: 1024,
            memory_bytes: 8 << 30,
            clock_khz: 1_500_000,
        }
    }
}
