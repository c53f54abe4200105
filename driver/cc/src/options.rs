//! Reads nvcc's and mcc's command lines: what to make, from which files, with which flags for which pass.
//!
//! The table in `flags.rs` holds every option with a meaning of its own; what is not in it goes to clang's host and device
//! passes as it is, with a note. Nothing here looks at files, except response files.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use crate::arch::{self, Arch};
use crate::flags::Does::{self, *};
use crate::flags::{JOINED, known, takes_value};
use crate::{Dialect, Error};

/// What the command is to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Action {
    /// A program or a shared library.
    #[default]
    Link,
    /// Objects (`-c`, `-dc`).
    Compile,
    /// PTX text (`-ptx`).
    Ptx,
    /// A container of PTX for each architecture (`-fatbin`).
    Fatbin,
    /// Preprocessed source (`-E`).
    Preprocess,
    /// A rule for make (`-M`, `-MM`).
    Dependencies,
    /// The object of the device link step (`-dlink`).
    DeviceLink,
    /// A static library (`-lib`).
    Archive,
    /// `--version`.
    Version,
    /// `--print-folders`: where our headers and libraries are, for build systems.
    Folders,
    /// `--cmake-toolchain`: where CMake's toolchain file is.
    Toolchain,
}

/// A file on the command line, or a linker flag at its place among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A CUDA or MUSA source.
    Device(PathBuf, Dialect),
    /// A C or C++ source, with `-x`'s language if one was given.
    Host(PathBuf, Option<String>),
    /// An object, a library, a linker script or a linker flag; order matters.
    Linker(OsString),
}

/// A command line, understood.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What to make.
    pub action: Action,
    /// Sources, objects, libraries and linker flags, in order.
    pub inputs: Vec<Input>,
    /// `-o`.
    pub output: Option<PathBuf>,
    /// `-odir`.
    pub output_folder: Option<PathBuf>,
    /// Architectures to make PTX for; never empty after parsing.
    pub archs: Vec<Arch>,
    /// Flags for both passes and for host sources.
    pub common: Vec<OsString>,
    /// Flags for the host pass and for host sources.
    pub host: Vec<OsString>,
    /// Flags for the device pass.
    pub device: Vec<OsString>,
    /// `-O…` as given.
    pub optimisation: Option<String>,
    /// `-G`: device code for debugging.
    pub device_debug: bool,
    /// `-shared`.
    pub shared: bool,
    /// `-cudart none`.
    pub no_runtime: bool,
    /// A runtime library was named with `-l`.
    pub names_runtime: bool,
    /// `-dc`, `-rdc=true`: device code and variables are shared with other files.
    pub relocatable: bool,
    /// `-default-stream per-thread`.
    pub own_default_stream: bool,
    /// `--keep`: where the PTX is kept, too.
    pub keep: Option<PathBuf>,
    /// `-run`: start the program when it is made.
    pub run: bool,
    /// `-run-args`: what it is started with.
    pub run_arguments: Vec<OsString>,
    /// `-dryrun`: print the commands and run none.
    pub dry_run: bool,
    /// `-v`: print the commands too.
    pub verbose: bool,
    /// A dependency file was asked for (`-MD`, `-MMD`), and whether `-MF` names it.
    pub dependency_file: Option<bool>,
    /// Things the user should know, in order.
    pub notes: Vec<String>,
}

impl Options {
    /// Reads a command line without the program's name.
    pub fn parse(arguments: &[OsString]) -> Result<Self, Error> {
        let mut options = Self::default();
        let mut reader = Reader { language: None, arch: None, gencode: Vec::new() };
        let arguments = expand_response_files(arguments, 0)?;
        let mut at = 0;
        while at < arguments.len() {
            at += reader.take(&mut options, &arguments[at..])?;
        }
        reader.finish(&mut options)?;
        Ok(options)
    }

