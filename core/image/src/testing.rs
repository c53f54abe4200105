//! Builders of synthetic images for tests: small, by hand, and independent of the readers they test.

/// A PTX module.
pub(crate) const PTX: &str =
    ".version 8.0\n.target sm_80\n.address_size 64\n.visible .entry k()\n{\n\tret;\n}\n";

struct Header<'a> {
    name: u32,
    kind: u32,
    data: &'a [u8],
    size: u64,
    link: u32,
    info: u32,
    entry_size: u64,
}

/// An ELF64 little-endian relocatable file.
pub(crate) struct ElfBuilder {
    machine: u16,
    flags: u32,
    abi_version: u8,
    sections: Vec<(String, u32, Vec<u8>, u64)>,
    functions: Vec<(String, String, u64, u8)>,
    relocations: Vec<(String, Vec<u8>)>,
}

impl ElfBuilder {
    pub(crate) fn new(machine: u16) -> Self {
        ElfBuilder {
            machine,
            flags: 0,
            abi_version: 0,
            sections: Vec::new(),
            functions: Vec::new(),
            relocations: Vec::new(),
        }
    }

    pub(crate) fn flags(mut self, flags: u32) -> Self {
        self.flags = flags;
        self
    }

    pub(crate) fn abi_version(mut self, version: u8) -> Self {
        self.abi_version = version;
        self
    }

    pub(crate) fn section(&mut self, name: &str, data: &[u8]) {
        self.sections.push((name.into(), 1, data.to_vec(), data.len() as u64));
    }

    pub(crate) fn note(&mut self, name: &str, data: &[u8]) {
        self.sections.push((name.into(), 7, data.to_vec(), data.len() as u64));
    }

    pub(crate) fn nobits(&mut self, name: &str, size: u64) {
        self.sections.push((name.into(), 8, Vec::new(), size));
    }

    /// Adds a function symbol; the value is its index.
    pub(crate) fn function(&mut self, name: &str, section: &str, size: u64, other: u8) -> u32 {
        self.functions.push((name.into(), section.into(), size, other));
        self.functions.len() as u32
    }

    /// Adds a 64-bit absolute relocation against the symbol of this index.
    pub(crate) fn relocation(&mut self, section: &str, offset: u64, symbol: u32, addend: i64) {
        let mut entry = offset.to_le_bytes().to_vec();
        entry.extend((u64::from(symbol) << 32 | 2).to_le_bytes());
        entry.extend(addend.to_le_bytes());
        self.relocations.push((section.into(), entry));
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        let mut strings = vec![0u8];
        let mut intern = |text: &str| {
            let at = strings.len() as u32;
            strings.extend(text.as_bytes());
            strings.push(0);
            at
        };
        let mut symbols = vec![0u8; 24];
        for (name, section, size, other) in &self.functions {
            let index = self.sections.iter().position(|(n, ..)| n == section).map_or(0, |i| i + 1) as u16;
            symbols.extend(intern(name).to_le_bytes());
            symbols.extend([0x12, *other]);
            symbols.extend(index.to_le_bytes());
            symbols.extend(0u64.to_le_bytes());
            symbols.extend(size.to_le_bytes());
        }
        let count = (self.sections.len() + self.relocations.len()) as u32 + 3;
        let mut headers: Vec<Header<'_>> = Vec::new();
        for (name, kind, data, size) in &self.sections {
            headers.push(Header {
                name: intern(name),
                kind: *kind,
                data,
                size: *size,
                link: 0,
                info: 1,
                entry_size: 0,
            });
        }
        for (section, entry) in &self.relocations {
            let target = self.sections.iter().position(|(n, ..)| n == section).map_or(0, |i| i + 1) as u32;
            let name = intern(&format!(".rela{section}"));
            headers.push(Header {
                name,
                kind: 4,
                data: entry,
                size: 24,
                link: count - 2,
                info: target,
                entry_size: 24,
            });
        }
        let (symtab, strtab) = (intern(".symtab"), intern(".strtab"));
        let size = symbols.len() as u64;
        headers.push(Header {
            name: symtab,
            kind: 2,
            data: &symbols,
            size,
            link: count - 1,
            info: 1,
            entry_size: 24,
        });
        let size = strings.len() as u64;
        headers.push(Header { name: strtab, kind: 3, data: &strings, size, link: 0, info: 0, entry_size: 0 });

        let mut file = b"\x7fELF\x02\x01\x01\x00".to_vec();
        file.push(self.abi_version);
        file.resize(16, 0);
        file.extend(1u16.to_le_bytes());
        file.extend(self.machine.to_le_bytes());
        file.extend(1u32.to_le_bytes());
        file.extend([0; 16]);
        file.extend([0; 8]);
        file.extend(self.flags.to_le_bytes());
        for half in [64u16, 0, 0, 64, count as u16, count as u16 - 1] {
            file.extend(half.to_le_bytes());
        }
        let mut table = vec![0u8; 64];
        for header in headers {
            let offset = file.len() as u64;
            file.extend(header.data);
            table.extend(header.name.to_le_bytes());
            table.extend(header.kind.to_le_bytes());
            table.extend([0; 16]);
            table.extend(offset.to_le_bytes());
            table.extend(header.size.to_le_bytes());
            table.extend(header.link.to_le_bytes());
            table.extend(header.info.to_le_bytes());
            table.extend(1u64.to_le_bytes());
            table.extend(header.entry_size.to_le_bytes());
        }
        let table_at = file.len() as u64;
        file.extend(table);
        file[40..48].copy_from_slice(&table_at.to_le_bytes());
        file
    }
}

