//! Source lines: `.file`, `.loc` with its chain of inlined call sites, and names from `.debug_str`
//! (PTX ISA, section 11.5).
//!
//! A `.loc` with `inlined_at` names its call site by file, line and column; the call site's own frame is the
//! last `.loc` of the function with that position, which may in turn have been inlined.

use super::{FuncId, Op, Resolved, SourceLoc};
use crate::ast::{self, Item, Module, SectionItem, SectionValue, Symbol};
use std::collections::HashMap;

/// One frame of an operation's source position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Function, when known: the inlined one's name from the debug data, the enclosing one's symbol last.
    pub function: Option<&'a str>,
    /// Path as in `.file`; empty when the index names no file.
    pub file: &'a str,
    /// Line, from 1.
    pub line: u32,
    /// Column; 0 when unknown.
    pub column: u32,
}

impl Resolved {
    /// Path of a `.file` index.
    pub fn file(&self, index: u32) -> Option<&str> {
        // Indices are nearly always 1, 2, 3, ... in order.
        let guess = self.files.get((index as usize).wrapping_sub(1)).filter(|(i, _)| *i == index);
        guess.or_else(|| self.files.iter().find(|(i, _)| *i == index)).map(|(_, p)| p.as_str())
    }

    /// The source frames of an operation, innermost first; empty when it has no line.
    pub fn frames<'a>(&'a self, names: &'a ast::Names, func: FuncId, op: &Op) -> Vec<Frame<'a>> {
        let outer = self.funcs.get(func.index()).map(|f| names.get(f.name));
        self.frames_of(op.loc, outer)
    }

    /// The same from an index into [`Resolved::locs`]; `outer` names the enclosing function.
    pub fn frames_of<'a>(&'a self, loc: Option<u32>, outer: Option<&'a str>) -> Vec<Frame<'a>> {
        let mut out = Vec::new();
        let mut next = loc;
        while let Some(at) = next.and_then(|i| self.locs.get(i as usize)) {
            let inner = at.inlined_at.is_some();
            out.push(Frame {
                function: if inner { at.function.as_deref() } else { outer },
                file: self.file(at.file).unwrap_or(""),
                line: at.line,
                column: at.column,
            });
            // A call site is always an earlier entry, so this ends.
            next = at.inlined_at.filter(|&i| Some(i) < next);
        }
        out
    }
}

/// The path of a `.file` directive: clang writes bytes beyond ASCII as `\344`, as does nvcc, and backslashes and quotes with a
/// backslash before them.
pub(super) fn unescape(path: &str) -> String {
    if !path.contains('\\') {
        return path.to_owned();
    }
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..]) => {
                out.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                rest = after;
            }
            (b'\\', [c @ (b'\\' | b'"'), after @ ..]) => {
                out.push(*c);
                rest = after;
            }
            _ => out.push(*first),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Bytes of `.debug_str` with the offset of each label.
#[derive(Debug, Default)]
pub(super) struct DebugStrings {
    bytes: Vec<u8>,
    labels: HashMap<Symbol, usize>,
}

impl DebugStrings {
    pub(super) fn new(module: &Module) -> Self {
        let mut out = DebugStrings::default();
        for item in &module.items {
            let Item::Section(s) = item else { continue };
            if s.name != ".debug_str" {
                continue;
            }
            for item in &s.items {
                match item {
                    SectionItem::Label(l) => {
                        out.labels.insert(*l, out.bytes.len());
                    }
                    SectionItem::Data { width, values } => {
                        for v in values {
                            let v = if let SectionValue::Int(v) = v { *v } else { 0 };
                            out.bytes.extend(v.to_le_bytes().iter().take(usize::from(*width)));
                        }
                    }
                }
            }
        }
        out
    }

    fn get(&self, label: Symbol, offset: u32) -> Option<String> {
        let start = self.labels.get(&label)?.checked_add(offset as usize)?;
        let rest = self.bytes.get(start..)?;
        let text = rest.split(|&b| b == 0).next().unwrap_or(rest);
        (!text.is_empty()).then(|| String::from_utf8_lossy(text).into_owned())
    }
}

/// Turns `.loc` directives into entries of [`Resolved::locs`].
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) locs: Vec<SourceLoc>,
    index: HashMap<SourceLoc, u32>,
    /// Last entry of each position in the function at hand.
    here: HashMap<(u32, u32, u32), u32>,
    strings: DebugStrings,
}

impl Lines {
    pub(super) fn new(module: &Module) -> Self {
        Lines { strings: DebugStrings::new(module), ..Lines::default() }
    }

    /// Begins a function.
    pub(super) fn begin(&mut self) {
        self.here.clear();
    }

    /// The entry of a directive; `None` for line 0.
    pub(super) fn loc(&mut self, loc: &ast::Loc) -> Option<u32> {
        if loc.line == 0 {
            return None;
        }
        let mut function = None;
        let mut inlined_at = None;
        if let Some(i) = &loc.inlined {
            function = self.strings.get(i.name, i.name_offset);
            let site = (i.file, i.line, i.column);
            inlined_at = match self.here.get(&site) {
                Some(&known) => Some(known),
                None if i.line == 0 => None,
                None => {
                    let entry = self.entry(SourceLoc {
                        file: i.file,
                        line: i.line,
                        column: i.column,
                        function: None,
                        inlined_at: None,
                    });
                    self.here.insert(site, entry);
                    Some(entry)
                }
            };
        }
        let entry = self.entry(SourceLoc {
            file: loc.file,
            line: loc.line,
            column: loc.column,
            function,
            inlined_at,
        });
        self.here.insert((loc.file, loc.line, loc.column), entry);
        Some(entry)
    }

    fn entry(&mut self, loc: SourceLoc) -> u32 {
        let next = self.locs.len() as u32;
        let locs = &mut self.locs;
        *self.index.entry(loc).or_insert_with_key(|loc| {
            locs.push(loc.clone());
            next
        })
    }
}
