//! NVIDIA's fatbin: a header, then PTX and cubin entries, each perhaps compressed.
//!
//! Layout (little endian), as public tools print it and as files of nvcc 12 and 13 show: header {magic 0xBA55ED50,
//! u16 version 1, u16 header size, u64 size of all entries}; entry {u16 kind, u16, u32 header size, u64 payload
//! size, u32 compressed size @0x10, u16 minor and u16 major version @0x18, u32 architecture @0x1c, u64 flags @0x28,
//! u64 uncompressed size @0x38}. The payload of a compressed entry is padded after its compressed size.

use crate::bytes::{slice_at, u16_at, u32_at, u64_at};
use crate::tree::{Compression, What};

pub(crate) const MAGIC: [u8; 4] = [0x50, 0xed, 0x55, 0xba];
const FLAG_LZ4: u64 = 0x2000;
const FLAG_ZSTD: u64 = 0x8000;
const SMALLEST_ENTRY: u64 = 0x40;

/// What an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ptx,
    Elf,
}

/// An entry as stored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Raw<'a> {
    pub kind: Kind,
    pub arch: u32,
    pub compression: Compression,
    /// Bytes after decompression, as declared.
    pub size: u64,
    pub data: &'a [u8],
}

/// Bytes the fatbin at the start of `bytes` takes, header included.
pub(crate) fn total_size(bytes: &[u8]) -> Result<u64, What> {
    let header = u64::from(u16_at(bytes, 6).ok_or(What::Truncated("fatbin header"))?);
    let size = u64_at(bytes, 8).ok_or(What::Truncated("fatbin header"))?;
    let total = header.checked_add(size).ok_or(What::Truncated("fatbin"))?;
    if header < 16 {
        return Err(What::Unknown { field: "fatbin header size", value: header.to_string() });
    }
    if total > bytes.len() as u64 {
        return Err(What::Truncated("fatbin"));
    }
    Ok(total)
}

/// The entries of the fatbin at the start of `bytes`. Entries of unknown kind are reported and skipped; the walk
/// ends at the first one whose sizes make no sense.
pub(crate) fn entries<'a>(bytes: &'a [u8], mut each: impl FnMut(Result<Raw<'a>, What>)) -> Result<(), What> {
    let end = match total_size(bytes) {
        Ok(total) => total,
        // A cut file still shows the entries that are whole.
        Err(What::Truncated("fatbin")) => {
            each(Err(What::Truncated("fatbin")));
            bytes.len() as u64
        }
        Err(other) => return Err(other),
    };
    let mut offset = u64::from(u16_at(bytes, 6).ok_or(What::Truncated("fatbin header"))?);
    while offset < end {
        let rest = slice_at(bytes, offset, end - offset).ok_or(What::Truncated("fatbin entry"))?;
        let header = rest.get(..SMALLEST_ENTRY as usize).ok_or(What::Truncated("fatbin entry"))?;
        let field = |at| u32_at(header, at).unwrap_or_default();
        let wide = |at| u64_at(header, at).unwrap_or_default();
        let header_size = u64::from(field(4));
        let payload = wide(8);
        if header_size < SMALLEST_ENTRY {
            return Err(What::Unknown { field: "fatbin entry header size", value: header_size.to_string() });
        }
        let data = slice_at(rest, header_size, payload).ok_or(What::Truncated("fatbin entry"))?;
        each(entry(header, data, field(0x10), field(0x1c), wide(0x28), wide(0x38)));
        offset = offset.saturating_add(header_size).saturating_add(payload);
    }
    Ok(())
}

fn entry<'a>(
    header: &[u8],
    payload: &'a [u8],
    compressed_size: u32,
    arch: u32,
    flags: u64,
    uncompressed: u64,
) -> Result<Raw<'a>, What> {
    let kind = match u16_at(header, 0).unwrap_or_default() {
        1 => Kind::Ptx,
        2 => Kind::Elf,
        other => return Err(What::Unknown { field: "fatbin entry kind", value: other.to_string() }),
    };
    let compression = match flags & (FLAG_LZ4 | FLAG_ZSTD) {
        0 => Compression::None,
        FLAG_LZ4 => Compression::Lz4,
        FLAG_ZSTD => Compression::Zstd,
        both => return Err(What::Unknown { field: "fatbin compression flags", value: format!("{both:#x}") }),
    };
    let (data, size) = match compression {
        Compression::None => (payload, payload.len() as u64),
        _ => {
            let data = slice_at(payload, 0, u64::from(compressed_size));
            (data.ok_or(What::Truncated("compressed fatbin entry"))?, uncompressed)
        }
    };
    Ok(Raw { kind, arch, compression, size, data })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FatbinBuilder, lz4};

    fn collect(bytes: &[u8]) -> (Vec<Result<Raw<'_>, What>>, Result<(), What>) {
        let mut all = Vec::new();
        let end = entries(bytes, |e| all.push(e));
        (all, end)
    }

    #[test]
    fn entries_come_in_order_with_their_architecture() {
        let text = b".version 8.0\n.target sm_80\n".repeat(40);
        let bytes = FatbinBuilder::new()
            .entry(2, 90, 0x11, b"\x7fELF", None)
            .entry(1, 80, 0x2011, &lz4(&text), Some(text.len()))
            .build();
        let (all, end) = collect(&bytes);
        assert_eq!(end, Ok(()));
        let summary: Vec<_> =
            all.iter().map(|e| e.as_ref().map(|e| (e.kind, e.arch, e.compression, e.size))).collect();
        assert_eq!(
            summary,
            [
                Ok((Kind::Elf, 90, Compression::None, 8)),
                Ok((Kind::Ptx, 80, Compression::Lz4, text.len() as u64))
            ]
        );
    }

    #[test]
    fn an_unknown_kind_is_skipped_and_named() {
        let bytes = FatbinBuilder::new()
            .entry(64, 90, 0, b"ltoir___", None)
            .entry(1, 80, 0, b".version", None)
            .build();
        let (all, end) = collect(&bytes);
        assert_eq!(end, Ok(()));
        assert_eq!(all[0], Err(What::Unknown { field: "fatbin entry kind", value: "64".into() }));
        assert_eq!(all[1].as_ref().unwrap().kind, Kind::Ptx);
    }

    #[test]
    fn every_cut_is_reported() {
        let bytes = FatbinBuilder::new().entry(1, 80, 0, b".version 8.0\n", None).build();
        for length in 0..bytes.len() {
            let (all, end) = collect(&bytes[..length]);
            assert!(end.is_err() || all.iter().any(Result::is_err), "{length}");
        }
    }

    #[test]
    fn sizes_that_overflow_end_the_walk() {
        let mut bytes = FatbinBuilder::new().entry(1, 80, 0, b".version 8.0\n", None).build();
        bytes[24..32].fill(0xff);
        assert_eq!(collect(&bytes).1, Err(What::Truncated("fatbin entry")));
        bytes[20..24].fill(0);
        assert!(matches!(collect(&bytes).1, Err(What::Unknown { .. })));
        bytes[8..16].fill(0xff);
        assert!(collect(&bytes).1.is_err());
    }
}
