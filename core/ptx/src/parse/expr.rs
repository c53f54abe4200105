//! Literals and constant expressions (PTX ISA, sections 4.5 and 4.6), folded as they are read.
//!
//! Integers are 64-bit two's complement: signed unless a side is unsigned. Floats fold with `+ - * /`.

use super::Parser;
use crate::ast::Imm;
use crate::lex::Tok;
use crate::span::Span;

impl Imm {
    /// The value as bits of a 64-bit integer; `None` for floats.
    pub fn as_bits(self) -> Option<u64> {
        match self {
            Imm::Int(v) => Some(v as u64),
            Imm::UInt(v) => Some(v),
            Imm::F32(_) | Imm::F64(_) => None,
        }
    }

    /// The value when it is an integer that is not negative.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Imm::Int(v) => u64::try_from(v).ok(),
            Imm::UInt(v) => Some(v),
            Imm::F32(_) | Imm::F64(_) => None,
        }
    }
}

/// Binary operators with their binding power, loosest first.
const BINARY: &[(&str, u8)] = &[
    ("||", 1),
    ("&&", 2),
    ("|", 3),
    ("^", 4),
    ("&", 5),
    ("==", 6),
    ("!=", 6),
    ("<=", 7),
    (">=", 7),
    ("<<", 8),
    (">>", 8),
    ("<", 7),
    (">", 7),
    ("+", 9),
    ("-", 9),
    ("*", 10),
    ("/", 10),
    ("%", 10),
];

impl Parser<'_> {
    /// A constant expression.
    pub(super) fn constant(&mut self, what: &str) -> Option<Imm> {
        self.constant_from(what, 0)
    }

    /// A signed number for offsets: only what binds as tightly as a sum's term.
    pub(super) fn offset_term(&mut self) -> Option<i64> {
        let span = self.tok.span;
        match self.constant_from("an offset in bytes", 10)?.as_bits() {
            Some(v) => Some(v as i64),
            None => {
                self.error(span, "an offset must be an integer");
                None
            }
        }
    }

    /// A count within `< >`: `>` ends it.
    pub(super) fn count(&mut self) -> Option<u64> {
        let span = self.tok.span;
        let count = self.constant_from("a count of registers", 9)?.as_u64();
        if count.is_none() {
            self.error(span, "a count of registers must be a non-negative integer");
        }
        count
    }

    fn constant_from(&mut self, what: &str, floor: u8) -> Option<Imm> {
        self.nested(|p| {
            let mut left = p.unary(what)?;
            loop {
                if floor == 0 && p.at(b'?') {
                    left = p.ternary(left)?;
                    continue;
                }
                let Some((op, power)) = p.binary_operator() else { return Some(left) };
                if power < floor.max(1) {
                    return Some(left);
                }
                let span = p.tok.span;
                for _ in 0..op.len() {
                    p.bump();
                }
                let right = p.constant_from("an operand", power + 1)?;
                match fold(op, left, right) {
                    Some(v) => left = v,
                    None => {
                        p.error(span, format!("`{op}` cannot be computed for these constants"));
                        return None;
                    }
                }
            }
        })
    }

    fn binary_operator(&self) -> Option<(&'static str, u8)> {
        let Tok::Punct(_) = self.tok.kind else { return None };
        let rest = self.text.get(self.tok.span.start as usize..)?;
        BINARY.iter().filter(|(op, _)| rest.starts_with(op)).max_by_key(|(op, _)| op.len()).copied()
    }

    fn ternary(&mut self, condition: Imm) -> Option<Imm> {
        self.bump();
        let yes = self.constant("a value")?;
        if !self.expect(b':', "`:`") {
            return None;
        }
        let no = self.constant("a value")?;
        Some(if is_true(condition) { yes } else { no })
    }

    fn unary(&mut self, what: &str) -> Option<Imm> {
        let at = self.tok.span;
        match self.tok.kind {
            Tok::Number => self.literal(),
            Tok::Dot => {
                // `.5`
                let text = self.tok_text();
                let value = text.get(1..2).filter(|d| d.as_bytes()[0].is_ascii_digit());
                let value = value.and_then(|_| format!("0{text}").parse::<f64>().ok());
                match value {
                    Some(v) => {
                        self.bump();
                        Some(Imm::F64(v.to_bits()))
                    }
                    None => {
                        self.expected(what);
                        None
                    }
                }
            }
            Tok::Punct(sign @ (b'-' | b'+' | b'~' | b'!')) => {
                self.bump();
                let value = self.nested(|p| p.unary(what))?;
                let out = apply_sign(sign, value);
                if out.is_none() {
                    self.error(at, "this sign cannot stand before a float");
                }
                out
            }
            Tok::Punct(b'(') => {
                self.bump();
                if let Some(word) = self.dot() {
                    self.bump();
                    if !self.expect(b')', "`)`") {
                        return None;
                    }
                    let value = self.nested(|p| p.unary(what))?;
                    return match (word, value.as_bits()) {
                        ("s64", Some(v)) => Some(Imm::Int(v as i64)),
                        ("u64", Some(v)) => Some(Imm::UInt(v)),
                        _ => {
                            self.error(at, "a cast must be `(.s64)` or `(.u64)` of an integer");
                            None
                        }
                    };
                }
                let value = self.constant(what)?;
                self.expect(b')', "`)`").then_some(value)
            }
            _ => {
                self.expected(what);
                None
            }
        }
    }

    fn literal(&mut self) -> Option<Imm> {
        let span = self.bump().span;
        let text = self.slice(span);
        let value = parse_literal(text);
        if value.is_none() {
            self.error(span, format!("`{}` is not a number", super::clip(text)));
        }
        value
    }

    /// The bits of an integer constant, for masks and dimensions.
    pub(super) fn unsigned(&mut self, what: &str) -> Option<u64> {
        let start = self.tok.span;
        let value = self.constant(what)?;
        let bits = value.as_u64();
        if bits.is_none() {
            self.error(
                start.to(Span::new(self.last_end, self.last_end)),
                format!("{what} must be a non-negative integer"),
            );
        }
        bits
    }
}

