//! What PTX tells of a document: its kernels' resources, and errors inside inline assembly. Pure.
//!
//! Registers are an estimate, what our own analysis finds live at once, unless `ptxas` was there to say what it gives:
//! [`Kernel::registers_in_words`] says which. Shared and local bytes are exact for the PTX at hand. clang passes inline assembly on
//! unread, so errors in it are ours to find: they are placed by the `.loc` before the block and the number of the
//! statement in it.

use std::collections::HashSet;

use warplens_ptx::analysis::{Cfg, Liveness, register_pressure};
use warplens_ptx::ast::StateSpace;
use warplens_ptx::resolve::{AddressBase, FuncId, Operand, Resolved, VarId, resolve};
use warplens_ptx::span::{LineIndex, Span};
use warplens_ptx::{diagnostic, parse};

use super::ptxas::Allocation;

/// What a kernel costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// Its name in the PTX.
    pub symbol: String,
    /// Its name in the source, without namespaces and template arguments.
    pub name: String,
    /// 32-bit registers live at once in the PTX, at the worst place: an estimate of what a thread gets.
    pub live: u32,
    /// What the device's real compiler gave it, where it was asked.
    pub allocated: Option<Allocation>,
    /// Bytes of local memory a thread.
    pub local: u64,
    /// Bytes of static shared memory a block.
    pub shared: u64,
    /// The worst place's source line, from 1, when it lies in the document.
    pub worst_line: Option<u32>,
}

impl Kernel {
    /// Registers a thread: the real number where it is known, else the estimate.
    pub fn registers(&self) -> u32 {
        self.allocated.as_ref().map_or(self.live, |a| a.registers)
    }

    /// Registers a thread, and who counted them.
    pub fn registers_in_words(&self) -> String {
        match &self.allocated {
            Some(a) => format!("{} registers (ptxas, {})", a.registers, a.arch),
            None => format!("≥ {} registers (estimate)", self.live),
        }
    }

    /// Bytes a thread stores to and loads from local memory for want of registers, where that is known.
    pub fn spills(&self) -> Option<(u64, u64)> {
        self.allocated.as_ref().map(|a| (a.spill_stores, a.spill_loads))
    }
}

impl PtxReport {
    /// Adds what `ptxas -v` said of these kernels.
    pub fn allocate(&mut self, list: Vec<Allocation>) {
        for allocation in list {
            if let Some(kernel) = self.kernels.iter_mut().find(|k| k.symbol == allocation.symbol) {
                kernel.allocated = Some(allocation);
            }
        }
    }
}

/// An error inside an `asm` statement of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsmError {
    /// The statement's line in the source, from 1.
    pub line: u32,
    /// Its column, from 1; 0 when unknown.
    pub column: u32,
    /// Which of the block's statements, from 0.
    pub statement: usize,
    /// The PTX under the error.
    pub text: String,
    /// What is wrong.
    pub message: String,
}

/// What one PTX text tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PtxReport {
    /// Kernels, in the order of the text.
    pub kernels: Vec<Kernel>,
    /// Errors in inline assembly.
    pub asm_errors: Vec<AsmError>,
}

/// Read `ptx`, compiled from the source whose path ends in `source_name`.
pub fn read(ptx: &str, source_name: &str) -> PtxReport {
    let parsed = parse::parse(ptx);
    let (resolved, mut found) = resolve(&parsed.module);
    found.extend(parsed.diagnostics);
    let names = &parsed.module.names;
    let mut kernels = Vec::new();
    for (i, func) in resolved.funcs.iter().enumerate().filter(|(_, f)| f.is_entry) {
        let Some(body) = &func.body else { continue };
        let cfg = Cfg::new(body);
        let liveness = Liveness::new(body, &cfg);
        let pressure = register_pressure(body, &cfg, &liveness);
        let id = FuncId(u32::try_from(i).unwrap_or(u32::MAX));
        let worst = body.ops.get(pressure.at.index()).map(|op| resolved.frames(names, id, op));
        let in_source = |f: &warplens_ptx::resolve::Frame<'_>| is_source(f.file, source_name);
        let symbol = names.get(func.name).to_owned();
        kernels.push(Kernel {
            name: plain_name(&symbol),
            symbol,
            live: pressure.regs32,
            allocated: None,
            local: bytes_of(&resolved, id, StateSpace::Local),
            shared: bytes_of(&resolved, id, StateSpace::Shared),
            worst_line: worst.and_then(|frames| frames.iter().find(|f| in_source(f)).map(|f| f.line)),
        });
    }
    let files: Vec<u32> =
        resolved.files.iter().filter(|(_, path)| is_source(path, source_name)).map(|(i, _)| *i).collect();
    let asm_errors = asm_errors(ptx, &found, &files);
    PtxReport { kernels, asm_errors }
}

