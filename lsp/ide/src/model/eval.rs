//! Constant evaluation: integer literals, `#define`s, `constexpr`, `const` and never-reassigned variables, enumerators,
//! `sizeof` of known types.
//!
//! A macro that the file defines twice with different bodies has no value here, nor has a template parameter.
//! Macro bodies are not in the syntax tree, so they are evaluated as text by a small precedence parser.

use std::cell::Cell;

use super::types::Base;
use super::{Model, SymbolKind};
use crate::syntax::{Field, Kind, Node};

/// How many names and nested expressions deep evaluation goes before it gives up.
const MAX_DEPTH: u32 = 64;

/// How many operands one macro may come to.
const FUEL: u32 = 4096;

impl Model {
    /// The integer this expression always has, if that can be told from the file.
    pub fn eval(&self, node: Node<'_>) -> Option<i128> {
        self.eval_at(node, 0)
    }

    /// The three extents of a `dim3` expression; each `None` where it is not constant.
    pub fn eval_dim3(&self, node: Node<'_>) -> [Option<u64>; 3] {
        self.dim3_at(node, 0)
    }

    fn eval_at(&self, node: Node<'_>, depth: u32) -> Option<i128> {
        if depth > MAX_DEPTH {
            return None;
        }
        let node = node.unparenthesised();
        let down = |n: Node<'_>| self.eval_at(n, depth + 1);
        match node.kind() {
            Kind::NumberLiteral => integer(node.text()),
            Kind::CharLiteral => {
                let mut inside = node.text().trim_matches('\'').chars();
                inside.next().filter(|c| *c != '\\' && inside.next().is_none()).map(|c| c as i128)
            }
            Kind::True => Some(1),
            Kind::False => Some(0),
            Kind::Identifier => self.name_value(node, depth),
            Kind::QualifiedIdentifier => down(super::declared_name(node)?),
            Kind::BinaryExpression => {
                let (a, b) = (down(node.child(Field::Left)?)?, down(node.child(Field::Right)?)?);
                binary(node.operator(), a, b)
            }
            Kind::UnaryExpression => unary(node.operator(), down(node.child(Field::Argument)?)?),
            Kind::ConditionalExpression => {
                let taken = if down(node.child(Field::Condition)?)? != 0 {
                    Field::Consequence
                } else {
                    Field::Alternative
                };
                down(node.child(taken)?)
            }
            Kind::CastExpression => {
                self.type_named(node.child(Field::Type)?).as_scalar().filter(|s| s.is_integer())?;
                down(node.child(Field::Value)?)
            }
            Kind::SizeofExpression => self.sizeof(node),
            Kind::CallExpression => {
                let name = super::declared_name(node.child(Field::Function)?)?.text();
                let arguments: Vec<Node<'_>> = node.child(Field::Arguments)?.items().collect();
                match (name, arguments.as_slice()) {
                    ("min", [a, b]) => Some(down(*a)?.min(down(*b)?)),
                    ("max", [a, b]) => Some(down(*a)?.max(down(*b)?)),
                    ("int" | "unsigned" | "size_t" | "uint", [a]) => down(*a),
                    (_, arguments) => {
                        let values = arguments.iter().map(|a| down(*a)).collect::<Option<Vec<_>>>()?;
                        self.macro_value(name, Some(&values), depth)
                    }
                }
            }
            _ => None,
        }
    }

    fn name_value(&self, node: Node<'_>, depth: u32) -> Option<i128> {
        let Some(symbol) = self.resolve(node).and_then(|s| self.symbol(s)) else {
            // `T::size` is not the `size` of some header.
            let of_something = node.parent().is_some_and(|p| p.kind() == Kind::QualifiedIdentifier);
            return if of_something { None } else { self.macro_value(node.text(), None, depth) };
        };
        match symbol.kind {
            SymbolKind::Macro => self.macro_value(&symbol.name, None, depth),
            SymbolKind::EnumConstant => match symbol.value {
                Some(value) => self.eval_at(node.other(value), depth + 1),
                None => self.enumerator_value(node.other(symbol.node), depth),
            },
            SymbolKind::Variable => {
                let integer =
                    symbol.ty.as_scalar().is_some_and(|s| s.is_integer()) || symbol.ty.base == Base::Auto;
                let steady = symbol.writes == 0 && (symbol.ty.constant || symbol.local_to.is_some());
                if !integer || !steady || symbol.ty.is_pointer() {
                    return None;
                }
                let value = node.other(symbol.value?);
                let value = match value.kind() {
                    Kind::InitializerList | Kind::ArgumentList => value.items().next()?,
                    _ => value,
                };
                self.eval_at(value, depth + 1)
            }
            _ => None,
        }
    }

