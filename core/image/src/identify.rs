//! Which container a byte slice is, from its first bytes alone (file names are never consulted).

use std::fmt;

/// ELF machine number of NVIDIA cubins (`EM_CUDA`).
pub const EM_CUDA: u16 = 190;
/// ELF machine number of MTGPU mubins.
pub const EM_MTGPU: u16 = 253;

/// A container that can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// PTX text.
    Ptx,
    /// An ELF file for a CPU: executable, shared object or relocatable object.
    HostElf,
    /// An ELF file for an NVIDIA GPU.
    Cubin,
    /// An ELF file for a Moore Threads GPU.
    Mubin,
    /// NVIDIA's container of PTX and cubins.
    Fatbin,
    /// clang's `__CLANG_OFFLOAD_BUNDLE__`.
    OffloadBundle,
    /// The same, compressed (`CCOB`).
    CompressedBundle,
    /// clang's offload binary (`clang-offload-packager`).
    OffloadBinary,
    /// A static library.
    Archive,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Ptx => "PTX text",
            Format::HostElf => "host ELF",
            Format::Cubin => "cubin",
            Format::Mubin => "mubin",
            Format::Fatbin => "fatbin",
            Format::OffloadBundle => "offload bundle",
            Format::CompressedBundle => "compressed offload bundle",
            Format::OffloadBinary => "offload binary",
            Format::Archive => "static library",
        })
    }
}

/// The bytes start like none of the containers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnImage {
    /// Nothing there.
    #[error("the file is empty")]
    Empty,
    /// An ELF header that ends early.
    #[error("the ELF header is cut short at {0} bytes")]
    ShortElf(usize),
    /// Text, but without PTX's directives.
    #[error("it is text but no PTX: no `.version` directive comes first")]
    OtherText,
    /// Unknown bytes.
    #[error("unknown contents, first bytes {}", Hex(.0))]
    Unknown(Vec<u8>),
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02x}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// Names the container `bytes` start.
pub fn identify(bytes: &[u8]) -> Result<Format, NotAnImage> {
    const MAGICS: &[(&[u8], Format)] = &[
        (&[0x50, 0xed, 0x55, 0xba], Format::Fatbin),
        (b"__CLANG_OFFLOAD_BUNDLE__", Format::OffloadBundle),
        (b"CCOB", Format::CompressedBundle),
        (&[0x10, 0xff, 0x10, 0xad], Format::OffloadBinary),
        (b"!<arch>\n", Format::Archive),
        (b"!<thin>\n", Format::Archive),
    ];
    if bytes.is_empty() {
        return Err(NotAnImage::Empty);
    }
    if let Some(&(_, format)) = MAGICS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Ok(format);
    }
    if bytes.starts_with(b"\x7fELF") {
        let &[.., low, high] = bytes.get(..20).ok_or(NotAnImage::ShortElf(bytes.len()))? else {
            return Err(NotAnImage::ShortElf(bytes.len()));
        };
        let big_endian = bytes.get(5) == Some(&2);
        let machine =
            if big_endian { u16::from_be_bytes([low, high]) } else { u16::from_le_bytes([low, high]) };
        return Ok(match machine {
            EM_CUDA => Format::Cubin,
            EM_MTGPU => Format::Mubin,
            _ => Format::HostElf,
        });
    }
    if starts_as_ptx(bytes) {
        return Ok(Format::Ptx);
    }
    let head = bytes.get(..bytes.len().min(512)).unwrap_or(bytes);
    if head.iter().all(|&b| b >= 0x20 || b.is_ascii_whitespace()) {
        return Err(NotAnImage::OtherText);
    }
    Err(NotAnImage::Unknown(head.iter().take(8).copied().collect()))
}

/// Whether the first thing that is neither white space nor a comment is `.version`.
fn starts_as_ptx(bytes: &[u8]) -> bool {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        if let Some(comment) = rest.strip_prefix(b"//") {
            let Some(end) = comment.iter().position(|&b| b == b'\n') else { return false };
            rest = comment.get(end..).unwrap_or_default();
        } else if let Some(comment) = rest.strip_prefix(b"/*") {
            let Some(end) = comment.windows(2).position(|w| w == b"*/") else { return false };
            rest = comment.get(end + 2..).unwrap_or_default();
        } else {
            return rest.starts_with(b".version");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ptx_is_known_behind_comments_and_a_byte_order_mark() {
        for text in [".version 8.3\n", "\u{feff}// a\n/* .b */\n\n.version 7.0", "//\n//\n.version 1.0"] {
            assert_eq!(identify(text.as_bytes()), Ok(Format::Ptx), "{text:?}");
        }
    }

    #[test]
    fn other_things_are_named_as_what_they_are() {
        assert_eq!(identify(b""), Err(NotAnImage::Empty));
        assert_eq!(identify(b"int main() {}"), Err(NotAnImage::OtherText));
        assert_eq!(identify(b"// .version 8.3"), Err(NotAnImage::OtherText));
        assert_eq!(identify(b"\x7fELF\x02\x01"), Err(NotAnImage::ShortElf(6)));
        let error = identify(&[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 9]).unwrap_err();
        assert_eq!(error.to_string(), "unknown contents, first bytes 00 61 73 6d 01 00 00 00");
    }

    #[test]
    fn elf_machines_tell_cpu_and_gpu_files_apart() {
        let elf = |machine: u16| {
            let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
            bytes.resize(18, 0);
            bytes.extend(machine.to_le_bytes());
            identify(&bytes)
        };
        assert_eq!(elf(62), Ok(Format::HostElf));
        assert_eq!(elf(EM_CUDA), Ok(Format::Cubin));
        assert_eq!(elf(EM_MTGPU), Ok(Format::Mubin));
    }
}