fn is_source(file: &str, source_name: &str) -> bool {
    let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    !file.is_empty() && base(file) == base(source_name)
}

/// Bytes of the variables of `space` that `entry` and what it calls own or name.
fn bytes_of(resolved: &Resolved, entry: FuncId, space: StateSpace) -> u64 {
    let mut functions = vec![entry];
    let mut seen = HashSet::from([entry]);
    let mut vars: HashSet<VarId> = HashSet::new();
    while let Some(id) = functions.pop() {
        let owned = resolved.vars.iter().enumerate().filter(|(_, v)| v.owner == Some(id));
        vars.extend(owned.filter_map(|(i, _)| u32::try_from(i).ok()).map(VarId));
        let body = resolved.funcs.get(id.index()).and_then(|f| f.body.as_ref());
        let mut operands: Vec<&Operand> =
            body.into_iter().flat_map(|b| &b.ops).flat_map(|op| &op.operands).collect();
        while let Some(operand) = operands.pop() {
            match operand {
                Operand::Address(AddressBase::Var(v), _, rest) => {
                    vars.insert(*v);
                    operands.extend(rest);
                }
                Operand::VarAddress(v, _) => {
                    vars.insert(*v);
                }
                Operand::Vector(list) | Operand::List(list) | Operand::Address(_, _, list) => {
                    operands.extend(list)
                }
                Operand::Pair(a, b) => operands.extend([&**a, &**b]),
                Operand::Func(f) if seen.insert(*f) => functions.push(*f),
                _ => {}
            }
        }
    }
    vars.iter()
        .filter_map(|v| resolved.vars.get(v.index()))
        .filter(|v| v.decl.space == space)
        .map(|v| v.size)
        .sum()
}

/// The last part of a mangled name: `_ZN2ns4tileILi8EEEvPf` is `tile`.
pub fn plain_name(symbol: &str) -> String {
    let Some(rest) = symbol.strip_prefix("_Z") else { return symbol.to_owned() };
    let nested = rest.starts_with('N');
    let mut rest = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut name = symbol;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Some(length) = rest.get(..digits).and_then(|d| d.parse::<usize>().ok()) else { break };
        let Some(part) = rest.get(digits..digits.saturating_add(length)) else { break };
        name = part;
        rest = rest.get(digits + length..).unwrap_or_default();
        if !nested || !rest.starts_with(|c: char| c.is_ascii_digit()) {
            break;
        }
    }
    name.to_owned()
}

/// Errors between clang's markers around inline assembly.
fn asm_errors(ptx: &str, found: &[diagnostic::Diagnostic], files: &[u32]) -> Vec<AsmError> {
    let errors = || found.iter().filter(|d| d.severity == diagnostic::Severity::Error);
    if errors().next().is_none() {
        return Vec::new();
    }
    let lines = LineIndex::new(ptx);
    let text: Vec<&str> = ptx.split('\n').collect();
    let mut out: Vec<AsmError> = Vec::new();
    for d in errors() {
        let line = lines.line_col(d.span.start).line.saturating_sub(1) as usize;
        let Some(block) = block_around(&text, line) else { continue };
        let Some((file, source_line, column)) = loc_before(&text, block) else { continue };
        if !files.contains(&file) {
            continue;
        }
        let error = AsmError {
            line: source_line,
            column,
            statement: statement_of(ptx, &lines, block, d.span),
            text: ptx.get(d.span.start as usize..d.span.end as usize).unwrap_or_default().to_owned(),
            message: match &d.help {
                Some(help) => format!("{} ({help})", d.message),
                None => d.message.clone(),
            },
        };
        // An inlined or unrolled block comes more than once.
        if !out.contains(&error) {
            out.push(error);
        }
    }
    out
}

