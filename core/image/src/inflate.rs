//! Decompression that hostile sizes cannot blow up: the declared size is checked against a budget and a ratio
//! before anything is allocated, and what comes out must be exactly that long.

use std::io::Read;

use crate::tree::Compression;

/// Largest ratio believed: zstd of a long run of one byte comes near it, real images do not.
const MAX_RATIO: u64 = 20_000;
/// Sizes up to this are allowed whatever the ratio.
const SMALL: u64 = 1 << 20;

/// Why bytes were not decompressed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    /// The declared size is beyond what an image may take.
    #[error("refused to decompress {compressed} bytes to {declared}: more than the {allowed} allowed")]
    TooLarge {
        /// Compressed size.
        compressed: u64,
        /// Declared size.
        declared: u64,
        /// What is left of the budget, or what the ratio allows.
        allowed: u64,
    },
    /// The data is damaged.
    #[error("{0} data is damaged")]
    Damaged(Compression),
    /// More or fewer bytes came out than declared.
    #[error("{method} data gives {got} bytes where {declared} were declared")]
    WrongSize {
        /// The method.
        method: Compression,
        /// Bytes that came out (at least).
        got: u64,
        /// Bytes declared.
        declared: u64,
    },
}

/// Decompresses `data`, which claims to become `declared` bytes, taking at most `budget`.
pub(crate) fn inflate(
    method: Compression,
    data: &[u8],
    declared: u64,
    budget: u64,
) -> Result<Vec<u8>, InflateError> {
    let compressed = data.len() as u64;
    let allowed = budget.min(compressed.saturating_mul(MAX_RATIO).max(SMALL));
    let size = match usize::try_from(declared) {
        Ok(size) if declared <= allowed => size,
        _ => return Err(InflateError::TooLarge { compressed, declared, allowed }),
    };
    let damaged = InflateError::Damaged(method);
    let bytes = match method {
        Compression::None => data.to_vec(),
        Compression::Lz4 => {
            let mut bytes = vec![0; size];
            let got = lz4_flex::block::decompress_into(data, &mut bytes).map_err(|_| damaged)?;
            bytes.truncate(got);
            bytes
        }
        Compression::Zstd => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(data).map_err(|_| damaged.clone())?;
            let mut bytes = Vec::new();
            // One byte more than declared is enough to see that there are more.
            decoder.take(declared.saturating_add(1)).read_to_end(&mut bytes).map_err(|_| damaged)?;
            bytes
        }
        Compression::Zlib => {
            miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(data, size).map_err(|_| damaged)?
        }
    };
    let got = bytes.len() as u64;
    if got != declared {
        return Err(InflateError::WrongSize { method, got, declared });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lz4, zlib, zstd};

    #[test]
    fn what_was_compressed_comes_back() {
        let text = b".version 8.3\n".repeat(300);
        let declared = text.len() as u64;
        for (method, data) in [
            (Compression::Lz4, lz4(&text)),
            (Compression::Zstd, zstd(&text)),
            (Compression::Zlib, zlib(&text)),
            (Compression::None, text.clone()),
        ] {
            assert_eq!(inflate(method, &data, declared, 1 << 20), Ok(text.clone()), "{method}");
        }
    }

    #[test]
    fn a_wrong_size_is_refused() {
        let text = b"abcdefgh".repeat(100);
        for (method, data) in [(Compression::Lz4, lz4(&text)), (Compression::Zstd, zstd(&text))] {
            for declared in [799, 801] {
                assert!(inflate(method, &data, declared, 1 << 20).is_err(), "{method} {declared}");
            }
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let zeros = zstd(&vec![0; 1 << 20]);
        let huge = inflate(Compression::Zstd, &zeros, u64::MAX, u64::MAX);
        assert!(matches!(huge, Err(InflateError::TooLarge { .. })), "{huge:?}");
        let over_budget = inflate(Compression::Zstd, &zeros, 1 << 20, 1000);
        assert_eq!(
            over_budget,
            Err(InflateError::TooLarge { compressed: zeros.len() as u64, declared: 1 << 20, allowed: 1000 })
        );
        // A frame that holds more than it declares stops at what was declared.
        let lying = inflate(Compression::Zstd, &zeros, 16, u64::MAX);
        assert_eq!(lying, Err(InflateError::WrongSize { method: Compression::Zstd, got: 17, declared: 16 }));
    }

    #[test]
    fn garbage_is_damaged_data_not_a_panic() {
        for method in [Compression::Lz4, Compression::Zstd, Compression::Zlib] {
            for data in [&[][..], &[0xff; 40], &[0x28, 0xb5, 0x2f, 0xfd, 0xff], &[0xf0, 0xff, 0xff]] {
                assert!(inflate(method, data, 64, 1 << 20).is_err(), "{method} {data:?}");
            }
        }
    }
}
