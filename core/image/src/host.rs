//! ELF files for the CPU: where compilers put device code in them.
//!
//! nvcc and clang use `.nv_fatbin` (and `__nv_relfatbin` for separate compilation), HIP-like toolchains
//! `.hip_fatbin` and the like, clang's new driver `.llvm.offloading`. Contents are found by walking the section;
//! the `.nvFatBinSegment` wrappers that point into it are not needed for that, and in object files their pointers
//! are not filled in yet.

use object::{Object as _, ObjectSection as _};

use crate::identify::{Format, NotAnImage, identify};
use crate::tree::What;
use crate::{bundle, fatbin, offload_binary};

/// Sections that hold device code, by name.
pub(crate) fn device_sections(bytes: &[u8]) -> Result<Vec<(String, &[u8])>, What> {
    let file = object::File::parse(bytes).map_err(|e| What::Elf(e.to_string()))?;
    let mut found = Vec::new();
    for section in file.sections() {
        let Ok(name) = section.name() else { continue };
        let lower = name.to_ascii_lowercase();
        let wanted = (lower.contains("fatbin") && lower != ".nvfatbinsegment" && !lower.starts_with(".rel"))
            || name == ".llvm.offloading"
            || name.starts_with("__CLANG_OFFLOAD_BUNDLE__");
        if wanted && let Ok(data) = section.data() {
            found.push((name.to_owned(), data));
        }
    }
    Ok(found)
}

/// Cuts a section into images. What the linker put between them (zeros) is skipped; other bytes are reported once
/// and skipped up to the next fatbin.
pub(crate) fn pieces<'a>(section: &'a [u8], mut each: impl FnMut(Result<&'a [u8], What>)) {
    let mut rest = section;
    loop {
        let zeros = rest.iter().take_while(|&&b| b == 0).count();
        rest = rest.get(zeros..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        let size = match identify(rest) {
            Ok(Format::Fatbin) => fatbin::total_size(rest),
            Ok(Format::OffloadBundle) => bundle::total_size(rest),
            Ok(Format::CompressedBundle) => bundle::compressed_size(rest),
            Ok(Format::OffloadBinary) => offload_binary::total_size(rest),
            Ok(Format::Ptx) => Ok(ptx_size(rest) as u64),
            Ok(_) => Ok(rest.len() as u64),
            Err(error) => Err(error.into()),
        };
        match size {
            Ok(size) => {
                // At least one byte, so that the walk ends.
                let size = usize::try_from(size).unwrap_or(usize::MAX).clamp(1, rest.len());
                let (piece, after) = rest.split_at(size);
                each(Ok(piece));
                rest = after;
            }
            Err(what) => {
                let cut = !matches!(what, What::NotAnImage(NotAnImage::Unknown(_) | NotAnImage::OtherText));
                // A cut container is opened all the same: it shows what is whole and says what is not.
                if cut {
                    each(Ok(rest));
                } else {
                    each(Err(what));
                }
                let next = rest.get(1..).and_then(|r| r.windows(4).position(|w| w == fatbin::MAGIC));
                match next {
                    Some(skip) => rest = rest.get(skip + 1..).unwrap_or_default(),
                    None => return,
                }
            }
        }
    }
}

/// Length of the PTX module at the start of `bytes`: to a zero byte, or to the next module, whose leading comment
/// lines belong to it. (A module has exactly one `.version`, its first directive.)
fn ptx_size(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    let text = bytes.get(..end).unwrap_or_default();
    let mut seen = false;
    let mut offset = 0;
    // Start of the run of comment lines and blank lines that the next line would belong to.
    let mut lead = 0;
    for line in text.split_inclusive(|&b| b == b'\n') {
        let trimmed = line.trim_ascii_start();
        if trimmed.starts_with(b".version") {
            if seen {
                return lead;
            }
            seen = true;
        }
        offset += line.len();
        if !(trimmed.is_empty() || trimmed.starts_with(b"//")) || trimmed.starts_with(b"// --") {
            lead = offset;
        }
    }
    end
}
