//! Starting programs: clang in several passes at once, the linker, `ar`; what they print, and how they end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process, thread};

use crate::compile::{Compiler, Verdict};
use crate::options::Options;
use crate::{Error, messages};

impl Compiler<'_> {
    pub(crate) fn start(&self, arguments: &[OsString], input: Stdio) -> Result<Child, Error> {
        Command::new(&self.clang.path)
            .args(arguments)
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| Error::Start { program: self.clang.path.clone(), source })
    }

    /// Waits for all children at once, so that none blocks on a full pipe.
    pub(crate) fn wait_all(&self, children: Vec<Child>) -> Result<Vec<Output>, Error> {
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
    pub(crate) fn simple(
        &self,
        options: &Options,
        program: &Path,
        arguments: &[OsString],
    ) -> Result<Verdict, Error> {
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
    pub(crate) fn dry<'c, A: AsRef<[OsString]> + ?Sized + 'c>(
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

    pub(crate) fn tell(&self, passes: &[String]) {
        let passes: Vec<&str> = passes.iter().map(String::as_str).collect();
        let text = messages::merged(&passes, self.headers.root());
        if !text.is_empty() {
            (self.say)(&text);
        }
        if ["'omp.h' file not found", "cannot find -lomp", "unable to find library -lomp"]
            .iter()
            .any(|words| text.contains(words))
        {
            let version = self.clang.version;
            (self.say)(&format!(
                "warplens cc: help: -fopenmp needs clang's OpenMP runtime (Debian and Ubuntu: apt-get install \
                 libomp-{version}-dev)\n"
            ));
        }
    }
}

/// An exit status that make understands; a compiler killed by a signal has none of its own.
pub(crate) fn status_of(status: ExitStatus) -> i32 {
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
pub(crate) struct TemporaryFolder {
    pub(crate) path: PathBuf,
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl TemporaryFolder {
    pub(crate) fn new() -> Result<Self, Error> {
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
