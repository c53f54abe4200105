//! A launch against the kernel it names: finding the kernel, checking the arguments, laying out their bytes.

use warplens_sim::launch::{KernelInfo, ParamInfo};

use super::element::{Element, Number};
use super::error::LaunchFileError;
use super::{Arg, ArgValue, LaunchFile, LaunchSpec};
use crate::demangle::{demangle, plain};
use crate::suggest;

type Result<T> = std::result::Result<T, LaunchFileError>;

// Does the wanted name mean the kernel with this mangled and this demangled name?
type Reading<'a> = &'a dyn Fn(&str, &str) -> bool;

/// The kernel a launch names: by its mangled name, its demangled one, or its plain one when that is unique.
pub fn kernel<'k>(
    file: &LaunchFile,
    launch: &LaunchSpec,
    kernels: &'k [KernelInfo],
) -> Result<&'k KernelInfo> {
    let wanted = launch.kernel.as_str();
    let readable: Vec<(String, &KernelInfo)> = kernels.iter().map(|k| (demangle(&k.name), k)).collect();
    let error = |message: String, help: String| {
        Err(LaunchFileError::new(&file.path, launch.kernel_line, message, help))
    };
    let squeezed = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    // From the strictest reading to the loosest; a reading with one answer wins.
    let readings: [Reading<'_>; 4] = [
        &|mangled, _| mangled == wanted,
        &|_, full| squeezed(full) == squeezed(wanted),
        &|_, full| squeezed(full.rsplit_once('(').map_or(full, |(head, _)| head)) == squeezed(wanted),
        &|_, full| plain(full) == wanted,
    ];
    for reading in readings {
        let mut found = readable.iter().filter(|(full, k)| reading(&k.name, full));
        match (found.next(), found.next()) {
            (Some((_, only)), None) => return Ok(only),
            (Some(_), Some(_)) => {
                let all: Vec<&str> = readable
                    .iter()
                    .filter(|(full, k)| reading(&k.name, full))
                    .map(|(full, _)| full.as_str())
                    .collect();
                return error(
                    format!("`{wanted}` is the name of {} kernels", all.len()),
                    format!("give the whole name of one of them: {}", all.join("; ")),
                );
            }
            _ => {}
        }
    }
    let names = readable.iter().map(|(full, _)| plain(full));
    error(format!("the PTX has no kernel `{wanted}`"), suggest::help(wanted, "kernels", names))
}

/// The parameter bytes of a launch. `address` gives the device address of a buffer.
pub fn params(
    file: &LaunchFile,
    launch: &LaunchSpec,
    kernel: &KernelInfo,
    address: impl Fn(&str) -> Option<u64>,
) -> Result<Vec<u8>> {
    if launch.args.len() != kernel.params.len() {
        let message = format!(
            "`{}` takes {} and the launch gives {}",
            launch.kernel,
            count(kernel.params.len(), "argument"),
            launch.args.len(),
        );
        return Err(LaunchFileError::new(&file.path, launch.args_line, message, signature(kernel)));
    }
    let mut block = vec![0; kernel.param_bytes as usize];
    for (index, (arg, param)) in launch.args.iter().zip(&kernel.params).enumerate() {
        let bytes = argument(arg, param, &address).map_err(|(why, help)| {
            let message = format!("argument {} of `{}` {why}", index + 1, launch.kernel);
            LaunchFileError::new(&file.path, arg.line, message, format!("{help}; {}", signature(kernel)))
        })?;
        let start = param.offset as usize;
        // The engine lays parameters inside the block; one that is not is its fault, not the user's.
        if let Some(place) = block.get_mut(start..start + bytes.len()) {
            place.copy_from_slice(&bytes);
        }
    }
    Ok(block)
}

type Refusal = (String, String);

fn argument(
    arg: &Arg,
    param: &ParamInfo,
    address: impl Fn(&str) -> Option<u64>,
) -> std::result::Result<Vec<u8>, Refusal> {
    let size = param.size as usize;
    let takes = describe(param);
    let bytes = match &arg.value {
        ArgValue::Buffer { name, offset } => {
            if size != 8 || is_float(&param.ty) {
                return Err((
                    format!("is the buffer `{name}`, but the kernel takes {takes}"),
                    number_help(param),
                ));
            }
            let Some(start) = address(name) else {
                return Err((format!("is the buffer `{name}`, which has no memory"), "declare it".into()));
            };
            start.wrapping_add(*offset).to_le_bytes().to_vec()
        }
        ArgValue::Number(element, value) => {
            let (is_aggregate, float) = (is_aggregate(param), element.is_float());
            if is_aggregate {
                let help = format!("give its {size} bytes as {{ bytes = \"…\" }}");
                return Err((format!("is {}, but the kernel takes {takes}", element.name()), help));
            }
            let untyped = param.ty.starts_with('b');
            if element.size() != size || (!untyped && float != is_float(&param.ty)) {
                return Err((
                    format!("is {}, but the kernel takes {takes}", element.name()),
                    number_help(param),
                ));
            }
            let mut bytes = Vec::new();
            element
                .encode(*value, &mut bytes)
                .map_err(|why| (format!("is wrong: {why}"), number_help(param)))?;
            bytes
        }
        ArgValue::Bytes(bytes) => bytes.clone(),
    };
    if bytes.len() != size {
        let why = format!("has {}, but the kernel takes {takes}", count(bytes.len(), "byte"));
        return Err((why, format!("give {}", count(size, "byte"))));
    }
    Ok(bytes)
}

fn is_float(ty: &str) -> bool {
    ty.starts_with('f') || ty.starts_with("bf")
}

// `.b8 name[24]` has more bytes than its type.
fn is_aggregate(param: &ParamInfo) -> bool {
    let bits: u32 = param.ty.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().unwrap_or(0);
    bits / 8 != param.size
}

fn describe(param: &ParamInfo) -> String {
    match param.size {
        n if is_aggregate(param) => format!("a struct of {n} bytes"),
        8 if !is_float(&param.ty) => format!(".{} (a pointer or 64-bit number)", param.ty),
        n => format!(".{} ({})", param.ty, count(n as usize, "byte")),
    }
}

fn number_help(param: &ParamInfo) -> String {
    if is_aggregate(param) {
        return format!("give its {} bytes as {{ bytes = \"…\" }}", param.size);
    }
    let name = match (is_float(&param.ty), param.size) {
        (true, 2) => "f16",
        (true, 4) => "f32",
        (true, _) => "f64",
        (false, 1) => "u8",
        (false, 2) => "u16",
        (false, 4) => "i32",
        (false, _) => return "give a buffer's name, or { u64 = 1 }".into(),
    };
    format!("write it like {{ {name} = 1 }}")
}

fn signature(kernel: &KernelInfo) -> String {
    if kernel.params.is_empty() {
        return format!("{} takes no arguments: args = []", demangle(&kernel.name));
    }
    let params: Vec<String> =
        kernel.params.iter().enumerate().map(|(i, p)| format!("{}: {}", i + 1, describe(p))).collect();
    format!("{} takes {}", demangle(&kernel.name), params.join(", "))
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// The value a constant or list wants at an index, rounded to the buffer's type as the kernel's own would be.
pub fn rounded(element: Element, value: Number) -> Number {
    let mut bytes = Vec::new();
    match element.encode(value, &mut bytes) {
        Ok(()) => element.decode(&bytes),
        Err(_) => value,
    }
}

#[cfg(test)]
mod tests;