    /// An enumerator without a value: one more than the one before it.
    fn enumerator_value(&self, node: Node<'_>, depth: u32) -> Option<i128> {
        let list = node.parent()?;
        let mut next = 0;
        for item in list.items() {
            if let Some(value) = item.child(Field::Value) {
                next = self.eval_at(value, depth + 1)?;
            }
            if item.id == node.id {
                return Some(next);
            }
            next += 1;
        }
        None
    }

    fn sizeof(&self, node: Node<'_>) -> Option<i128> {
        if let Some(ty) = node.child(Field::Type) {
            // `sizeof(x)` with a variable's name reads like a type.
            let named = self.type_named(ty);
            return named.bytes().map(i128::from);
        }
        let value = node.child(Field::Value)?.unparenthesised();
        self.type_of(value).bytes().map(i128::from)
    }

    /// What a macro expands to, as a number.
    pub fn macro_value(&self, name: &str, arguments: Option<&[i128]>, depth: u32) -> Option<i128> {
        self.macro_within(name, arguments, depth, &Cell::new(FUEL))
    }

    fn macro_within(
        &self,
        name: &str,
        arguments: Option<&[i128]>,
        level: u32,
        fuel: &Cell<u32>,
    ) -> Option<i128> {
        let found = self.macro_named(name).filter(|m| !m.ambiguous)?;
        if level > MAX_DEPTH || found.body.len() > 4096 {
            return None;
        }
        let bound: Vec<(&str, i128)> = match (&found.parameters, arguments) {
            (None, None) => Vec::new(),
            (Some(names), Some(values)) if names.len() == values.len() => {
                names.iter().map(String::as_str).zip(values.iter().copied()).collect()
            }
            _ => return None,
        };
        let mut parser = TextParser { model: self, rest: &found.body, bound, depth: 0, level, fuel };
        let value = parser.expression(0)?;
        parser.rest.trim().is_empty().then_some(value)
    }

    /// The integer that a text outside the tree always stands for: the arguments of `__launch_bounds__`.
    pub(crate) fn text_value(&self, text: &str) -> Option<i128> {
        let fuel = Cell::new(FUEL);
        let mut parser =
            TextParser { model: self, rest: text, bound: Vec::new(), depth: 0, level: 0, fuel: &fuel };
        let value = parser.expression(0)?;
        parser.rest.trim().is_empty().then_some(value)
    }

