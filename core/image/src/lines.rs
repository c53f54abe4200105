//! Line tables of machine code: which source line, or which line of PTX, an instruction came from.
//!
//! Cubins carry `.debug_line` (to source) and `.nv_debug_line_sass` (to PTX), both DWARF line programs whose start
//! addresses are relocations against `.text.FN`; addresses here are bytes from the start of their function.
//! `.nv_debug_line_sass` uses an extended opcode of NVIDIA's own for inlining, which gimli skips as it must.

use std::collections::HashMap;

use gimli::{DebugLine, DebugLineOffset, EndianSlice, LittleEndian, Reader as _, RelocateReader};
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget};

use crate::identify::{Format, identify};

/// Which table to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Machine code to source lines.
    Source,
    /// Machine code to lines of the PTX it was assembled from.
    Ptx,
}

impl Table {
    fn section(self) -> &'static str {
        match self {
            Table::Source => ".debug_line",
            Table::Ptx => ".nv_debug_line_sass",
        }
    }
}

/// A line table.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Lines {
    /// Source files, as the compiler wrote them.
    pub files: Vec<String>,
    /// One list a function.
    pub functions: Vec<FunctionLines>,
}

/// The rows of one function, by address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionLines {
    /// Symbol name.
    pub function: String,
    /// Rows; each holds up to the next one's address.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Bytes from the start of the function.
    pub address: u64,
    /// Index into [`Lines::files`].
    pub file: usize,
    /// Line, from 1.
    pub line: u32,
    /// Column, 0 when not known.
    pub column: u32,
}

/// Why there is no line table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinesError {
    /// Some other file.
    #[error("line tables are read from cubins only")]
    NotCubin,
    /// The ELF reader's own words.
    #[error("bad ELF: {0}")]
    Elf(String),
    /// The section is not there.
    #[error("no line table (no {0} section): compile with -lineinfo")]
    Missing(&'static str),
    /// The DWARF reader's own words.
    #[error("bad line table: {0}")]
    Dwarf(String),
}

impl From<gimli::Error> for LinesError {
    fn from(error: gimli::Error) -> Self {
        LinesError::Dwarf(error.to_string())
    }
}

/// Where relocations point: the section's index above this bit, the address below.
const SECTION_SHIFT: u32 = 40;

#[derive(Debug, Default)]
struct Relocations(HashMap<usize, (u64, bool)>);

impl gimli::read::Relocate<usize> for &Relocations {
    fn relocate_address(&self, offset: usize, value: u64) -> gimli::Result<u64> {
        Ok(match self.0.get(&offset) {
            Some(&(base, true)) => base.wrapping_add(value),
            Some(&(base, false)) => base,
            None => value,
        })
    }

    fn relocate_offset(&self, _offset: usize, value: usize) -> gimli::Result<usize> {
        Ok(value)
    }
}

/// The line table of a cubin.
pub fn cubin_lines(bytes: &[u8], table: Table) -> Result<Lines, LinesError> {
    if identify(bytes) != Ok(Format::Cubin) {
        return Err(LinesError::NotCubin);
    }
    let file = object::File::parse(bytes).map_err(|e| LinesError::Elf(e.to_string()))?;
    let missing = LinesError::Missing(table.section());
    let section = file.section_by_name(table.section()).ok_or(missing)?;
    let data = section.data().map_err(|e| LinesError::Elf(e.to_string()))?;

    let mut relocations = Relocations::default();
    for (offset, relocation) in section.relocations() {
        let RelocationTarget::Symbol(index) = relocation.target() else { continue };
        let Ok(symbol) = file.symbol_by_index(index) else { continue };
        let Some(section) = symbol.section_index() else { continue };
        let base = (section.0 as u64) << SECTION_SHIFT;
        let base = base.wrapping_add(symbol.address()).wrapping_add_signed(relocation.addend());
        if let Ok(offset) = usize::try_from(offset) {
            relocations.0.insert(offset, (base, relocation.has_implicit_addend()));
        }
    }
    let mut lines = Lines::default();
    let mut known_files: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<(u64, Row)> = Vec::new();
    let reader = RelocateReader::new(EndianSlice::new(data, LittleEndian), &relocations);
    let debug_line = DebugLine::from(reader);
    let mut offset = 0;
    while offset < data.len() {
        let program = debug_line.program(DebugLineOffset(offset), 8, None, None)?;
        // 32-bit DWARF: four bytes of length before what they count.
        offset = offset.saturating_add(program.header().unit_length()).saturating_add(4);
        let mut files: HashMap<u64, usize> = HashMap::new();
        let mut rows = program.rows();
        while let Some((header, row)) = rows.next_row()? {
            let Some(line) = row.line().and_then(|l| u32::try_from(l.get()).ok()) else { continue };
            if row.end_sequence() {
                continue;
            }
            let index = row.file_index();
            let file = match files.get(&index) {
                Some(&known) => known,
                None => {
                    let name = row.file(header).map(|f| path(header, f)).unwrap_or_default();
                    let at = *known_files.entry(name).or_insert_with_key(|name| {
                        lines.files.push(name.clone());
                        lines.files.len() - 1
                    });
                    files.insert(index, at);
                    at
                }
            };
            let column = match row.column() {
                gimli::ColumnType::LeftEdge => 0,
                gimli::ColumnType::Column(c) => u32::try_from(c.get()).unwrap_or(0),
            };
            let address = row.address() & ((1 << SECTION_SHIFT) - 1);
            found.push((row.address() >> SECTION_SHIFT, Row { address, file, line, column }));
        }
    }
    // Programs may interleave functions; the order of first appearance is kept.
    let mut places: HashMap<u64, Option<usize>> = HashMap::new();
    for (section, row) in found {
        let place = *places.entry(section).or_insert_with(|| {
            let index = object::SectionIndex(usize::try_from(section).ok()?);
            let section = file.section_by_index(index).ok()?;
            let name = section.name().ok()?;
            let function = name.strip_prefix(".text.").unwrap_or(name).to_owned();
            lines.functions.push(FunctionLines { function, rows: Vec::new() });
            Some(lines.functions.len() - 1)
        });
        if let Some(function) = place.and_then(|at| lines.functions.get_mut(at)) {
            function.rows.push(row);
        }
    }
    for function in &mut lines.functions {
        function.rows.sort_by_key(|r| r.address);
    }
    Ok(lines)
}

