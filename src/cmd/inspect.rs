//! `warplens inspect FILE`: what a device image holds.
//!
//! Reads the file and prints; all knowledge of formats is in `warplens-image`. What could be read is printed even
//! when the file is damaged; then the exit status is 2. The JSON form is versioned (`schema`) and described in
//! [`wire`].

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use warplens_image::{
    Compression, Entry, Format, Image, Kernel, PtxSummary, What, lines, open, ptx_sources, ptx_summary,
};

use crate::report::{self, Help as _};

/// Arguments of `inspect`.
#[derive(clap::Args)]
pub struct Args {
    /// The file to look into.
    file: PathBuf,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: OutputFormat,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum OutputFormat {
    Text,
    Json,
}

const GIVE: &str = "give a PTX file, fatbin, cubin, mubin, offload bundle, static library or executable";

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let name = args.file.display().to_string();
    let bytes = std::fs::read(&args.file).with_context(|| format!("cannot read {name}")).help(GIVE)?;
    let image = open(&bytes).with_context(|| format!("{name} is not a device image")).help(GIVE)?;
    let facts = Facts::of(&image, &bytes);
    let mut out = report::stdout();
    match args.format {
        OutputFormat::Text => text(&mut out, &name, &image, &facts)?,
        OutputFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &wire::File::new(&name, &image, &facts))
                .map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    out.flush()?;

    // What a newer toolchain adds is worth a word; damage is a failure.
    let (unknown, damage): (Vec<_>, Vec<_>) =
        image.problems.iter().partition(|p| matches!(p.what, What::Unknown { .. } | What::NotUtf8(_)));
    for problem in unknown {
        eprintln!("note: {problem}");
    }
    if let Some(first) = damage.first() {
        let more = if damage.len() > 1 { format!(" (and {} more)", damage.len() - 1) } else { String::new() };
        return Err(anyhow::anyhow!("{name} is damaged: {first}{more}"))
            .help("what could be read is printed above; build or copy the file again");
    }
    if let Some((place, error)) = facts.ptx_error() {
        return Err(anyhow::anyhow!("{name}: {place}PTX error at {error}")).help(
            "the text is not what the PTX manual allows, or newer than this program: compile it again",
        );
    }
    if let Err(none) = ptx_sources(&image) {
        if none.machine_code.is_empty() {
            let help = none.help();
            return Err(none).with_context(|| name.clone()).help(help);
        }
        eprintln!("note: {none}; the embedded device runs PTX\nhelp: {}", none.help());
    }
    Ok(ExitCode::SUCCESS)
}

/// What takes a second look: PTX parsed and line tables read, in the order of `Image::walk`.
struct Facts {
    by_entry: Vec<Fact>,
}

#[derive(Default)]
struct Fact {
    ptx: Option<PtxSummary>,
    source_files: Vec<String>,
}

impl Facts {
    fn of(image: &Image, bytes: &[u8]) -> Facts {
        let fact = |entry: &Entry| {
            let ptx = entry.ptx.as_deref().map(ptx_summary);
            let source_files = match &ptx {
                Some(summary) => summary.source_files.clone(),
                // Only a bare cubin's bytes are at hand; inside containers the table is reported as present.
                None if entry.format == Format::Cubin && std::ptr::eq(entry, &image.root) => {
                    lines::cubin_lines(bytes, lines::Table::Source).map(|l| l.files).unwrap_or_default()
                }
                None => Vec::new(),
            };
            Fact { ptx, source_files }
        };
        Facts { by_entry: image.walk().map(|(_, entry)| fact(entry)).collect() }
    }

    fn ptx_error(&self) -> Option<(String, &str)> {
        let with_errors =
            self.by_entry.iter().filter_map(|f| f.ptx.as_ref()).filter(|p| !p.errors.is_empty());
        let first = with_errors.clone().next()?.errors.first()?;
        let more = with_errors.map(|p| p.errors.len()).sum::<usize>() - 1;
        let place = if more > 0 { format!("{} errors, first ", more + 1) } else { String::new() };
        Some((place, first))
    }
}