    fn dim3_at(&self, node: Node<'_>, depth: u32) -> [Option<u64>; 3] {
        if depth > MAX_DEPTH {
            return [None; 3];
        }
        let node = node.unparenthesised();
        let of = |items: Vec<Node<'_>>| {
            let mut extents = [Some(1); 3];
            for (extent, item) in extents.iter_mut().zip(items) {
                *extent = self.eval(item).and_then(|v| u64::try_from(v).ok());
            }
            extents
        };
        match node.kind() {
            Kind::InitializerList | Kind::ArgumentList => of(node.items().collect()),
            // `dim3 grid(n, m);` read as a declaration: names that look like types.
            Kind::ParameterList => {
                let mut extents = [Some(1); 3];
                for (extent, item) in extents.iter_mut().zip(node.items()) {
                    *extent = item
                        .child(Field::Type)
                        .and_then(|t| self.name_value(t, depth + 1))
                        .and_then(|v| u64::try_from(v).ok());
                }
                extents
            }
            Kind::CallExpression | Kind::CompoundLiteral => {
                let name = node.child(Field::Function).or(node.child(Field::Type)).map_or("", Node::text);
                if name != "dim3" {
                    return match self.eval(node).and_then(|v| u64::try_from(v).ok()) {
                        Some(v) => [Some(v), Some(1), Some(1)],
                        None if self.type_of(node).as_scalar().is_some() => [None, Some(1), Some(1)],
                        None => [None; 3],
                    };
                }
                match node.child(Field::Arguments).or(node.child(Field::Value)) {
                    Some(list) => of(list.items().collect()),
                    None => [None; 3],
                }
            }
            Kind::Identifier => {
                let symbol = self.resolve(node).and_then(|s| self.symbol(s));
                match symbol {
                    Some(s) if s.ty.base == Base::Named("dim3".into()) => {
                        if s.writes > 0 || s.kind != SymbolKind::Variable {
                            return [None; 3];
                        }
                        match s.value {
                            Some(value) => self.dim3_at(node.other(value), depth + 1),
                            None => [Some(1); 3],
                        }
                    }
                    Some(s) if s.ty.as_scalar().is_some() || s.kind == SymbolKind::Macro => {
                        let first = self.eval(node).and_then(|v| u64::try_from(v).ok());
                        [
                            first,
                            if first.is_some() || s.kind != SymbolKind::Macro { Some(1) } else { None },
                            Some(1),
                        ]
                    }
                    None => match self.eval(node).and_then(|v| u64::try_from(v).ok()) {
                        Some(v) => [Some(v), Some(1), Some(1)],
                        None => [None; 3],
                    },
                    _ => [None; 3],
                }
            }
            _ => match self.eval(node).and_then(|v| u64::try_from(v).ok()) {
                Some(v) => [Some(v), Some(1), Some(1)],
                None if self.type_of(node).as_scalar().is_some() => [None, Some(1), Some(1)],
                None => [None; 3],
            },
        }
    }
}

/// The value of an integer literal, suffix and digit separators included.
pub fn integer(text: &str) -> Option<i128> {
    let clean: String = text.chars().filter(|c| *c != '\'').collect();
    let lower = clean.to_ascii_lowercase();
    let digits = lower.trim_end_matches(['u', 'l', 'z']);
    if let Some(hex) = digits.strip_prefix("0x") {
        return i128::from_str_radix(hex, 16).ok();
    }
    if let Some(bin) = digits.strip_prefix("0b") {
        return i128::from_str_radix(bin, 2).ok();
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return i128::from_str_radix(digits, 8).ok();
    }
    digits.parse().ok()
}

fn unary(operator: &str, a: i128) -> Option<i128> {
    match operator {
        "-" => a.checked_neg(),
        "+" => Some(a),
        "~" => Some(!a),
        "!" => Some(i128::from(a == 0)),
        _ => None,
    }
}

fn binary(operator: &str, a: i128, b: i128) -> Option<i128> {
    let shift = |b: i128| u32::try_from(b).ok().filter(|b| *b < 64);
    Some(match operator {
        "+" => a.checked_add(b)?,
        "-" => a.checked_sub(b)?,
        "*" => a.checked_mul(b)?,
        "/" => a.checked_div(b)?,
        "%" => a.checked_rem(b)?,
        "<<" => a.checked_shl(shift(b)?)?,
        ">>" => a.checked_shr(shift(b)?)?,
        "&" => a & b,
        "|" => a | b,
        "^" => a ^ b,
        "&&" => i128::from(a != 0 && b != 0),
        "||" => i128::from(a != 0 || b != 0),
        "==" => i128::from(a == b),
        "!=" => i128::from(a != b),
        "<" => i128::from(a < b),
        ">" => i128::from(a > b),
        "<=" => i128::from(a <= b),
        ">=" => i128::from(a >= b),
        _ => return None,
    })
}

/// Binary operators by how tightly they bind, loosest first; longer spellings before their prefixes.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

struct TextParser<'a> {
    model: &'a Model,
    rest: &'a str,
    bound: Vec<(&'a str, i128)>,
    /// How deep in the grammar it is.
    depth: u32,
    /// How deep in macros it is.
    level: u32,
    /// How many operands may still be read: macros that double themselves end here.
    fuel: &'a Cell<u32>,
}