    /// Sources of device code.
    pub fn has_device_source(&self) -> bool {
        self.inputs.iter().any(|i| matches!(i, Input::Device(..)))
    }
}

/// `@file` and `-optf file` stand for the words in the file.
fn expand_response_files(arguments: &[OsString], depth: u32) -> Result<Vec<OsString>, Error> {
    if depth > 16 {
        return Err(Error::Usage("response files include one another without end".to_string()));
    }
    let mut out = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        let named = if text == "-optf" || text == "--options-file" {
            arguments.next().map(PathBuf::from)
        } else {
            text.strip_prefix("--options-file=")
                .or_else(|| text.strip_prefix('@'))
                .map(PathBuf::from)
                .filter(|p| p.is_file() || !text.starts_with('@'))
        };
        let Some(path) = named else {
            out.push(argument.clone());
            continue;
        };
        let text = fs::read_to_string(&path).map_err(|source| Error::File {
            action: "could not read the options in",
            path: path.clone(),
            source,
        })?;
        out.extend(expand_response_files(&split_words(&text), depth + 1)?);
    }
    Ok(out)
}

/// Words of a response file: separated by white space, quoted by `'` or `"`, escaped by a backslash.
fn split_words(text: &str) -> Vec<OsString> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, quote) {
            ('\\', q) if q != Some('\'') => word.get_or_insert_default().extend(characters.next()),
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take().map(OsString::from)),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word.map(OsString::from));
    words
}

struct Reader {
    language: Option<String>,
    arch: Option<String>,
    gencode: Vec<String>,
}

impl Reader {
    /// Takes one option or file from the front; the value is how many words it had.
    fn take(&mut self, options: &mut Options, words: &[OsString]) -> Result<usize, Error> {
        let Some(first) = words.first() else { return Ok(1) };
        let Some(text) = first.to_str() else {
            self.file(options, first);
            return Ok(1);
        };
        if !text.starts_with('-') || text == "-" {
            self.file(options, first);
            return Ok(1);
        }
        if text.starts_with("-O") && text.len() <= 6 || text == "--optimize" {
            options.optimisation = Some(text.to_string());
            return Ok(1);
        }
        let (name, joined) = match text.split_once('=') {
            Some((name, value)) if !text.starts_with("-W") && known(text).is_none() => (name, Some(value)),
            _ => (text, None),
        };
        if let Some(does) = known(name) {
            let next = words.get(1).map(OsString::as_os_str);
            let value = joined.map(OsStr::new).or(next.filter(|_| takes_value(does)));
            let used = if joined.is_none() && takes_value(does) { 2 } else { 1 };
            if takes_value(does) && value.is_none() {
                return Err(Error::Usage(format!("{name} needs a value after it")));
            }
            self.apply(options, does, name, value)?;
            return Ok(used);
        }
        for prefix in JOINED {
            // `-t0` alone is joined to a number; other words that begin with `-t` are other options.
            let fits = |v: &&str| !v.is_empty() && (prefix != "-t" || v.bytes().all(|b| b.is_ascii_digit()));
            if let Some(value) = text.strip_prefix(prefix).filter(fits)
                && let Some(does) = known(prefix)
            {
                self.apply(options, does, prefix, Some(OsStr::new(value)))?;
                return Ok(1);
            }
        }
        if let Some(rest) = text.strip_prefix("-Wl,") {
            options.inputs.push(Input::Linker(format!("-Wl,{rest}").into()));
        } else if let Some(path) = text.strip_prefix("-MF") {
            self.apply(options, DependencyName, "-MF", Some(OsStr::new(path)))?;
        } else if text.starts_with("-W") || text.starts_with("-f") {
            options.common.push(first.clone());
        } else if text.starts_with("-g") || text.starts_with("-m") {
            options.host.push(first.clone());
        } else if ["-static", "-rdynamic", "-nostdlib", "-s", "-nodefaultlibs"].contains(&text) {
            options.inputs.push(Input::Linker(first.clone()));
        } else {
            options.notes.push(format!("{text} is unknown here and goes to clang as it is"));
            options.common.push(first.clone());
        }
        Ok(1)
    }