fn text(out: &mut impl Write, name: &str, image: &Image, facts: &Facts) -> std::io::Result<()> {
    let bold = anstyle::Style::new().bold();
    for ((depth, entry), fact) in image.walk().zip(&facts.by_entry) {
        let pad = "  ".repeat(depth);
        let label = match (depth, &entry.name) {
            (0, _) => format!("{name}: "),
            (_, Some(name)) => format!("{name}: "),
            (_, None) => String::new(),
        };
        let arch = entry.arch.as_ref().map(|a| format!(" for {a}")).unwrap_or_default();
        let packed = match entry.compression {
            Compression::None => String::new(),
            method => format!(", stored with {method}"),
        };
        write!(out, "{pad}{label}{}{arch}, {}{packed}", entry.format, bytes_in_words(entry.size))?;
        if matches!(entry.format, Format::Ptx | Format::Cubin | Format::Mubin) {
            let yes_no = |b| if b { "yes" } else { "no" };
            let (lines, debug) = debug_facts(entry, fact);
            write!(out, ", line table: {}, debug info: {}", yes_no(lines), yes_no(debug))?;
        }
        if let Some(ptx) = &fact.ptx {
            write!(out, ", PTX ISA {}.{}", ptx.version.0, ptx.version.1)?;
        }
        if entry.debug_ptx.is_some() {
            write!(out, ", keeps a copy of its PTX for debuggers")?;
        }
        writeln!(out)?;
        for file in &fact.source_files {
            writeln!(out, "{pad}  source {file}")?;
        }
        for kernel in kernels_of(entry, fact) {
            let readable = kernel.demangled.as_deref().unwrap_or(&kernel.name);
            writeln!(out, "{pad}  {bold}kernel {readable}{bold:#}")?;
            if kernel.demangled.is_some() {
                writeln!(out, "{pad}    symbol     {}", kernel.name)?;
            }
            if !kernel.params.is_empty() {
                writeln!(out, "{pad}    arguments  {}", arguments(kernel))?;
            }
            writeln!(out, "{pad}    resources  {}", resources(kernel))?;
        }
        if let Some(ptx) = &fact.ptx
            && !ptx.device_functions.is_empty()
        {
            writeln!(out, "{pad}  device functions  {}", ptx.device_functions.join(", "))?;
        }
    }
    Ok(())
}

fn debug_facts(entry: &Entry, fact: &Fact) -> (bool, bool) {
    match &fact.ptx {
        Some(ptx) => (ptx.has_lines, ptx.has_debug_info),
        None => (entry.has_lines, entry.has_debug_info),
    }
}

fn kernels_of<'a>(entry: &'a Entry, fact: &'a Fact) -> &'a [Kernel] {
    fact.ptx.as_ref().map_or(&entry.kernels, |p| &p.kernels)
}

