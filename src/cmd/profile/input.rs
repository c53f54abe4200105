//! What the PATH of `profile` means: the launch file, and the PTX, compiled first where that is due.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use warplens_devices as devices;
use warplens_driver_cc::{Clang, DeviceOptions, Dialect, Headers, device_ptx};
use warplens_profiler::launch_file::LaunchFile;
use warplens_profiler::session::Source;

use crate::report::Help as _;

/// Everything a run needs from files.
pub struct Input {
    /// The launch file.
    pub launch: LaunchFile,
    /// PTX texts.
    pub sources: Vec<Source>,
    /// Folders in which sources may lie.
    pub folders: Vec<PathBuf>,
    /// What a reader of the report must know.
    pub notes: Vec<String>,
}

/// A device model.
pub enum Model {
    /// One that comes with the program.
    BuiltIn(&'static devices::Model),
    /// One from a file.
    Own(Box<devices::Model>),
}

/// The model called `name`, or in the file of that name.
pub fn model(name: &str) -> anyhow::Result<Model> {
    if name.ends_with(".toml") || name.contains('/') {
        let text = text_of(Path::new(name), "the device model")?;
        let model = devices::parse(&text)
            .with_context(|| format!("{name} is not a device model"))
            .help("copy one of devices/models in the sources and change its figures")?;
        return Ok(Model::Own(Box::new(model)));
    }
    devices::find(name)
        .map(Model::BuiltIn)
        .help("see devices/models for what each one is, or give a file of your own")
}

/// Largest file that is read as text; PTX beyond it is no PTX.
const MAX_BYTES: u64 = 1 << 30;

/// Reads what PATH and `--launch` name.
pub fn read(path: &Path, launch: Option<&Path>, compile: bool) -> anyhow::Result<Input> {
    let meta = std::fs::metadata(path)
        .with_context(|| format!("cannot read {}", path.display()))
        .help("give a folder with a launch.toml (see examples/), a PTX file, or an image that holds PTX")?;
    let is_launch_file = path.extension().is_some_and(|e| e == "toml");
    // The code is PATH itself unless PATH is where the launch file is.
    let code = (!meta.is_dir() && !is_launch_file).then_some(path);
    let launch_path = match launch {
        Some(given) => given.to_owned(),
        None if meta.is_dir() => path.join("launch.toml"),
        None if is_launch_file => path.to_owned(),
        None => folder_of(path).join("launch.toml"),
    };
    if launch.is_none() && !launch_path.exists() {
        return Err(anyhow::anyhow!(
            "{} is not there: how is the kernel to be launched?",
            launch_path.display()
        ))
        .help(without_launch_file(path));
    }
    let text = text_of(&launch_path, "the launch file")?;
    let file = LaunchFile::parse(&launch_path, &text).map_err(|e| {
        let help = e.help.clone();
        Err::<(), _>(e).help(help).unwrap_err()
    })?;
    let mut notes = Vec::new();
    let sources = match code {
        Some(code) => given_code(code, &mut notes)?,
        None => named_code(&file, compile, &mut notes)?,
    };
    let mut folders = vec![file.folder().to_owned()];
    folders.extend(code.map(|c| folder_of(c).to_owned()));
    Ok(Input { launch: file, sources, folders, notes })
}

/// What to do about a PATH that has no launch file.
fn without_launch_file(path: &Path) -> String {
    let lone = "for a lone kernel, write a launch file (docs/launch-file.md; examples/saxpy/launch.toml is one) or name it with --launch";
    let shown = path.display();
    if Dialect::of_path(path).is_some() {
        let program = crate::cmd::run::runnable(path);
        return format!(
            "for a whole program, `warplens cc {shown} -o {program}` and `warplens profile -- {program}`; {lone}"
        );
    }
    let mut magic = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    match read {
        Ok(()) if magic == *b"\x7fELF" => {
            format!("for a whole program, `warplens profile -- {shown}`; {lone}")
        }
        _ => lone.to_owned(),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn bytes_of(path: &Path, what: &str) -> anyhow::Result<Vec<u8>> {
    let read = || {
        let meta = std::fs::metadata(path)?;
        if meta.is_dir() {
            return Err(std::io::Error::other("it is a folder"));
        }
        if meta.len() > MAX_BYTES {
            return Err(std::io::Error::other(format!("it has {} bytes, more than {MAX_BYTES}", meta.len())));
        }
        std::fs::read(path)
    };
    read()
        .with_context(|| format!("cannot read {what} {}", path.display()))
        .help("give the path of a file that can be read")
}

fn text_of(path: &Path, what: &str) -> anyhow::Result<String> {
    let bytes = bytes_of(path, what)?;
    String::from_utf8(bytes)
        .map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            anyhow::anyhow!("{} is not UTF-8 text: byte {at} belongs to no character", path.display())
        })
        .help(format!("{what} is a text file; is this the right one?"))
}

// PATH is PTX, a source to compile, or an image.
fn given_code(path: &Path, notes: &mut Vec<String>) -> anyhow::Result<Vec<Source>> {
    let name = path.display().to_string();
    if path.extension().is_some_and(|e| e == "ptx") {
        return Ok(vec![Source { name, ptx: text_of(path, "the PTX")? }]);
    }
    if Dialect::of_path(path).is_some() {
        let (ptx, note) = compile_source(path)?;
        notes.push(note);
        return Ok(vec![Source { name: path.with_extension("ptx").display().to_string(), ptx }]);
    }
    let bytes = bytes_of(path, "the image")?;
    let image = warplens_image::open(&bytes)
        .with_context(|| format!("{name} is not a device image"))
        .help("give a PTX file (its name ends in .ptx), or a fatbin, cubin, offload bundle or executable")?;
    let found = warplens_image::ptx_sources(&image).map_err(|none| {
        let help = none.help();
        Err::<(), _>(none).with_context(|| format!("{name} cannot be profiled")).help(help).unwrap_err()
    })?;
    let source = |s: &warplens_image::PtxSource<'_>| {
        let place = if s.place.is_empty() { name.clone() } else { format!("{name}({})", s.place) };
        Source { name: place, ptx: s.text.to_owned() }
    };
    Ok(found.iter().map(source).collect())
}