    fn file(&self, options: &mut Options, word: &OsString) {
        let path = PathBuf::from(word);
        let extension = path.extension().and_then(OsStr::to_str).unwrap_or("");
        let input = match (self.language.as_deref(), Dialect::of_path(&path)) {
            // A build system that has no word for MUSA says CUDA.
            (Some("cu" | "cuda"), Some(Dialect::Musa)) => Input::Device(path, Dialect::Musa),
            (Some("cu" | "cuda"), _) => Input::Device(path, Dialect::Cuda),
            (Some("mu" | "musa"), _) => Input::Device(path, Dialect::Musa),
            (Some(language), _) => {
                let language = language.to_string();
                Input::Host(path, Some(language))
            }
            (None, Some(dialect)) => Input::Device(path, dialect),
            (None, None) => match extension {
                "c" | "cc" | "cpp" | "cxx" | "C" | "c++" | "i" | "ii" | "s" | "S" => Input::Host(path, None),
                _ => Input::Linker(word.clone()),
            },
        };
        options.inputs.push(input);
    }

    fn apply(
        &mut self,
        options: &mut Options,
        does: Does,
        name: &str,
        value: Option<&OsStr>,
    ) -> Result<(), Error> {
        let value = value.unwrap_or_default();
        let text = value.to_string_lossy();
        let no = text == "false";
        match does {
            Act(action) => {
                if name == "-MM" || name == "--generate-nonsystem-dependencies" {
                    options.host.push("-MM".into());
                } else if action == Action::Dependencies {
                    options.host.push("-M".into());
                }
                options.action = action;
            }
            NoWarnings => options.common.push("-w".into()),
            BothValue => options.common.extend([name.into(), value.to_os_string()]),
            Host => options.host.push(if name == "--debug" { "-g".into() } else { name.into() }),
            HostValue => options.host.extend([name.into(), value.to_os_string()]),
            HostList => {
                for flag in text.split(',').filter(|f| !f.is_empty()) {
                    for word in flag.split_whitespace() {
                        options.host.push(word.into());
                        if ["-fopenmp", "-pthread", "-pg"].contains(&word) || word.starts_with("-fsanitize") {
                            options.inputs.push(Input::Linker(word.into()));
                        }
                    }
                }
            }
            LinkerList => {
                options.inputs.extend(text.split(',').map(|f| Input::Linker(format!("-Wl,{f}").into())));
            }
            LibraryPath => options.inputs.push(Input::Linker(join("-L", value))),
            Library => match text.as_ref() {
                "cudart_static" | "cudart" | "musart" | "cuda" | "musa" => {
                    options.names_runtime |= !matches!(text.as_ref(), "cuda" | "musa");
                    let library = text.trim_end_matches("_static");
                    options.inputs.push(Input::Linker(format!("-l{library}").into()));
                }
                // The device runtime has no library of its own here.
                "cudadevrt" | "culibos" => {}
                _ => options.inputs.push(Input::Linker(join("-l", value))),
            },
            Quiet | QuietValue => {}
            Noted => options.notes.push(format!("{name} has no effect on the embedded device")),
            NotedValue => options.notes.push(format!("{name} {text} has no effect on the embedded device")),
            Arch => self.arch = Some(text.into_owned()),
            Gencode | OffloadArch => self.gencode.push(text.into_owned()),
            Output => options.output = Some(PathBuf::from(value)),
            OutputFolder => options.output_folder = Some(PathBuf::from(value)),
            Include => options.common.extend(text.split(',').flat_map(|f| ["-include".into(), f.into()])),
            Define => options.common.push(join("-D", value)),
            Undefine => options.common.push(join("-U", value)),
            IncludeFolder => options.common.extend(text.split(',').map(|f| join("-I", OsStr::new(f)))),
            SystemFolder => options.common.extend(["-isystem".into(), value.to_os_string()]),
            Language => self.language = Some(text.into_owned()).filter(|l| l != "none"),
            Standard => options.common.push(join("-std=", value)),
            DeviceDebug => options.device_debug = true,
            LineInfo => {}
            FastMath => options.device.extend(FAST_MATH.map(OsString::from)),
            Ftz if !no => options.device.push(FAST_MATH[0].into()),
            PrecDiv if no => options.device.extend(FAST_MATH[2..4].iter().map(OsString::from)),
            PrecSqrt if no => options.device.extend(FAST_MATH[4..6].iter().map(OsString::from)),
            Fmad if no => options.device.push("-ffp-contract=off".into()),
            Ftz | PrecDiv | PrecSqrt | Fmad => {}
            CompileRelocatable => {
                options.action = Action::Compile;
                options.relocatable = true;
            }
            Relocatable => options.relocatable = !no,
            Keep => options.keep = Some(options.keep.take().unwrap_or_default()),
            KeepFolder => options.keep = Some(PathBuf::from(value)),
            Shared => options.shared = true,
            Runtime => options.no_runtime = text == "none",
            DryRun => options.dry_run = true,
            Verbose => options.verbose = true,
            Run => options.run = true,
            RunArguments => options.run_arguments.extend(text.split(',').map(OsString::from)),
            ResponseFile => {}
            Werror => options.common.extend(text.split(',').filter_map(werror).map(OsString::from)),
            DependencyFile => {
                let flag = if name.contains("nonsystem") || name == "-MMD" { "-MMD" } else { "-MD" };
                options.host.push(flag.into());
                options.dependency_file.get_or_insert(false);
            }
            DependencyName => {
                options.host.extend(["-MF".into(), value.to_os_string()]);
                options.dependency_file = Some(true);
            }
            DependencyTarget => options.host.extend(["-MT".into(), value.to_os_string()]),
            ExtendedLambda => options.common.push("-D__CUDACC_EXTENDED_LAMBDA__=1".into()),
            DefaultStream if text == "per-thread" => {
                options.own_default_stream = true;
                options.common.push("-DCUDA_API_PER_THREAD_DEFAULT_STREAM=1".into());
            }
            DefaultStream => {}
        }
        Ok(())
    }

