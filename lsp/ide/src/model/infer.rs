//! Types of expressions, as far as a single file tells.

use super::types::{Base, Scalar, Type, base_of};
use super::{Model, SymbolKind};
use crate::syntax::{Field, Kind, Node};

/// How deep an expression is looked into; each operand of a long sum is asked for its type, so this bounds the cost.
const MAX_DEPTH: u32 = 40;

impl Model {
    /// The type of an expression; [`Base::Unknown`] where it cannot be told.
    pub fn type_of(&self, node: Node<'_>) -> Type {
        self.type_at(node, 0)
    }

    fn type_at(&self, node: Node<'_>, depth: u32) -> Type {
        if depth > MAX_DEPTH {
            return Type::unknown();
        }
        let node = node.unparenthesised();
        let down =
            |field: Field| node.child(field).map_or_else(Type::unknown, |n| self.type_at(n, depth + 1));
        match node.kind() {
            Kind::NumberLiteral => literal(node.text()),
            Kind::CharLiteral => Type::new(base_of("char")),
            Kind::True | Kind::False => Type::new(base_of("bool")),
            Kind::StringLiteral | Kind::RawStringLiteral | Kind::ConcatenatedString => {
                Type::new(base_of("char")).pointer_to()
            }
            Kind::SizeofExpression => Type::scalar(Scalar::SIZE),
            Kind::Identifier => self.name_type(node, depth),
            Kind::QualifiedIdentifier => {
                super::declared_name(node).map_or_else(Type::unknown, |n| self.name_type(n, depth))
            }
            Kind::FieldExpression => self.field_type(node, depth),
            Kind::SubscriptExpression => down(Field::Argument).pointee(),
            Kind::PointerExpression => match node.operator() {
                "*" => down(Field::Argument).pointee(),
                _ => down(Field::Argument).pointer_to(),
            },
            Kind::CastExpression => {
                node.child(Field::Type).map_or_else(Type::unknown, |n| self.type_named(n))
            }
            Kind::AssignmentExpression => down(Field::Left),
            Kind::UpdateExpression => down(Field::Argument),
            Kind::UnaryExpression => match node.operator() {
                "!" => Type::new(base_of("bool")),
                _ => promote(down(Field::Argument)),
            },
            Kind::ConditionalExpression => common(&down(Field::Consequence), &down(Field::Alternative)),
            Kind::CommaExpression => down(Field::Right),
            Kind::BinaryExpression => match node.operator() {
                "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" => Type::new(base_of("bool")),
                "<<" | ">>" => promote(down(Field::Left)),
                _ => common(&down(Field::Left), &down(Field::Right)),
            },
            Kind::CallExpression => self.call_type(node, depth),
            Kind::NewExpression => down(Field::Type).pointer_to(),
            _ => Type::unknown(),
        }
    }

    fn name_type(&self, node: Node<'_>, depth: u32) -> Type {
        if let Some(symbol) = self.resolve(node).and_then(|s| self.symbol(s)) {
            if symbol.kind == SymbolKind::Macro {
                return self.macro_type(&symbol.name);
            }
            if symbol.ty.base == Base::Auto {
                let Some(value) = symbol.value else { return Type::unknown() };
                let mut ty = self.type_at(node.other(value), depth + 1);
                ty.pointers = ty.pointers.saturating_add(ty.dims.len().min(1) as u8);
                ty.dims.clear();
                return ty;
            }
            return if symbol.kind == SymbolKind::Function { Type::unknown() } else { symbol.ty.clone() };
        }
        match node.text() {
            "threadIdx" | "blockIdx" => Type::new(base_of("uint3")),
            "blockDim" | "gridDim" => Type::new(Base::Named("dim3".into())),
            "warpSize" => Type::scalar(Scalar::INT),
            other => match self.around.variable(other) {
                Some(ty) => ty.clone(),
                None => self.macro_type(other),
            },
        }
    }

