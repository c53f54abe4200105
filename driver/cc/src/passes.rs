//! One source to one object: device passes and the host pass side by side.
//!
//! The host pass embeds the device passes' result, but only at its very end; so all are started together, and the PTX goes
//! into the host pass's standard input when it is ready. The time is that of the longest pass, not of all.
//!
//! clang has two languages for host code of this kind. CUDA is the usual one. Its HIP language can do what CUDA's cannot
//! without a vendor's linker: `__managed__` variables, which host code reads through a pointer that registration fills,
//! and variables that host code of another file names (`-dc`, `-rdc=true`). The device pass is CUDA's in any case.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::{fs, thread};

use crate::arch::Arch;
use crate::compile::{Compiler, Verdict};
use crate::device::{device_flags_for, hip_flags, language_flags};
use crate::jobs::status_of;
use crate::options::{Options, derived};
use crate::{Dialect, Error, fatbin, ptx_names};

/// What clang says when a header's `__managed__` is met in the language that has none (`warplens/attributes.h`).
const PROBE: &str = "warplens: __managed__";

/// Which of clang's languages the host pass is compiled in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HostLanguage {
    Cuda,
    Hip,
}

/// One device source on its way to an object.
struct Unit<'u> {
    options: &'u Options,
    source: &'u Path,
    dialect: Dialect,
    object: &'u Path,
    identity: String,
    /// Flags for the host pass of this source alone.
    extra: &'u [OsString],
}

impl Compiler<'_> {
    /// One device source to one object.
    pub(crate) fn device_object(
        &self,
        options: &Options,
        source: &Path,
        dialect: Dialect,
        object: &Path,
        extra: &[OsString],
    ) -> Result<Verdict, Error> {
        let unit =
            Unit { options, source, dialect, object, identity: identity(options, source, object), extra };
        let language =
            if options.relocatable || names_managed(source) { HostLanguage::Hip } else { HostLanguage::Cuda };
        let device = self.device_commands(options, source, dialect, &unit.identity);
        let host = self.host_command(&unit, language);
        let all = device.iter().map(|(_, c)| c).chain([&host]);
        if self.dry(options, all.map(|c| (self.clang.path.as_path(), c))) {
            return Ok(Verdict::Made);
        }
        let mut running = self.start(&host, Stdio::piped())?;
        let pipe = running.stdin.take();
        let children =
            device.iter().map(|(_, c)| self.start(c, Stdio::null())).collect::<Result<Vec<_>, _>>()?;
        let (host, outputs, image) = thread::scope(|scope| {
            let host = scope.spawn(move || running.wait_with_output());
            let outputs = self.wait_all(children);
            let mut image = None;
            if let (Ok(outputs), Some(mut pipe)) = (&outputs, pipe)
                && outputs.iter().all(|o| o.status.success())
            {
                let bytes = fatbin::image(&texts(&device, outputs));
                // A host pass that failed has closed its end; its own message says why.
                let _ = pipe.write_all(&bytes);
                image = Some(bytes);
            }
            (host.join(), outputs, image)
        });
        let outputs = outputs?;
        let mut host = host
            .unwrap_or_else(|_| Err(std::io::Error::other("the thread that waited for it ended")))
            .map_err(|source| Error::Start { program: self.clang.path.clone(), source })?;
        if language == HostLanguage::Cuda
            && let Some(image) = image
            && contains(&host.stderr, PROBE)
        {
            host = self.feed(&self.host_command(&unit, HostLanguage::Hip), &image)?;
        }
        let mut errors: Vec<String> = vec![String::from_utf8_lossy(&host.stderr).into_owned()];
        errors.extend(outputs.iter().map(|o| String::from_utf8_lossy(&o.stderr).into_owned()));
        self.tell(&errors);
        if let Some(failed) = outputs.iter().chain([&host]).find(|o| !o.status.success()) {
            let _ = fs::remove_file(object);
            return Ok(Verdict::Failed(status_of(failed.status)));
        }
        if let Some(folder) = &options.keep {
            keep(folder, source, &texts(&device, &outputs))?;
        }
        Ok(Verdict::Made)
    }

    /// Runs one pass with bytes on its standard input.
    fn feed(&self, command: &[OsString], bytes: &[u8]) -> Result<Output, Error> {
        let mut child = self.start(command, Stdio::piped())?;
        let pipe = child.stdin.take();
        thread::scope(|scope| {
            scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(bytes)));
            child.wait_with_output()
        })
        .map_err(|source| Error::Start { program: self.clang.path.clone(), source })
    }

    /// A C or C++ source to an object.
    pub(crate) fn host_object(
        &self,
        options: &Options,
        source: &Path,
        language: Option<&str>,
        object: &Path,
        extra: &[OsString],
    ) -> Result<Verdict, Error> {
        let mut command: Vec<OsString> = Vec::new();
        if let Some(language) = language {
            command.extend(["-x".into(), language.into()]);
        }
        command.extend(self.headers.include_flags(Dialect::Cuda));
        command.push("-c".into());
        let c = language == Some("c") || source.extension() == Some(OsStr::new("c"));
        // `-std=c++17` on a line with C files is meant for the others.
        command.extend(
            options.common.iter().filter(|f| !(c && f.to_string_lossy().starts_with("-std=c++"))).cloned(),
        );
        command.extend(options.host.iter().chain(extra).cloned());
        command.extend(options.optimisation.as_deref().map(host_level));
        command.extend([source.into(), "-o".into(), object.into()]);
        self.simple(options, &self.clang.path, &command)
    }

    /// The device pass for each architecture, by its number.
    pub(crate) fn device_commands(
        &self,
        options: &Options,
        source: &Path,
        dialect: Dialect,
        identity: &str,
    ) -> Vec<(u32, Vec<OsString>)> {
        let archs: Vec<Arch> = options.archs.iter().map(|a| a.fitted(self.clang.version)).collect();
        archs
            .iter()
            .enumerate()
            .filter(|(i, a)| !archs[..*i].contains(a))
            .map(|(_, arch)| {
                let mut command = language_flags(dialect, &self.headers);
                command.extend(device_flags_for(dialect, arch));
                command.push("-S".into());
                if options.relocatable {
                    // A static variable that host code names is visible under a name with this in it.
                    command.push("-fgpu-rdc".into());
                    command.extend(identity_flags(identity));
                }
                if options.device_debug {
                    command.extend(["-O0", "-g", "--cuda-noopt-device-debug"].map(OsString::from));
                } else {
                    let level = if options.optimisation.as_deref() == Some("-O3") { "-O3" } else { "-O2" };
                    command.extend([level, "-gline-tables-only"].map(OsString::from));
                }
                command.extend(options.common.iter().chain(&options.device).cloned());
                command.extend(self.colour_flag());
                command.extend([source.into(), "-o".into(), "-".into()]);
                (arch.number(), command)
            })
            .collect()
    }

    fn host_command(&self, unit: &Unit<'_>, language: HostLanguage) -> Vec<OsString> {
        let Unit { options, source, dialect, object, identity, extra } = unit;
        let arch = options.archs.first().cloned().unwrap_or_default().fitted(self.clang.version);
        let mut command = match language {
            HostLanguage::Cuda => {
                let mut command = language_flags(*dialect, &self.headers);
                command.push(format!("--cuda-gpu-arch={}", arch.clang).into());
                command.push("-DWARPLENS_MANAGED_PROBE=1".into());
                command
            }
            HostLanguage::Hip => {
                let mut command = hip_flags(*dialect, &self.headers, &arch);
                command.extend(identity_flags(identity));
                command.extend(options.relocatable.then(|| "-fgpu-rdc".into()));
                command
            }
        };
        command.extend(
            ["--cuda-host-only", "-Xclang", "-fcuda-include-gpubinary", "-Xclang", "/dev/stdin", "-c"]
                .map(OsString::from),
        );
        if options.own_default_stream {
            // clang's driver knows the flag for HIP alone; the compiler knows it for both.
            command.extend(["-Xclang", "-fgpu-default-stream=per-thread"].map(OsString::from));
        }
        command.extend(options.optimisation.as_deref().map(host_level));
        command.extend(options.common.iter().chain(&options.host).chain(*extra).cloned());
        command.extend(self.colour_flag());
        command.extend([source.into(), "-o".into(), object.into()]);
        command
    }

    fn colour_flag(&self) -> Option<OsString> {
        self.colour.then(|| "-fcolor-diagnostics".into())
    }
}

