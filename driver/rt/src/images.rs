//! Device images in a program's memory: the compiler's wrapper around them, how long they are, and several as one.

use std::borrow::Cow;
use std::ffi::{CStr, c_void};

const WRAPPER_MAGIC: u32 = 0x4662_43B1;
/// The wrapper's magic in objects whose host side clang compiled as HIP.
const HIP_WRAPPER_MAGIC: u32 = 0x4849_5046;
const FATBIN_MAGIC: u32 = 0xBA55_ED50;
/// The wrapper's version when a device linker left modules to the runtime: its last field lists them.
const PRELINKED: u32 = 2;
/// An entry's kind in a fatbin.
const PTX: u16 = 1;

/// `__fatBinC_Wrapper_t`
#[repr(C)]
pub struct Wrapper {
    pub magic: u32,
    version: u32,
    data: *const u8,
    filename_or_fatbins: *const *const u8,
}

/// An image's place in this program.
#[derive(Clone, Copy)]
pub struct Image {
    at: *const u8,
    bytes: usize,
}

// SAFETY: images are constant data of the program.
unsafe impl Send for Image {}

impl Image {
    fn contents(&self) -> &[u8] {
        // SAFETY: constant data of the program, measured when it was registered.
        unsafe { std::slice::from_raw_parts(self.at, self.bytes) }
    }
}

impl Wrapper {
    /// The images inside; `None` when this is no wrapper.
    pub unsafe fn images(&self) -> Option<Vec<Image>> {
        if !matches!(self.magic, WRAPPER_MAGIC | HIP_WRAPPER_MAGIC) {
            return None;
        }
        // SAFETY: the wrapper's data is an image.
        let mut images: Vec<Image> = unsafe { measure(self.data) }.into_iter().collect();
        let mut list = self.filename_or_fatbins;
        if self.magic == WRAPPER_MAGIC && self.version == PRELINKED && !list.is_null() {
            // SAFETY: the list ends with a null pointer.
            unsafe {
                while !list.read().is_null() {
                    // Of the vendor's own device library there is machine code only: it stays out.
                    images.extend(measure(list.read()).filter(|image| has_ptx(image.contents())));
                    list = list.add(1);
                }
            }
            let with_ptx = images.iter().any(|image| has_ptx(image.contents()));
            images.retain(|image| !with_ptx || has_ptx(image.contents()));
        }
        Some(images)
    }
}

/// What a caller of the driver API points at: an image, or a wrapper of one.
pub unsafe fn of_caller(at: *const c_void) -> Option<Vec<Image>> {
    // SAFETY: as for the caller; a wrapper is no longer than the shortest header of an image.
    unsafe {
        if at.is_null() {
            return None;
        }
        let magic = at.cast::<u32>().read_unaligned();
        match magic {
            WRAPPER_MAGIC | HIP_WRAPPER_MAGIC => at.cast::<Wrapper>().as_ref()?.images(),
            _ => measure(at.cast()).map(|image| vec![image]),
        }
    }
}

/// Whether a fatbin has PTX among its entries.
fn has_ptx(fatbin: &[u8]) -> bool {
    let number = |at: usize, bytes: usize| {
        let field = fatbin.get(at..at + bytes)?;
        Some(field.iter().rev().fold(0usize, |n, &b| n << 8 | usize::from(b)))
    };
    let mut at = number(6, 2).unwrap_or(0);
    while let (Some(kind), Some(header), Some(payload)) =
        (number(at, 2), number(at + 4, 4), number(at + 8, 8))
    {
        if kind == usize::from(PTX) {
            return true;
        }
        match at.checked_add(header).and_then(|n| n.checked_add(payload)) {
            Some(next) if next > at => at = next,
            _ => return false,
        }
    }
    false
}

/// Several images as one that the device process takes.
pub fn together(images: &[Image]) -> Cow<'_, [u8]> {
    match images {
        [one] => Cow::Borrowed(one.contents()),
        many => Cow::Owned(linked(many.iter().map(Image::contents))),
    }
}

/// An ELF file with fatbins in the section where device code is found.
pub fn linked<'i>(fatbins: impl Iterator<Item = &'i [u8]>) -> Vec<u8> {
    const HEADER: usize = 64;
    const SECTION: usize = 64;
    const NAMES: &[u8] = b"\0.nv_fatbin\0.shstrtab\0";
    let mut body = Vec::new();
    for fatbin in fatbins {
        body.extend_from_slice(fatbin);
        body.resize(body.len().next_multiple_of(8), 0);
    }
    let names_at = HEADER + body.len();
    let sections_at = (names_at + NAMES.len()).next_multiple_of(8);
    let mut out = Vec::with_capacity(sections_at + 3 * SECTION);
    // 64-bit, little-endian, a relocatable file for x86-64.
    out.extend_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    out.extend_from_slice(&[1, 0, 62, 0, 1, 0, 0, 0]);
    for word in [0, 0, sections_at as u64] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    out.extend_from_slice(&0u32.to_le_bytes());
    for half in [HEADER as u16, 0, 0, SECTION as u16, 3, 2] {
        out.extend_from_slice(&half.to_le_bytes());
    }
    out.extend_from_slice(&body);
    out.extend_from_slice(NAMES);
    out.resize(sections_at + SECTION, 0);
    // Name, kind (1 program data, 3 strings), place and length.
    for (name, kind, at, bytes) in [(1u32, 1u32, HEADER, body.len()), (12, 3, names_at, NAMES.len())] {
        out.extend_from_slice(&name.to_le_bytes());
        out.extend_from_slice(&kind.to_le_bytes());
        for word in [0, 0, at as u64, bytes as u64, 0, 8, 0] {
            out.extend_from_slice(&u64::to_le_bytes(word));
        }
    }
    out
}

