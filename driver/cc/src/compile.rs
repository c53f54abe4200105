//! Makes what an [`Options`] asks for: device and host passes side by side, then the link.
//!
//! The host pass embeds the device pass's result, but only at its very end; so both are started together, and the PTX goes
//! into the host pass's standard input when it is ready. The time is that of the longer pass, not of both.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process, thread};

use crate::arch::Arch;
use crate::device::{device_flags_for, language_flags};
use crate::options::{Action, Input, Options, derived};
use crate::{Clang, Dialect, Error, Headers, fatbin, messages};

/// Everything a compile needs besides its command line.
pub struct Compiler<'a> {
    /// The compiler.
    pub clang: Clang,
    /// Our headers.
    pub headers: Headers,
    /// The folder with the runtime libraries, when there is one.
    pub libraries: Option<PathBuf>,
    /// Whether messages may have colours.
    pub colour: bool,
    /// Where messages go; each ends with a newline.
    pub say: &'a (dyn Fn(&str) + Sync),
    /// Where `-E`, `-M`, `--version` and `-dryrun` print.
    pub print: &'a (dyn Fn(&[u8]) + Sync),
}

/// Whether the compile went well; clang's own messages have been said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was made.
    Made,
    /// Something failed, with this exit status.
    Failed(i32),
}

