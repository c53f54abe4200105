//! The CUDA math API as external functions: every `__nv_*` name that clang's device headers declare.
//!
//! PTX from clang calls them (`call.uni (retval0), __nv_sinf, (param0)`); [`find`] gives the signature and the
//! evaluation, so the engine resolves a name once and dispatches once a warp. The accuracy is that of the CUDA C++
//! Programming Guide, "Mathematical Functions"; the tests measure it. Nothing here reads or writes device memory:
//! pointer parameters are described, and the engine loads or stores what they point to.
//!
//! Not here: functions of libdevice that no header declares, and whatever nvcc has already inlined.

pub mod bessel;
mod coefficients;
pub mod double;
pub mod error_functions;
pub mod packed;
pub mod single;
mod table;

/// The type of a value in a signature; signedness does not matter to storage and is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MathType {
    /// `short`: a half-precision number's bits.
    I16,
    /// `int`, `unsigned int`
    I32,
    /// `long long`, `unsigned long long`
    I64,
    /// `float`
    F32,
    /// `double`
    F64,
}

impl MathType {
    /// Size in bytes.
    pub const fn bytes(self) -> u32 {
        match self {
            MathType::I16 => 2,
            MathType::I32 | MathType::F32 => 4,
            MathType::I64 | MathType::F64 => 8,
        }
    }
}

/// One parameter of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Param {
    /// Passed by value; [`MathImpl`] takes it.
    Value(MathType),
    /// A generic pointer through which the engine stores the next result after the return value.
    Out(MathType),
    /// A generic pointer to an array whose length is the first parameter; the engine loads it for
    /// [`MathImpl::NormF32`] or [`MathImpl::NormF64`].
    Array(MathType),
    /// A generic pointer to text that is not read.
    Text,
}

/// Evaluates one function over as many lanes as both slices have.
pub type Row<T> = fn(&[T], &mut [T]);

/// How a function is evaluated. Every form is pure.
#[derive(Clone, Copy, Debug)]
pub enum MathImpl {
    /// One single-precision argument: of one lane, and of a row of them.
    F32x1(fn(f32) -> f32, Row<f32>),
    /// Two single-precision arguments.
    F32x2(fn(f32, f32) -> f32),
    /// Three single-precision arguments.
    F32x3(fn(f32, f32, f32) -> f32),
    /// One double-precision argument: of one lane, and of a row of them.
    F64x1(fn(f64) -> f64, Row<f64>),
    /// Two double-precision arguments.
    F64x2(fn(f64, f64) -> f64),
    /// Three double-precision arguments.
    F64x3(fn(f64, f64, f64) -> f64),
    /// Anything else: the by-value arguments in order as bits (upper bits of narrow ones ignored) to the return value
    /// and the out-parameters in order, as bits with the upper ones zero. Slot 0 is the return value, 0 if none.
    Bits(fn(&[u64; 4]) -> [u64; 3]),
    /// The Euclidean norm, or its reciprocal, of an array of singles.
    NormF32(fn(&[f32]) -> f32),
    /// The Euclidean norm, or its reciprocal, of an array of doubles.
    NormF64(fn(&[f64]) -> f64),
}

/// One external function.
#[derive(Clone, Copy, Debug)]
pub struct MathFn {
    /// Its name, `__nv_sinf` for example.
    pub name: &'static str,
    /// Its parameters.
    pub params: &'static [Param],
    /// What it returns, if anything.
    pub ret: Option<MathType>,
    /// How it is evaluated.
    pub eval: MathImpl,
}

/// The function of that name. A linear search: names are resolved once, when a module is loaded.
pub fn find(name: &str) -> Option<&'static MathFn> {
    all().find(|f| f.name == name)
}

/// Every function, grouped by kind.
pub fn all() -> impl Iterator<Item = &'static MathFn> {
    table::GROUPS.iter().flat_map(|group| group.iter())
}
