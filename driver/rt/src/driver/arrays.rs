//! Arrays, texture and surface objects of the driver API, and copies whose sides may be arrays.

use std::ffi::{c_int, c_uint, c_void};

use super::give;
use crate::arrays::{self, Side, boxes};
use crate::error::{Error, Result};
use crate::layout::{Extent, Pos};
use crate::layout_arrays::{
    Array3DDescriptor, ArrayDescriptor, ChannelDesc, DriverResourceDesc, DriverTextureDesc, Memcpy2D,
    Memcpy3D, ResourceDesc, Side2D, Side3D, TextureDesc, ViewDesc,
};
use crate::memory::{Copy, DEFAULT, copy};
use crate::{link, streams, textures};

/// `CUarray_format` as bits and kind.
const FORMATS: [(c_int, u32, i32); 8] = [
    (0x01, 8, 1),
    (0x02, 16, 1),
    (0x03, 32, 1),
    (0x08, 8, 0),
    (0x09, 16, 0),
    (0x0a, 32, 0),
    (0x10, 16, 2),
    (0x20, 32, 2),
];

fn channel(format: c_int, channels: c_uint) -> Result<ChannelDesc> {
    let &(_, bits, kind) = FORMATS.iter().find(|f| f.0 == format).ok_or(Error::INVALID_VALUE)?;
    if !matches!(channels, 1 | 2 | 4) {
        return Err(Error::INVALID_VALUE);
    }
    Ok(textures::channel(bits, channels, kind))
}

fn descriptor(array: &arrays::Array) -> Result<Array3DDescriptor> {
    let (bits, channels, kind) = arrays::format(&array.desc)?;
    let found = FORMATS.iter().find(|f| f.1 == bits && f.2 == i32::from(kind));
    let &(format, ..) = found.ok_or(Error::UNKNOWN)?;
    let Extent { width, height, depth } = array.extent;
    Ok(Array3DDescriptor { width, height, depth, format, channels, flags: array.flags })
}

