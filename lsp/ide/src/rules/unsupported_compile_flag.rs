//! # unsupported-compile-flag
//!
//! A flag of nvcc in a command that mcc or clang is to run.
//!
//! ## What it does
//!
//! Reads `compile_commands.json` and reports, once each, flags that only nvcc has where the compiler is mcc or clang, or
//! where it is nvcc and a device asked for is programmed through MUSA; and architectures of the other make (`sm_80` for
//! mcc). What mcc takes is judged by clang, on which it is built; it was not tried with mcc.
//!
//! ## Why it matters
//!
//! The build stops at the first unknown flag. Worse are flags whose meaning is lost when a build script drops them:
//! `--use_fast_math`, `-rdc=true` and `-maxrregcount` change what the program computes, links and costs.
//!
//! ## Example
//!
//! ```json
//! [
//!     {
//!         "directory": "/src/build",
//!         "file": "../saxpy.mu",
//!         "command": "mcc -gencode arch=compute_80,code=sm_80 --use_fast_math -c ../saxpy.mu"
//!     }
//! ]
//! ```
//!
//! ## Use instead
//!
//! ```json
//! [
//!     {
//!         "directory": "/src/build",
//!         "file": "../saxpy.mu",
//!         "command": "mcc --offload-arch=mp_31 -ffast-math -c ../saxpy.mu"
//!     }
//! ]
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered: the file is written by a build system, so the change belongs in its input.

use super::Check;
use crate::commands::{Command, Word};
use crate::config::Config;
use crate::diagnostics::Findings;

pub(super) const CHECK: Check = Check::Commands(check);

/// Flags of nvcc that clang does not have, and what does the same there.
const NVCC_ONLY: &[(&[&str], &str)] = &[
    (&["-gencode", "--generate-code", "-arch", "--gpu-architecture"], "name the device with `--offload-arch=`"),
    (&["-code", "--gpu-code"], "name the device with `--offload-arch=`"),
    (&["-use_fast_math", "--use_fast_math"], "use `-ffast-math`"),
    (&["-rdc", "--relocatable-device-code"], "use `-fgpu-rdc`"),
    (&["-dc", "--device-c"], "use `-fgpu-rdc -c`"),
    (&["-dw", "--device-w", "-dlink", "--device-link"], "clang links device code when it links the program: leave this step out"),
    (&["-Xcompiler", "--compiler-options"], "clang compiles host code itself: give it the options directly"),
    (&["-Xptxas", "--ptxas-options"], "there is no ptxas: leave it out, and bound registers with `__launch_bounds__`"),
    (&["-maxrregcount", "--maxrregcount"], "bound registers with `__launch_bounds__`"),
    (&["--expt-relaxed-constexpr", "-expt-relaxed-constexpr"], "clang lets both sides call `constexpr` functions: leave it out"),
    (&["--extended-lambda", "-extended-lambda", "--expt-extended-lambda", "-expt-extended-lambda"], "clang takes device lambdas without it: leave it out"),
    (&["-lineinfo", "--generate-line-info"], "use `-gline-tables-only`"),
    (&["-G", "--device-debug"], "use `-g -O0`"),
    (&["-ccbin", "--compiler-bindir"], "clang compiles host code itself: leave it out"),
    (&["-Xcudafe", "-diag-suppress", "--diag-suppress", "-diag-error", "--diag-error", "-diag-warn", "--diag-warn"], "use clang's own `-W` flags"),
    (&["-fmad", "--fmad"], "use `-ffp-contract=fast` or `-ffp-contract=off`"),
    (&["-ftz", "--ftz", "-prec-div", "--prec-div", "-prec-sqrt", "--prec-sqrt"], "`-ffast-math` is the nearest: check the results"),
    (&["-cudart", "--cudart", "-cudadevrt", "--cudadevrt"], "name the runtime library when linking"),
    (&["-res-usage", "--resource-usage", "-src-in-ptx", "--source-in-ptx", "-keep", "--keep", "-keep-dir"], "leave it out"),
    (&["-default-stream", "--default-stream"], "clang has `-fgpu-default-stream=`"),
    (&["--forward-unknown-to-host-compiler", "-forward-unknown-to-host-compiler", "--forward-unknown-opts"], "leave it out"),
    (&["-split-compile", "--split-compile", "-t", "--threads"], "leave it out"),
];

#[derive(Clone, Copy, PartialEq)]
enum Compiler {
    Nvcc,
    Mcc,
    Clang,
}

