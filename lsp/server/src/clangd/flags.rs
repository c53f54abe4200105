//! Compile commands of nvcc, mcc and host compilers, translated to flags that clang understands.
//!
//! clangd knows clang's flags only: given an nvcc database it reports `-gencode` and `--expt-relaxed-constexpr` as
//! errors, misses the CUDA headers, and takes `.mu` for an unknown language. The translation is text to text; it runs
//! no compiler and reads nothing but response files, through a function it is given. Flags that only concern code
//! generation, linking or nvcc's own phases are dropped; what is left is what changes the meaning of the source.

mod tables;

use std::path::{Path, PathBuf};

use tables::{DROP, DROP_PREFIX, DROP_WITH_VALUE, KEEP, TAKES_VALUE_CLANG, begins_with_one_of, holds};

/// Which half of a CUDA source is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pass {
    /// The program that launches.
    Host,
    /// The kernels.
    Device,
}

impl Pass {
    /// Both, host first.
    pub const ALL: [Self; 2] = [Self::Host, Self::Device];

    /// For messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Device => "device",
        }
    }
}

/// Where the CUDA or MUSA headers come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Headers {
    /// Ours: the folder that holds `cuda/`, `musa/` and `common/`.
    Own(PathBuf),
    /// A CUDA toolkit that the user's clang understands.
    Sdk(PathBuf),
    /// None: the source declares what it needs.
    None,
}

/// What a translation needs to know besides the command.
pub struct Target<'a> {
    /// Where headers come from.
    pub headers: &'a Headers,
    /// Says whether a folder holds a vendor's runtime headers, which must not mix with ours.
    pub holds_vendor_headers: &'a dyn Fn(&Path) -> bool,
    /// Reads a response file; `None` when it cannot be read.
    pub response_file: &'a dyn Fn(&Path) -> Option<String>,
}

/// What matters of a compile command, in clang's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Translated {
    /// Flags without compiler, input, output and pass.
    pub flags: Vec<String>,
    /// The architecture's number: 80 for `sm_80`; `None` when the command names none.
    pub sm: Option<u32>,
    /// The MUSA architecture (31 for `mp_31`), when the command names one.
    pub mp: Option<u32>,
    /// The command says with `-x` that the file is CUDA or MUSA, whatever its name.
    pub cuda: bool,
}

/// The newest architecture that the oldest clang we support can name in a CUDA parse without an SDK.
const NEWEST_SM: u32 = 90;
/// The architecture parsed for when nothing names one.
const DEFAULT_SM: u32 = 80;
/// The MUSA architecture parsed for when nothing names one: the one whose warps have 32 lanes.
const DEFAULT_MP: u32 = 31;

/// Translate the arguments of one command (compiler first), run in `directory`. Inputs and outputs are left out.
pub fn translate(arguments: &[String], directory: &Path, target: &Target<'_>) -> Translated {
    let mut reader = Reader { out: Translated::default(), directory, target, open_files: Vec::new() };
    reader.read(arguments.get(1..).unwrap_or_default());
    reader.out
}

/// What a source is written for; decides which names the headers give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// CUDA C++.
    Cuda,
    /// MUSA C++.
    Musa,
    /// C++ for the host alone.
    Host,
}

/// The whole command for clang: compiler name, language, architecture, pass, headers and file.
pub fn command(
    translated: &Translated,
    file: &Path,
    dialect: Dialect,
    pass: Pass,
    headers: &Headers,
) -> Vec<String> {
    let mut out = vec!["clang++".to_owned()];
    let mut add = |flags: &[&str]| out.extend(flags.iter().map(|&f| f.to_owned()));
    if dialect != Dialect::Host {
        let sm = translated.sm.unwrap_or(DEFAULT_SM).clamp(50, NEWEST_SM);
        let pass_flag = match pass {
            Pass::Host => "--cuda-host-only",
            Pass::Device => "--cuda-device-only",
        };
        add(&["-x", "cuda", &format!("--cuda-gpu-arch=sm_{sm}"), pass_flag]);
        match headers {
            Headers::Sdk(path) => add(&[&format!("--cuda-path={}", path.display())]),
            Headers::Own(_) | Headers::None => add(OWN_HEADER_FLAGS),
        }
        if dialect == Dialect::Musa {
            add(&["-D__MUSACC__=1", "-D__MUSA__=1"]);
            if pass == Pass::Device {
                add(&[&format!("-D__MUSA_ARCH__={}", translated.mp.unwrap_or(DEFAULT_MP) * 10)]);
            }
        }
    }
    out.extend(translated.flags.iter().cloned());
    if let Headers::Own(root) = headers {
        let folders =
            if dialect == Dialect::Musa { ["common", "musa", "cuda"] } else { ["common", "cuda", "musa"] };
        for folder in folders {
            out.extend(["-isystem".to_owned(), root.join(folder).display().to_string()]);
        }
        // nvcc and mcc include their runtime header before the first line.
        let runtime = match dialect {
            Dialect::Cuda => Some("cuda_runtime.h"),
            Dialect::Musa => Some("musa_runtime.h"),
            Dialect::Host => None,
        };
        out.extend(runtime.into_iter().flat_map(|r| ["-include".to_owned(), r.to_owned()]));
    }
    out.extend(QUIET.iter().map(|&f| f.to_owned()));
    out.push("--".to_owned());
    out.push(file.display().to_string());
    out
}

