//! Opcodes (`ld.global.v4.f32`) to mnemonic and modifiers, each distinct spelling looked up once.

use super::Parser;
use crate::ast::Operand;
use crate::diagnostic::Diagnostic;
use crate::isa::{Mnemonic, Mod};
use crate::lex::Tok;
use crate::span::Span;
use crate::table::{self, Shape, Verdict};
use std::collections::HashMap;

/// What is known of one spelling.
#[derive(Clone, Debug)]
pub(super) struct Opcode {
    /// Base mnemonic.
    pub mnemonic: Mnemonic,
    /// Modifiers.
    pub mods: Vec<Mod>,
}

/// Why a spelling is no opcode.
#[derive(Clone, Debug)]
struct Problem {
    /// Byte range within the spelling.
    at: (u32, u32),
    message: String,
    help: Option<String>,
}

/// Spellings met so far, and what the table said of them with the shapes of their operands.
#[derive(Debug, Default)]
pub(super) struct Cache<'a> {
    known: HashMap<&'a str, Result<Opcode, Problem>>,
    checked: HashMap<(&'a str, u64), Option<Diagnostic>>,
}

impl<'a> Parser<'a> {
    /// Reads the opcode whose mnemonic is the token in hand. `None`: not one, which has been reported.
    pub(super) fn opcode(&mut self) -> Option<(Mnemonic, Vec<Mod>, Span)> {
        let start = self.tok.span.start;
        let end = self.lexer.opcode(self.tok.span.end as usize) as u32;
        let span = Span::new(start, end);
        let spelling = self.slice(span);
        // Guesses cost a search, so none are made once nobody will see them.
        let guess = !self.sink.is_full();
        let known = self.opcodes.known.entry(spelling).or_insert_with(|| look_up(spelling, guess));
        let out = match known {
            Ok(op) => Some((op.mnemonic, op.mods.clone())),
            Err(problem) => {
                let at = Span::new(start + problem.at.0, start + problem.at.1);
                let mut d = Diagnostic::error(at, problem.message.clone());
                d.help = problem.help.clone();
                self.sink.push(d);
                None
            }
        };
        self.last_end = end;
        self.tok = self.lexer.next();
        let (mnemonic, mut mods) = out?;
        // Blanks before a dot are legal if unusual.
        while let Some(word) = self.dot() {
            let at = self.bump().span;
            match Mod::parse(word) {
                Some(m) => mods.push(m),
                None => {
                    self.error(at, format!("`.{word}` is not a modifier of PTX"));
                    return None;
                }
            }
        }
        debug_assert!(self.tok.kind != Tok::Dot);
        Some((mnemonic, mods, Span::new(start, self.last_end)))
    }
}

/// Two bits an operand, above them how many there are; `None` for more than fit.
fn key(shapes: &[Shape]) -> Option<u64> {
    let bits = shapes.iter().fold(0, |key, s| key << 2 | *s as u64);
    (shapes.len() < 29).then_some(bits | (shapes.len() as u64) << 58)
}

impl Parser<'_> {
    /// Holds an instruction against the table and reports what does not fit.
    pub(super) fn check(&mut self, mnemonic: Mnemonic, mods: &[Mod], opcode: Span, operands: &[Operand]) {
        let shapes: Vec<_> = operands.iter().map(shape).collect();
        let spelling = self.slice(opcode);
        let key = key(&shapes).map(|k| (spelling, k));
        if let Some(known) = key.and_then(|k| self.opcodes.checked.get(&k)) {
            if let Some(d) = known.clone() {
                self.sink.push(Diagnostic { span: opcode, ..d });
            }
            return;
        }
        let found = match table::check(mnemonic, mods, &shapes) {
            Verdict::Form(_) => None,
            Verdict::Operands(forms) => {
                let lines: Vec<_> = forms.iter().map(|f| f.syntax.split("; ").next().unwrap_or("")).collect();
                let message = format!("`{}` does not take these operands", super::clip(spelling));
                let help = format!("it is written `{}`", lines.join("` or `"));
                Some(Diagnostic::error(opcode, message).with_help(help))
            }
            Verdict::Modifiers { good, next, may_end } => {
                Some(wrong_modifiers(mnemonic, mods, opcode, good, &next, may_end))
            }
        };
        self.opcodes.checked.extend(key.map(|k| (k, found.clone())));
        if let Some(d) = found {
            self.sink.push(d);
        }
    }
}

fn shape(o: &Operand) -> Shape {
    match o {
        Operand::Address { .. } => Shape::Address,
        Operand::Pair(..) => Shape::Pair,
        _ => Shape::Value,
    }
}

fn wrong_modifiers(
    m: Mnemonic,
    mods: &[Mod],
    at: Span,
    good: usize,
    next: &[Mod],
    may_end: bool,
) -> Diagnostic {
    let dotted = |mods: &[Mod]| mods.iter().map(|m| format!(".{}", m.as_str())).collect::<String>();
    let all = format!("{}{}", m.as_str(), dotted(mods));
    let begin = format!("{}{}", m.as_str(), dotted(mods.get(..good).unwrap_or(mods)));
    let d = Diagnostic::error(
        at,
        format!("`{}` is not a form of `{}` that this version knows", super::clip(&all), m.as_str()),
    );
    let mut words: Vec<_> = next.iter().take(12).map(|m| format!("`.{}`", m.as_str())).collect();
    if next.len() > 12 {
        words.push(format!("{} more", next.len() - 12));
    }
    if may_end {
        words.push("nothing".to_owned());
    }
    d.with_help(format!("after `{begin}` may come {}", words.join(", ")))
}

fn look_up(spelling: &str, guess: bool) -> Result<Opcode, Problem> {
    let mut words = spelling.split('.');
    let base = words.next().unwrap_or("");
    let Some(mnemonic) = Mnemonic::parse(base) else {
        return Err(Problem {
            at: (0, base.len() as u32),
            message: format!("`{}` is not an instruction of PTX", super::clip(base)),
            help: near(base, Mnemonic::ALL.iter().filter(|_| guess).map(|m| m.as_str()))
                .map(|n| format!("is `{n}` meant?")),
        });
    };
    let mut mods = Vec::new();
    let mut at = base.len() as u32;
    for word in words {
        let end = at + 1 + word.len() as u32;
        match Mod::parse(word) {
            Some(m) => mods.push(m),
            None => {
                let all = crate::isa::Word::ALL.iter().filter(|_| guess).map(|w| w.as_str());
                return Err(Problem {
                    at: (at, end),
                    message: format!(
                        "`.{}` is not a modifier this version knows, in `{}`",
                        super::clip(word),
                        super::clip(spelling)
                    ),
                    help: near(word, all).map(|n| format!("is `.{n}` meant?")),
                });
            }
        }
        at = end;
    }
    Ok(Opcode { mnemonic, mods })
}

/// The candidate one edit away from `word`, for "is ... meant?".
pub(crate) fn near<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.as_bytes();
    if word.len() < 3 || word.len() > 40 {
        return None;
    }
    candidates.filter(|c| c.len() >= 3).find(|c| one_edit(word, c.as_bytes()))
}

/// Is `b` at most one insertion, deletion, replacement or swap of neighbours away from `a`?
fn one_edit(a: &[u8], b: &[u8]) -> bool {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([_, x @ ..], [_, y @ ..]) if x == y => true,
        ([_, x @ ..], y) if x == y => true,
        (x, [_, y @ ..]) if x == y => true,
        ([p, q, x @ ..], [r, s, y @ ..]) => p == s && q == r && x == y,
        _ => false,
    }
}