impl Compiler<'_> {
    /// Does what the command line asks.
    pub fn run(&self, options: &Options) -> Result<Verdict, Error> {
        for note in &options.notes {
            (self.say)(&format!("warplens cc: note: {note}\n"));
        }
        if options.action == Action::Version {
            self.version();
            return Ok(Verdict::Made);
        }
        if options
            .inputs
            .iter()
            .all(|i| matches!(i, Input::Linker(l) if l.to_string_lossy().starts_with('-')))
        {
            return Err(Error::Usage("no input files".to_string()));
        }
        let sources =
            options.inputs.iter().filter(|i| matches!(i, Input::Device(..) | Input::Host(..))).count();
        let one_each = !matches!(options.action, Action::Link | Action::DeviceLink | Action::Archive);
        if one_each && options.output.is_some() && sources > 1 {
            return Err(Error::Usage(
                "-o with several sources needs a link: name one source at a time".to_string(),
            ));
        }
        match options.action {
            Action::DeviceLink => self.device_link(options),
            Action::Link | Action::Archive => self.whole(options),
            _ => self.each_source(options),
        }
    }

    fn version(&self) {
        let text = format!(
            "warplens cc {} (clang {}, {})\nCUDA language level: release 12.3, V12.3.0\n",
            env!("CARGO_PKG_VERSION"),
            self.clang.version,
            self.clang.path.display()
        );
        (self.print)(text.as_bytes());
    }

    /// `-c`, `-ptx`, `-fatbin`, `-E`, `-M`: one result for each source.
    fn each_source(&self, options: &Options) -> Result<Verdict, Error> {
        for input in &options.inputs {
            let verdict = match (input, options.action) {
                (Input::Linker(_), _) => Verdict::Made,
                (Input::Device(source, dialect), Action::Ptx | Action::Fatbin) => {
                    self.device_only(options, source, *dialect)?
                }
                (Input::Device(source, dialect), Action::Preprocess | Action::Dependencies) => {
                    self.preprocess(options, source, Some(*dialect))?
                }
                (Input::Host(source, _), Action::Preprocess | Action::Dependencies) => {
                    self.preprocess(options, source, None)?
                }
                (Input::Device(source, dialect), _) => {
                    let object = object_of(options, source);
                    self.device_object(options, source, *dialect, &object, &[])?
                }
                (Input::Host(source, language), Action::Compile) => {
                    let object = object_of(options, source);
                    self.host_object(options, source, language.as_deref(), &object, &[])?
                }
                (Input::Host(source, _), _) => {
                    (self.say)(&format!("warplens cc: note: {} has no device code\n", source.display()));
                    Verdict::Made
                }
            };
            if verdict != Verdict::Made {
                return Ok(verdict);
            }
        }
        Ok(Verdict::Made)
    }

    /// A program, shared library or archive: objects of the sources first, then the linker or `ar`.
    fn whole(&self, options: &Options) -> Result<Verdict, Error> {
        let folder = TemporaryFolder::new()?;
        let mut words: Vec<OsString> = Vec::new();
        for (index, input) in options.inputs.iter().enumerate() {
            let (source, object) = match input {
                Input::Linker(word) => {
                    words.push(word.clone());
                    continue;
                }
                Input::Device(source, _) | Input::Host(source, _) => {
                    (source, folder.path.join(derived(source, &format!("-{index}.o"), None)))
                }
            };
            // The dependency file belongs beside the user's files, not beside the temporary object.
            let mut extra: Vec<OsString> = Vec::new();
            if options.dependency_file == Some(false) {
                extra.extend(["-MF".into(), derived(source, ".d", None).into_os_string()]);
            }
            let verdict = match input {
                Input::Device(_, dialect) => {
                    self.device_object(options, source, *dialect, &object, &extra)?
                }
                Input::Host(_, language) => {
                    self.host_object(options, source, language.as_deref(), &object, &extra)?
                }
                Input::Linker(_) => Verdict::Made,
            };
            if verdict != Verdict::Made {
                return Ok(verdict);
            }
            words.push(object.into_os_string());
        }
        if options.action == Action::Archive {
            let output = options.output.clone().unwrap_or_else(|| "a.a".into());
            let words = words.into_iter().filter(|w| !w.to_string_lossy().starts_with('-'));
            let command: Vec<OsString> =
                ["rcs".into(), output.into_os_string()].into_iter().chain(words).collect();
            return self.simple(options, Path::new("ar"), &command);
        }
        self.link(options, words)
    }

    fn link(&self, options: &Options, words: Vec<OsString>) -> Result<Verdict, Error> {
        let linker = self.clang.cxx();
        let mut command: Vec<OsString> = Vec::new();
        if options.shared {
            command.push("-shared".into());
        }
        command
            .extend(["-o".into(), options.output.clone().unwrap_or_else(|| "a.out".into()).into_os_string()]);
        command.extend(words);
        if linker == self.clang.path {
            command.extend(["-lstdc++", "-lm"].map(OsString::from));
        }
        if let Some(libraries) = &self.libraries {
            let mut folder = OsString::from("-L");
            folder.push(libraries);
            // So that the program finds the libraries without LD_LIBRARY_PATH; that variable still wins.
            let mut runpath = OsString::from("-Wl,--enable-new-dtags,-rpath,");
            runpath.push(libraries);
            command.extend([folder, runpath]);
        }
        if !options.no_runtime && !options.names_runtime {
            let musa = options.inputs.iter().any(|i| matches!(i, Input::Device(_, Dialect::Musa)));
            command.push(if musa { "-lmusart" } else { "-lcudart" }.into());
        }
        self.simple(options, &linker, &command)
    }

    /// `-dlink`: every object registers its own device code, so there is nothing to link; an empty object keeps the
    /// build's later steps going.
    fn device_link(&self, options: &Options) -> Result<Verdict, Error> {
        let output = options.output.clone().unwrap_or_else(|| "a_dlink.o".into());
        let command: Vec<OsString> =
            ["-x".into(), "c".into(), "-c".into(), "/dev/null".into(), "-o".into(), output.into_os_string()]
                .into_iter()
                .chain(options.host.iter().filter(|f| *f == "-fPIC" || *f == "-fpic").cloned())
                .collect();
        self.simple(options, &self.clang.path, &command)
    }

    fn preprocess(
        &self,
        options: &Options,
        source: &Path,
        dialect: Option<Dialect>,
    ) -> Result<Verdict, Error> {
        let mut command: Vec<OsString> = Vec::new();
        match dialect {
            Some(dialect) => {
                command.extend(language_flags(dialect, &self.headers));
                command.push("--cuda-host-only".into());
            }
            None => command.extend(self.headers.include_flags(Dialect::Cuda)),
        }
        if options.action == Action::Preprocess {
            command.push("-E".into());
        }
        command.extend(options.common.iter().chain(&options.host).cloned());
        command.push(source.into());
        if let Some(output) = &options.output {
            command.extend(["-o".into(), output.clone().into_os_string()]);
        }
        self.simple(options, &self.clang.path, &command)
    }

    /// `-ptx` and `-fatbin`.
    fn device_only(&self, options: &Options, source: &Path, dialect: Dialect) -> Result<Verdict, Error> {
        let commands = self.device_commands(options, source, dialect);
        if self.dry(options, commands.iter().map(|(_, c)| (self.clang.path.as_path(), c))) {
            return Ok(Verdict::Made);
        }
        let children =
            commands.iter().map(|(_, c)| self.start(c, Stdio::null())).collect::<Result<Vec<_>, _>>()?;
        let outputs: Vec<Output> = self.wait_all(children)?;
        let errors: Vec<String> =
            outputs.iter().map(|o| String::from_utf8_lossy(&o.stderr).into_owned()).collect();
        self.tell(&errors);
        if let Some(failed) = outputs.iter().find(|o| !o.status.success()) {
            return Ok(Verdict::Failed(status_of(failed.status)));
        }
        let ptx = texts(&commands, &outputs);
        let folder = options.output_folder.as_deref();
        let (ending, bytes) = match options.action {
            Action::Fatbin => (".fatbin", fatbin::container(&ptx)),
            _ => {
                if ptx.len() > 1 {
                    (self.say)("warplens cc: note: -ptx writes the first architecture's PTX only\n");
                }
                (".ptx", ptx.into_iter().next().map(|(_, text)| text.into_bytes()).unwrap_or_default())
            }
        };
        let output = options.output.clone().unwrap_or_else(|| derived(source, ending, folder));
        if output == Path::new("-") {
            (self.print)(&bytes);
        } else {
            fs::write(&output, bytes).map_err(|e| Error::File {
                action: "could not write",
                path: output,
                source: e,
            })?;
        }
        Ok(Verdict::Made)
    }

    /// One device source to one object: its device passes and its host pass at once.
    fn device_object(
        &self,
        options: &Options,
        source: &Path,
        dialect: Dialect,
        object: &Path,
        extra: &[OsString],
    ) -> Result<Verdict, Error> {
        let device = self.device_commands(options, source, dialect);
        let host = self.host_command(options, source, dialect, object, extra);
        let all = device.iter().map(|(_, c)| c).chain([&host]);
        if self.dry(options, all.map(|c| (self.clang.path.as_path(), c))) {
            return Ok(Verdict::Made);
        }
        let mut host = self.start(&host, Stdio::piped())?;
        let image_pipe = host.stdin.take();
        let children =
            device.iter().map(|(_, c)| self.start(c, Stdio::null())).collect::<Result<Vec<_>, _>>()?;
        let (host, outputs) = thread::scope(|scope| {
            let host = scope.spawn(move || host.wait_with_output());
            let outputs = self.wait_all(children);
            if let (Ok(outputs), Some(mut pipe)) = (&outputs, image_pipe)
                && outputs.iter().all(|o| o.status.success())
            {
                // A host pass that failed has closed its end; its own message says why.
                let _ = pipe.write_all(&fatbin::image(&texts(&device, outputs)));
            }
            (host.join(), outputs)
        });
        let outputs = outputs?;
        let host = host
            .unwrap_or_else(|_| Err(std::io::Error::other("the thread that waited for it ended")))
            .map_err(|source| Error::Start { program: self.clang.path.clone(), source })?;
        let mut errors: Vec<String> = vec![String::from_utf8_lossy(&host.stderr).into_owned()];
        errors.extend(outputs.iter().map(|o| String::from_utf8_lossy(&o.stderr).into_owned()));
        self.tell(&errors);
        match outputs.iter().chain([&host]).find(|o| !o.status.success()) {
            Some(failed) => {
                let _ = fs::remove_file(object);
                Ok(Verdict::Failed(status_of(failed.status)))
            }
            None => Ok(Verdict::Made),
        }
    }

    fn host_object(
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

    fn device_commands(
        &self,
        options: &Options,
        source: &Path,
        dialect: Dialect,
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

    fn host_command(
        &self,
        options: &Options,
        source: &Path,
        dialect: Dialect,
        object: &Path,
        extra: &[OsString],
    ) -> Vec<OsString> {
        let mut command = language_flags(dialect, &self.headers);
        let arch = options.archs.first().cloned().unwrap_or_default().fitted(self.clang.version);
        command.push(format!("--cuda-gpu-arch={}", arch.clang).into());
        command.extend(
            ["--cuda-host-only", "-Xclang", "-fcuda-include-gpubinary", "-Xclang", "/dev/stdin", "-c"]
                .map(OsString::from),
        );
        command.extend(options.optimisation.as_deref().map(host_level));
        command.extend(options.common.iter().chain(&options.host).chain(extra).cloned());
        command.extend(self.colour_flag());
        command.extend([source.into(), "-o".into(), object.into()]);
        command
    }

    fn colour_flag(&self) -> Option<OsString> {
        self.colour.then(|| "-fcolor-diagnostics".into())
    }

    fn start(&self, arguments: &[OsString], input: Stdio) -> Result<Child, Error> {
        Command::new(&self.clang.path)
            .args(arguments)
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| Error::Start { program: self.clang.path.clone(), source })
    }

    /// Waits for all children at once, so that none blocks on a full pipe.
    fn wait_all(&self, children: Vec<Child>) -> Result<Vec<Output>, Error> {
        let failed = |source| Error::Start { program: self.clang.path.clone(), source };
        thread::scope(|scope| {
            let waits: Vec<_> =
                children.into_iter().map(|child| scope.spawn(move || child.wait_with_output())).collect();
            waits
                .into_iter()
                .map(|wait| {
                    wait.join()
                        .unwrap_or_else(|_| Err(std::io::Error::other("the thread that waited for it ended")))
                        .map_err(failed)
                })
                .collect()
        })
    }

    /// Runs a program that needs no care, its output shown as it is.
    fn simple(&self, options: &Options, program: &Path, arguments: &[OsString]) -> Result<Verdict, Error> {
        if self.dry(options, [(program, arguments)]) {
            return Ok(Verdict::Made);
        }
        let output = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(|source| Error::Start { program: program.to_path_buf(), source })?;
        (self.print)(&output.stdout);
        self.tell(&[String::from_utf8_lossy(&output.stderr).into_owned()]);
        Ok(if output.status.success() { Verdict::Made } else { Verdict::Failed(status_of(output.status)) })
    }

    /// Prints commands under `-dryrun` and `-v`; true when they are not to be run.
    fn dry<'c, A: AsRef<[OsString]> + ?Sized + 'c>(
        &self,
        options: &Options,
        commands: impl IntoIterator<Item = (&'c Path, &'c A)>,
    ) -> bool {
        if options.dry_run || options.verbose {
            for (program, arguments) in commands {
                let words = arguments.as_ref().iter().map(|a| quoted(&a.to_string_lossy()));
                let line: Vec<String> =
                    [quoted(&program.to_string_lossy())].into_iter().chain(words).collect();
                (self.say)(&format!("{}\n", line.join(" ")));
            }
        }
        options.dry_run
    }

    fn tell(&self, passes: &[String]) {
        let passes: Vec<&str> = passes.iter().map(String::as_str).collect();
        let text = messages::merged(&passes, self.headers.root());
        if !text.is_empty() {
            (self.say)(&text);
        }
    }
}

