//! What a device is: properties and attributes, from the facts of its model.
//!
//! Figures that have no meaning for the embedded device (PCI addresses) are zero or the plainest truth.

use std::ffi::{c_char, c_int};

use warplens_driver_protocol::message::DeviceFacts;
use warplens_driver_protocol::{Reply, Request};

use crate::error::{Error, Result};
use crate::layout::DeviceProp;
use crate::link;

const CONSTANT_BYTES: usize = 64 << 10;
const PITCH_MOST: usize = 0x7fff_ffff;
const ALIGNMENT: usize = 512;

/// Asks for a device's facts.
pub fn facts(device: c_int) -> Result<DeviceFacts> {
    let device = u32::try_from(device).map_err(|_| Error::INVALID_DEVICE)?;
    if device >= link::device_count()? {
        return Err(Error::INVALID_DEVICE);
    }
    match link::call(&Request::Device { device })? {
        Reply::Device { facts } => Ok(facts),
        _ => Err(Error::UNKNOWN),
    }
}

fn int(value: u32) -> c_int {
    c_int::try_from(value).unwrap_or(c_int::MAX)
}

fn ints(values: [u32; 3]) -> [c_int; 3] {
    values.map(int)
}

unsafe fn properties(out: *mut DeviceProp, device: c_int) -> Result {
    if out.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    let f = facts(device)?;
    // SAFETY: all of `DeviceProp` is integers, for which zeros are values.
    let mut p: DeviceProp = unsafe { std::mem::zeroed() };
    for (to, from) in p.name.iter_mut().take(255).zip(f.name.bytes()) {
        *to = from as c_char;
    }
    if let Some((first, rest)) = p.uuid.split_first_mut() {
        *first = device as u8;
        for (to, from) in rest.iter_mut().zip(f.model.bytes()) {
            *to = from;
        }
    }
    p.total_global_mem = f.memory as usize;
    p.shared_mem_per_block = f.shared_per_block as usize;
    p.regs_per_block = int(f.registers_per_block);
    p.warp_size = int(f.warp_size);
    p.mem_pitch = PITCH_MOST;
    p.max_threads_per_block = int(f.max_threads_per_block);
    p.max_threads_dim = ints(f.max_block);
    p.max_grid_size = ints(f.max_grid);
    p.clock_rate = int(f.clock_khz);
    p.total_const_mem = CONSTANT_BYTES;
    p.major = int(f.major);
    p.minor = int(f.minor);
    p.texture_alignment = ALIGNMENT;
    p.texture_pitch_alignment = 32;
    p.device_overlap = 1;
    p.multi_processor_count = int(f.multiprocessors);
    p.can_map_host_memory = 1;
    p.surface_alignment = ALIGNMENT;
    image_limits(&mut p);
    p.concurrent_kernels = 1;
    p.pci_bus_id = device + 1;
    p.async_engine_count = 2;
    p.unified_addressing = 1;
    p.memory_clock_rate = int(f.memory_clock_khz);
    p.memory_bus_width = int(f.memory_bus_bits);
    p.l2_cache_size = c_int::try_from(f.l2_bytes).unwrap_or(c_int::MAX);
    p.max_threads_per_multi_processor = int(f.max_threads_per_multiprocessor);
    p.stream_priorities_supported = 1;
    p.global_l1_cache_supported = 1;
    p.local_l1_cache_supported = 1;
    p.shared_mem_per_multiprocessor = f.shared_per_multiprocessor as usize;
    p.regs_per_multiprocessor = int(f.registers_per_multiprocessor);
    p.managed_memory = 1;
    p.host_native_atomic_supported = 1;
    p.single_to_double_precision_perf_ratio = int(f.fp64_ratio);
    p.concurrent_managed_access = 1;
    p.cooperative_launch = 1;
    p.shared_mem_per_block_optin = f.shared_per_block_optin as usize;
    p.max_blocks_per_multi_processor = int(f.max_blocks_per_multiprocessor);
    p.reserved_shared_mem_per_block = f.shared_reserved as usize;
    p.host_register_supported = 1;
    p.memory_pools_supported = 1;
    p.unified_function_pointers = 1;
    // SAFETY: checked not to be null; the caller gives a place for the structure.
    unsafe { out.write(p) };
    Ok(())
}

/// Limits of textures and surfaces, as the programming guide lists them for compute capability 8.0 and later. They are not
/// established for other vendors' devices, which get the same ones here.
mod limit {
    pub const LINE: i32 = 131_072;
    pub const LINEAR: i32 = 1 << 28;
    pub const PLANE: [i32; 2] = [131_072, 65_536];
    pub const PITCHED: [i32; 3] = [131_072, 65_000, 2_097_120];
    pub const SIDE: i32 = 32_768;
    pub const DEPTH: i32 = 16_384;
    pub const LAYERS: i32 = 2048;
    pub const CUBE_FACES: i32 = 2046;
}

