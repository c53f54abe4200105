//! Text to [`LaunchFile`]. Names of buffers are checked here, kernels and parameters in `bind`.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::element::{Element, Number};
use super::error::LaunchFileError;
use super::fill::random_range;
use super::reader::{Document, Table, Value};
use super::{Arg, ArgValue, Buffer, Expect, Fill, LaunchFile, LaunchSpec, Tolerance, Want};
use crate::suggest;

type Result<T> = std::result::Result<T, LaunchFileError>;

const TYPES: &str = "u8, i8, u16, i16, u32, i32, u64, i64, f16, bf16, f32 or f64";
/// Largest buffer a launch file may ask for: 1 TiB. The device's memory is the real limit; this keeps the
/// arithmetic far from overflow.
const MAX_ELEMENTS: i128 = 1 << 40;

impl LaunchFile {
    /// Reads a launch file's text. `path` is for messages and relative paths; nothing is opened.
    pub fn parse(path: &Path, text: &str) -> Result<LaunchFile> {
        let doc = Document { path, text };
        let tree = DeTable::parse(text).map_err(|e| {
            let line = e.span().map_or(1, |s| doc.line(s.start));
            let help = "the launch file is TOML; docs/launch-file.md has an example of every part";
            LaunchFileError::new(path, line, e.message().trim().replace('\n', "; "), help)
        })?;
        let root = Table::root(&doc, tree.get_ref());
        root.only(&["ptx", "source", "buffers", "launch"])?;
        let file = |key: &str, example| match root.get(key) {
            Some(v) => v.string(example).map(|s| Some(PathBuf::from(s))),
            None => Ok(None),
        };
        let mut buffers = Vec::new();
        if let Some(table) = root.get("buffers") {
            for (name, value) in table.table("[buffers.in]")?.entries() {
                buffers.push(buffer(name, &value.table("[buffers.in]")?.clone())?);
            }
        }
        let help = "add a [[launch]] with kernel, grid, block and args";
        let mut launches = Vec::new();
        for value in root.need("launch", help)?.list("[[launch]]")? {
            launches.push(launch(&value.named("[[launch]]").table("[[launch]]")?, &buffers)?);
        }
        Ok(LaunchFile {
            path: path.to_owned(),
            ptx: file("ptx", "ptx = \"kernel.ptx\"")?,
            source: file("source", "source = \"kernel.cu\"")?,
            buffers,
            launches,
        })
    }
}

fn buffer(name: &str, table: &Table<'_>) -> Result<Buffer> {
    table.only(&["type", "len", "fill", "symbol"])?;
    let ty = table.need("type", &format!("add type = \"f32\" (one of {TYPES})"))?;
    let ty_name = ty.string("\"f32\"")?;
    let Some(element) = Element::parse(ty_name) else {
        return ty.error(format!("there is no element type `{ty_name}`"), format!("use {TYPES}"));
    };
    let len = match table.get("len") {
        Some(v) => Some(v.integer(1, MAX_ELEMENTS, "len = 1024")? as u64),
        None => None,
    };
    let fill = match table.get("fill") {
        Some(v) => fill(&v, element)?,
        None => Fill::Zero,
    };
    let symbol = match table.get("symbol") {
        Some(v) => Some(v.string("symbol = \"coefficients\"")?.to_owned()),
        None => None,
    };
    if len.is_none() && symbol.is_none() && !matches!(fill, Fill::File(_) | Fill::Values(_)) {
        return table.error(format!("buffer `{name}` has no length"), "add len = 1024 (in elements)");
    }
    Ok(Buffer { name: name.to_owned(), line: table.line(), element, len, fill, symbol })
}