/// PTX text as a fatbin with one entry.
pub fn fatbin(ptx: &[u8]) -> Vec<u8> {
    const ENTRY: usize = 64;
    let payload = (ptx.len() + 1).next_multiple_of(8);
    let mut out = Vec::with_capacity(16 + ENTRY + payload);
    out.extend_from_slice(&FATBIN_MAGIC.to_le_bytes());
    out.extend_from_slice(&[1, 0, 16, 0]);
    out.extend_from_slice(&((ENTRY + payload) as u64).to_le_bytes());
    let mut entry = [0u8; ENTRY];
    entry[0..4].copy_from_slice(&[PTX as u8, 0, 1, 1]);
    entry[4..8].copy_from_slice(&(ENTRY as u32).to_le_bytes());
    entry[8..16].copy_from_slice(&(payload as u64).to_le_bytes());
    // The architecture's number; any does.
    entry[0x1c] = 80;
    out.extend_from_slice(&entry);
    out.extend_from_slice(ptx);
    out.resize(16 + ENTRY + payload, 0);
    out
}

/// The fatbins inside what [`linked`] made; `None` for other files.
pub fn unlinked(image: &[u8]) -> Option<&[u8]> {
    let end = image.windows(11).rposition(|w| w == b"\0.nv_fatbin")?;
    let body = image.get(64..end)?;
    body.starts_with(&FATBIN_MAGIC.to_le_bytes()).then_some(body)
}

/// Whether this is a fatbin.
pub fn is_fatbin(image: &[u8]) -> bool {
    image.starts_with(&FATBIN_MAGIC.to_le_bytes())
}

/// Where an image begins and how long it is: PTX text up to its terminating zero, or a fatbin by its header.
unsafe fn measure(at: *const u8) -> Option<Image> {
    if at.is_null() {
        return None;
    }
    // SAFETY: an image is at least as long as the shortest header or text, and ends with what is looked for.
    unsafe {
        if at.cast::<u32>().read_unaligned() == FATBIN_MAGIC {
            let header = usize::from(at.add(6).cast::<u16>().read_unaligned());
            let body = at.add(8).cast::<u64>().read_unaligned() as usize;
            return Some(Image { at, bytes: header + body });
        }
        if at.cast::<[u8; 4]>().read_unaligned() == *b"\x7fELF" {
            return Some(Image { at, bytes: elf_size(at) });
        }
        Some(Image { at, bytes: CStr::from_ptr(at.cast()).count_bytes() })
    }
}

/// Bytes of an ELF file in memory: the end of its section headers, which come last in device images.
unsafe fn elf_size(at: *const u8) -> usize {
    // SAFETY: the caller saw an ELF magic; the header is 64 bytes.
    unsafe {
        let sections = at.add(0x28).cast::<u64>().read_unaligned() as usize;
        let size = usize::from(at.add(0x3A).cast::<u16>().read_unaligned());
        let count = usize::from(at.add(0x3C).cast::<u16>().read_unaligned());
        sections.saturating_add(size * count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(bytes: &[u8]) -> Image {
        Image { at: bytes.as_ptr(), bytes: bytes.len() }
    }

    #[test]
    fn a_fatbin_is_measured_as_long_as_it_was_made() {
        let bytes = fatbin(b".version 7.8");
        // SAFETY: it is one.
        let measured = unsafe { measure(bytes.as_ptr()) }.expect("an image");
        assert_eq!(measured.bytes, bytes.len());
        assert!(has_ptx(&bytes));
    }

    #[test]
    fn a_fatbin_without_ptx_is_known() {
        let mut bytes = fatbin(b".version 7.8");
        bytes[16] = 2;
        assert!(!has_ptx(&bytes));
        assert!(!has_ptx(&bytes[..16]), "an empty one");
    }

    #[test]
    fn several_become_one_file_of_the_length_its_header_says() {
        let (a, b) = (fatbin(b"a"), fatbin(b"bb"));
        let file = linked([a.as_slice(), &b].into_iter());
        // SAFETY: it is a whole ELF file.
        let measured = unsafe { measure(file.as_ptr()) }.expect("an image");
        assert_eq!(measured.bytes, file.len());
        assert_eq!(unlinked(&file), Some([a, b].concat().as_slice()));
        let one = [image(b"text")];
        assert!(matches!(together(&one), Cow::Borrowed(b"text")));
    }
}
