//! Cubins: kernels and their resources from NVIDIA's ELF files.
//!
//! `.nv.info` (whole file) and `.nv.info.FN` (one function) are lists of attributes {u8 format, u8 attribute, then a
//! u8 or u16 value, or a u16 size and as many bytes}; names as `cuobjdump -elf` prints them. Architecture and
//! address size sit in the ELF flags, whose layout changed with ABI version 8 (LLVM, `BinaryFormat/ELF.h`). Machine
//! code itself is not read.

use std::collections::HashMap;

use object::{FileFlags, Object as _, ObjectSection as _, ObjectSymbol as _, SymbolFlags, SymbolKind};

use crate::bytes::{u16_at, u32_at};
use crate::demangle::demangle;
use crate::tree::{Arch, Entry, Kernel, Param, What};

/// Bit of a symbol's `st_other` that marks an entry point.
const STO_ENTRY: u8 = 0x10;

mod attribute {
    pub const MAX_THREADS: u8 = 0x05;
    pub const REQNTID: u8 = 0x10;
    pub const FRAME_SIZE: u8 = 0x11;
    pub const MIN_STACK_SIZE: u8 = 0x12;
    pub const KPARAM_INFO: u8 = 0x17;
    pub const REGCOUNT: u8 = 0x2f;
    pub const NUM_BARRIERS: u8 = 0x4c;
}

/// Fills `entry` from a cubin.
pub(crate) fn read(entry: &mut Entry, bytes: &[u8]) -> Result<(), What> {
    let file = object::File::parse(bytes).map_err(|e| What::Elf(e.to_string()))?;
    if let Some(arch) = arch(file.flags()) {
        entry.arch = Some(arch);
    }
    let mut sections = HashMap::new();
    for section in file.sections() {
        if let Ok(name) = section.name() {
            sections.insert(name.to_owned(), section);
        }
    }
    let data = |name: &str| sections.get(name).and_then(|s| s.data().ok()).filter(|d| !d.is_empty());
    entry.has_lines = data(".debug_line").is_some();
    entry.has_debug_info = data(".debug_info").is_some();
    entry.debug_ptx = data(".nv_debug_ptx_txt").map(debug_ptx);

    // Whole-file attributes name functions by symbol index.
    let mut shared_info: HashMap<u32, Kernel> = HashMap::new();
    if let Some(info) = data(".nv.info") {
        for attribute in attributes(info) {
            let Some(symbol) = u32_at(attribute.value, 0) else { continue };
            let kernel = shared_info.entry(symbol).or_default();
            let value = u32_at(attribute.value, 4);
            match attribute.id {
                attribute::REGCOUNT => kernel.registers = value,
                attribute::MIN_STACK_SIZE => kernel.stack_bytes = value.map(u64::from),
                attribute::FRAME_SIZE if kernel.stack_bytes.is_none() => {
                    kernel.stack_bytes = value.map(u64::from);
                }
                _ => {}
            }
        }
    }
    for symbol in file.symbols() {
        let SymbolFlags::Elf { st_other, .. } = symbol.flags() else { continue };
        let Ok(name) = symbol.name() else { continue };
        if symbol.kind() != SymbolKind::Text || st_other.0 & STO_ENTRY == 0 || symbol.is_undefined() {
            continue;
        }
        let index = u32::try_from(symbol.index().0).unwrap_or(u32::MAX);
        let mut kernel = shared_info.remove(&index).unwrap_or_default();
        kernel.demangled = demangle(name);
        kernel.code_bytes = Some(symbol.size());
        kernel.barriers = Some(0);
        kernel.shared_bytes = Some(sections.get(&format!(".nv.shared.{name}")).map_or(0, |s| s.size()));
        if let Some(info) = data(&format!(".nv.info.{name}")) {
            function_info(&mut kernel, info);
        }
        kernel.params.sort_by_key(|p| p.offset);
        kernel.name = name.to_owned();
        entry.kernels.push(kernel);
    }
    Ok(())
}

fn function_info(kernel: &mut Kernel, info: &[u8]) {
    let triple = |v: &[u8]| Some([u32_at(v, 0)?, u32_at(v, 4)?, u32_at(v, 8)?]);
    for attribute in attributes(info) {
        let value = attribute.value;
        match attribute.id {
            attribute::MAX_THREADS => kernel.max_threads = triple(value),
            attribute::REQNTID => kernel.required_threads = triple(value),
            attribute::NUM_BARRIERS => kernel.barriers = value.first().map(|&n| n.into()),
            attribute::KPARAM_INFO => {
                // {u32 index, u16 ordinal, u16 offset, u32 whose upper 14 bits are the size}
                if let (Some(offset), Some(word)) = (u16_at(value, 6), u32_at(value, 8)) {
                    let (offset, size) = (offset.into(), (word >> 18).into());
                    kernel.params.push(Param { offset, size, ..Param::default() });
                }
            }
            _ => {}
        }
    }
}

