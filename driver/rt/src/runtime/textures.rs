//! Texture and surface objects.

use std::ffi::c_int;

use crate::arrays;
use crate::error::{Error, Result};
use crate::layout_arrays::{ChannelDesc, ResourceDesc, TextureDesc, ViewDesc};
use crate::textures::{self, LINEAR_MOST};

use super::give;

unsafe fn create(
    out: *mut u64,
    resource: *const ResourceDesc,
    texture: Option<&TextureDesc>,
    view: Option<&ViewDesc>,
) -> Result {
    // SAFETY: the caller gives the structure or null.
    let resource = unsafe { resource.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    if out.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: not null; the caller gives a place.
    unsafe { give(out, textures::create(resource, texture, view)?) }
}

api! {
    CreateTextureObject(
        out: *mut u64, resource: *const ResourceDesc, texture: *const TextureDesc, view: *const ViewDesc,
    ) {
        // SAFETY: the caller gives structures or null.
        let (texture, view) = unsafe { (texture.as_ref(), view.as_ref()) };
        // SAFETY: as above.
        unsafe { create(out, resource, Some(texture.ok_or(Error::INVALID_VALUE)?), view) }
    }

    CreateTextureObject_v2(
        out: *mut u64, resource: *const ResourceDesc, texture: *const TextureDesc, view: *const ViewDesc,
    ) {
        // SAFETY: as above.
        let (texture, view) = unsafe { (texture.as_ref(), view.as_ref()) };
        // SAFETY: as above.
        unsafe { create(out, resource, Some(texture.ok_or(Error::INVALID_VALUE)?), view) }
    }

    DestroyTextureObject(handle: u64) {
        textures::destroy(handle, false)
    }

    GetTextureObjectResourceDesc(out: *mut ResourceDesc, handle: u64) {
        // SAFETY: the caller gives a place or null.
        unsafe { give(out, textures::find(handle, false)?.resource) }
    }

    GetTextureObjectTextureDesc(out: *mut TextureDesc, handle: u64) {
        let made = textures::find(handle, false)?;
        // SAFETY: as above.
        unsafe { give(out, made.texture.ok_or(Error::INVALID_VALUE)?) }
    }

    GetTextureObjectResourceViewDesc(out: *mut ViewDesc, handle: u64) {
        let made = textures::find(handle, false)?;
        // SAFETY: as above.
        unsafe { give(out, made.view.ok_or(Error::INVALID_VALUE)?) }
    }

    CreateSurfaceObject(out: *mut u64, resource: *const ResourceDesc) {
        // SAFETY: as above.
        unsafe { create(out, resource, None, None) }
    }

    DestroySurfaceObject(handle: u64) {
        textures::destroy(handle, true)
    }

    GetSurfaceObjectResourceDesc(out: *mut ResourceDesc, handle: u64) {
        // SAFETY: as above.
        unsafe { give(out, textures::find(handle, true)?.resource) }
    }

    DeviceGetTexture1DLinearMaxWidth(out: *mut usize, desc: *const ChannelDesc, device: c_int) {
        super::facts(device)?;
        // SAFETY: as above.
        let desc = unsafe { desc.as_ref() }.ok_or(Error::INVALID_VALUE)?;
        arrays::format(desc)?;
        // SAFETY: as above.
        unsafe { give(out, LINEAR_MOST) }
    }
}
