//! The modifiers of arithmetic instructions: rounding, flushing, saturation. No behaviour of their own.

/// Floating-point rounding modifiers (PTX ISA, "Rounding Modifiers").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Rounding {
    /// `.rn`: to nearest, ties to even.
    #[default]
    Rn,
    /// `.rz`: towards zero.
    Rz,
    /// `.rm`: towards negative infinity.
    Rm,
    /// `.rp`: towards positive infinity.
    Rp,
}

impl Rounding {
    /// All four, for tables and tests.
    pub const ALL: [Rounding; 4] = [Rounding::Rn, Rounding::Rz, Rounding::Rm, Rounding::Rp];
}

/// Rounding to an integer value (PTX ISA, "Rounding Modifiers", integer rounding).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum IntRounding {
    /// `.rni`: to nearest, ties to even.
    #[default]
    Rni,
    /// `.rzi`: towards zero.
    Rzi,
    /// `.rmi`: towards negative infinity.
    Rmi,
    /// `.rpi`: towards positive infinity.
    Rpi,
}

impl IntRounding {
    /// All four, for tables and tests.
    pub const ALL: [IntRounding; 4] =
        [IntRounding::Rni, IntRounding::Rzi, IntRounding::Rmi, IntRounding::Rpi];
}

/// The modifiers that `add`, `sub`, `mul`, `fma` and their kin share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Mods {
    /// Rounding of the result.
    pub rnd: Rounding,
    /// `.ftz`: subnormal inputs and results become zeros of the same sign (single precision and f16 only).
    pub ftz: bool,
    /// `.sat`: the result is clamped to [0, 1], NaN becomes +0.
    pub sat: bool,
}

impl Mods {
    /// `.rn`, no flushing, no saturation.
    pub const RN: Mods = Mods { rnd: Rounding::Rn, ftz: false, sat: false };

    /// `.rn.ftz`.
    pub const RN_FTZ: Mods = Mods { rnd: Rounding::Rn, ftz: true, sat: false };

    /// Only the rounding given.
    pub const fn rounding(rnd: Rounding) -> Mods {
        Mods { rnd, ftz: false, sat: false }
    }
}