/// Reads one literal: decimal, hex, octal, binary, `0f`, `0d`, decimal float.
fn parse_literal(text: &str) -> Option<Imm> {
    let prefix = text.as_bytes().get(1).map(|b| b | 0x20);
    let body = text.get(2..).unwrap_or("");
    if text.starts_with('0') {
        match prefix {
            Some(b'f') => {
                return (body.len() == 8).then(|| u32::from_str_radix(body, 16).ok().map(Imm::F32))?;
            }
            Some(b'd') => {
                return (body.len() == 16).then(|| u64::from_str_radix(body, 16).ok().map(Imm::F64))?;
            }
            _ => {}
        }
    }
    let (digits, unsigned) = match text.strip_suffix(['U', 'u']) {
        Some(d) => (d, true),
        None => (text, false),
    };
    let (radix, digits) = match prefix.filter(|_| text.starts_with('0')) {
        Some(b'x') => (16, digits.get(2..)?),
        Some(b'b') => (2, digits.get(2..)?),
        Some(b'0'..=b'9') if !text.contains(['.', 'e', 'E']) => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if radix == 10 && !digits.bytes().all(|b| b.is_ascii_digit()) {
        let good =
            digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
        return if good { digits.parse::<f64>().ok().map(|v| Imm::F64(v.to_bits())) } else { None };
    }
    let value = u64::from_str_radix(digits, radix).ok()?;
    Some(match i64::try_from(value) {
        Ok(v) if !unsigned => Imm::Int(v),
        _ => Imm::UInt(value),
    })
}

fn apply_sign(sign: u8, value: Imm) -> Option<Imm> {
    Some(match (sign, value) {
        (b'+', v) => v,
        (b'-', Imm::Int(v)) => Imm::Int(v.wrapping_neg()),
        // So that the smallest i64 can be written down.
        (b'-', Imm::UInt(v)) if v == 1 << 63 => Imm::Int(i64::MIN),
        (b'-', Imm::UInt(v)) => Imm::UInt(v.wrapping_neg()),
        (b'-', Imm::F32(b)) => Imm::F32(b ^ 1 << 31),
        (b'-', Imm::F64(b)) => Imm::F64(b ^ 1 << 63),
        (b'~', Imm::Int(v)) => Imm::Int(!v),
        (b'~', Imm::UInt(v)) => Imm::UInt(!v),
        (b'!', v @ (Imm::Int(_) | Imm::UInt(_))) => Imm::Int(i64::from(!is_true(v))),
        _ => return None,
    })
}

fn is_true(v: Imm) -> bool {
    match v {
        Imm::Int(v) => v != 0,
        Imm::UInt(v) => v != 0,
        Imm::F32(b) => f32::from_bits(b) != 0.0,
        Imm::F64(b) => f64::from_bits(b) != 0.0,
    }
}

fn fold(op: &str, a: Imm, b: Imm) -> Option<Imm> {
    if let (Imm::F64(x), Imm::F64(y)) = (a, b) {
        let (x, y) = (f64::from_bits(x), f64::from_bits(y));
        let v = match op {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => x / y,
            _ => return None,
        };
        return Some(Imm::F64(v.to_bits()));
    }
    let (x, y) = (a.as_bits()?, b.as_bits()?);
    let unsigned = matches!(a, Imm::UInt(_)) || matches!(b, Imm::UInt(_));
    let (sx, sy) = (x as i64, y as i64);
    let truth = |t: bool| Some(Imm::Int(i64::from(t)));
    let number = |v: u64| Some(if unsigned { Imm::UInt(v) } else { Imm::Int(v as i64) });
    // Shifts take their kind from the left side alone.
    let shifted = |v: u64| Some(if matches!(a, Imm::UInt(_)) { Imm::UInt(v) } else { Imm::Int(v as i64) });
    match op {
        "||" => truth(x != 0 || y != 0),
        "&&" => truth(x != 0 && y != 0),
        "|" => number(x | y),
        "^" => number(x ^ y),
        "&" => number(x & y),
        "==" => truth(x == y),
        "!=" => truth(x != y),
        "<" => truth(if unsigned { x < y } else { sx < sy }),
        ">" => truth(if unsigned { x > y } else { sx > sy }),
        "<=" => truth(if unsigned { x <= y } else { sx <= sy }),
        ">=" => truth(if unsigned { x >= y } else { sx >= sy }),
        "<<" => shifted(if y < 64 { x << y } else { 0 }),
        ">>" if matches!(a, Imm::UInt(_)) => shifted(if y < 64 { x >> y } else { 0 }),
        ">>" => shifted((sx >> y.min(63)) as u64),
        "+" => number(x.wrapping_add(y)),
        "-" => number(x.wrapping_sub(y)),
        "*" => number(x.wrapping_mul(y)),
        "/" if unsigned => number(x.checked_div(y)?),
        "/" => number(sx.checked_div(sy)? as u64),
        "%" if unsigned => number(x.checked_rem(y)?),
        "%" => number(sx.checked_rem(sy)? as u64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<Imm> {
        let mut p = Parser::new(text);
        let v = p.constant("a number");
        p.sink.list.is_empty().then_some(v).flatten()
    }

    #[test]
    fn literals_in_every_base() {
        assert_eq!(value("42"), Some(Imm::Int(42)));
        assert_eq!(value("0x2AU"), Some(Imm::UInt(42)));
        assert_eq!(value("052"), Some(Imm::Int(42)));
        assert_eq!(value("0b101010"), Some(Imm::Int(42)));
        assert_eq!(value("0xFFFFFFFFFFFFFFFF"), Some(Imm::UInt(u64::MAX)));
        assert_eq!(value("-9223372036854775808"), Some(Imm::Int(i64::MIN)));
        assert_eq!(value("0f3f800000"), Some(Imm::F32(0x3f80_0000)));
        assert_eq!(value("-0d3ff0000000000000"), Some(Imm::F64((-1.0f64).to_bits())));
        assert_eq!(value("1.5e-3"), Some(Imm::F64(1.5e-3f64.to_bits())));
        assert_eq!(value("0.25"), Some(Imm::F64(0.25f64.to_bits())));
        assert_eq!(value("0f3f8"), None);
        assert_eq!(value("12abc"), None);
        assert_eq!(value("0x"), None);
    }

    #[test]
    fn expressions_fold_by_the_rules_of_c() {
        assert_eq!(value("1 + 2 * 3"), Some(Imm::Int(7)));
        assert_eq!(value("(1 + 2) * 3 << 1"), Some(Imm::Int(18)));
        assert_eq!(value("~0 == -1 ? 5 : 6"), Some(Imm::Int(5)));
        assert_eq!(value("-1 < 1U"), Some(Imm::Int(0)));
        assert_eq!(value("(.u64)-1 >> 63"), Some(Imm::UInt(1)));
        assert_eq!(value("7 / 0"), None);
        assert_eq!(value(&"(".repeat(100_000)), None);
        assert_eq!(value(&"-".repeat(100_000)), None);
    }
}
