//! Instructions and the source places they count for.

use std::sync::Arc;

use warplens_ptx::isa::Mnemonic;
use warplens_ptx::resolve::{Op, Resolved};
use warplens_ptx::span::LineIndex;
use warplens_sim::counts::OpClass;

use super::class::{Flops, class_of, flops_of};

/// A loaded module, as the profiler needs it.
#[derive(Clone, Copy, Debug)]
pub struct ModuleView<'a> {
    /// What to call its PTX: a path where there is one.
    pub name: &'a str,
    /// The PTX.
    pub text: &'a str,
    /// Names resolved.
    pub resolved: &'a Resolved,
}

/// Gives access to loaded modules by their number.
pub trait Code {
    /// The module with this number.
    fn module(&self, module: u32) -> Option<ModuleView<'_>>;
}

impl<T: Code + ?Sized> Code for &T {
    fn module(&self, module: u32) -> Option<ModuleView<'_>> {
        (**self).module(module)
    }
}

/// A line of source, or of the PTX where an instruction has no source line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Path as the compiler wrote it, or the PTX's name.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Whether this is a line of the PTX.
    pub is_ptx: bool,
}

impl Place {
    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.file.rsplit(['/', '\\']).next().unwrap_or(&self.file)
    }
}

/// An instruction of the PTX.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction {
    /// As written, on one line.
    pub text: Arc<str>,
    /// Mnemonic.
    pub mnemonic: Mnemonic,
    /// Class.
    pub class: OpClass,
    /// Floating-point operations a thread.
    pub flops: Flops,
    /// Where it counts.
    pub place: Place,
    /// Line in the PTX.
    pub ptx_line: u32,
}

/// The instructions of a function, one for each of its operations.
pub fn instructions(module: &ModuleView<'_>, func: u32) -> Vec<Instruction> {
    let Some(body) = module.resolved.funcs.get(func as usize).and_then(|f| f.body.as_ref()) else {
        return Vec::new();
    };
    let lines = LineIndex::new(module.text);
    let ptx: Arc<str> = module.name.into();
    let files: Vec<(u32, Arc<str>)> =
        module.resolved.files.iter().map(|(i, path)| (*i, Arc::from(path.as_str()))).collect();
    let mut places: Vec<Option<Place>> =
        body.ops.iter().map(|op| op.loc.and_then(|loc| source_place(module.resolved, &files, loc))).collect();
    settle(&mut places);
    let make = |(op, place): (&Op, Option<Place>)| {
        let ptx_line = lines.line_col(op.span.start).line;
        let text = module.text.get(op.span.start as usize..op.span.end as usize).unwrap_or_default();
        Instruction {
            text: text.split_whitespace().collect::<Vec<_>>().join(" ").into(),
            mnemonic: op.mnemonic,
            class: class_of(op),
            flops: flops_of(op),
            place: place.unwrap_or_else(|| Place { file: ptx.clone(), line: ptx_line, is_ptx: true }),
            ptx_line,
        }
    };
    body.ops.iter().zip(places).map(make).collect()
}

// An instruction of a toolkit's header whose caller the line table does not name (the reading of threadIdx, say)
// counts for the user's line that comes next, which uses it, or else for the one before.
fn settle(places: &mut [Option<Place>]) {
    let of_user = |p: &Place| !in_toolkit(&p.file);
    let mut next: Option<Place> = None;
    for place in places.iter_mut().rev().flatten() {
        match &next {
            _ if of_user(place) => next = Some(place.clone()),
            Some(line) => *place = line.clone(),
            None => {}
        }
    }
    // What is left stands after the last line of the user's.
    let mut before: Option<Place> = None;
    for place in places.iter_mut().flatten() {
        match &before {
            _ if of_user(place) => before = Some(place.clone()),
            Some(line) => *place = line.clone(),
            None => {}
        }
    }
}

// The innermost frame that is not in a toolkit's header: a line of the user's code says more than the inside of
// an intrinsic. Without such a frame the innermost one.
fn source_place(resolved: &Resolved, files: &[(u32, Arc<str>)], loc: u32) -> Option<Place> {
    let place = |index: u32| {
        let l = resolved.locs.get(index as usize)?;
        let file = files.iter().find(|(i, _)| *i == l.file).map(|(_, f)| f.clone())?;
        (l.line > 0).then_some((Place { file, line: l.line, is_ptx: false }, l.inlined_at))
    };
    let innermost = place(loc)?;
    let mut frame = Some(innermost.clone());
    // Bounded: a damaged chain may lead back to itself.
    for _ in 0..64 {
        match frame {
            Some((p, _)) if !in_toolkit(&p.file) => return Some(p),
            Some((_, Some(outer))) => frame = place(outer),
            _ => break,
        }
    }
    Some(innermost.0)
}

fn in_toolkit(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = |part: &str| path.contains(part);
    name.starts_with("__clang_cuda")
        || folder("/lib/clang/")
        // Names that `warplens cc` gives its own headers and clang's in line tables.
        || path.starts_with("warplens/")
        || path.starts_with("clang/")
        || folder("driver/include/")
        || folder("/usr/include/")
        || folder("/cuda/include/")
        || folder("/musa/include/")
}

#[cfg(test)]
mod tests {
    use super::{Place, settle};

    fn place(file: &str, line: u32) -> Option<Place> {
        Some(Place { file: file.into(), line, is_ptx: false })
    }

    #[test]
    fn what_a_toolkit_header_does_counts_for_the_line_that_uses_it() {
        let header = || place("clang/include/__clang_cuda_builtin_vars.h", 53);
        let mut places = [place("a.cu", 1), header(), None, place("a.cu", 2), header()];
        settle(&mut places);
        assert_eq!(places, [place("a.cu", 1), place("a.cu", 2), None, place("a.cu", 2), place("a.cu", 2)]);
        let mut alone = [header()];
        settle(&mut alone);
        assert_eq!(alone, [header()]);
    }
}
