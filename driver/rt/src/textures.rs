//! Texture and surface objects: what the device process is told of them, and what the program may ask back.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{Mutex, MutexGuard, PoisonError};

use warplens_driver_protocol::objects::{ImageFacts, LevelFacts, SamplerFacts};
use warplens_driver_protocol::{Reply, Request};

use crate::arrays;
use crate::error::{Error, Result};
use crate::layout_arrays::{ChannelDesc, ResourceDesc, TextureDesc, ViewDesc};
use crate::{link, thread};

/// Elements a texture of plain memory can have, by the documented limits of current devices.
pub const LINEAR_MOST: usize = 1 << 28;

/// What a program made an object of.
#[derive(Clone, Copy)]
pub struct Made {
    device: u32,
    pub resource: ResourceDesc,
    pub texture: Option<TextureDesc>,
    pub view: Option<ViewDesc>,
}

static MADE: Mutex<Option<HashMap<u64, Made>>> = Mutex::new(None);

fn made() -> MutexGuard<'static, Option<HashMap<u64, Made>>> {
    MADE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What an object was made of.
pub fn find(handle: u64, surface: bool) -> Result<Made> {
    let found = made().as_ref().and_then(|all| all.get(&handle).copied());
    found.filter(|m| m.texture.is_none() == surface).ok_or(Error::INVALID_VALUE)
}

/// Forgets the objects of a device that was reset.
pub fn forget(device: u32) {
    if let Some(all) = made().as_mut() {
        all.retain(|_, m| m.device != device);
    }
}

/// Resource kinds, as both APIs number them.
pub mod resource {
    pub const ARRAY: i32 = 0;
    pub const MIPMAPPED: i32 = 1;
    pub const LINEAR: i32 = 2;
    pub const PITCHED: i32 = 3;
}

/// The texels of a resource and the device they are on.
fn image(r: &ResourceDesc) -> Result<(u32, ImageFacts)> {
    match r.kind {
        resource::ARRAY | resource::MIPMAPPED => {
            let array = arrays::find(r.pointer as *const c_void)?;
            let mut image = array.image()?;
            if r.kind == resource::ARRAY {
                image.levels.truncate(1);
            }
            Ok((array.device, image))
        }
        resource::LINEAR | resource::PITCHED => plain(r),
        _ => Err(Error::INVALID_VALUE),
    }
}

fn plain(r: &ResourceDesc) -> Result<(u32, ImageFacts)> {
    let element = arrays::element(&r.desc)?;
    let (bits, channels, kind) = arrays::format(&r.desc)?;
    let linear = r.kind == resource::LINEAR;
    let [first, height, pitch] = r.sizes;
    let (width, height, pitch) = if linear {
        let count = first / element as usize;
        (count, 1, count.checked_mul(element as usize).ok_or(Error::INVALID_VALUE)?)
    } else {
        (first, height, pitch)
    };
    let least = width.checked_mul(element as usize).ok_or(Error::INVALID_VALUE)?;
    if r.pointer == 0 || width == 0 || width > LINEAR_MOST || height == 0 || pitch < least {
        return Err(Error::INVALID_VALUE);
    }
    let size = |n: usize| u32::try_from(n).map_err(|_| Error::INVALID_VALUE);
    let slice = (pitch as u64).checked_mul(height as u64).ok_or(Error::INVALID_VALUE)?;
    let level = LevelFacts {
        address: r.pointer,
        width: size(width)?,
        height: size(height)?,
        depth: 1,
        pitch: pitch as u64,
        slice,
    };
    let device = link::device_of(r.pointer).unwrap_or(thread::device());
    let (layered, cubemap, three, two) = (false, false, false, !linear);
    Ok((
        device,
        ImageFacts { bits, channels, kind, linear, layered, cubemap, two, three, levels: vec![level] },
    ))
}

/// `cudaResourceViewFormat` as a format: in order unsigned and signed chars, shorts and ints, then half and float, each
/// with 1, 2 and 4 channels; block-compressed formats follow and are not supported.
fn view_format(number: i32) -> Result<Option<(u32, u32, u8)>> {
    let formats = [(8, 1), (8, 0), (16, 1), (16, 0), (32, 1), (32, 0), (16, 2), (32, 2)];
    match usize::try_from(number) {
        Ok(0) => Ok(None),
        Ok(n) if n <= 24 => {
            let (bits, kind) = formats[(n - 1) / 3];
            Ok(Some((bits, [1, 2, 4][(n - 1) % 3], kind)))
        }
        Ok(n) if n <= 34 => {
            crate::entry::missing("a block-compressed resource view")?;
            Ok(None)
        }
        _ => Err(Error::INVALID_VALUE),
    }
}