/// What a parse with our headers and no SDK takes.
pub const OWN_HEADER_FLAGS: &[&str] = &[
    "-nocudainc",
    "-nocudalib",
    "-fdeclspec",
    "-Xclang",
    "-target-sdk-version=12.3",
    "-Xclang",
    "-fcuda-allow-variadic-functions",
    "-D__CUDACC__=1",
];

/// Remarks about the command line rather than the source; the user did not write that command line.
const QUIET: &[&str] = &[
    "-Wno-unknown-warning-option",
    "-Wno-unused-command-line-argument",
    "-Wno-ignored-optimization-argument",
    "-Wno-pragma-once-outside-header",
    "-Wno-unknown-cuda-version",
    "-Wno-unknown-pragmas",
];

/// Long names of nvcc for things clang has too.
const RENAME_WITH_VALUE: &[(&str, &str)] = &[
    ("--include-path", "-I"),
    ("--system-include", "-isystem"),
    ("--pre-include", "-include"),
    ("--define-macro", "-D"),
    ("--undefine-macro", "-U"),
    ("--std", "-std="),
    ("-std", "-std="),
    ("--optimize", "-O"),
];

struct Reader<'a> {
    out: Translated,
    directory: &'a Path,
    target: &'a Target<'a>,
    /// Response files being read: one may name itself.
    open_files: Vec<PathBuf>,
}