/// The PTX of each architecture.
pub(crate) fn texts(commands: &[(u32, Vec<OsString>)], outputs: &[Output]) -> Vec<(u32, String)> {
    commands
        .iter()
        .zip(outputs)
        .map(|((arch, _), output)| (*arch, ptx_names::settled(&String::from_utf8_lossy(&output.stdout))))
        .collect()
}

/// `--keep`: the PTX beside the user's files, under nvcc's names.
fn keep(folder: &Path, source: &Path, texts: &[(u32, String)]) -> Result<(), Error> {
    for (arch, text) in texts {
        let ending = if texts.len() == 1 { ".ptx".to_string() } else { format!(".compute_{arch}.ptx") };
        let path = derived(source, &ending, Some(folder));
        fs::write(&path, text).map_err(|source| Error::File { action: "could not write", path, source })?;
    }
    Ok(())
}

/// What makes this object's static variables different from another's: where the source lies, what it becomes, and how.
pub(crate) fn identity(options: &Options, source: &Path, object: &Path) -> String {
    let place = fs::canonicalize(source).unwrap_or_else(|_| source.to_path_buf());
    let words = [place.as_os_str(), object.file_name().unwrap_or_default()].into_iter();
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for word in words.chain(options.common.iter().map(OsString::as_os_str)) {
        for byte in word.as_encoded_bytes().iter().chain(&[0]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// The identity instead of the one that clang's driver would make up for each pass alone.
fn identity_flags(identity: &str) -> [OsString; 3] {
    ["-fuse-cuid=none".into(), "-Xclang".into(), format!("-cuid={identity}").into()]
}

/// Whether a source speaks of managed variables itself. One that gets them from a header is found out by the host pass.
fn names_managed(source: &Path) -> bool {
    fs::read(source).is_ok_and(|bytes| contains(&bytes, "__managed__"))
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

/// The host's optimisation level; `--optimize` alone means the usual one.
fn host_level(level: &str) -> OsString {
    if level.starts_with("-O") { level.into() } else { "-O2".into() }
}
