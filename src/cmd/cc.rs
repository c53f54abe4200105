//! `warplens cc`: compile CUDA and MUSA programs with clang and our own headers; takes nvcc's and mcc's flags.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use warplens_driver_cc::{Action, Clang, Compiler, Headers, Options, Verdict};

/// The compiler's own flags, all of them.
#[derive(clap::Args)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub struct Args {
    /// Flags and files, as for nvcc and mcc
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FLAGS AND FILES")]
    arguments: Vec<OsString>,
}

const HELP: &str = "\
Compile CUDA (.cu) and MUSA (.mu) programs with clang and Warplens's own headers; no vendor SDK is needed.

Usage: warplens cc [FLAGS] FILES

Takes nvcc's and mcc's flags. Without -c, -ptx or the like it makes a program: `warplens run -- ./a.out` runs it.

  -o FILE                 what to make
  -c, -dc                 objects only            -shared      a shared library     -lib   an archive
  -ptx, -fatbin           device code only        -E, -M, -MM, -MD, -MMD            as for clang
  -arch=sm_80, -gencode arch=compute_80,code=sm_80, --offload-arch=mp_31
  -O0 to -O3, -g, -G, -lineinfo, --use_fast_math, -ftz, -prec-div, -prec-sqrt, -fmad
  -I, -D, -U, -L, -l, -include, -isystem, -std=, -x cu, -Xcompiler, -Xlinker, @FILE
  -run, -run-args WORDS   run the program that was made on the embedded device
  --keep                  keep the PTX            -dryrun, -v  show the commands     --version    versions

Environment: WARPLENS_CLANG (the clang to use), WARPLENS_INCLUDE (other headers), WARPLENS_LIB (other libraries).
";

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let asks_help = |a: &OsString| a == "--help" || a == "-h" || a == "-help";
    if args.arguments.is_empty() || args.arguments.iter().any(asks_help) {
        write!(crate::report::stdout(), "{HELP}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options::parse(&args.arguments)?;
    let compiler = Compiler {
        clang: Clang::find()?,
        headers: Headers::find()?,
        libraries: libraries()?,
        colour: std::io::stderr().is_terminal(),
        say: &|text| eprint!("{text}"),
        // A closed pipe downstream is not an error of ours.
        print: &|bytes| drop(std::io::stdout().write_all(bytes)),
    };
    Ok(match compiler.run(&options)? {
        Verdict::Made if options.run && options.action == Action::Link && !options.dry_run => {
            return start(&options);
        }
        Verdict::Made => ExitCode::SUCCESS,
        Verdict::Failed(status) => ExitCode::from(u8::try_from(status).unwrap_or(1)),
    })
}

/// `-run`: the program that was made, on the embedded device, with the words of `-run-args`.
fn start(options: &Options) -> anyhow::Result<ExitCode> {
    let program = options.output.clone().unwrap_or_else(|| "a.out".into());
    let program = if program.components().count() == 1 { Path::new(".").join(program) } else { program };
    let status = std::process::Command::new(std::env::current_exe()?)
        .args(["run", "--"])
        .arg(program)
        .args(&options.run_arguments)
        .status()?;
    Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)))
}

/// The folder with the runtime libraries: the ones this binary carries, unless others are named.
fn libraries() -> anyhow::Result<Option<PathBuf>> {
    match std::env::var_os("WARPLENS_LIB").filter(|p| !p.is_empty()) {
        Some(folder) => Ok(Some(folder.into())),
        None => Ok(Some(warplens_driver_server::library::folder()?)),
    }
}