type LineReader<'a> = RelocateReader<EndianSlice<'a, LittleEndian>, &'a Relocations>;

/// Directory and name of a file entry. Forms that need other sections do not occur in cubins and give nothing.
fn path<'a>(
    header: &gimli::LineProgramHeader<LineReader<'a>>,
    file: &gimli::FileEntry<LineReader<'a>>,
) -> String {
    let text = |value: gimli::AttributeValue<LineReader<'a>>| match value {
        gimli::AttributeValue::String(s) => s.to_string_lossy().map(|c| c.into_owned()).unwrap_or_default(),
        _ => String::new(),
    };
    let name = text(file.path_name());
    let directory = file.directory(header).map(text).unwrap_or_default();
    if directory.is_empty() || name.starts_with('/') { name } else { format!("{directory}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::ElfBuilder;

    /// A DWARF 2 line program by hand: file `dir/a.cu`, rows at 0 (line 5) and 16 (line 7).
    fn program() -> Vec<u8> {
        let mut header = vec![1, 1, 0xff, 4, 10, 0, 1, 1, 1, 1, 0, 0, 0, 1];
        header.extend(b"dir\0\0a.cu\0\x01\0\0\0");
        let mut ops = vec![0, 9, 2];
        ops.extend(0u64.to_le_bytes());
        ops.extend([3, 4, 1]); // advance_line 4, copy: line 5
        ops.extend([2, 16, 3, 2, 1]); // advance_pc 16, advance_line 2, copy: line 7
        ops.extend([2, 16, 0, 1, 1]); // advance_pc 16, end_sequence
        let mut unit = 2u16.to_le_bytes().to_vec();
        unit.extend((header.len() as u32).to_le_bytes());
        unit.extend(header);
        unit.extend(ops);
        [(unit.len() as u32).to_le_bytes().to_vec(), unit].concat()
    }

    fn cubin() -> Vec<u8> {
        let mut elf = ElfBuilder::new(190);
        elf.section(".text.kernel", &[0; 32]);
        elf.section(".debug_line", &program());
        elf.function("kernel", ".text.kernel", 32, 0x10);
        // The eight bytes of set_address, then thirteen bytes of opcodes.
        elf.relocation(".debug_line", program().len() as u64 - 13 - 8, 1, 0);
        elf.build()
    }

    #[test]
    fn rows_are_placed_in_their_function() {
        let lines = cubin_lines(&cubin(), Table::Source).unwrap();
        assert_eq!(lines.files, ["dir/a.cu"]);
        let row = |address, line| Row { address, file: 0, line, column: 0 };
        assert_eq!(
            lines.functions,
            [FunctionLines { function: "kernel".into(), rows: vec![row(0, 5), row(16, 7)] }]
        );
    }

    #[test]
    fn without_a_table_it_says_how_to_get_one() {
        let error = cubin_lines(&cubin(), Table::Ptx).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no line table (no .nv_debug_line_sass section): compile with -lineinfo"
        );
        assert_eq!(cubin_lines(b".version 8.0", Table::Source), Err(LinesError::NotCubin));
    }

    #[test]
    fn no_flipped_byte_makes_it_panic() {
        let whole = cubin();
        for at in 0..whole.len() {
            for value in [0, 0x7f, 0xff, whole[at] ^ 0x80] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                let _ = cubin_lines(&bytes, Table::Source);
            }
        }
    }
}
