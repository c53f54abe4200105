//! `ptxas`, where a user has it: the real count of registers and spills for an architecture of NVIDIA's.
//!
//! Only its documented `-v` output is read; what it assembles is thrown away. It is looked for where clang is: a setting,
//! the environment, PATH, beside nvcc; never in the workspace.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use warplens_ide as ide;

use super::scratch::Scratch;
use crate::clangd::find;

/// ptxas and what to assemble for.
#[derive(Clone, Debug)]
pub(crate) struct Assembler {
    pub(super) program: PathBuf,
    /// `sm_90`; the PTX's own target when the settings name no device of NVIDIA's.
    arch: Option<String>,
}

impl Assembler {
    /// The one to use under these settings; none where it is not installed, or no device asked for is NVIDIA's.
    pub(crate) fn find(setting: Option<&Path>, config: Option<&ide::Config>) -> Option<Self> {
        let devices = config.map(|c| c.devices.as_slice()).unwrap_or_default();
        let arch = devices.iter().find(|d| !d.musa).map(|d| d.arch.clone());
        if arch.is_none() && !devices.is_empty() {
            return None;
        }
        let program =
            find::program("ptxas", setting, "WARPLENS_PTXAS").or_else(|| find::beside("nvcc", "ptxas"))?;
        Some(Self { program, arch })
    }

    /// The PTX in a file, and the arguments to assemble it with; the file lives as long as the folder.
    pub(super) fn prepare(&self, ptx: &str) -> std::io::Result<(Scratch, Vec<OsString>)> {
        let scratch = Scratch::new()?;
        let input = scratch.write("kernel.ptx", ptx)?;
        let arch = self.arch.clone().or_else(|| target_of(ptx)).unwrap_or_else(|| "sm_80".to_owned());
        let mut arguments: Vec<OsString> = vec!["-v".into(), format!("-arch={arch}").into(), "-o".into()];
        arguments.extend([scratch.path("kernel.cubin").into(), input.into()]);
        Ok((scratch, arguments))
    }
}

/// The architecture that PTX names.
fn target_of(ptx: &str) -> Option<String> {
    let line = ptx.lines().find_map(|l| l.trim().strip_prefix(".target"))?;
    line.split([',', ' ', '\t']).map(str::trim).find(|w| w.starts_with("sm_")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_read_from_the_ptx() {
        assert_eq!(target_of(".version 8.3\n.target sm_80, debug\n").as_deref(), Some("sm_80"));
        assert_eq!(target_of("nothing"), None);
    }

    #[test]
    fn it_is_not_asked_about_devices_of_another_make() {
        let me = std::env::current_exe().unwrap();
        let with = |names: &[&str]| {
            let devices = names.iter().map(|n| warplens_config::device(n).unwrap()).collect();
            let config = ide::Config { devices, ..ide::Config::default() };
            Assembler::find(Some(&me), Some(&config)).map(|a| a.arch)
        };
        assert_eq!(with(&["mtt-s80"]), None);
        assert_eq!(with(&["mtt-s80", "h100"]), Some(Some("sm_90".to_owned())));
        assert_eq!(with(&[]), Some(None));
    }
}