/// An ELF file with one section.
pub(crate) fn elf_with_section(machine: u16, name: &str, data: &[u8]) -> Vec<u8> {
    let mut elf = ElfBuilder::new(machine);
    elf.section(name, data);
    elf.build()
}

/// An info attribute with a sized value.
pub(crate) fn svalue(id: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![4, id];
    bytes.extend((value.len() as u16).to_le_bytes());
    bytes.extend(value);
    bytes
}

/// An ELF note.
pub(crate) fn note(owner: &[u8], kind: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend((owner.len() as u32).to_le_bytes());
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    for part in [owner, data] {
        bytes.extend(part);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

/// Builds fatbins.
pub(crate) struct FatbinBuilder(Vec<u8>);

impl FatbinBuilder {
    pub(crate) fn new() -> Self {
        FatbinBuilder(Vec::new())
    }

    /// Adds an entry; `uncompressed` is given for compressed payloads.
    pub(crate) fn entry(
        mut self,
        kind: u16,
        arch: u32,
        flags: u64,
        data: &[u8],
        uncompressed: Option<usize>,
    ) -> Self {
        let padded = data.len().next_multiple_of(8);
        let mut header = Vec::new();
        header.extend(kind.to_le_bytes());
        header.extend(0x101u16.to_le_bytes());
        header.extend(0x40u32.to_le_bytes());
        header.extend((padded as u64).to_le_bytes());
        header.extend((uncompressed.map_or(0, |_| data.len()) as u32).to_le_bytes());
        header.resize(0x1c, 0);
        header.extend(arch.to_le_bytes());
        header.resize(0x28, 0);
        header.extend(flags.to_le_bytes());
        header.resize(0x38, 0);
        header.extend((uncompressed.unwrap_or(0) as u64).to_le_bytes());
        self.0.extend(header);
        self.0.extend(data);
        self.0.resize(self.0.len() + padded - data.len(), 0);
        self
    }

    pub(crate) fn build(self) -> Vec<u8> {
        let mut bytes = crate::fatbin::MAGIC.to_vec();
        bytes.extend([1, 0, 16, 0]);
        bytes.extend((self.0.len() as u64).to_le_bytes());
        bytes.extend(self.0);
        bytes
    }
}

/// An offload bundle of `(id, contents)`.
pub(crate) fn bundle_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = b"__CLANG_OFFLOAD_BUNDLE__".to_vec();
    bytes.extend((entries.len() as u64).to_le_bytes());
    let mut offset = 32 + entries.iter().map(|(id, _)| 24 + id.len() as u64).sum::<u64>();
    for (id, data) in entries {
        bytes.extend(offset.to_le_bytes());
        bytes.extend((data.len() as u64).to_le_bytes());
        bytes.extend((id.len() as u64).to_le_bytes());
        bytes.extend(id.as_bytes());
        offset += data.len() as u64;
    }
    for (_, data) in entries {
        bytes.extend(*data);
    }
    bytes
}

/// A compressed bundle: zlib in version 1, zstd in 2 and 3.
pub(crate) fn ccob_of(version: u16, plain: &[u8]) -> Vec<u8> {
    let (method, data) = if version == 1 { (0u16, zlib(plain)) } else { (1, zstd(plain)) };
    let mut bytes = b"CCOB".to_vec();
    bytes.extend(version.to_le_bytes());
    bytes.extend(method.to_le_bytes());
    match version {
        1 => bytes.extend((plain.len() as u32).to_le_bytes()),
        2 => {
            bytes.extend((24 + data.len() as u32).to_le_bytes());
            bytes.extend((plain.len() as u32).to_le_bytes());
        }
        _ => {
            bytes.extend((32 + data.len() as u64).to_le_bytes());
            bytes.extend((plain.len() as u64).to_le_bytes());
        }
    }
    bytes.extend([0; 8]);
    bytes.extend(data);
    bytes
}

/// An offload binary of version 1.
pub(crate) fn offload_binary_of(strings: &[(&str, &str)], image: &[u8]) -> Vec<u8> {
    let strings_at = 32 + 40u64;
    let text_at = strings_at + 16 * strings.len() as u64;
    let mut text = Vec::new();
    let mut table = Vec::new();
    for (key, value) in strings {
        for word in [key, value] {
            table.extend((text_at + text.len() as u64).to_le_bytes());
            text.extend(word.as_bytes());
            text.push(0);
        }
    }
    let image_at = text_at + text.len() as u64;
    let mut bytes = vec![0x10, 0xff, 0x10, 0xad, 1, 0, 0, 0];
    for wide in [image_at + image.len() as u64, 32, 40] {
        bytes.extend(wide.to_le_bytes());
    }
    bytes.extend([5, 0, 2, 0, 0, 0, 0, 0]);
    for wide in [strings_at, strings.len() as u64, image_at, image.len() as u64] {
        bytes.extend(wide.to_le_bytes());
    }
    [bytes, table, text, image.to_vec()].concat()
}

/// A static library.
pub(crate) fn archive_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, data) in members {
        bytes.extend(
            format!("{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", format!("{name}/"), 0, 0, 0, 644, data.len())
                .bytes(),
        );
        bytes.extend(*data);
        if data.len() % 2 == 1 {
            bytes.push(b'\n');
        }
    }
    bytes
}

