//! Lines of the tables as `MathFn` values.
//!
//! `f32x1!("__nv_expf", single::exp)` is a function of one single with a row form; `bits!("__nv_clz", |a: i32| -> i32
//! {...})` takes and returns any types; `outs!("__nv_modf", |a: f64| -> f64, [f64] {...})` also stores through
//! pointers, its body giving `(return value, (stored values,))`.

use crate::arith::math::MathType;

/// A type that travels as bits.
pub(super) trait Bits: Copy {
    const TYPE: MathType;
    fn get(bits: u64) -> Self;
    fn put(self) -> u64;
}

macro_rules! int_bits {
    ($($ty:ident $unsigned:ident $name:ident),*) => {$(
        impl Bits for $ty {
            const TYPE: MathType = MathType::$name;
            fn get(bits: u64) -> $ty {
                bits as $ty
            }
            fn put(self) -> u64 {
                u64::from(self as $unsigned)
            }
        }
    )*};
}
int_bits!(u16 u16 I16, i32 u32 I32, u32 u32 I32, i64 u64 I64, u64 u64 I64);

impl Bits for f32 {
    const TYPE: MathType = MathType::F32;
    fn get(bits: u64) -> f32 {
        f32::from_bits(bits as u32)
    }
    fn put(self) -> u64 {
        u64::from(self.to_bits())
    }
}

impl Bits for f64 {
    const TYPE: MathType = MathType::F64;
    fn get(bits: u64) -> f64 {
        f64::from_bits(bits)
    }
    fn put(self) -> u64 {
        self.to_bits()
    }
}

macro_rules! floats {
    ($name:expr, $ty:ident, $kind:ident, [$($arg:ident),*], $f:expr $(, $row:expr)?) => {
        MathFn {
            name: $name,
            params: &[$({
                stringify!($arg);
                Param::Value(<$ty as Bits>::TYPE)
            }),*],
            ret: Some(<$ty as Bits>::TYPE),
            eval: MathImpl::$kind($f $(, $row)?),
        }
    };
}

macro_rules! f32x1 {
    ($name:literal, $f:expr) => {
        f32x1!($name, $f, |xs, out| xs.iter().zip(out).for_each(|(x, o)| *o = ($f)(*x)))
    };
    ($name:literal, $f:expr, $row:expr) => {
        floats!($name, f32, F32x1, [a], $f, $row)
    };
}

macro_rules! f64x1 {
    ($name:literal, $f:expr) => {
        floats!($name, f64, F64x1, [a], $f, |xs, out| xs.iter().zip(out).for_each(|(x, o)| *o = ($f)(*x)))
    };
}

macro_rules! f32x2 {
    ($name:literal, $f:expr) => {
        floats!($name, f32, F32x2, [a, b], $f)
    };
}

macro_rules! f32x3 {
    ($name:literal, $f:expr) => {
        floats!($name, f32, F32x3, [a, b, c], $f)
    };
}

macro_rules! f64x2 {
    ($name:literal, $f:expr) => {
        floats!($name, f64, F64x2, [a, b], $f)
    };
}

macro_rules! f64x3 {
    ($name:literal, $f:expr) => {
        floats!($name, f64, F64x3, [a, b, c], $f)
    };
}

macro_rules! bits {
    ($name:literal, |$($arg:ident: $ty:ident),*| -> $ret:ident $body:expr) => {
        MathFn {
            name: $name,
            params: &[$(Param::Value(<$ty as Bits>::TYPE)),*],
            ret: Some(<$ret as Bits>::TYPE),
            eval: MathImpl::Bits(|&[$($arg,)* ..]| {
                $(let $arg = <$ty as Bits>::get($arg);)*
                let r: $ret = $body;
                [r.put(), 0, 0]
            }),
        }
    };
}

macro_rules! outs {
    ($name:literal, |$($arg:ident: $ty:ident),*| -> $ret:ident, [$out:ident] $body:expr) => {
        MathFn {
            name: $name,
            params: &[$(Param::Value(<$ty as Bits>::TYPE),)* Param::Out(<$out as Bits>::TYPE)],
            ret: Some(<$ret as Bits>::TYPE),
            eval: MathImpl::Bits(|&[$($arg,)* ..]| {
                $(let $arg = <$ty as Bits>::get($arg);)*
                let (r, o): ($ret, $out) = $body;
                [r.put(), o.put(), 0]
            }),
        }
    };
    ($name:literal, |$arg:ident: $ty:ident| [$o1:ident, $o2:ident] $body:expr) => {
        MathFn {
            name: $name,
            params: &[
                Param::Value(<$ty as Bits>::TYPE),
                Param::Out(<$o1 as Bits>::TYPE),
                Param::Out(<$o2 as Bits>::TYPE),
            ],
            ret: None,
            eval: MathImpl::Bits(|&[$arg, ..]| {
                let $arg = <$ty as Bits>::get($arg);
                let (a, b): ($o1, $o2) = $body;
                [0, a.put(), b.put()]
            }),
        }
    };
}

pub(super) use {bits, f32x1, f32x2, f32x3, f64x1, f64x2, f64x3, floats, outs};