fn fill(value: &Value<'_>, element: Element) -> Result<Fill> {
    const HELP: &str = "use \"zero\", \"iota\", \"random\", { constant = 1.0 }, { iota = { start = 0, step = 1 } }, \
                        { random = { seed = 1 } }, { file = \"x.bin\" } or { values = [1, 2] }";
    if let Some(word) = value.as_str() {
        return match word {
            "zero" => Ok(Fill::Zero),
            "iota" => Ok(Fill::Iota { start: Number::Int(0), step: Number::Int(1), modulo: None }),
            "random" => Ok(Fill::Random { seed: None, min: None, max: None }),
            _ => value.error(format!("there is no fill `{word}`"), HELP),
        };
    }
    let table = value.table("fill = { constant = 1.0 }")?;
    let Some((kind, inner)) = table.single() else {
        return value.error("a fill table has exactly one key", HELP);
    };
    match kind {
        "constant" => Ok(Fill::Constant(number(&inner, element, "constant = 1.0")?)),
        "iota" => {
            let t = inner.table("{ iota = { start = 0, step = 1, modulo = 256 } }")?;
            t.only(&["start", "step", "modulo"])?;
            let part = |key: &str, default| match t.get(key) {
                Some(v) => finite(&v, v.number("step = 1")?),
                None => Ok(Number::Int(default)),
            };
            let modulo = match t.get("modulo") {
                Some(v) => Some(v.integer(1, MAX_ELEMENTS, "modulo = 256")? as u64),
                None => None,
            };
            Ok(Fill::Iota { start: part("start", 0)?, step: part("step", 1)?, modulo })
        }
        "random" => {
            let t = inner.table("{ random = { seed = 1, min = -1.0, max = 1.0 } }")?;
            t.only(&["seed", "min", "max"])?;
            let seed = match t.get("seed") {
                Some(v) => Some(v.integer(0, u64::MAX.into(), "seed = 1")? as u64),
                None => None,
            };
            let part = |key: &str| match t.get(key) {
                Some(v) => number(&v, element, "min = -1.0").and_then(|n| finite(&v, n)).map(Some),
                None => Ok(None),
            };
            let (min, max) = (part("min")?, part("max")?);
            let (low, high) = random_range(element, min, max);
            if low.as_f64() > high.as_f64() {
                return inner.error(
                    format!("the smallest value {low} is above the largest, {high}"),
                    "give both min and max, min first",
                );
            }
            Ok(Fill::Random { seed, min, max })
        }
        "file" => Ok(Fill::File(inner.string("{ file = \"x.bin\" }")?.into())),
        "values" => Ok(Fill::Values(values(&inner, element)?)),
        "zero" => Ok(Fill::Zero),
        other => value.error(format!("there is no fill `{other}`"), HELP),
    }
}

fn values(list: &Value<'_>, element: Element) -> Result<Vec<Number>> {
    let items = list.list("values = [1, 2, 3]")?;
    if items.is_empty() {
        return list.error("`values` is empty", "give at least one value");
    }
    items.iter().map(|v| number(v, element, "values = [1, 2, 3]")).collect()
}

// A number the type can hold: checked here, where the line is known.
fn number(value: &Value<'_>, element: Element, example: &str) -> Result<Number> {
    let n = value.number(example)?;
    match element.encode(n, &mut Vec::new()) {
        Ok(()) => Ok(n),
        Err(why) => value.error(why, "give a value of the type, or change the type"),
    }
}

fn finite(value: &Value<'_>, n: Number) -> Result<Number> {
    if n.as_f64().is_finite() {
        return Ok(n);
    }
    value.error(format!("{n} is not finite"), "give a finite number here; { constant = nan } fills with NaN")
}

fn launch(table: &Table<'_>, buffers: &[Buffer]) -> Result<LaunchSpec> {
    table.only(&[
        "kernel",
        "grid",
        "block",
        "shared",
        "args",
        "cooperative",
        "profile",
        "repeat",
        "expect",
    ])?;
    let kernel = table.need("kernel", "add kernel = \"name\"")?;
    let flag = |key: &str, default| table.get(key).map_or(Ok(default), |v| v.bool());
    let whole = |key: &str, low: i128, default: u32, example: &str| match table.get(key) {
        Some(v) => v.integer(low, u32::MAX.into(), example).map(|n| n as u32),
        None => Ok(default),
    };
    let mut args = Vec::new();
    let mut args_line = table.line();
    if let Some(list) = table.get("args") {
        args_line = list.line();
        for value in list.list("args = [\"in\", \"out\", { i32 = 1024 }]")? {
            args.push(Arg { line: value.line(), value: arg(&value, buffers)? });
        }
    }
    let mut expects = Vec::new();
    if let Some(list) = table.get("expect") {
        for value in list.list("[[launch.expect]]")? {
            let named = value.named("[[launch.expect]]");
            expects.push(expect(&named.table("[[launch.expect]]")?, buffers)?);
        }
    }
    Ok(LaunchSpec {
        line: table.line(),
        kernel: kernel.string("kernel = \"saxpy\"")?.to_owned(),
        kernel_line: kernel.line(),
        grid: dim3(&table.need("grid", "add grid = [blocks]")?, "grid = [32, 32]")?,
        block: dim3(&table.need("block", "add block = [threads]")?, "block = [256]")?,
        shared: whole("shared", 0, 0, "shared = 4096")?,
        args,
        args_line,
        cooperative: flag("cooperative", false)?,
        profile: flag("profile", true)?,
        repeat: whole("repeat", 1, 1, "repeat = 3")?,
        expect: expects,
    })
}

// 0 is let through: the device says what it thinks of an empty grid.
fn dim3(value: &Value<'_>, example: &str) -> Result<[u32; 3]> {
    let mut dims = [1; 3];
    if let Ok(Number::Int(_)) = value.number(example) {
        return Ok([value.integer(0, u32::MAX.into(), example)? as u32, 1, 1]);
    }
    let items = value.list(example)?;
    if items.is_empty() || items.len() > 3 {
        return value.error(
            format!("a shape has one to three numbers, not {}", items.len()),
            format!("write it like {example}"),
        );
    }
    for (dim, item) in dims.iter_mut().zip(&items) {
        *dim = item.integer(0, u32::MAX.into(), example)? as u32;
    }
    Ok(dims)
}