impl Reader<'_> {
    fn read(&mut self, arguments: &[String]) {
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            self.one(argument, &mut rest);
        }
    }

    fn one(&mut self, argument: &str, rest: &mut std::slice::Iter<'_, String>) {
        if argument == "--" {
            return;
        }
        if let Some(value) = option_value(argument, &["-gencode", "--generate-code"], rest) {
            return self.architectures(&value);
        }
        if let Some(value) = option_value(
            argument,
            &["-arch", "--gpu-architecture", "--offload-arch", "--cuda-gpu-arch"],
            rest,
        ) {
            return self.architectures(&value);
        }
        if let Some(value) = option_value(argument, &["-Xcompiler", "--compiler-options"], rest) {
            let parts: Vec<String> = value
                .split(',')
                .map(|p| p.trim_matches(['"', '\'', ' ']).to_owned())
                .filter(|p| !p.is_empty())
                .flat_map(|p| p.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
                .collect();
            return self.host_flags(&parts);
        }
        if let Some(value) = option_value(argument, &["--options-file", "-optf"], rest) {
            return self.response(&value);
        }
        if let Some(value) = argument.strip_prefix('@') {
            return self.response(value);
        }
        let language = option_value(argument, &["-x", "--x"], rest)
            .or_else(|| argument.strip_prefix("-x").map(str::to_owned));
        if let Some(language) = language {
            self.out.cuda |= matches!(language.as_str(), "cu" | "cuda" | "musa");
            return;
        }
        if matches!(argument, "-rdc" | "--relocatable-device-code") {
            rest.next();
            return;
        }
        if argument.contains("expt-relaxed-constexpr") {
            self.out.flags.push("-D__CUDACC_RELAXED_CONSTEXPR__".to_owned());
            return;
        }
        if argument.contains("extended-lambda") {
            self.out.flags.push("-D__CUDACC_EXTENDED_LAMBDA__".to_owned());
            return;
        }
        for &(long, short) in RENAME_WITH_VALUE {
            if let Some(value) = option_value(argument, &[long], rest) {
                return self.keep_valued(short, &value);
            }
        }
        if holds(DROP_WITH_VALUE, argument) {
            // nvcc's takes a kind, gcc's takes nothing.
            let none =
                argument == "-Werror" && rest.as_slice().first().is_none_or(|next| next.starts_with('-'));
            if !none {
                rest.next();
            }
            return;
        }
        if holds(DROP, argument) || begins_with_one_of(DROP_PREFIX, argument) {
            return;
        }
        self.plain(argument, rest);
    }

    fn plain(&mut self, argument: &str, rest: &mut std::slice::Iter<'_, String>) {
        for option in ["-isystem", "-iquote", "-idirafter", "-I", "-D", "-U", "-include", "-imacros"] {
            if argument == option {
                if let Some(value) = rest.next() {
                    self.keep_valued(option, value);
                }
                return;
            }
            if let Some(value) = argument.strip_prefix(option)
                && !value.is_empty()
                && !argument.starts_with("-include-")
            {
                return self.keep_valued(option, value.trim_start_matches('='));
            }
        }
        if holds(TAKES_VALUE_CLANG, argument) {
            if let Some(value) = rest.next() {
                self.out.flags.extend([argument.to_owned(), value.clone()]);
            }
            return;
        }
        // What is no flag is an input or an object, and the caller names the input.
        if argument.starts_with('-') && begins_with_one_of(KEEP, argument) {
            self.out.flags.push(argument.to_owned());
        }
    }

    fn keep_valued(&mut self, option: &str, value: &str) {
        let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        let value = quoted.unwrap_or(value);
        let is_folder = matches!(option, "-I" | "-isystem" | "-iquote" | "-idirafter");
        if is_folder {
            for folder in value.split(',').filter(|f| !f.is_empty()) {
                let path = self.directory.join(folder);
                let mixes = matches!(self.target.headers, Headers::Own(_));
                if mixes && (self.target.holds_vendor_headers)(&path) {
                    continue;
                }
                self.push(option, folder);
            }
            return;
        }
        self.push(option, value);
    }

    fn push(&mut self, option: &str, value: &str) {
        if option.ends_with('=') || matches!(option, "-I" | "-D" | "-U" | "-O") {
            self.out.flags.push(format!("{option}{value}"));
        } else {
            self.out.flags.extend([option.to_owned(), value.to_owned()]);
        }
    }

    fn host_flags(&mut self, parts: &[String]) {
        let mut rest = parts.iter();
        while let Some(part) = rest.next() {
            if part == "-Werror" {
                continue;
            }
            if holds(DROP_WITH_VALUE, part) {
                rest.next();
            } else if !holds(DROP, part) && !begins_with_one_of(DROP_PREFIX, part) {
                self.plain(part, &mut rest);
            }
        }
    }

    fn response(&mut self, name: &str) {
        let path = self.directory.join(name.trim_matches('"'));
        if self.open_files.contains(&path) {
            return;
        }
        let Some(text) = (self.target.response_file)(&path) else { return };
        self.open_files.push(path);
        self.read(&split_command(&text));
        self.open_files.pop();
    }

    fn architectures(&mut self, value: &str) {
        for prefix in ["sm_", "compute_", "lto_", "mp_"] {
            for (at, _) in value.match_indices(prefix) {
                let rest = value.get(at + prefix.len()..).unwrap_or_default();
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let Some(n) = rest.get(..digits).and_then(|d| d.parse::<u32>().ok()) else { continue };
                let slot = if prefix == "mp_" { &mut self.out.mp } else { &mut self.out.sm };
                *slot = Some(slot.map_or(n, |old| old.max(n)));
            }
        }
    }
}

/// The value of `argument` if it is one of `names`, given as `--name value` or `--name=value`.
fn option_value(argument: &str, names: &[&str], rest: &mut std::slice::Iter<'_, String>) -> Option<String> {
    for name in names {
        if argument == *name {
            return Some(rest.next().cloned().unwrap_or_default());
        }
        if let Some(value) = argument.strip_prefix(name).and_then(|v| v.strip_prefix('=')) {
            return Some(value.to_owned());
        }
    }
    None
}

/// Split a command line as a shell would: quotes and backslashes, no expansion.
pub fn split_command(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut in_word = false;
    let mut quote = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some('\''), c) => word.push(c),
            (Some(_), '\\') if matches!(chars.peek(), Some('"' | '\\' | '$' | '`')) => {
                word.extend(chars.next());
            }
            (Some(_), c) => word.push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                in_word = true;
            }
            (None, '\\') => {
                word.extend(chars.next());
                in_word = true;
            }
            (None, c) if c.is_whitespace() => {
                if in_word || !word.is_empty() {
                    out.push(std::mem::take(&mut word));
                }
                in_word = false;
            }
            (None, c) => {
                word.push(c);
                in_word = true;
            }
        }
    }
    if in_word || !word.is_empty() {
        out.push(word);
    }
    out
}

#[cfg(test)]
mod tests;
