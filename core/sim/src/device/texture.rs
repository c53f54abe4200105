//! Texture and surface objects of a device.

use super::Device;
use crate::memory::Lookup;
use crate::texture::{Image, Texture, TextureError};

impl Device {
    /// Makes a texture object; gives its handle.
    ///
    /// # Errors
    /// When its texels do not lie in one allocation, or the sampler does not fit the format.
    pub fn create_texture(&mut self, texture: Texture) -> Result<u64, TextureError> {
        let (handle, start, end) = self.objects.add_texture(texture)?;
        self.keep_if_allocated(handle, start, end)
    }

    /// Makes a surface object of an image's first level; gives its handle.
    ///
    /// # Errors
    /// When its texels do not lie in one allocation.
    pub fn create_surface(&mut self, image: Image) -> Result<u64, TextureError> {
        let (handle, start, end) = self.objects.add_surface(image)?;
        self.keep_if_allocated(handle, start, end)
    }

    /// Forgets a texture or surface object; false when there is none of this handle.
    pub fn destroy_object(&mut self, handle: u64) -> bool {
        self.objects.remove(handle)
    }

    fn keep_if_allocated(&mut self, handle: u64, start: u64, end: u64) -> Result<u64, TextureError> {
        match self.table().find(start) {
            Lookup::Live(_, last) if end <= last => return Ok(handle),
            _ => {}
        }
        self.objects.remove(handle);
        Err(TextureError::Memory { address: start, bytes: end - start })
    }
}