fn texts(commands: &[(u32, Vec<OsString>)], outputs: &[Output]) -> Vec<(u32, String)> {
    commands
        .iter()
        .zip(outputs)
        .map(|((arch, _), output)| (*arch, String::from_utf8_lossy(&output.stdout).into_owned()))
        .collect()
}

fn object_of(options: &Options, source: &Path) -> PathBuf {
    options.output.clone().unwrap_or_else(|| derived(source, ".o", options.output_folder.as_deref()))
}

/// The host's optimisation level; `--optimize` alone means the usual one.
fn host_level(level: &str) -> OsString {
    if level.starts_with("-O") { level.into() } else { "-O2".into() }
}

/// An exit status that make understands; a compiler killed by a signal has none of its own.
fn status_of(status: ExitStatus) -> i32 {
    status.code().filter(|&c| c != 0).unwrap_or(1)
}

/// A word as a shell would need it.
fn quoted(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_./=+,:@%".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A private folder that goes away with its owner.
struct TemporaryFolder {
    path: PathBuf,
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl TemporaryFolder {
    fn new() -> Result<Self, Error> {
        use std::os::unix::fs::DirBuilderExt as _;
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("warplens-cc-{}-{number}", process::id()));
        fs::DirBuilder::new().mode(0o700).create(&path).map_err(|source| Error::File {
            action: "could not make the temporary folder",
            path: path.clone(),
            source,
        })?;
        Ok(Self { path })
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
