//! What CUDA and MUSA give a program: built-in variables, device functions, runtime functions, with signatures and a line
//! of help each.
//!
//! The tables are written from the public programming guides, in our own words. MUSA's runtime names are not listed: they
//! are CUDA's, renamed by [`crate::names`].

mod device;
mod host;

use std::collections::HashMap;
use std::sync::OnceLock;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiKind {
    /// A variable every kernel has.
    Variable,
    /// A qualifier: `__global__`.
    Qualifier,
    /// A function for device code.
    DeviceFunction,
    /// A function for host code.
    HostFunction,
    /// A constant.
    Constant,
    /// A type.
    Type,
}

/// One thing CUDA gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Api {
    /// Its name.
    pub name: &'static str,
    /// How it is declared.
    pub signature: &'static str,
    /// What it does.
    pub help: &'static str,
    /// What it is.
    pub kind: ApiKind,
}

impl Api {
    /// The parameters of its signature, as written.
    pub fn parameters(&self) -> Vec<&'static str> {
        let Some((_, list)) = self.signature.split_once('(') else { return Vec::new() };
        let list = list.rsplit_once(')').map_or(list, |(l, _)| l);
        if list.trim().is_empty() { Vec::new() } else { list.split(',').map(str::trim).collect() }
    }
}

/// Every entry.
pub fn all() -> &'static [Api] {
    static ALL: OnceLock<Vec<Api>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Vec::new();
        for (kind, table) in [
            (ApiKind::Variable, device::VARIABLES),
            (ApiKind::Qualifier, device::QUALIFIERS),
            (ApiKind::DeviceFunction, device::FUNCTIONS),
            (ApiKind::HostFunction, host::FUNCTIONS),
            (ApiKind::Constant, host::CONSTANTS),
            (ApiKind::Type, host::TYPES),
        ] {
            all.extend(table.iter().map(|(name, signature, help)| Api { name, signature, help, kind }));
        }
        all
    })
}

/// The entry of this name; a MUSA runtime name finds its CUDA twin's.
pub fn find(name: &str) -> Option<&'static Api> {
    static BY_NAME: OnceLock<HashMap<String, usize>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let mut map = HashMap::new();
        for (i, api) in all().iter().enumerate() {
            if matches!(api.kind, ApiKind::HostFunction | ApiKind::Constant | ApiKind::Type) {
                map.entry(crate::names::to_musa(api.name)).or_insert(i);
            }
        }
        for (i, api) in all().iter().enumerate() {
            map.insert(api.name.to_owned(), i);
        }
        map
    });
    all().get(*by_name.get(name)?)
}

/// Whether CUDA, MUSA or C++ declares this name.
pub fn is_known(name: &str) -> bool {
    find(name).is_some()
        || is_overloaded_math(name)
        || is_float_math(name)
        || crate::names::is_cuda_api(name)
        || crate::names::is_musa_api(name)
        || matches!(name, "printf" | "malloc" | "free" | "memcpy" | "memset" | "assert" | "std" | "size_t")
}

/// Whether `name` is a single-precision math function: `sqrtf`, `__sinf`.
pub fn is_float_math(name: &str) -> bool {
    let base = name.strip_prefix("__").unwrap_or(name);
    base.strip_suffix('f').is_some_and(|b| is_overloaded_math(b) || matches!(b, "exp10" | "sinpi" | "cospi"))
}

/// Whether `name` is a math function that C++ overloads by its argument's type.
pub fn is_overloaded_math(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "sqrt",
        "rsqrt",
        "cbrt",
        "exp",
        "exp2",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "erf",
        "erfc",
        "tgamma",
        "lgamma",
        "floor",
        "ceil",
        "trunc",
        "round",
        "rint",
        "nearbyint",
        "fabs",
        "abs",
        "pow",
        "fmod",
        "atan2",
        "hypot",
        "fma",
        "copysign",
        "fdim",
        "fmin",
        "fmax",
        "erfcinv",
        "erfinv",
        "normcdf",
        "normcdfinv",
    ];
    NAMES.contains(&name)
}

/// Whether `name` is a driver API function: `cuLaunchKernel`.
pub fn is_driver_call(name: &str) -> bool {
    const PARTS: &[&str] = &[
        "Init",
        "Device",
        "Ctx",
        "Module",
        "Mem",
        "Stream",
        "Event",
        "Launch",
        "Func",
        "Get",
        "Graph",
        "Link",
        "Array",
        "Tex",
        "Surf",
        "Ipc",
        "Pointer",
        "Occupancy",
        "Profiler",
        "Library",
        "Kernel",
    ];
    name.strip_prefix("cu")
        .or_else(|| name.strip_prefix("mu"))
        .is_some_and(|rest| PARTS.iter().any(|p| rest.starts_with(p)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_name_is_listed_once_and_stands_in_its_signature() {
        let mut seen = HashSet::new();
        for api in all() {
            assert!(seen.insert(api.name), "{} is listed twice", api.name);
            assert!(api.signature.contains(api.name), "{}: {}", api.name, api.signature);
            assert!(api.help.ends_with('.'), "{}: help is a sentence", api.name);
        }
    }

    #[test]
    fn musa_names_find_their_twins() {
        assert_eq!(find("musaMalloc").map(|a| a.name), Some("cudaMalloc"));
        assert_eq!(find("cudaMemcpy").map(|a| a.parameters().len()), Some(4));
        assert_eq!(find("nothing"), None);
    }
}
