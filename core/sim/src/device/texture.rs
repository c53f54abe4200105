//! Texture and surface objects of a device.

use std::sync::{Arc, PoisonError};

use super::Device;
use crate::memory::Lookup;
use crate::texture::{Image, Objects, Texture, TextureError};

impl Device {
    /// Makes a texture object; gives its handle.
    ///
    /// # Errors
    /// When its texels do not lie in one allocation, or the sampler does not fit the format.
    pub fn create_texture(&self, texture: Texture) -> Result<u64, TextureError> {
        let (handle, start, end) = self.change_objects(|o| o.add_texture(texture))?;
        self.keep_if_allocated(handle, start, end)
    }

    /// Makes a surface object of an image's first level; gives its handle.
    ///
    /// # Errors
    /// When its texels do not lie in one allocation.
    pub fn create_surface(&self, image: Image) -> Result<u64, TextureError> {
        let (handle, start, end) = self.change_objects(|o| o.add_surface(image))?;
        self.keep_if_allocated(handle, start, end)
    }

    /// Forgets a texture or surface object; false when there is none of this handle.
    pub fn destroy_object(&self, handle: u64) -> bool {
        self.change_objects(|o| o.remove(handle))
    }

    /// The objects as they are now: what a launch sees to its end, whatever is made or destroyed meanwhile.
    pub(super) fn objects_now(&self) -> Arc<Objects> {
        self.objects.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change_objects<T>(&self, change: impl FnOnce(&mut Objects) -> T) -> T {
        change(Arc::make_mut(&mut self.objects.write().unwrap_or_else(PoisonError::into_inner)))
    }

    fn keep_if_allocated(&self, handle: u64, start: u64, end: u64) -> Result<u64, TextureError> {
        match self.table().find(start) {
            Lookup::Live(_, last) if end <= last => return Ok(handle),
            _ => {}
        }
        self.change_objects(|o| o.remove(handle));
        Err(TextureError::Memory { address: start, bytes: end - start })
    }
}
