//! Mubins: kernels and their resources from Moore Threads' ELF files.
//!
//! A NOTE section (owner `MTGPU`, type 0x40) holds MessagePack: `mtgpu.version`, and `mtgpu.kernels` with a map a
//! kernel. Field names are those seen in files; what a field counts is taken from its name. Machine code is not
//! read.

use object::{Object as _, ObjectSection as _, SectionKind};

use crate::bytes::{slice_at, u32_at};
use crate::demangle::demangle;
use crate::msgpack::{Value, decode};
use crate::tree::{Arch, Entry, Kernel, Param, What};

const OWNER: &[u8] = b"MTGPU\0";
const NOTE_TYPE: u32 = 0x40;
/// Argument kind of what the user declared; other kinds are the runtime's own.
const USER_ARGUMENT: u64 = 18;

/// Fills `entry` from a mubin.
pub(crate) fn read(entry: &mut Entry, bytes: &[u8]) -> Result<(), What> {
    let file = object::File::parse(bytes).map_err(|e| What::Elf(e.to_string()))?;
    entry.has_lines = has(&file, ".debug_line");
    entry.has_debug_info = has(&file, ".debug_info");
    let mut found = false;
    for section in file.sections().filter(|s| s.kind() == SectionKind::Note) {
        let Ok(data) = section.data() else { continue };
        for note in notes(data) {
            if note.owner == OWNER && note.kind == NOTE_TYPE {
                found = true;
                kernels(entry, &decode(note.data)?);
            }
        }
    }
    if found { Ok(()) } else { Err(What::Truncated("mubin (it has no MTGPU note)")) }
}

fn has(file: &object::File<'_>, name: &str) -> bool {
    file.section_by_name(name).is_some_and(|s| s.size() > 0)
}

fn kernels(entry: &mut Entry, note: &Value<'_>) {
    let version: Vec<u64> =
        note.get("mtgpu.version").map_or(&[][..], Value::items).iter().filter_map(Value::as_u64).collect();
    if let (None, [major, minor]) = (&entry.arch, version.as_slice()) {
        entry.arch = Some(Arch(format!("mp_{major}{minor}")));
    }
    for map in note.get("mtgpu.kernels").map_or(&[][..], Value::items) {
        let number = |key| map.get(key).and_then(Value::as_u64);
        let small = |key| number(key).and_then(|n| u32::try_from(n).ok());
        let name = map.get(".name").and_then(Value::as_str).unwrap_or_default();
        // `.arch_id` 310 is mp_31.
        if let Some(id) = number(".arch_id") {
            entry.arch = Some(Arch(format!("mp_{}", id / 10)));
        }
        entry.kernels.push(Kernel {
            name: name.to_owned(),
            demangled: demangle(name),
            params: map.get(".args").map_or(&[][..], Value::items).iter().filter_map(argument).collect(),
            registers: small(".temp_reg_count"),
            shared_bytes: number(".shared_memory_size"),
            stack_bytes: number(".private_memory_size"),
            barriers: small(".has_barrier"),
            max_threads: small(".max_block_size").map(|n| [n, 1, 1]),
            ..Kernel::default()
        });
    }
}

fn argument(map: &Value<'_>) -> Option<Param> {
    if map.get(".kind").and_then(Value::as_u64) != Some(USER_ARGUMENT) {
        return None;
    }
    let base = map.get(".argBase")?;
    let number = |key| base.get(key).and_then(Value::as_u64);
    let text = |key| base.get(key).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned);
    Some(Param {
        name: text(".name"),
        offset: number(".offset")?,
        size: number(".size")?,
        align: number(".align"),
        ty: text(".type"),
    })
}

struct Note<'a> {
    owner: &'a [u8],
    kind: u32,
    data: &'a [u8],
}

/// The notes of a section: {u32 owner size, u32 data size, u32 type, owner, data}, both padded to four bytes.
fn notes(section: &[u8]) -> impl Iterator<Item = Note<'_>> {
    let mut at = 0u64;
    std::iter::from_fn(move || {
        let header = slice_at(section, at, 12)?;
        let (owner_size, size) = (u64::from(u32_at(header, 0)?), u64::from(u32_at(header, 4)?));
        let owner = slice_at(section, at + 12, owner_size)?;
        let data_at = at + 12 + owner_size.next_multiple_of(4);
        let data = slice_at(section, data_at, size)?;
        at = data_at + size.next_multiple_of(4);
        Some(Note { owner, kind: u32_at(header, 8)?, data })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ElfBuilder, Pack, note, pack};
    use crate::{Format, open};

    fn mubin(metadata: &Pack) -> Vec<u8> {
        let mut elf = ElfBuilder::new(253);
        elf.section(".text", b"code");
        elf.note(
            ".note.mtgpu",
            &[note(b"GNU\0", 1, b"abcd"), note(OWNER, NOTE_TYPE, &pack(metadata))].concat(),
        );
        elf.build()
    }

    fn metadata() -> Pack {
        use Pack::{Array, Int, Map, Text};
        let argument = |kind, name: &'static str, offset, size| {
            let base = vec![
                (".name", Text(name)),
                (".offset", Int(offset)),
                (".size", Int(size)),
                (".align", Int(size)),
            ];
            Map(vec![(".kind", Int(kind)), (".argBase", Map(base))])
        };
        let kernel = vec![
            (".name", Text("_Z3addPfi")),
            (".arch_id", Int(310)),
            (".shared_memory_size", Int(4096)),
            (".private_memory_size", Int(16)),
            (".temp_reg_count", Int(24)),
            (".has_barrier", Pack::Bool(true)),
            (".max_block_size", Int(1024)),
            (
                ".args",
                Array(vec![argument(18, "p", 0, 8), argument(18, "n", 8, 4), argument(3, "grid", 16, 12)]),
            ),
        ];
        Map(vec![("mtgpu.version", Array(vec![Int(3), Int(1)])), ("mtgpu.kernels", Array(vec![Map(kernel)]))])
    }

    #[test]
    fn kernels_come_from_the_note() {
        let image = open(&mubin(&metadata())).unwrap();
        assert_eq!(image.problems, []);
        assert_eq!((image.root.format, image.root.arch.clone()), (Format::Mubin, Some(Arch("mp_31".into()))));
        let param = |name: &str, offset, size| Param {
            name: Some(name.into()),
            offset,
            size,
            align: Some(size),
            ty: None,
        };
        assert_eq!(
            image.root.kernels,
            [Kernel {
                name: "_Z3addPfi".into(),
                demangled: Some("add(float*, int)".into()),
                params: vec![param("p", 0, 8), param("n", 8, 4)],
                registers: Some(24),
                shared_bytes: Some(4096),
                stack_bytes: Some(16),
                barriers: Some(1),
                max_threads: Some([1024, 1, 1]),
                ..Kernel::default()
            }]
        );
    }

    #[test]
    fn a_mubin_without_its_note_says_so() {
        let image = open(&ElfBuilder::new(253).build()).unwrap();
        assert_eq!(image.problems[0].to_string(), "mubin: mubin (it has no MTGPU note) is cut short");
    }

    #[test]
    fn no_cut_and_no_flipped_byte_makes_it_panic() {
        let whole = mubin(&metadata());
        for length in 0..whole.len() {
            let _ = open(&whole[..length]);
        }
        for at in 0..whole.len() {
            for value in [0, 0xff, whole[at] ^ 0x80] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                let _ = open(&bytes);
            }
        }
    }
}
