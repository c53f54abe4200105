//! Makes what an [`Options`] asks for: each source's passes, then the link.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::{env, fs};

use crate::device::language_flags;
use crate::jobs::{TemporaryFolder, status_of};
use crate::options::{Action, Input, Options, derived};
use crate::passes::{identity, texts};
use crate::{Clang, Dialect, Error, Headers, fatbin};

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
        match options.action {
            Action::Version => return Ok(self.version()),
            Action::Folders => return Ok(self.folders()),
            Action::Toolchain => return Ok(self.toolchain()),
            _ => {}
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

    fn folders(&self) -> Verdict {
        let libraries = self.libraries.as_deref().unwrap_or(Path::new(""));
        let (headers, linker) = (self.headers.root().display(), self.clang.cxx());
        let text =
            format!("headers {headers}\nlibraries {}\nlinker {}\n", libraries.display(), linker.display());
        (self.print)(text.as_bytes());
        Verdict::Made
    }

    fn toolchain(&self) -> Verdict {
        (self.print)(format!("{}\n", self.headers.cmake_toolchain().display()).as_bytes());
        Verdict::Made
    }

    fn version(&self) -> Verdict {
        let text = format!(
            "warplens cc {} (clang {}, {})\nCUDA language level: release 12.3, V12.3.0\n",
            env!("CARGO_PKG_VERSION"),
            self.clang.version,
            self.clang.path.display()
        );
        (self.print)(text.as_bytes());
        Verdict::Made
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
        let identity = identity(options, source, source);
        let commands = self.device_commands(options, source, dialect, &identity);
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
}

fn object_of(options: &Options, source: &Path) -> PathBuf {
    options.output.clone().unwrap_or_else(|| derived(source, ".o", options.output_folder.as_deref()))
}