/// LZ4 block.
pub(crate) fn lz4(data: &[u8]) -> Vec<u8> {
    lz4_flex::block::compress(data)
}

/// Zstandard frame.
pub(crate) fn zstd(data: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(data, ruzstd::encoding::CompressionLevel::Fastest)
}

/// zlib stream.
pub(crate) fn zlib(data: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(data, 6)
}

/// A MessagePack value to write.
pub(crate) enum Pack {
    Bool(bool),
    Int(i64),
    Text(&'static str),
    Array(Vec<Pack>),
    Map(Vec<(&'static str, Pack)>),
}

/// Writes MessagePack, with 32-bit lengths throughout.
pub(crate) fn pack(value: &Pack) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

fn write(value: &Pack, out: &mut Vec<u8>) {
    let mut sized = |tag: u8, size: usize| {
        out.push(tag);
        out.extend((size as u32).to_be_bytes());
    };
    match value {
        Pack::Bool(b) => out.push(0xc2 + u8::from(*b)),
        Pack::Int(i) => {
            out.push(0xd3);
            out.extend(i.to_be_bytes());
        }
        Pack::Text(text) => {
            sized(0xdb, text.len());
            out.extend(text.as_bytes());
        }
        Pack::Array(items) => {
            sized(0xdd, items.len());
            items.iter().for_each(|item| write(item, out));
        }
        Pack::Map(pairs) => {
            sized(0xdf, pairs.len());
            for (key, value) in pairs {
                write(&Pack::Text(key), out);
                write(value, out);
            }
        }
    }
}