struct Attribute<'a> {
    id: u8,
    value: &'a [u8],
}

/// The attributes of an info section, up to the first that is cut or of unknown format.
fn attributes(info: &[u8]) -> impl Iterator<Item = Attribute<'_>> {
    let mut rest = info;
    std::iter::from_fn(move || {
        let &[format, id, ..] = rest else { return None };
        let (start, size) = match format {
            1 => (4, 0),
            2 => (2, 1),
            3 => (2, 2),
            4 => (4, usize::from(u16_at(rest, 2)?)),
            _ => return None,
        };
        let value = rest.get(start..start + size)?;
        // Values in the header's own half-word leave the whole at four bytes.
        rest = rest.get((start + size).max(4)..)?;
        Some(Attribute { id, value })
    })
}

fn arch(flags: FileFlags) -> Option<Arch> {
    let FileFlags::Elf { abi_version, e_flags, .. } = flags else { return None };
    let flags: u32 = e_flags.0;
    let (number, accelerated) = if abi_version >= 8 {
        (flags >> 8 & 0xff, flags & 0x8 != 0)
    } else {
        (flags & 0xff, flags & 0x800 != 0)
    };
    (number != 0).then(|| Arch(format!("sm_{number}{}", if accelerated { "a" } else { "" })))
}

/// The assembler keeps the PTX with zero bytes for line ends.
fn debug_ptx(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ElfBuilder, svalue};
    use crate::{Format, open};

    fn saxpy() -> ElfBuilder {
        let mut info = Vec::new();
        info.extend(svalue(0x17, &[0, 0, 0, 0, 1, 0, 8, 0, 0, 0xf0, 0x21, 0]));
        info.extend(svalue(0x17, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x11, 0]));
        info.extend([2, 0x4c, 3, 0]);
        info.extend([3, 0x1b, 0xff, 0]);
        info.extend(svalue(0x05, &[0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]));
        let mut elf = ElfBuilder::new(190).flags(0x0600_5004).abi_version(8);
        elf.section(".text._Z5saxpyiPf", b"code");
        elf.section(".nv.info._Z5saxpyiPf", &info);
        elf.nobits(".nv.shared._Z5saxpyiPf", 512);
        elf.section(".debug_line", b"x");
        elf.section(".nv_debug_ptx_txt", b"\0.version 9.5\0.target sm_80\0");
        let kernel = elf.function("_Z5saxpyiPf", ".text._Z5saxpyiPf", 0x300, 0x10);
        elf.function("helper", ".text._Z5saxpyiPf", 0x10, 0);
        let mut whole = svalue(0x2f, &[&kernel.to_le_bytes()[..], &10u32.to_le_bytes()].concat());
        whole.extend(svalue(0x11, &[&kernel.to_le_bytes()[..], &64u32.to_le_bytes()].concat()));
        whole.extend(svalue(0x12, &[&kernel.to_le_bytes()[..], &96u32.to_le_bytes()].concat()));
        elf.section(".nv.info", &whole);
        elf
    }

    #[test]
    fn a_kernels_resources_come_from_the_info_sections() {
        let image = open(&saxpy().build()).unwrap();
        assert_eq!(image.problems, []);
        let root = &image.root;
        assert_eq!((root.format, root.arch.clone()), (Format::Cubin, Some(Arch("sm_80".into()))));
        assert_eq!((root.has_lines, root.has_debug_info), (true, false));
        assert_eq!(root.debug_ptx.as_deref(), Some("\n.version 9.5\n.target sm_80\n"));
        let param = |offset, size| Param { offset, size, ..Param::default() };
        assert_eq!(
            root.kernels,
            [Kernel {
                name: "_Z5saxpyiPf".into(),
                demangled: Some("saxpy(int, float*)".into()),
                params: vec![param(0, 4), param(8, 8)],
                registers: Some(10),
                shared_bytes: Some(512),
                stack_bytes: Some(96),
                barriers: Some(3),
                max_threads: Some([256, 1, 1]),
                code_bytes: Some(0x300),
                ..Kernel::default()
            }]
        );
    }

    #[test]
    fn the_architecture_is_read_in_both_flag_layouts() {
        let arch_of = |flags, abi| {
            open(&ElfBuilder::new(190).flags(flags).abi_version(abi).build()).unwrap().root.arch.map(|a| a.0)
        };
        assert_eq!(arch_of(0x0600_5004, 8).as_deref(), Some("sm_80"));
        assert_eq!(arch_of(0x0600_5a0c, 8).as_deref(), Some("sm_90a"));
        assert_eq!(arch_of(0x0050_0550, 7).as_deref(), Some("sm_80"));
        assert_eq!(arch_of(0x005a_0d5a, 7).as_deref(), Some("sm_90a"));
    }

    #[test]
    fn no_cut_and_no_flipped_byte_makes_it_panic() {
        let whole = saxpy().build();
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