unsafe fn create(out: *mut u64, d: *const Array3DDescriptor, levels: c_uint) -> Result {
    // SAFETY: the caller gives the structure or null.
    let d = unsafe { d.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    if out.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    let extent = Extent { width: d.width, height: d.height, depth: d.depth };
    let array = arrays::create(&channel(d.format, d.channels)?, extent, levels, d.flags)?;
    // SAFETY: not null; the caller gives a place.
    unsafe { give(out, array) }
}

/// Kinds of memory in copies.
const HOST: c_int = 1;
const DEVICE: c_int = 2;
const ARRAY: c_int = 3;
const UNIFIED: c_int = 4;

fn side(s: &Side3D, size: [usize; 3]) -> Result<Side> {
    if s.lod != 0 {
        return Err(Error::INVALID_VALUE);
    }
    let pointer = match s.kind {
        HOST => s.host,
        DEVICE | UNIFIED => s.device,
        ARRAY => return arrays::find(s.array)?.region(s.x, s.y, s.z, size),
        _ => return Err(Error::INVALID_VALUE),
    };
    let pitch = if s.pitch == 0 { size[0] } else { s.pitch };
    let height = if s.height == 0 { size[1] } else { s.height };
    Ok(Side::pitched(pointer, pitch, height, Pos { x: s.x, y: s.y, z: s.z }))
}

fn in_three(s: &Side2D) -> Side3D {
    let (z, lod, height, reserved) = (0, 0, 0, std::ptr::null_mut());
    Side3D {
        x: s.x,
        y: s.y,
        z,
        lod,
        kind: s.kind,
        host: s.host,
        device: s.device,
        array: s.array,
        reserved,
        pitch: s.pitch,
        height,
    }
}

fn slices(to: &Side3D, from: &Side3D, size: [usize; 3]) -> Result<Vec<Copy>> {
    link::device_count()?;
    boxes(DEFAULT, side(to, size)?, side(from, size)?, size)
}

fn carry_out(copies: Vec<Copy>, stream: u64, asynchronous: bool) -> Result {
    copies.into_iter().try_for_each(|one| copy(stream, one, asynchronous))
}

unsafe fn two(p: *const Memcpy2D) -> Result<Vec<Copy>> {
    // SAFETY: the caller gives the structure or null.
    let p = unsafe { p.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    slices(&in_three(&p.to), &in_three(&p.from), [p.width, p.height, 1])
}

unsafe fn three(p: *const Memcpy3D) -> Result<Vec<Copy>> {
    // SAFETY: the caller gives the structure or null.
    let p = unsafe { p.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    slices(&p.to, &p.from, [p.width, p.height, p.depth])
}

fn resource(d: &DriverResourceDesc) -> Result<ResourceDesc> {
    let plain = matches!(d.kind, textures::resource::LINEAR | textures::resource::PITCHED);
    let desc = if plain { channel(d.format, d.channels)? } else { ChannelDesc { bits: [0; 4], kind: 3 } };
    Ok(ResourceDesc { kind: d.kind, pointer: d.pointer, desc, sizes: d.sizes })
}

/// Bits of `CUDA_TEXTURE_DESC::flags`.
mod sampling {
    pub const AS_INTEGER: u32 = 1;
    pub const NORMALIZED: u32 = 2;
    pub const SRGB: u32 = 0x10;
    pub const SEAMLESS: u32 = 0x40;
}

fn texture(d: &DriverTextureDesc, integers: bool) -> TextureDesc {
    let has = |bit| c_int::from(d.flags & bit != 0);
    TextureDesc {
        address: d.address,
        filter: d.filter,
        // The driver reads narrow integers as fractions unless it is told not to.
        read: c_int::from(integers && d.flags & sampling::AS_INTEGER == 0),
        srgb: has(sampling::SRGB),
        border: d.border,
        normalized: has(sampling::NORMALIZED),
        anisotropy: d.anisotropy,
        mip_filter: d.mip_filter,
        mip_bias: d.mip_bias,
        mip_min: d.mip_min,
        mip_max: d.mip_max,
        no_trilinear_optimization: 0,
        seamless: has(sampling::SEAMLESS),
    }
}

/// Whether a resource holds integers of 8 or 16 bits.
fn narrow_integers(r: &ResourceDesc) -> Result<bool> {
    let desc = match r.kind {
        textures::resource::ARRAY | textures::resource::MIPMAPPED => {
            arrays::find(r.pointer as *const c_void)?.desc
        }
        _ => r.desc,
    };
    Ok(desc.kind != 2 && desc.bits[0] < 32)
}

unsafe fn object(
    out: *mut u64,
    d: *const DriverResourceDesc,
    t: Option<*const DriverTextureDesc>,
    view: *const ViewDesc,
) -> Result {
    // SAFETY: the caller gives structures or null.
    let (d, view) = unsafe { (d.as_ref(), view.as_ref()) };
    let resource = resource(d.ok_or(Error::INVALID_VALUE)?)?;
    let texture = match t {
        Some(t) => {
            // SAFETY: as above.
            let t = unsafe { t.as_ref() }.ok_or(Error::INVALID_VALUE)?;
            Some(texture(t, narrow_integers(&resource)?))
        }
        None => None,
    };
    if out.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: not null; the caller gives a place.
    unsafe { give(out, textures::create(&resource, texture.as_ref(), view)?) }
}

driver_api! {
    ArrayCreate(out: *mut u64, d: *const ArrayDescriptor) {
        // SAFETY: the caller gives the structure or null.
        let d = unsafe { d.as_ref() }.ok_or(Error::INVALID_VALUE)?;
        let &ArrayDescriptor { width, height, format, channels } = d;
        let all = Array3DDescriptor { width, height, depth: 0, format, channels, flags: 0 };
        // SAFETY: the caller gives a place.
        unsafe { create(out, &all, 1) }
    }

    Array3DCreate(out: *mut u64, d: *const Array3DDescriptor) {
        // SAFETY: as above.
        unsafe { create(out, d, 1) }
    }

    ArrayDestroy(array: *const c_void) {
        if array.is_null() { Err(Error::INVALID_HANDLE) } else { arrays::free(array) }
    }

    ArrayGetDescriptor(out: *mut ArrayDescriptor, array: *const c_void) {
        let Array3DDescriptor { width, height, format, channels, .. } = descriptor(&*arrays::find(array)?)?;
        // SAFETY: as above.
        unsafe { give(out, ArrayDescriptor { width, height, format, channels }) }
    }

    Array3DGetDescriptor(out: *mut Array3DDescriptor, array: *const c_void) {
        let d = descriptor(&*arrays::find(array)?)?;
        // SAFETY: as above.
        unsafe { give(out, d) }
    }

    MipmappedArrayCreate(out: *mut u64, d: *const Array3DDescriptor, levels: c_uint) {
        // SAFETY: as above.
        unsafe { create(out, d, levels) }
    }

    MipmappedArrayGetLevel(out: *mut u64, array: *const c_void, level: c_uint) {
        let view = arrays::level(array, level)?;
        // SAFETY: as above.
        unsafe { give(out, view) }
    }

    MipmappedArrayDestroy(array: *const c_void) {
        if array.is_null() { Err(Error::INVALID_HANDLE) } else { arrays::free(array) }
    }

    Memcpy2D(p: *const Memcpy2D) {
        // SAFETY: as above.
        carry_out(unsafe { two(p) }?, 0, false)
    }

    Memcpy2DUnaligned(p: *const Memcpy2D) {
        // SAFETY: as above.
        carry_out(unsafe { two(p) }?, 0, false)
    }

    Memcpy2DAsync(p: *const Memcpy2D, stream: *mut c_void) {
        // SAFETY: as above.
        carry_out(unsafe { two(p) }?, streams::resolve(stream)?, true)
    }

    Memcpy3D(p: *const Memcpy3D) {
        // SAFETY: as above.
        carry_out(unsafe { three(p) }?, 0, false)
    }

    Memcpy3DAsync(p: *const Memcpy3D, stream: *mut c_void) {
        // SAFETY: as above.
        carry_out(unsafe { three(p) }?, streams::resolve(stream)?, true)
    }

    MemcpyHtoA(array: *const c_void, offset: usize, from: u64, bytes: usize) {
        let to = arrays::find(array)?.run(offset, 0, bytes)?;
        copy(0, Copy::flat(DEFAULT, to, from, bytes), false)
    }

    MemcpyAtoH(to: u64, array: *const c_void, offset: usize, bytes: usize) {
        let from = arrays::find(array)?.run(offset, 0, bytes)?;
        copy(0, Copy::flat(DEFAULT, to, from, bytes), false)
    }

    MemcpyDtoA(array: *const c_void, offset: usize, from: u64, bytes: usize) {
        let to = arrays::find(array)?.run(offset, 0, bytes)?;
        copy(0, Copy::flat(DEFAULT, to, from, bytes), false)
    }

    MemcpyAtoD(to: u64, array: *const c_void, offset: usize, bytes: usize) {
        let from = arrays::find(array)?.run(offset, 0, bytes)?;
        copy(0, Copy::flat(DEFAULT, to, from, bytes), false)
    }

    MemcpyAtoA(to: *const c_void, to_offset: usize, from: *const c_void, from_offset: usize, bytes: usize) {
        let start = arrays::find(from)?.run(from_offset, 0, bytes)?;
        let end = arrays::find(to)?.run(to_offset, 0, bytes)?;
        copy(0, Copy::flat(DEFAULT, end, start, bytes), false)
    }

    TexObjectCreate(
        out: *mut u64, d: *const DriverResourceDesc, t: *const DriverTextureDesc, view: *const ViewDesc,
    ) {
        // SAFETY: as above.
        unsafe { object(out, d, Some(t), view) }
    }

    TexObjectDestroy(handle: u64) {
        textures::destroy(handle, false)
    }

    SurfObjectCreate(out: *mut u64, d: *const DriverResourceDesc) {
        // SAFETY: as above.
        unsafe { object(out, d, None, std::ptr::null()) }
    }

    SurfObjectDestroy(handle: u64) {
        textures::destroy(handle, true)
    }
}