/// Narrows an image to a view of it.
fn through(image: &mut ImageFacts, view: &ViewDesc) -> Result {
    if let Some((bits, channels, kind)) = view_format(view.format)? {
        if bits * channels != image.bits * image.channels {
            return Err(Error::INVALID_VALUE);
        }
        (image.bits, image.channels, image.kind) = (bits, channels, kind);
    }
    let (first, last) = (view.first_level as usize, view.last_level as usize);
    if first > last || last >= image.levels.len() {
        return Err(Error::INVALID_VALUE);
    }
    image.levels = image.levels.drain(first..=last).collect();
    if image.layered || image.cubemap {
        let faces = if image.cubemap { 6 } else { 1 };
        let first = view.first_layer.checked_mul(faces).ok_or(Error::INVALID_VALUE)?;
        for level in &mut image.levels {
            // A cube's layers are counted in cubes here, and 0 to 0 is the whole of one that has no layers.
            let end = view
                .last_layer
                .checked_add(1)
                .and_then(|n| n.checked_mul(faces))
                .ok_or(Error::INVALID_VALUE)?;
            if first >= end || end > level.depth {
                return Err(Error::INVALID_VALUE);
            }
            level.address += u64::from(first) * level.slice;
            level.depth = end - first;
        }
    }
    Ok(())
}

fn sampler(t: &TextureDesc) -> Result<SamplerFacts> {
    let mut address = [0; 3];
    for (to, from) in address.iter_mut().zip(t.address) {
        *to = u8::try_from(from).ok().filter(|&m| m <= 3).ok_or(Error::INVALID_VALUE)?;
    }
    if !matches!((t.filter, t.mip_filter, t.read), (0 | 1, 0 | 1, 0 | 1)) {
        return Err(Error::INVALID_VALUE);
    }
    Ok(SamplerFacts {
        address,
        linear: t.filter == 1,
        normalized_float: t.read == 1,
        normalized_coordinates: t.normalized != 0,
        srgb: t.srgb != 0,
        border: t.border.map(f32::to_bits),
        mip_linear: t.mip_filter == 1,
        mip_bias: t.mip_bias.to_bits(),
        mip_min: t.mip_min.to_bits(),
        mip_max: t.mip_max.to_bits(),
        seamless: t.seamless != 0,
    })
}

/// Makes a texture object, or without a description of sampling a surface object.
pub fn create(
    resource: &ResourceDesc,
    texture: Option<&TextureDesc>,
    view: Option<&ViewDesc>,
) -> Result<u64> {
    link::device_count()?;
    let (device, mut image) = image(resource)?;
    if let Some(view) = view {
        through(&mut image, view)?;
    }
    let sampler = texture.map(sampler).transpose()?;
    if sampler.is_none() && resource.kind != self::resource::ARRAY {
        return Err(Error::INVALID_VALUE);
    }
    match link::call(&Request::ObjectCreate { device, image, sampler })? {
        Reply::Handle { handle } => {
            let (resource, texture, view) = (*resource, texture.copied(), view.copied());
            made().get_or_insert_default().insert(handle, Made { device, resource, texture, view });
            Ok(handle)
        }
        _ => Err(Error::UNKNOWN),
    }
}

/// Ends an object; 0 is nothing.
pub fn destroy(handle: u64, surface: bool) -> Result {
    link::device_count()?;
    if handle == 0 {
        return Ok(());
    }
    let device = find(handle, surface)?.device;
    if let Some(all) = made().as_mut() {
        all.remove(&handle);
    }
    link::tell(&Request::ObjectDestroy { device, handle })
}

/// A description of one format, for questions about arrays.
pub fn channel(bits: u32, channels: u32, kind: i32) -> ChannelDesc {
    let of = |k: u32| if k < channels { bits as i32 } else { 0 };
    ChannelDesc { bits: [of(0), of(1), of(2), of(3)], kind }
}