    /// The type of a macro that is one literal.
    fn macro_type(&self, name: &str) -> Type {
        match self.macro_named(name) {
            Some(m) if m.parameters.is_none() && !m.ambiguous => {
                let body = m.body.trim_matches(['(', ')', ' ']);
                if body.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-') {
                    let number = body.trim_start_matches('-');
                    let one = number
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '\'' | '+' | '-'));
                    let whole =
                        !number.trim_start_matches(|c: char| c != '+' && c != '-').contains(['+', '-'])
                            || number.to_ascii_lowercase().contains('e');
                    if one && whole {
                        return literal(number);
                    }
                }
                match self.macro_value(name, None, 0) {
                    Some(_) => Type::scalar(Scalar::INT),
                    None => Type::unknown(),
                }
            }
            _ => Type::unknown(),
        }
    }

    fn field_type(&self, node: Node<'_>, depth: u32) -> Type {
        let (Some(object), Some(field)) = (node.child(Field::Argument), super::declared_name(node)) else {
            return Type::unknown();
        };
        let ty = self.type_at(object, depth + 1);
        match ty.base {
            Base::Vector(scalar, _) if matches!(field.text(), "x" | "y" | "z" | "w") => Type::scalar(scalar),
            Base::Named(ref n) if n == "dim3" => Type::scalar(Scalar::UNSIGNED),
            _ => match self.member(object, field.text()).and_then(|s| self.symbol(s)) {
                Some(s) if s.kind == SymbolKind::Field => s.ty.clone(),
                _ => Type::unknown(),
            },
        }
    }

    fn call_type(&self, node: Node<'_>, depth: u32) -> Type {
        let Some(function) = node.child(Field::Function) else { return Type::unknown() };
        if function.kind() == Kind::PrimitiveType || function.kind() == Kind::SizedType {
            return self.type_named(function);
        }
        let Some(name) = super::declared_name(function) else { return Type::unknown() };
        let cast = matches!(name.text(), "static_cast" | "reinterpret_cast" | "const_cast");
        if cast {
            let target = function.descendants().find(|n| n.kind() == Kind::TypeDescriptor);
            return target.map_or_else(Type::unknown, |t| self.type_named(t));
        }
        let arguments: Vec<Node<'_>> =
            node.child(Field::Arguments).into_iter().flat_map(Node::items).collect();
        if !matches!(function.kind(), Kind::FieldExpression)
            && let Some(f) = self.functions_named(name.text()).first()
        {
            let ty = f.symbol.and_then(|s| self.symbol(s)).map(|s| s.ty.clone());
            // A template's `T` is not a type we know.
            return match ty {
                Some(ty) if !f.template => ty,
                Some(ty) if matches!(ty.base, Base::Scalar(_) | Base::Vector(..)) => ty,
                _ => Type::unknown(),
            };
        }
        let mut argument_types = arguments.iter().map(|a| self.type_at(*a, depth + 1));
        library_type(name.text(), &mut argument_types)
    }
}

/// What a CUDA library function returns for these arguments.
fn library_type(name: &str, arguments: &mut dyn Iterator<Item = Type>) -> Type {
    if let base @ (Base::Vector(..) | Base::Scalar(_)) = base_of(name) {
        return Type::new(base);
    }
    if let Some(vector) = name.strip_prefix("make_") {
        return Type::new(base_of(vector));
    }
    match name {
        "dim3" => Type::new(Base::Named("dim3".into())),
        "clock64" | "wall_clock64" => Type::new(base_of("int64_t")),
        "clock" => Type::new(base_of("int64_t")),
        "__ldg" | "__ldcs" | "__ldcg" | "__ldca" => {
            arguments.next().map_or_else(Type::unknown, |t| t.pointee())
        }
        "__popc" | "__clz" | "__ffs" | "__popcll" | "__clzll" | "__ffsll" => Type::scalar(Scalar::INT),
        "__ballot_sync" | "__activemask" | "__match_any_sync" => Type::scalar(Scalar::UNSIGNED),
        "__float2int_rn" | "__float2int_rz" | "__float_as_int" => Type::scalar(Scalar::INT),
        "__int_as_float" | "__int2float_rn" | "__half2float" | "__bfloat162float" | "__fdividef" => {
            Type::scalar(Scalar::Float)
        }
        "__shfl_sync" | "__shfl_up_sync" | "__shfl_down_sync" | "__shfl_xor_sync" => {
            arguments.next();
            arguments.next().unwrap_or_else(Type::unknown)
        }
        "min" | "max" | "fmin" | "fmax" | "pow" | "fmod" | "atan2" => {
            let first = arguments.next().unwrap_or_else(Type::unknown);
            let second = arguments.next().unwrap_or_else(Type::unknown);
            let both = common(&first, &second);
            if name.len() > 3 || name == "pow" { floating(both) } else { both }
        }
        // Integers have an `abs` of their own.
        "abs" => match arguments.next() {
            Some(t) if t.as_scalar().is_some_and(|s| s.is_integer()) => promote(t),
            Some(t) => floating(t),
            None => Type::unknown(),
        },
        _ if crate::apis::is_float_math(name) => Type::scalar(Scalar::Float),
        _ if crate::apis::is_overloaded_math(name) => {
            floating(arguments.next().unwrap_or_else(Type::unknown))
        }
        _ => Type::unknown(),
    }
}