    /// Settles the architectures: every `-gencode`, else `-arch`, else the default.
    fn finish(self, options: &mut Options) -> Result<(), Error> {
        let wanted: Vec<String> =
            if self.gencode.is_empty() { self.arch.into_iter().collect() } else { self.gencode };
        for text in &wanted {
            for arch in arch::parse(text)? {
                if !options.archs.contains(&arch) {
                    options.archs.push(arch);
                }
            }
        }
        if options.archs.is_empty() {
            options.archs.push(Arch::default());
        }
        if options.relocatable {
            options.common.push("-D__CUDACC_RDC__=1".into());
        }
        Ok(())
    }
}

/// What `-Werror KIND` means to clang, which has no word for nvcc's own kinds.
fn werror(kind: &str) -> Option<&'static str> {
    match kind {
        "all-warnings" => Some("-Werror"),
        "reorder" => Some("-Werror=reorder"),
        "deprecated-declarations" => Some("-Werror=deprecated-declarations"),
        _ => None,
    }
}

/// `--use_fast_math`: denormals to zero, fast intrinsics for the math API, approximate division and square root.
const FAST_MATH: [&str; 6] = [
    "-fcuda-flush-denormals-to-zero",
    "-fcuda-approx-transcendentals",
    "-mllvm",
    "-nvptx-prec-divf32=0",
    "-mllvm",
    "-nvptx-prec-sqrtf32=0",
];