fn image_limits(p: &mut DeviceProp) {
    use limit::*;
    p.max_texture_1d = LINE;
    p.max_texture_1d_mipmap = SIDE;
    p.max_texture_1d_linear = LINEAR;
    p.max_texture_2d = PLANE;
    p.max_texture_2d_mipmap = [SIDE; 2];
    p.max_texture_2d_linear = PITCHED;
    p.max_texture_2d_gather = [SIDE; 2];
    p.max_texture_3d = [DEPTH; 3];
    p.max_texture_3d_alt = [DEPTH / 2, DEPTH / 2, DEPTH * 2];
    p.max_texture_cubemap = SIDE;
    p.max_texture_1d_layered = [SIDE, LAYERS];
    p.max_texture_2d_layered = [SIDE, SIDE, LAYERS];
    p.max_texture_cubemap_layered = [SIDE, CUBE_FACES];
    p.max_surface_1d = SIDE;
    p.max_surface_2d = PLANE;
    p.max_surface_3d = [DEPTH; 3];
    p.max_surface_1d_layered = [SIDE, LAYERS];
    p.max_surface_2d_layered = [SIDE, SIDE, LAYERS];
    p.max_surface_cubemap = SIDE;
    p.max_surface_cubemap_layered = [SIDE, CUBE_FACES];
}

/// The same as attributes.
fn image_limit(which: c_int) -> Option<c_int> {
    use limit::*;
    Some(match which {
        21 => LINE,
        22 | 56 => PLANE[0],
        23 | 57 => PLANE[1],
        24..=26 | 58..=60 => DEPTH,
        29 | 43 | 62 | 65 => LAYERS,
        47 | 48 => DEPTH / 2,
        49 => DEPTH * 2,
        54 | 68 => CUBE_FACES,
        69 => LINEAR,
        70 => PITCHED[0],
        71 => PITCHED[1],
        72 => PITCHED[2],
        27 | 28 | 42 | 45 | 46 | 52 | 53 | 55 | 61 | 63 | 64 | 66 | 67 | 73 | 74 | 77 => SIDE,
        _ => return None,
    })
}

/// `cudaDeviceAttr` and `CUdevice_attribute`, which share their numbers.
pub fn attribute(which: c_int, device: c_int) -> Result<c_int> {
    let f = facts(device)?;
    let [bx, by, bz] = ints(f.max_block);
    let [gx, gy, gz] = ints(f.max_grid);
    Ok(match which {
        1 => int(f.max_threads_per_block),
        2 => bx,
        3 => by,
        4 => bz,
        5 => gx,
        6 => gy,
        7 => gz,
        8 => int(f.shared_per_block),
        9 => CONSTANT_BYTES as c_int,
        10 => int(f.warp_size),
        11 => PITCH_MOST as c_int,
        12 => int(f.registers_per_block),
        13 => int(f.clock_khz),
        14 | 30 => ALIGNMENT as c_int,
        16 => int(f.multiprocessors),
        // Overlap, mapped host memory, concurrent kernels, unified addressing, stream priorities, L1 caches,
        // managed memory, native host atomics, concurrent managed access, cooperative launch, host registration,
        // memory pools.
        15 | 19 | 31 | 41 | 78 | 79 | 80 | 83 | 86 | 89 | 95 | 99 | 115 => 1,
        33 => device + 1,
        36 => int(f.memory_clock_khz),
        37 => int(f.memory_bus_bits),
        38 => c_int::try_from(f.l2_bytes).unwrap_or(c_int::MAX),
        39 => int(f.max_threads_per_multiprocessor),
        40 => 2,
        51 => 32,
        75 => int(f.major),
        76 => int(f.minor),
        81 => int(f.shared_per_multiprocessor),
        82 => int(f.registers_per_multiprocessor),
        87 => int(f.fp64_ratio),
        97 => int(f.shared_per_block_optin),
        106 => int(f.max_blocks_per_multiprocessor),
        111 => int(f.shared_reserved),
        0 => return Err(Error::INVALID_VALUE),
        _ if image_limit(which).is_some() => image_limit(which).unwrap_or(0),
        // Everything else the device has not got.
        17..=150 => 0,
        _ => return Err(Error::INVALID_VALUE),
    })
}

api! {
    GetDeviceProperties(out: *mut DeviceProp, device: c_int) {
        // SAFETY: the caller gives a place for the structure.
        unsafe { properties(out, device) }
    }

    GetDeviceProperties_v2(out: *mut DeviceProp, device: c_int) {
        // SAFETY: as above.
        unsafe { properties(out, device) }
    }

    DeviceGetAttribute(out: *mut c_int, which: c_int, device: c_int) {
        let value = attribute(which, device)?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, value) }
    }
}