/// `+0 8 bytes, +8 4 bytes n`
fn arguments(kernel: &Kernel) -> String {
    let one = |p: &warplens_image::Param| {
        let ty = p.ty.as_ref().map(|t| format!(" {t}")).unwrap_or_default();
        let name = p.name.as_ref().map(|n| format!(" {n}")).unwrap_or_default();
        format!("+{}: {} B{ty}{name}", p.offset, p.size)
    };
    kernel.params.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn resources(kernel: &Kernel) -> String {
    let mut parts = Vec::new();
    if let Some(n) = kernel.registers {
        parts.push(format!("{n} registers"));
    }
    if let Some(n) = kernel.register_pressure {
        parts.push(format!("{n} registers live at once in the PTX (modelled)"));
    }
    if let Some(n) = kernel.shared_bytes {
        let dynamic = if kernel.dynamic_shared { " and what the launch gives" } else { "" };
        parts.push(format!("{n} B shared{dynamic}"));
    }
    if let Some(n) = kernel.stack_bytes {
        parts.push(format!("{n} B stack"));
    }
    if let Some(n) = kernel.barriers {
        parts.push(format!("{n} barrier{}", if n == 1 { "" } else { "s" }));
    }
    if let Some([x, y, z]) = kernel.max_threads {
        parts.push(format!("at most {x}x{y}x{z} threads a block"));
    }
    if let Some([x, y, z]) = kernel.required_threads {
        parts.push(format!("exactly {x}x{y}x{z} threads a block"));
    }
    if let Some(n) = kernel.code_bytes {
        parts.push(format!("{n} B code"));
    }
    parts.join(", ")
}

fn bytes_in_words(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

/// The JSON form, schema 1: `{"schema", "file", "root": entry, "problems": [{"place", "what"}]}`, an entry being
/// `{"format", "name", "arch", "size", "compression", "line_table", "debug_info", "ptx_isa", "source_files",
/// "kernels", "entries"}`. Absent figures are null. Fields are only ever added within a schema.
mod wire {
    use serde::Serialize;
    use warplens_image::{Entry, Image, Kernel, Param};

    use super::{Fact, Facts, debug_facts, kernels_of};

    #[derive(Serialize)]
    pub struct File<'a> {
        schema: u32,
        file: &'a str,
        root: Node<'a>,
        problems: Vec<Problem>,
    }

    #[derive(Serialize)]
    struct Problem {
        place: String,
        what: String,
    }

    #[derive(Serialize)]
    struct Node<'a> {
        format: String,
        name: Option<&'a str>,
        arch: Option<String>,
        size: u64,
        compression: String,
        line_table: bool,
        debug_info: bool,
        ptx_isa: Option<String>,
        source_files: &'a [String],
        ptx_errors: &'a [String],
        kernels: Vec<WireKernel<'a>>,
        entries: Vec<Node<'a>>,
    }

    #[derive(Serialize)]
    struct WireKernel<'a> {
        name: &'a str,
        demangled: Option<&'a str>,
        arguments: Vec<Argument<'a>>,
        registers: Option<u32>,
        register_pressure: Option<u32>,
        shared_bytes: Option<u64>,
        dynamic_shared: bool,
        stack_bytes: Option<u64>,
        barriers: Option<u32>,
        max_threads: Option<[u32; 3]>,
        required_threads: Option<[u32; 3]>,
        code_bytes: Option<u64>,
    }

    #[derive(Serialize)]
    struct Argument<'a> {
        name: Option<&'a str>,
        offset: u64,
        size: u64,
        align: Option<u64>,
        #[serde(rename = "type")]
        ty: Option<&'a str>,
    }

    impl<'a> File<'a> {
        pub fn new(file: &'a str, image: &'a Image, facts: &'a Facts) -> Self {
            let problem =
                |p: &warplens_image::Problem| Problem { place: p.place.clone(), what: p.what.to_string() };
            // `walk` is depth first, so the facts come in the order of this recursion.
            let mut facts = facts.by_entry.iter();
            File {
                schema: 1,
                file,
                root: node(&image.root, &mut facts),
                problems: image.problems.iter().map(problem).collect(),
            }
        }
    }

    fn node<'a>(entry: &'a Entry, facts: &mut std::slice::Iter<'a, Fact>) -> Node<'a> {
        static NO_FACT: Fact = Fact { ptx: None, source_files: Vec::new() };
        let fact = facts.next().unwrap_or(&NO_FACT);
        let (line_table, debug_info) = debug_facts(entry, fact);
        Node {
            format: entry.format.to_string(),
            name: entry.name.as_deref(),
            arch: entry.arch.as_ref().map(ToString::to_string),
            size: entry.size,
            compression: entry.compression.to_string(),
            line_table,
            debug_info,
            ptx_isa: fact.ptx.as_ref().map(|p| format!("{}.{}", p.version.0, p.version.1)),
            source_files: &fact.source_files,
            ptx_errors: fact.ptx.as_ref().map_or(&[], |p| &p.errors),
            kernels: kernels_of(entry, fact).iter().map(kernel).collect(),
            entries: entry.children.iter().map(|child| node(child, facts)).collect(),
        }
    }

    fn kernel(k: &Kernel) -> WireKernel<'_> {
        WireKernel {
            name: &k.name,
            demangled: k.demangled.as_deref(),
            arguments: k.params.iter().map(argument).collect(),
            registers: k.registers,
            register_pressure: k.register_pressure,
            shared_bytes: k.shared_bytes,
            dynamic_shared: k.dynamic_shared,
            stack_bytes: k.stack_bytes,
            barriers: k.barriers,
            max_threads: k.max_threads,
            required_threads: k.required_threads,
            code_bytes: k.code_bytes,
        }
    }

    fn argument(p: &Param) -> Argument<'_> {
        Argument {
            name: p.name.as_deref(),
            offset: p.offset,
            size: p.size,
            align: p.align,
            ty: p.ty.as_deref(),
        }
    }
}
