//! The few C++ types rules reason about: scalars, CUDA's vector types, pointers and arrays of them.
//!
//! Everything else is [`Base::Named`] or [`Base::Unknown`]; a rule that needs to know says nothing about those.

/// A scalar with a known size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// `bool`
    Bool,
    /// An integer of this many bits.
    Int {
        /// Width.
        bits: u8,
        /// Whether it has a sign.
        signed: bool,
    },
    /// `__half`
    Half,
    /// `__nv_bfloat16`, `__mt_bfloat16`
    Bfloat16,
    /// `float`
    Float,
    /// `double`
    Double,
}

impl Scalar {
    /// `int`
    pub const INT: Scalar = Scalar::Int { bits: 32, signed: true };
    /// `unsigned`
    pub const UNSIGNED: Scalar = Scalar::Int { bits: 32, signed: false };
    /// `size_t` on every 64-bit host
    pub const SIZE: Scalar = Scalar::Int { bits: 64, signed: false };

    /// Size in bytes.
    pub fn bytes(self) -> u64 {
        match self {
            Scalar::Bool => 1,
            Scalar::Int { bits, .. } => u64::from(bits) / 8,
            Scalar::Half | Scalar::Bfloat16 => 2,
            Scalar::Float => 4,
            Scalar::Double => 8,
        }
    }

    /// Whether it is `bool` or an integer.
    pub fn is_integer(self) -> bool {
        matches!(self, Scalar::Bool | Scalar::Int { .. })
    }
}

/// What a type is built on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    /// `void`
    Void,
    /// A number.
    Scalar(Scalar),
    /// `float4`, `int2`, ...
    Vector(Scalar, u8),
    /// Any other name, as written.
    Named(String),
    /// `auto`
    Auto,
    /// Not known.
    Unknown,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    /// What it is built on.
    pub base: Base,
    /// Levels of pointers.
    pub pointers: u8,
    /// Whether it is a reference.
    pub reference: bool,
    /// Array extents, outermost first; `None` where not constant or absent.
    pub dims: Vec<Option<u64>>,
    /// Whether what it is built on is `const` or `constexpr`.
    pub constant: bool,
}

impl Type {
    /// The plain type on `base`.
    pub fn new(base: Base) -> Type {
        Type { base, pointers: 0, reference: false, dims: Vec::new(), constant: false }
    }

    /// A scalar.
    pub fn scalar(scalar: Scalar) -> Type {
        Type::new(Base::Scalar(scalar))
    }

    /// No knowledge.
    pub fn unknown() -> Type {
        Type::new(Base::Unknown)
    }

    /// The scalar it is, if it is one and not a pointer or array to it.
    pub fn as_scalar(&self) -> Option<Scalar> {
        match self.base {
            Base::Scalar(s) if self.pointers == 0 && self.dims.is_empty() => Some(s),
            _ => None,
        }
    }

    /// Whether it points somewhere: a pointer or an array.
    pub fn is_pointer(&self) -> bool {
        self.pointers > 0 || !self.dims.is_empty()
    }

    /// What it points to.
    pub fn pointee(&self) -> Type {
        let mut inner = self.clone();
        inner.reference = false;
        if !inner.dims.is_empty() {
            inner.dims.remove(0);
        } else if inner.pointers > 0 {
            inner.pointers -= 1;
        } else {
            return Type::unknown();
        }
        inner
    }

    /// A pointer to it.
    pub fn pointer_to(&self) -> Type {
        let mut outer = self.clone();
        outer.dims.clear();
        outer.pointers = outer.pointers.saturating_add(1);
        outer
    }

    /// Size of a value in bytes, arrays whole.
    pub fn bytes(&self) -> Option<u64> {
        let one = if self.pointers > 0 {
            8
        } else {
            match &self.base {
                Base::Scalar(s) => s.bytes(),
                Base::Vector(s, n) => s.bytes() * u64::from(*n),
                Base::Named(n) if n == "dim3" => 12,
                _ => return None,
            }
        };
        self.dims.iter().try_fold(one, |size, dim| size.checked_mul((*dim)?))
    }

