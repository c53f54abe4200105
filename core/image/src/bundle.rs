//! clang's offload bundles: several targets' code objects in one file, plain or compressed.
//!
//! Layout from clang's documentation (ClangOffloadBundler): magic `__CLANG_OFFLOAD_BUNDLE__`, u64 count, then per
//! entry u64 offset, u64 size, u64 id length, id. Compressed: `CCOB`, u16 version, u16 method (0 zlib, 1 zstd),
//! total size (u32 in version 2, u64 in 3), uncompressed size (u32 in 1 and 2, u64 in 3), u64 hash, data.
//! An id is `kind-triple-arch`, as in `musa-mtgpu-mt-musa--mp_31`.

use crate::bytes::{slice_at, u16_at, u32_at, u64_at};
use crate::tree::{Arch, Compression, What};

const MAGIC_SIZE: usize = 24;
const MOST_ENTRIES: u64 = 10_000;

/// A bundled code object.
pub(crate) struct Code<'a> {
    pub id: String,
    pub data: &'a [u8],
}

/// Reads the table of the bundle at the start of `bytes`.
pub(crate) fn entries(bytes: &[u8]) -> Result<Vec<Code<'_>>, What> {
    let count = u64_at(bytes, MAGIC_SIZE).ok_or(What::Truncated("bundle header"))?;
    if count > MOST_ENTRIES {
        return Err(What::Unknown { field: "bundle entry count", value: count.to_string() });
    }
    let mut at = MAGIC_SIZE + 8;
    let mut found = Vec::new();
    for _ in 0..count {
        let field = |i: usize| u64_at(bytes, at + 8 * i).ok_or(What::Truncated("bundle table"));
        let (offset, size, id_size) = (field(0)?, field(1)?, field(2)?);
        let id = slice_at(bytes, (at + 24) as u64, id_size).ok_or(What::Truncated("bundle table"))?;
        let data = slice_at(bytes, offset, size).ok_or(What::Truncated("bundle entry"))?;
        found.push(Code { id: String::from_utf8_lossy(id).into_owned(), data });
        at += 24 + id.len();
    }
    Ok(found)
}

/// Bytes the bundle takes: up to the end of its last entry.
pub(crate) fn total_size(bytes: &[u8]) -> Result<u64, What> {
    let start = bytes.as_ptr() as usize;
    let ends = entries(bytes)?.into_iter().map(|c| c.data.as_ptr() as usize - start + c.data.len());
    Ok(ends.max().unwrap_or(MAGIC_SIZE + 8) as u64)
}

/// The architecture at the end of a bundle id.
pub(crate) fn arch_of(id: &str) -> Option<Arch> {
    let last = id.rsplit('-').next()?;
    // Features follow a colon: `gfx90a:xnack+`.
    let arch = last.split(':').next()?;
    (arch.contains(|c: char| c.is_ascii_digit()) && !id.starts_with("host-")).then(|| Arch(arch.to_owned()))
}

/// A compressed bundle as stored.
pub(crate) struct Packed<'a> {
    pub method: Compression,
    pub size: u64,
    pub data: &'a [u8],
    total: u64,
}

/// Reads a `CCOB` header.
pub(crate) fn compressed(bytes: &[u8]) -> Result<Packed<'_>, What> {
    let short = || What::Truncated("compressed bundle header");
    let version = u16_at(bytes, 4).ok_or_else(short)?;
    let method = match u16_at(bytes, 6).ok_or_else(short)? {
        0 => Compression::Zlib,
        1 => Compression::Zstd,
        other => return Err(What::Unknown { field: "bundle compression", value: other.to_string() }),
    };
    let length = bytes.len() as u64;
    let (total, size, header) = match version {
        1 => (length, u32_at(bytes, 8).map(u64::from), 20),
        2 => (u32_at(bytes, 8).ok_or_else(short)?.into(), u32_at(bytes, 12).map(u64::from), 24),
        3 => (u64_at(bytes, 8).ok_or_else(short)?, u64_at(bytes, 16), 32),
        other => return Err(What::Unknown { field: "compressed bundle version", value: other.to_string() }),
    };
    let size = size.ok_or_else(short)?;
    let data_size = total.checked_sub(header).ok_or_else(short)?;
    let data = slice_at(bytes, header, data_size).ok_or(What::Truncated("compressed bundle"))?;
    Ok(Packed { method, size, data, total })
}

/// Bytes the compressed bundle takes.
pub(crate) fn compressed_size(bytes: &[u8]) -> Result<u64, What> {
    compressed(bytes).map(|packed| packed.total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{bundle_of, ccob_of};

    #[test]
    fn ids_end_in_the_architecture() {
        assert_eq!(arch_of("musa-mtgpu-mt-musa--mp_31"), Some(Arch("mp_31".into())));
        assert_eq!(arch_of("hip-amdgcn-amd-amdhsa--gfx90a:xnack+"), Some(Arch("gfx90a".into())));
        assert_eq!(arch_of("host-x86_64-unknown-linux--"), None);
    }

    #[test]
    fn sizes_cover_every_entry() {
        let bundle = bundle_of(&[("a--sm_80", b"one"), ("b--sm_90", b"three")]);
        assert_eq!(total_size(&bundle), Ok(bundle.len() as u64));
        let followed = [bundle.clone(), b"junk".to_vec()].concat();
        assert_eq!(total_size(&followed), Ok(bundle.len() as u64));
        let packed = ccob_of(3, &bundle);
        assert_eq!(compressed_size(&[packed.clone(), vec![0; 9]].concat()), Ok(packed.len() as u64));
    }

    #[test]
    fn every_cut_is_an_error() {
        let bundle = bundle_of(&[("a--sm_80", b"one"), ("b--sm_90", b"three")]);
        assert!((0..bundle.len()).all(|n| entries(&bundle[..n]).is_err()));
        for version in [2, 3] {
            let packed = ccob_of(version, &bundle);
            assert!((0..packed.len()).all(|n| compressed(&packed[..n]).is_err()));
        }
    }

    #[test]
    fn a_count_beyond_reason_is_refused() {
        let mut bundle = bundle_of(&[]);
        bundle[24..32].fill(0xff);
        assert!(matches!(entries(&bundle), Err(What::Unknown { .. })));
    }
}
