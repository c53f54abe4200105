//! Deterministic test values: edges first, then random bits, with exponents that meet.

/// A small generator (SplitMix64); the same numbers on every run.
pub struct Rng(pub u64);

impl Rng {
    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Heads or tails.
    pub fn coin(&mut self) -> bool {
        self.next() & 1 == 0
    }

    /// Single-precision bits: a fifth each of edges, anything, short fractions, nearby exponents, subnormals.
    pub fn f32(&mut self) -> f32 {
        let (a, b) = (self.next(), self.next() as u32);
        f32::from_bits(match a % 5 {
            0 => EDGES_F32[(b as usize) % EDGES_F32.len()],
            1 => b,
            2 => b & 0xffff_0000,
            3 => (b & 0x80ff_ffff) | 0x3f00_0000,
            _ => b & 0x80ff_ffff,
        })
    }

    /// Double-precision bits, in the same mix.
    pub fn f64(&mut self) -> f64 {
        let (a, b) = (self.next(), self.next());
        f64::from_bits(match a % 5 {
            0 => EDGES_F64[(b as usize) % EDGES_F64.len()],
            1 => b,
            2 => b & 0xffff_ffff_0000_0000,
            3 => (b & 0x803f_ffff_ffff_ffff) | 0x3fe0_0000_0000_0000,
            _ => b & 0x801f_ffff_ffff_ffff,
        })
    }

    /// Integer bits: edges, anything, small numbers.
    pub fn int(&mut self) -> u64 {
        let (a, b) = (self.next(), self.next());
        match a % 4 {
            0 => EDGES_INT[(b as usize) % EDGES_INT.len()],
            1 => b >> (a >> 58),
            2 => (b as i64 >> (a >> 58)) as u64,
            _ => b,
        }
    }
}

pub const EDGES_F32: [u32; 30] = [
    0x0000_0000,
    0x8000_0000,
    0x0000_0001,
    0x8000_0001,
    0x007f_ffff,
    0x807f_ffff,
    0x0080_0000,
    0x8080_0000,
    0x3f80_0000,
    0xbf80_0000,
    0x3f80_0001,
    0x3f7f_ffff,
    0x7f7f_ffff,
    0xff7f_ffff,
    0x7f80_0000,
    0xff80_0000,
    0x7fc0_0000,
    0xff80_0001,
    0x3f00_0000,
    0x4f00_0000,
    0xcf00_0000,
    0x4f80_0000,
    0x5f80_0000,
    0x4b00_0001,
    0x477f_e000,
    0x477f_f000,
    0x3380_0000,
    0x3300_0000,
    0x3340_0000,
    0x4049_0fdb,
];

pub const EDGES_F64: [u64; 24] = [
    0x0000_0000_0000_0000,
    0x8000_0000_0000_0000,
    0x0000_0000_0000_0001,
    0x8000_0000_0000_0001,
    0x000f_ffff_ffff_ffff,
    0x0010_0000_0000_0000,
    0x8010_0000_0000_0000,
    0x3ff0_0000_0000_0000,
    0xbff0_0000_0000_0000,
    0x3ff0_0000_0000_0001,
    0x3fef_ffff_ffff_ffff,
    0x7fef_ffff_ffff_ffff,
    0xffef_ffff_ffff_ffff,
    0x7ff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
    0x7ff8_0000_0000_0000,
    0xfff0_0000_0000_0001,
    0x3fe0_0000_0000_0000,
    0x41df_ffff_ffc0_0000,
    0x41e0_0000_0000_0000,
    0x43e0_0000_0000_0000,
    0x43f0_0000_0000_0000,
    0x36a0_0000_0000_0000,
    0x47ef_ffff_f000_0000,
];

pub const EDGES_INT: [u64; 16] = [
    0,
    1,
    2,
    u64::MAX,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0x0100_0001,
];
