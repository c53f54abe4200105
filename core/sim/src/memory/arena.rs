//! The bytes of device memory: a mapping owned here or lent by the caller.

use super::DEFAULT_BASE;

/// Device memory cannot be reserved.
#[derive(Debug, thiserror::Error)]
#[error("cannot reserve {bytes} bytes of address space for device memory: {source}")]
pub struct ArenaError {
    bytes: u64,
    source: std::io::Error,
}

/// A range of host memory that serves as device memory.
pub struct Arena {
    host: *mut u8,
    base: u64,
    len: u64,
    _owned: Option<memmap2::MmapMut>,
}

// SAFETY: the arena is plain bytes; who may touch them when is the device's discipline (see `exec::mem`).
unsafe impl Send for Arena {}
// SAFETY: as above; shared references only hand out the address.
unsafe impl Sync for Arena {}

impl Arena {
    /// Reserves `bytes` of lazily backed zero pages at guest address [`DEFAULT_BASE`].
    ///
    /// # Errors
    /// When the operating system refuses the reservation.
    pub fn anonymous(bytes: u64) -> Result<Arena, ArenaError> {
        let len = usize::try_from(bytes)
            .map_err(|_| ArenaError { bytes, source: std::io::ErrorKind::OutOfMemory.into() })?;
        let mut map = memmap2::MmapOptions::new()
            .len(len)
            .no_reserve_swap()
            .map_anon()
            .map_err(|source| ArenaError { bytes, source })?;
        Ok(Arena { host: map.as_mut_ptr(), base: DEFAULT_BASE, len: bytes, _owned: Some(map) })
    }

    /// Uses a mapping of the caller's.
    ///
    /// # Safety
    /// `host..host+len` must stay mapped readable and writable while the arena lives, and nothing else may rely on
    /// its contents being stable while kernels run. `host` must be aligned to 4096 bytes.
    pub unsafe fn from_mapping(host: *mut u8, base: u64, len: u64) -> Arena {
        Arena { host, base, len, _owned: None }
    }

    /// First guest address.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// Bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Holds no byte at all?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Host address of a guest address. Inside the arena only if the caller checked it.
    #[inline(always)]
    pub(crate) fn host(&self, guest: u64) -> *mut u8 {
        self.host.wrapping_add(guest.wrapping_sub(self.base) as usize)
    }
}