/// `sqrt` and its like: `float` for a `float`, `double` for a `double` or an integer.
fn floating(ty: Type) -> Type {
    match ty.as_scalar() {
        Some(s) if s.is_integer() => Type::scalar(Scalar::Double),
        Some(s) => Type::scalar(s),
        None => Type::unknown(),
    }
}

fn promote(ty: Type) -> Type {
    match ty.as_scalar() {
        Some(Scalar::Bool) => Type::scalar(Scalar::INT),
        Some(Scalar::Int { bits, .. }) if bits < 32 => Type::scalar(Scalar::INT),
        _ => Type { reference: false, ..ty },
    }
}

/// C++'s usual arithmetic conversions, and pointer plus integer.
fn common(a: &Type, b: &Type) -> Type {
    if a.is_pointer() || b.is_pointer() {
        return if a.is_pointer() { a.clone() } else { b.clone() };
    }
    let (Some(x), Some(y)) = (promote(a.clone()).as_scalar(), promote(b.clone()).as_scalar()) else {
        // float4 + float4 through an operator the file or its headers define.
        return if a.base == b.base { a.clone() } else { Type::unknown() };
    };
    let rank = |s: Scalar| match s {
        Scalar::Double => 100,
        Scalar::Float => 90,
        Scalar::Half | Scalar::Bfloat16 => 80,
        Scalar::Int { bits, signed } => i32::from(bits / 8) * 2 + i32::from(!signed),
        Scalar::Bool => 0,
    };
    Type::scalar(if rank(x) >= rank(y) { x } else { y })
}

/// The type of a number as written.
fn literal(text: &str) -> Type {
    let lower = text.to_ascii_lowercase();
    let hex = lower.starts_with("0x");
    let floating = !hex && lower.contains(['.', 'e']) || hex && lower.contains('p');
    if floating || !hex && lower.ends_with('f') {
        return match lower.as_bytes().last() {
            Some(b'f') => Type::scalar(Scalar::Float),
            _ => Type::scalar(Scalar::Double),
        };
    }
    let suffix: String = lower.chars().rev().take_while(|c| matches!(c, 'u' | 'l')).collect();
    let unsigned = suffix.contains('u');
    let value = super::eval::integer(text).unwrap_or(0);
    let wide = suffix.contains('l')
        || value > i128::from(u32::MAX)
        || value > i128::from(i32::MAX) && !unsigned && !hex;
    // A hexadecimal that does not fit `int` becomes `unsigned`, a decimal one `long`.
    let hex_unsigned = hex && !wide && value > i128::from(i32::MAX);
    let signed = !unsigned && !hex_unsigned;
    Type::scalar(Scalar::Int { bits: if wide { 64 } else { 32 }, signed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_in(context: &str, expression: &str) -> Type {
        let text = format!("{context}\nvoid probe() {{ auto result = {expression}; }}");
        let a = crate::Analysis::of(text, crate::Language::Cuda);
        let node = a.syntax().nodes().filter(|n| n.kind() == Kind::InitDeclarator).last();
        let value = node.and_then(|n| n.child(Field::Value));
        value.map_or_else(Type::unknown, |v| a.model().type_of(v))
    }

    #[test]
    fn expressions_have_the_types_cpp_gives_them() {
        let float = Some(Scalar::Float);
        let double = Some(Scalar::Double);
        let cases = [
            ("float x;", "x * 2.0", double),
            ("float x;", "x * 2.0f", float),
            ("float x;", "x * 2", float),
            ("float x;", "sqrt(x)", float),
            ("int x;", "abs(x)", Some(Scalar::INT)),
            ("float x;", "abs(x)", float),
            ("float x;", "sqrt(2)", double),
            ("float4 v;", "v.x", float),
            ("float4 *v;", "v[3].w + 1", float),
            ("", "threadIdx.x", Some(Scalar::UNSIGNED)),
            ("", "blockIdx.x * blockDim.x + threadIdx.x", Some(Scalar::UNSIGNED)),
            ("#define PI 3.14159", "PI * 2.0f", double),
            ("struct S { float a; }; S s;", "s.a", float),
            ("typedef float real; real r;", "r + 1", float),
            ("double f(int);", "f(1)", double),
            ("", "static_cast<float>(1.0)", float),
            ("", "(float)1.0", float),
            ("", "float(1.0)", float),
            ("short a, b;", "a + b", Some(Scalar::INT)),
            ("size_t n;", "n + 1", Some(Scalar::SIZE)),
            ("Foo f;", "f + 1.0", None),
        ];
        for (context, expression, expected) in cases {
            assert_eq!(type_in(context, expression).as_scalar(), expected, "{context} {expression}");
        }
    }
}