    /// Alignment of an element in bytes.
    pub fn align(&self) -> Option<u64> {
        if self.pointers > 0 {
            return Some(8);
        }
        match &self.base {
            Base::Scalar(s) => Some(s.bytes()),
            // Two- and four-wide vectors are aligned to their size, at most 16; three-wide to their element.
            Base::Vector(s, n) => Some(if *n == 3 { s.bytes() } else { (s.bytes() * u64::from(*n)).min(16) }),
            _ => None,
        }
    }
}

/// The base a type name stands for.
pub fn base_of(name: &str) -> Base {
    let int = |bits, signed| Base::Scalar(Scalar::Int { bits, signed });
    match name {
        "void" => Base::Void,
        "auto" | "decltype(auto)" => Base::Auto,
        "bool" => Base::Scalar(Scalar::Bool),
        "float" => Base::Scalar(Scalar::Float),
        "double" => Base::Scalar(Scalar::Double),
        "half" | "__half" | "_Float16" | "nv_half" => Base::Scalar(Scalar::Half),
        "nv_bfloat16" | "__nv_bfloat16" | "mt_bfloat16" | "__mt_bfloat16" => Base::Scalar(Scalar::Bfloat16),
        "char" | "int8_t" => int(8, true),
        "uint8_t" | "uchar" => int(8, false),
        "short" | "int16_t" => int(16, true),
        "uint16_t" | "ushort" | "char16_t" => int(16, false),
        "int" | "int32_t" => int(32, true),
        "uint" | "unsigned" | "uint32_t" | "char32_t" => int(32, false),
        "long" | "int64_t" | "ssize_t" | "ptrdiff_t" | "intptr_t" => int(64, true),
        "ulong" | "size_t" | "uint64_t" | "uintptr_t" => int(64, false),
        _ => vector(name)
            .unwrap_or_else(|| if name.is_empty() { Base::Unknown } else { Base::Named(name.to_owned()) }),
    }
}

/// The base that words like `unsigned long long int` stand for.
pub fn base_of_words(words: &str) -> Base {
    let (mut longs, mut short, mut unsigned, mut char, mut double) = (0, false, false, false, false);
    for word in words.split_ascii_whitespace() {
        match word {
            "long" => longs += 1,
            "short" => short = true,
            "unsigned" => unsigned = true,
            "char" => char = true,
            "double" => double = true,
            _ => {}
        }
    }
    if double {
        return Base::Scalar(Scalar::Double);
    }
    let bits = match (char, short, longs) {
        (true, ..) => 8,
        (_, true, _) => 16,
        (.., 0) => 32,
        _ => 64,
    };
    Base::Scalar(Scalar::Int { bits, signed: !unsigned })
}

fn vector(name: &str) -> Option<Base> {
    let lanes = name.bytes().last().filter(|b| (b'1'..=b'4').contains(b))? - b'0';
    let int = |bits, signed| Scalar::Int { bits, signed };
    let scalar = match name.get(..name.len() - 1)? {
        "char" => int(8, true),
        "uchar" => int(8, false),
        "short" => int(16, true),
        "ushort" => int(16, false),
        "int" => int(32, true),
        "uint" => int(32, false),
        "long" | "longlong" => int(64, true),
        "ulong" | "ulonglong" => int(64, false),
        "float" => Scalar::Float,
        "double" => Scalar::Double,
        _ => return None,
    };
    Some(Base::Vector(scalar, lanes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_words_give_sizes() {
        assert_eq!(Type::new(base_of("float4")).bytes(), Some(16));
        assert_eq!(Type::new(base_of("float3")).align(), Some(4));
        assert_eq!(base_of_words("unsigned long long int"), base_of("uint64_t"));
        assert_eq!(base_of_words("long double"), base_of("double"));
        assert_eq!(base_of("Foo4"), Base::Named("Foo4".into()));
        let mut array = Type::new(base_of("float"));
        array.dims = vec![Some(32), Some(33)];
        assert_eq!(array.bytes(), Some(4224));
        assert_eq!(array.pointee().pointee().as_scalar(), Some(Scalar::Float));
    }
}