/// The line of the marker that opens the block around `line`.
fn block_around(text: &[&str], line: usize) -> Option<usize> {
    let before = text.get(..=line)?;
    let marker =
        before.iter().rposition(|l| l.contains("// begin inline asm") || l.contains("// end inline asm"))?;
    text.get(marker).is_some_and(|l| l.contains("// begin inline asm")).then_some(marker)
}

/// File, line and column of the last `.loc` before `line`.
fn loc_before(text: &[&str], line: usize) -> Option<(u32, u32, u32)> {
    let before = text.get(..line)?;
    before.iter().rev().find_map(|l| {
        let mut words = l.trim().strip_prefix(".loc")?.split([' ', '\t', ',']).filter(|w| !w.is_empty());
        let mut number = || words.next()?.parse().ok();
        Some((number()?, number()?, number()?))
    })
}

/// How many statements of the block end before the error.
fn statement_of(ptx: &str, lines: &LineIndex, block: usize, span: Span) -> usize {
    // The block's own line ends at the next line's start; count from there.
    let mut start = 0usize;
    for (i, line) in ptx.split_inclusive('\n').enumerate() {
        start += line.len();
        if i == block {
            break;
        }
    }
    let _ = lines;
    let body = ptx.get(start..span.start as usize).unwrap_or_default();
    body.lines().map(|l| l.split("//").next().unwrap_or(l).matches(';').count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PTX: &str = ".version 7.8\n.target sm_80\n.address_size 64\n\
        .visible .entry _ZN2ns1kILi4EEEvPf(.param .u64 p)\n{\n\
        .local .align 4 .b8 depot[128];\n.shared .align 4 .b8 tile[4096];\n.reg .b32 %r<4>;\n.reg .b64 %rd<3>;\n\
        .loc 1 6 3\n// begin inline asm\nmov.u32 %r2, %laneid;\nadd.u33 %r2, %r2, 1;\n// end inline asm\n\
        .loc 1 8 3\nst.shared.u32 [tile], %r2;\nst.local.u32 [depot], %r2;\nret;\n}\n.file 1 \"/p/k.cu\"\n";

    #[test]
    fn a_kernels_cost_is_read_from_its_ptx() {
        let report = read(PTX, "/p/k.cu");
        let kernel = report.kernels.first().unwrap();
        assert_eq!(kernel.name, "k");
        assert_eq!((kernel.local, kernel.shared), (128, 4096));
        assert!(kernel.live >= 1, "{kernel:?}");
    }

    #[test]
    fn an_error_in_inline_assembly_is_placed_by_line_and_statement() {
        let errors = read(PTX, "/p/k.cu").asm_errors;
        let error = errors.first().unwrap();
        assert_eq!((error.line, error.column, error.statement), (6, 3, 1), "{error:?}");
        assert!(read(PTX, "/p/other.cu").asm_errors.is_empty(), "another file's assembly is not this one's");
    }

    #[test]
    fn names_lose_their_mangling() {
        assert_eq!(plain_name("_Z5saxpyifPf"), "saxpy");
        assert_eq!(plain_name("_ZN2ns4tileILi8EEEvPf"), "tile");
        assert_eq!(plain_name("plain"), "plain");
        for odd in ["_Z", "_Z99x", "_ZN", "_Z0", "_ZN99999999999999999999999x"] {
            let _ = plain_name(odd);
        }
    }

    #[test]
    fn text_that_is_no_ptx_tells_nothing() {
        assert_eq!(read("\u{0}\u{1}not ptx // begin inline asm\n;;;", "a.cu"), PtxReport::default());
    }
}