impl<'a> TextParser<'a> {
    fn expression(&mut self, level: usize) -> Option<i128> {
        self.depth += 1;
        if self.depth > MAX_DEPTH * 16 {
            return None;
        }
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut value = self.expression(level + 1)?;
        while let Some(operator) = self.operator(operators) {
            let right = self.expression(level + 1)?;
            value = binary(operator, value, right)?;
        }
        self.depth = self.depth.saturating_sub(1);
        Some(value)
    }

    fn operator(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let rest = self.rest.trim_start();
        let found = operators.iter().copied().find(|o| {
            // `<` must not take half of `<<`, nor `&` half of `&&`.
            rest.strip_prefix(*o)
                .is_some_and(|after| o.len() == 2 || !after.starts_with(['<', '>', '&', '|', '=']))
        })?;
        self.rest = rest.get(found.len()..)?;
        Some(found)
    }

    fn unary(&mut self) -> Option<i128> {
        self.fuel.set(self.fuel.get().checked_sub(1)?);
        let rest = self.rest.trim_start();
        let first = rest.chars().next()?;
        if matches!(first, '-' | '+' | '~' | '!') {
            self.rest = rest.get(1..)?;
            self.depth += 1;
            if self.depth > MAX_DEPTH * 16 {
                return None;
            }
            return unary(first.encode_utf8(&mut [0; 4]), self.unary()?);
        }
        if first == '(' {
            self.rest = rest.get(1..)?;
            let value = self.expression(0)?;
            self.rest = self.rest.trim_start().strip_prefix(')')?;
            return Some(value);
        }
        let len = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '\'').unwrap_or(rest.len());
        let (word, after) = rest.split_at(len);
        self.rest = after;
        if first.is_ascii_digit() {
            return integer(word);
        }
        if let Some((_, value)) = self.bound.iter().find(|(n, _)| *n == word) {
            return Some(*value);
        }
        if word == "sizeof" {
            let inner = self.rest.trim_start().strip_prefix('(')?;
            let (name, after) = inner.split_once(')')?;
            self.rest = after;
            return super::types::Type::new(super::types::base_of(name.trim())).bytes().map(i128::from);
        }
        if let Some(inside) = self.rest.trim_start().strip_prefix('(') {
            self.rest = inside;
            let mut values = Vec::new();
            loop {
                values.push(self.expression(0)?);
                let rest = self.rest.trim_start();
                if let Some(after) = rest.strip_prefix(',') {
                    self.rest = after;
                } else {
                    self.rest = rest.strip_prefix(')')?;
                    break;
                }
            }
            return self.model.macro_within(word, Some(&values), self.level + 1, self.fuel);
        }
        self.model.macro_within(word, None, self.level + 1, self.fuel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_in_all_bases_and_suffixes() {
        let cases = [
            ("32", 32),
            ("0x20u", 32),
            ("0b11", 3),
            ("010", 8),
            ("1'000ULL", 1000),
            ("0xffffffffu", 0xffff_ffff),
        ];
        for (text, value) in cases {
            assert_eq!(integer(text), Some(value), "{text}");
        }
        assert_eq!(integer("1.5f"), None);
    }

    #[test]
    fn macros_evaluate_with_precedence_arguments_and_nesting() {
        let text = "#define N (1 << 4)\n#define DIV(a, b) (((a) + (b) - 1) / (b))\n#define M DIV(100, N) * 2\n\
                    #define R R\n#define S sizeof(float4)\n#ifdef A\n#define Q 1\n#else\n#define Q 2\n#endif\n\
                    #define C 3 // a comment\n";
        let a = crate::Analysis::of(text, crate::Language::Cuda);
        let value = |name: &str| a.model().macro_value(name, None, 0);
        assert_eq!(value("N"), Some(16));
        assert_eq!(value("M"), Some(14));
        assert_eq!(value("R"), None, "a macro that names itself has no value");
        assert_eq!(value("S"), Some(16));
        assert_eq!(value("Q"), None, "two bodies: no value");
        assert_eq!(value("C"), Some(3));
        let chain: String = (0..20).map(|i| format!("#define N{i} (N{} + (1))\n", i + 1)).collect();
        let a = crate::Analysis::of(chain + "#define N20 0\n", crate::Language::Cuda);
        assert_eq!(a.model().macro_value("N0", None, 0), Some(20), "macros of macros of macros");
    }
}
