//! clang's offload binary, the container of its new offloading driver.
//!
//! Layout from clang's documentation (ClangOffloadPackager), version 1: magic 0x10FF10AD, u32 version, u64 size, u64
//! entry offset, u64 entry size; entry {u16 image kind, u16 offload kind, u32 flags, u64 string table offset, u64
//! strings, u64 image offset, u64 image size}; string {u64 key offset, u64 value offset}, zero-terminated.

use crate::bytes::{slice_at, text_at, u32_at, u64_at};
use crate::tree::What;

const MOST_STRINGS: u64 = 1000;

/// The image inside.
pub(crate) struct OffloadImage<'a> {
    pub triple: Option<String>,
    pub arch: Option<String>,
    pub data: &'a [u8],
}

/// Bytes the binary takes.
pub(crate) fn total_size(bytes: &[u8]) -> Result<u64, What> {
    let size = u64_at(bytes, 8).ok_or(What::Truncated("offload binary header"))?;
    if size < 32 || size > bytes.len() as u64 {
        return Err(What::Truncated("offload binary"));
    }
    Ok(size)
}

/// The one image of the offload binary at the start of `bytes`.
pub(crate) fn image(bytes: &[u8]) -> Result<OffloadImage<'_>, What> {
    let short = || What::Truncated("offload binary");
    let version = u32_at(bytes, 4).ok_or_else(short)?;
    if version != 1 {
        return Err(What::Unknown { field: "offload binary version", value: version.to_string() });
    }
    let bytes = slice_at(bytes, 0, total_size(bytes)?).ok_or_else(short)?;
    let entry = slice_at(bytes, u64_at(bytes, 16).ok_or_else(short)?, 40).ok_or_else(short)?;
    let field = |at| u64_at(entry, at).ok_or_else(short);
    let (strings_at, strings) = (field(8)?, field(16)?);
    let data = slice_at(bytes, field(24)?, field(32)?).ok_or_else(short)?;
    let mut image = OffloadImage { triple: None, arch: None, data };
    for i in 0..strings.min(MOST_STRINGS) {
        let at = strings_at.saturating_add(16 * i);
        let pair = slice_at(bytes, at, 16).ok_or_else(short)?;
        let text = |at| {
            let bytes = text_at(bytes, u64_at(pair, at)?)?;
            Some(String::from_utf8_lossy(bytes).into_owned())
        };
        let (key, value) = (text(0).ok_or_else(short)?, text(8).ok_or_else(short)?);
        match key.as_str() {
            "triple" => image.triple = Some(value),
            "arch" => image.arch = Some(value),
            _ => {}
        }
    }
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{PTX, elf_with_section, offload_binary_of};
    use crate::{Arch, open};

    #[test]
    fn the_image_comes_with_its_triple_and_architecture() {
        let one = offload_binary_of(&[("triple", "nvptx64-nvidia-cuda"), ("arch", "sm_80")], PTX.as_bytes());
        let section = [one.clone(), vec![0; 8], one.clone()].concat();
        let image = open(&elf_with_section(62, ".llvm.offloading", &section)).unwrap();
        assert_eq!(image.problems, []);
        assert_eq!(image.root.children.len(), 2);
        let inner = &image.root.children[1].children[0];
        assert_eq!(inner.name.as_deref(), Some("nvptx64-nvidia-cuda"));
        assert_eq!((inner.arch.clone(), inner.ptx.as_deref()), (Some(Arch("sm_80".into())), Some(PTX)));
    }

    #[test]
    fn every_cut_is_an_error() {
        let one = offload_binary_of(&[("arch", "sm_80")], b".version 8.0");
        assert!((0..one.len()).all(|n| image(&one[..n]).is_err()));
    }
}
