//! The device pass: a CUDA or MUSA source to PTX text.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Arch, Clang, Dialect, Error, Headers};

/// What a lone device compile may vary.
#[derive(Debug, Clone)]
pub struct DeviceOptions {
    /// The virtual architecture as clang spells it, `sm_80`.
    pub arch: String,
    /// Optimisation level, `-O2` when profiling.
    pub optimisation: String,
    /// `-gline-tables-only` for line numbers, `-g` for variables.
    pub debug: Option<String>,
    /// Further flags: include folders, definitions, language standard.
    pub extra: Vec<OsString>,
}

impl Default for DeviceOptions {
    fn default() -> Self {
        Self {
            arch: "sm_80".to_string(),
            optimisation: "-O2".to_string(),
            debug: Some("-gline-tables-only".to_string()),
            extra: Vec::new(),
        }
    }
}

/// Compiles `source` to PTX text. Paths in its line table are relative to the source's folder, so the text does not
/// depend on where the source lies.
pub fn device_ptx(
    clang: &Clang,
    headers: &Headers,
    source: &Path,
    options: &DeviceOptions,
) -> Result<String, Error> {
    let dialect = Dialect::of_path(source).unwrap_or(Dialect::Cuda);
    let folder = source.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name =
        source.file_name().ok_or_else(|| Error::Usage(format!("{} names no file", source.display())))?;
    let mut command = Command::new(&clang.path);
    command
        .current_dir(folder)
        .args(language_flags(dialect, headers))
        .args(device_flags(dialect, &options.arch))
        .args(["-S", &options.optimisation, "-fno-color-diagnostics"])
        .args(&options.debug)
        .args(stable_path_flags(clang, headers))
        .args(&options.extra)
        .arg(name)
        .args(["-o", "-"])
        .stdin(Stdio::null());
    let output = command.output().map_err(|source| Error::Start { program: clang.path.clone(), source })?;
    if !output.status.success() {
        return Err(Error::Compile {
            file: source.to_path_buf(),
            messages: String::from_utf8_lossy(&output.stderr).trim_end().to_string(),
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Flags of both passes: the language, our headers instead of an SDK's, and the launch interface of CUDA 9.2 and later
/// (without the SDK version clang falls back to one that is long gone).
pub fn language_flags(dialect: Dialect, headers: &Headers) -> Vec<OsString> {
    // An installed CUDA (a `ptxas` on PATH is enough) would change the PTX version: point clang at none.
    let cuda = ["-x", "cuda", "-nocudainc", "-nocudalib", "--cuda-path=/dev/null"];
    cuda.into_iter().map(OsString::from).chain(shared_flags(dialect, headers)).collect()
}

/// Flags of a host pass in clang's HIP language, which takes CUDA sources. HIP's own names go: to the source this is
/// CUDA, and the device is the one that `arch` names.
pub(crate) fn hip_flags(dialect: Dialect, headers: &Headers, arch: &Arch) -> Vec<OsString> {
    let hip = [
        "-x",
        "hip",
        "--offload-arch=gfx900",
        "-nogpuinc",
        "-nogpulib",
        "--rocm-path=/dev/null",
        "-Xclang",
        "-aux-triple",
        "-Xclang",
        "nvptx64-nvidia-cuda",
        "-Xclang",
        "-aux-target-cpu",
        "-Xclang",
        arch.clang.as_str(),
        "-D__CUDA__=1",
        "-U__HIP__",
        "-U__HIPCC__",
        "-DWARPLENS_MANAGED_HOST=1",
    ];
    hip.into_iter().map(OsString::from).chain(shared_flags(dialect, headers)).collect()
}

/// What both languages need.
fn shared_flags(dialect: Dialect, headers: &Headers) -> Vec<OsString> {
    let fixed = [
        "-fdeclspec",
        "-Xclang",
        "-target-sdk-version=12.3",
        "-Xclang",
        "-fcuda-allow-variadic-functions",
        "-Wno-unknown-cuda-version",
        "-D__CUDACC__=1",
    ];
    let mut flags: Vec<OsString> = fixed.into_iter().map(OsString::from).collect();
    if dialect == Dialect::Musa {
        flags.extend(["-D__MUSACC__=1", "-D__MUSA__=1"].map(OsString::from));
    }
    flags.extend(headers.include_flags(dialect));
    flags.extend(["-include", dialect.prelude()].map(OsString::from));
    flags
}

/// Flags of the device pass for an architecture by clang's name.
pub fn device_flags(dialect: Dialect, arch: &str) -> Vec<OsString> {
    device_flags_for(dialect, &Arch { clang: arch.to_string(), ..Arch::default() })
}

/// Flags of the device pass for one architecture.
pub(crate) fn device_flags_for(dialect: Dialect, arch: &Arch) -> Vec<OsString> {
    let mut flags: Vec<OsString> = vec![
        "--cuda-device-only".into(),
        format!("--cuda-gpu-arch={}", arch.clang).into(),
        "-Xclang".into(),
        "-target-feature".into(),
        "-Xclang".into(),
        format!("+{}", ptx_feature(&arch.clang)).into(),
    ];
    if dialect == Dialect::Musa {
        // Sources ask which device they are compiled for.
        flags.push(format!("-D__MUSA_ARCH__={}", arch.musa).into());
    }
    flags
}

/// The PTX version a device pass writes: one that every clang from 16 on knows and that has what `arch` offers.
fn ptx_feature(arch: &str) -> &'static str {
    let number: u32 =
        arch.trim_start_matches("sm_").trim_end_matches(char::is_alphabetic).parse().unwrap_or(0);
    match number {
        0..90 => "ptx78",
        90 if arch.ends_with('a') => "ptx80",
        90 => "ptx78",
        _ => "ptx86",
    }
}

/// Keeps this machine's folders out of line tables: our headers and clang's own get short names.
fn stable_path_flags(clang: &Clang, headers: &Headers) -> Vec<OsString> {
    let mut flags: Vec<OsString> = vec!["-fdebug-compilation-dir=.".into()];
    let resources = clang.resource_dir().map(|folder| (folder.into_os_string(), "clang"));
    for (folder, name) in
        [(headers.root().as_os_str().to_os_string(), "warplens")].into_iter().chain(resources)
    {
        let mut map = OsString::from("-ffile-prefix-map=");
        map.push(folder);
        map.push(format!("={name}"));
        flags.push(map);
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ptx_version_follows_the_architecture() {
        assert_eq!(ptx_feature("sm_52"), "ptx78");
        assert_eq!(ptx_feature("sm_80"), "ptx78");
        assert_eq!(ptx_feature("sm_90a"), "ptx80");
        assert_eq!(ptx_feature("sm_100"), "ptx86");
    }
}