fn known_buffer(at: &Value<'_>, name: &str, buffers: &[Buffer]) -> Result<()> {
    if buffers.iter().any(|b| b.name == name) {
        return Ok(());
    }
    let names: Vec<&str> = buffers.iter().map(|b| b.name.as_str()).collect();
    at.error(format!("there is no buffer `{name}`"), suggest::help(name, "buffers", names))
}

fn arg(value: &Value<'_>, buffers: &[Buffer]) -> Result<ArgValue> {
    const HELP: &str = "an argument is a buffer's name, { i32 = 1024 } or another type, { bytes = \"0000803f\" }, or \
                        { buffer = \"in\", offset = 16 }";
    if let Some(name) = value.as_str() {
        known_buffer(value, name, buffers)?;
        return Ok(ArgValue::Buffer { name: name.to_owned(), offset: 0 });
    }
    let Some(table) = value.as_table() else {
        return value.error("this argument has no type", HELP);
    };
    if let Some(name) = table.get("buffer") {
        table.only(&["buffer", "offset"])?;
        let text = name.string("buffer = \"in\"")?;
        known_buffer(&name, text, buffers)?;
        let offset = match table.get("offset") {
            Some(v) => v.integer(0, MAX_ELEMENTS, "offset = 16")? as u64,
            None => 0,
        };
        return Ok(ArgValue::Buffer { name: text.to_owned(), offset });
    }
    let Some((kind, inner)) = table.single() else { return value.error("this is no argument", HELP) };
    if kind == "bytes" {
        let text = inner.string("{ bytes = \"0000803f\" }")?;
        return match hex(text) {
            Some(bytes) => Ok(ArgValue::Bytes(bytes)),
            None => inner.error("`bytes` is not hex", "give two hex digits a byte, such as \"0000803f\""),
        };
    }
    if kind == "bool" {
        return Ok(ArgValue::Number(Element::Unsigned(1), Number::Int(inner.bool()?.into())));
    }
    let Some(element) = Element::parse(kind) else {
        return inner
            .error(format!("there is no argument type `{kind}`"), format!("use {TYPES}, bool or bytes"));
    };
    Ok(ArgValue::Number(element, number(&inner, element, "{ i32 = 1024 }")?))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '_')
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    Some(digits.chunks(2).map(|d| d.iter().fold(0, |n, d| (n << 4) | *d as u8)).collect())
}

fn expect(table: &Table<'_>, buffers: &[Buffer]) -> Result<Expect> {
    const HELP: &str = "give exactly one of constant, values, file and reference";
    table.only(&["buffer", "constant", "values", "file", "reference", "len", "tolerance"])?;
    let buffer_value = table.need("buffer", "add buffer = \"out\"")?;
    let name = buffer_value.string("buffer = \"out\"")?;
    known_buffer(&buffer_value, name, buffers)?;
    let element = buffers.iter().find(|b| b.name == name).map_or(Element::F32, |b| b.element);
    let mut wants = Vec::new();
    if let Some(v) = table.get("constant") {
        wants.push(Want::Constant(number(&v, element, "constant = 3.0")?));
    }
    if let Some(v) = table.get("values") {
        wants.push(Want::Values(values(&v, element)?));
    }
    if let Some(v) = table.get("file") {
        wants.push(Want::File(v.string("file = \"ref.bin\"")?.into()));
    }
    if let Some(v) = table.get("reference") {
        let reference = v.string("reference = \"other\"")?;
        known_buffer(&v, reference, buffers)?;
        let other = buffers.iter().find(|b| b.name == reference).map_or(element, |b| b.element);
        if other != element {
            return v.error(
                format!("`{name}` holds {} and `{reference}` holds {}", element.name(), other.name()),
                "compare buffers of one type",
            );
        }
        wants.push(Want::Reference(reference.to_owned()));
    }
    let count = wants.len();
    let (Some(want), 1) = (wants.pop(), count) else {
        return table.error(format!("[[launch.expect]] says {count} things the buffer must hold"), HELP);
    };
    let len = match table.get("len") {
        Some(v) => Some(v.integer(1, MAX_ELEMENTS, "len = 100")? as u64),
        None => None,
    };
    Ok(Expect { line: table.line(), buffer: name.to_owned(), want, len, tolerance: tolerance(table)? })
}

fn tolerance(table: &Table<'_>) -> Result<Tolerance> {
    let Some(value) = table.get("tolerance") else { return Ok(Tolerance::default()) };
    let t = value.table("tolerance = { abs = 1e-5, rel = 1e-5 }")?;
    t.only(&["abs", "rel"])?;
    let part = |key: &str| match t.get(key) {
        Some(v) => match v.number("abs = 1e-5")?.as_f64() {
            x if x >= 0.0 && x.is_finite() => Ok(x),
            x => v.error(format!("a tolerance of {x} makes no sense"), "give a number from 0 up"),
        },
        None => Ok(0.0),
    };
    Ok(Tolerance { abs: part("abs")?, rel: part("rel")? })
}

#[cfg(test)]
mod tests;
