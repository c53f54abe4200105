//! The PTX modules a runtime would load from an image, or why there are none.
//!
//! Each fatbin or bundle is one module in several versions; the one for the newest architecture is taken, because
//! the embedded device runs any. A file of plain PTX is one module.

use std::fmt;

use crate::identify::Format;
use crate::tree::{Arch, Entry, Image};

/// One PTX module.
#[derive(Clone, Debug, PartialEq)]
pub struct PtxSource<'a> {
    /// The text.
    pub text: &'a str,
    /// What its `.target` line says.
    pub arch: Option<&'a Arch>,
    /// The entries down to it.
    pub place: String,
}

/// An image without PTX: what it has instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPtx {
    /// Machine code it holds: format and architecture, each once.
    pub machine_code: Vec<(Format, Option<Arch>)>,
}

impl std::error::Error for NoPtx {}

impl fmt::Display for NoPtx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.machine_code.is_empty() {
            return f.write_str("there is no device code in it");
        }
        let list: Vec<String> = self
            .machine_code
            .iter()
            .map(|(format, arch)| match arch {
                Some(arch) => format!("{arch} ({format})"),
                None => format!("an unnamed architecture ({format})"),
            })
            .collect();
        write!(f, "there is no PTX in it, only machine code for {}", list.join(", "))
    }
}

impl NoPtx {
    /// How to get an image that has PTX.
    pub fn help(&self) -> String {
        let has = |wanted| self.machine_code.iter().any(|(format, _)| *format == wanted);
        if self.machine_code.is_empty() {
            "give the file that was linked from CUDA or MUSA sources; a library that is loaded at run time is a file \
             of its own"
                .to_owned()
        } else if has(Format::Mubin) {
            "mcc emits machine code only; build the sources with `warplens cc`, which keeps portable code"
                .to_owned()
        } else {
            "build the sources with `warplens cc`, or add PTX to nvcc's output with `-gencode \
             arch=compute_80,code=compute_80` and link with `-cudart shared`"
                .to_owned()
        }
    }
}

/// The modules a runtime would load, in file order.
pub fn ptx_sources(image: &Image) -> Result<Vec<PtxSource<'_>>, NoPtx> {
    let mut found = Vec::new();
    collect(&image.root, String::new(), &mut found);
    if !found.is_empty() {
        return Ok(found);
    }
    let mut machine_code: Vec<(Format, Option<Arch>)> = image
        .walk()
        .filter(|(_, e)| matches!(e.format, Format::Cubin | Format::Mubin))
        .map(|(_, e)| (e.format, e.arch.clone()))
        .collect();
    machine_code
        .sort_by_key(|(format, arch)| (format.to_string(), arch.as_ref().map(Arch::number), arch.clone()));
    machine_code.dedup();
    Err(NoPtx { machine_code })
}

fn collect<'a>(entry: &'a Entry, above: String, found: &mut Vec<PtxSource<'a>>) {
    let place = match (&entry.name, above.is_empty()) {
        (Some(name), true) => name.clone(),
        (Some(name), false) => format!("{above} / {name}"),
        (None, _) => above,
    };
    if let Some(text) = &entry.ptx {
        found.push(PtxSource { text, arch: entry.arch.as_ref(), place });
        return;
    }
    let one_of_many = matches!(entry.format, Format::Fatbin | Format::OffloadBundle);
    if one_of_many {
        let best = entry
            .children
            .iter()
            .filter(|c| c.ptx.is_some())
            .max_by_key(|c| c.arch.as_ref().map_or(0, Arch::number));
        if let Some(best) = best {
            collect(best, place.clone(), found);
        }
    }
    for child in entry.children.iter().filter(|c| !(one_of_many && c.ptx.is_some())) {
        collect(child, place.clone(), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open;
    use crate::testing::{ElfBuilder, FatbinBuilder, PTX, elf_with_section};

    #[test]
    fn each_fatbin_gives_its_newest_ptx() {
        let newer = PTX.replace("sm_80", "sm_90");
        let fatbin = FatbinBuilder::new()
            .entry(1, 80, 0, PTX.as_bytes(), None)
            .entry(1, 90, 0, newer.as_bytes(), None)
            .build();
        let image = open(&elf_with_section(62, ".nv_fatbin", &[fatbin.clone(), fatbin].concat())).unwrap();
        let sources = ptx_sources(&image).unwrap();
        assert_eq!(sources.len(), 2);
        assert!(sources.iter().all(|s| s.text == newer && s.place == ".nv_fatbin"), "{sources:?}");
    }

    #[test]
    fn machine_code_alone_is_named_with_the_way_out() {
        let cubin = |flags| ElfBuilder::new(190).flags(flags).abi_version(8).build();
        let fatbin = FatbinBuilder::new()
            .entry(2, 90, 0, &cubin(0x0600_5a04), None)
            .entry(2, 80, 0, &cubin(0x0600_5004), None)
            .build();
        let none = ptx_sources(&open(&fatbin).unwrap()).unwrap_err();
        assert_eq!(
            none.to_string(),
            "there is no PTX in it, only machine code for sm_80 (cubin), sm_90 (cubin)"
        );
        assert!(none.help().contains("-gencode arch=compute_80,code=compute_80"));
        let mubin = ptx_sources(&open(&ElfBuilder::new(253).build()).unwrap()).unwrap_err();
        assert!(mubin.help().contains("warplens cc"));
    }

    #[test]
    fn a_plain_program_has_no_device_code() {
        let none = ptx_sources(&open(&elf_with_section(62, ".text", b"\x90")).unwrap()).unwrap_err();
        assert_eq!(none.to_string(), "there is no device code in it");
    }
}