// The launch file names the code.
fn named_code(file: &LaunchFile, compile: bool, notes: &mut Vec<String>) -> anyhow::Result<Vec<Source>> {
    let source = file.source.as_ref().map(|s| file.folder().join(s));
    let ptx = match (&file.ptx, &source) {
        (Some(ptx), _) => file.folder().join(ptx),
        (None, Some(source)) => source.with_extension("ptx"),
        (None, None) => {
            return Err(anyhow::anyhow!("{} names neither `ptx` nor `source`", file.path.display()))
                .help("add ptx = \"kernel.ptx\" at its top, or give the PTX file as PATH with --launch");
        }
    };
    let name = ptx.display().to_string();
    if let Some(source) = source.filter(|s| compile && is_newer(s, &ptx)) {
        match compile_source(&source) {
            Ok((ptx, note)) => {
                notes.push(note);
                return Ok(vec![Source { name, ptx }]);
            }
            // Without a compiler the PTX that is there still runs; a source that does not compile is an error.
            Err(CompileError::NoCompiler(why)) if ptx.exists() => notes.push(format!(
                "{} is newer than {name}, which was used all the same: {why}",
                source.display()
            )),
            Err(e) => return Err(e.into()),
        }
    }
    if !ptx.exists() {
        return Err(anyhow::anyhow!("{name} is not there")).help(
            "compile it (clang-19 with warplens's headers does when `source` is given; nvcc -ptx -lineinfo works too)",
        );
    }
    Ok(vec![Source { name, ptx: text_of(&ptx, "the PTX")? }])
}

// By more than checking a tree out takes: its files get times in no particular order.
fn is_newer(source: &Path, ptx: &Path) -> bool {
    let time = |p: &Path| std::fs::metadata(p).and_then(|m| m.modified()).ok();
    match (time(source), time(ptx)) {
        (Some(s), Some(p)) => s.duration_since(p).is_ok_and(|by| by.as_secs() >= 10),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

enum CompileError {
    NoCompiler(String),
    Other(anyhow::Error),
}

impl From<CompileError> for anyhow::Error {
    fn from(e: CompileError) -> anyhow::Error {
        match e {
            CompileError::NoCompiler(why) => anyhow::anyhow!(why),
            CompileError::Other(e) => e,
        }
    }
}

// The PTX stays in memory: a checked-in file is not changed behind its owner's back.
fn compile_source(source: &Path) -> Result<(String, String), CompileError> {
    let clang = Clang::find().map_err(|e| CompileError::NoCompiler(e.to_string()))?;
    let other = |e: warplens_driver_cc::Error| CompileError::Other(e.into());
    let headers = Headers::find().map_err(other)?;
    let ptx = device_ptx(&clang, &headers, source, &DeviceOptions::default()).map_err(other)?;
    Ok((ptx, format!("{} was compiled with clang {}", source.display(), clang.version)))
}