fn join(flag: &str, value: &OsStr) -> OsString {
    let mut joined = OsString::from(flag);
    joined.push(value);
    joined
}

/// The name of what is made from `source`: its stem with another ending, in `folder` or here.
pub(crate) fn derived(source: &Path, ending: &str, folder: Option<&Path>) -> PathBuf {
    let stem = source.file_stem().unwrap_or(OsStr::new("a"));
    let mut name = stem.to_os_string();
    name.push(ending);
    folder.unwrap_or(Path::new("")).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Options {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        Options::parse(&words).expect("the line makes sense")
    }

    fn archs(line: &str) -> Vec<String> {
        parse(line).archs.iter().map(|a| a.clang.clone()).collect()
    }

    #[test]
    fn architectures_come_from_gencode_then_arch_then_the_default() {
        assert_eq!(archs("a.cu"), ["sm_80"]);
        assert_eq!(archs("-arch=sm_75 a.cu"), ["sm_75"]);
        assert_eq!(archs("-arch compute_70 -code sm_70 a.cu"), ["sm_70"]);
        assert_eq!(
            archs(
                "-gencode arch=compute_70,code=sm_70 -gencode=arch=compute_86,code=[sm_86,compute_86] a.cu"
            ),
            ["sm_70", "sm_86"]
        );
        assert_eq!(archs("--offload-arch=mp_31 a.mu"), ["sm_80"]);
    }

    #[test]
    fn files_are_sorted_by_what_is_done_with_them() {
        let options = parse("a.cu b.mu c.cpp d.o -lm libx.a -x cu e.txt f.mu");
        assert_eq!(
            options.inputs,
            [
                Input::Device("a.cu".into(), Dialect::Cuda),
                Input::Device("b.mu".into(), Dialect::Musa),
                Input::Host("c.cpp".into(), None),
                Input::Linker("d.o".into()),
                Input::Linker("-lm".into()),
                Input::Linker("libx.a".into()),
                Input::Device("e.txt".into(), Dialect::Cuda),
                Input::Device("f.mu".into(), Dialect::Musa),
            ]
        );
    }

    #[test]
    fn flags_reach_the_pass_they_are_for() {
        let options =
            parse("-Iinc -I other -DX=1 -Xcompiler -fPIC,-Wall -O3 -G -use_fast_math -fmad=false a.cu");
        assert_eq!(options.common, ["-Iinc", "-Iother", "-DX=1"]);
        assert_eq!(options.host, ["-fPIC", "-Wall"]);
        assert!(options.device.contains(&"-ffp-contract=off".into()), "{:?}", options.device);
        assert!(options.device.contains(&"-fcuda-flush-denormals-to-zero".into()));
        assert_eq!(options.optimisation.as_deref(), Some("-O3"));
        assert!(options.device_debug);
        assert_eq!(options.notes, [""; 0]);
    }

    #[test]
    fn what_is_unknown_is_passed_on_with_a_note() {
        let options = parse("--strange -maxrregcount=32 a.cu");
        assert_eq!(options.common, ["--strange"]);
        assert_eq!(options.notes.len(), 2, "{:?}", options.notes);
    }

    #[test]
    fn the_static_runtime_becomes_the_shared_one() {
        let options = parse("a.o -lcudart_static -lcudadevrt -lrt");
        assert_eq!(options.inputs[1..], [Input::Linker("-lcudart".into()), Input::Linker("-lrt".into())]);
        assert!(options.names_runtime);
    }

    #[test]
    fn response_files_keep_quoted_words_together() {
        let words = split_words("-DA=\"x y\"  -I 'a b'\n-o \\\"q");
        assert_eq!(words, ["-DA=x y", "-I", "a b", "-o", "\"q"]);
    }

    #[test]
    fn an_option_without_its_value_is_an_error() {
        let error = Options::parse(&["-o".into()]).expect_err("no value").to_string();
        assert_eq!(error, "-o needs a value after it");
    }
}