fn check(config: &Config, commands: &[Command], out: &mut Findings) {
    let musa = config.devices.iter().any(|d| d.musa);
    // What was said of which flag: where, and how many commands have it.
    let mut seen: Vec<(&Word, String, String, usize)> = Vec::new();
    for command in commands {
        let Some(compiler) = command.words.first().and_then(|w| compiler_of(&w.text)) else { continue };
        if compiler == Compiler::Nvcc && !musa || !is_device(command) {
            continue;
        }
        for word in command.words.iter().skip(1) {
            let Some((flag, message)) = judge(compiler, &word.text) else { continue };
            match seen.iter_mut().find(|(_, known, ..)| *known == flag) {
                Some((.., count)) => *count += 1,
                None => seen.push((word, flag, message, 1)),
            }
        }
    }
    for (word, _, message, count) in seen {
        let found = out.report(word.range, message);
        match count {
            1 => {}
            2 => _ = found.note("one more command has it"),
            n => _ = found.note(format!("{} more commands have it", n - 1)),
        }
    }
}

/// The flag that is wrong, without its value, and what to say of it.
fn judge(compiler: Compiler, word: &str) -> Option<(String, String)> {
    let name = word.split('=').next().unwrap_or(word);
    let who = match compiler {
        Compiler::Nvcc | Compiler::Mcc => "mcc, which is built on clang,",
        Compiler::Clang => "clang",
    };
    if let Some((_, instead)) = NVCC_ONLY.iter().find(|(names, _)| names.contains(&name)) {
        return Some((name.to_owned(), format!("`{name}` is a flag of nvcc that {who} does not have: {instead}")));
    }
    let arch = word.split_once('=').filter(|(n, _)| matches!(*n, "--offload-arch" | "--cuda-gpu-arch"));
    if let Some((_, value)) = arch.filter(|(_, v)| compiler == Compiler::Mcc && v.starts_with("sm_")) {
        let message = format!("`{value}` is an architecture of NVIDIA: mcc compiles for `mp_21`, `mp_22` or `mp_31`");
        return Some((word.to_owned(), message));
    }
    None
}

fn compiler_of(program: &str) -> Option<Compiler> {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    match name {
        "nvcc" => Some(Compiler::Nvcc),
        "mcc" => Some(Compiler::Mcc),
        _ if name.starts_with("clang") => Some(Compiler::Clang),
        _ => None,
    }
}

/// Whether a command compiles device code: by the file's name, or by `-x`.
fn is_device(command: &Command) -> bool {
    let extension = command.file.rsplit('.').next().unwrap_or_default();
    matches!(extension, "cu" | "mu" | "cuh" | "muh")
        || command.words.windows(2).any(|w| match w {
            [x, language] => x.text == "-x" && matches!(language.text.as_str(), "cu" | "cuda" | "musa"),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands;

    fn found(text: &str, musa: bool) -> Vec<String> {
        let mut config = Config::default();
        if musa {
            config.devices.push(crate::Device { musa: true, ..crate::config::any_cuda_device() });
        }
        commands::diagnostics(text, &config).iter().map(|d| d.range.of(text).to_owned()).collect()
    }

    fn database(command: &str) -> String {
        format!(r#"[{{"directory": "/p", "file": "a.cu", "command": "{command}"}}]"#)
    }

    #[test]
    fn flags_of_nvcc_are_its_own() {
        let nvcc = database("/usr/bin/nvcc -arch=sm_80 --use_fast_math -O3 -c a.cu");
        assert_eq!(found(&nvcc, false), Vec::<String>::new(), "nvcc takes its own flags");
        assert_eq!(found(&nvcc, true), ["-arch=sm_80", "--use_fast_math"], "a MUSA device is asked for");
        let clang = database("clang++-19 -x cuda --cuda-gpu-arch=sm_80 -rdc=true -std=c++17 -c a.cu");
        assert_eq!(found(&clang, false), ["-rdc=true"]);
        let mcc = database("mcc -x musa --offload-arch=sm_80 -O2 a.cu");
        assert_eq!(found(&mcc, false), ["--offload-arch=sm_80"]);
        assert_eq!(found(&database("mcc --offload-arch=mp_22 -Wall -Iinc -DX=1 -fgpu-rdc a.cu"), false), Vec::<String>::new());
        assert_eq!(found(&database("g++ -G -t a.cu"), true), Vec::<String>::new(), "not a compiler of device code");
    }

    #[test]
    fn a_flag_is_reported_once_with_a_count() {
        let entry = r#"{"file": "a.mu", "arguments": ["mcc", "-dc", "a.mu"]}"#;
        let text = format!("[{entry}, {entry}, {entry}]");
        let list = commands::diagnostics(&text, &Config::default());
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].notes, ["2 more commands have it"]);
    }
}
