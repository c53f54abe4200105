//! `prmt` (PTX ISA, "Data Movement and Conversion Instructions: prmt").

/// The modes of `prmt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// No mode: four selectors of four bits.
    #[default]
    Generic,
    /// `.f4e`: four bytes forward from a start.
    F4e,
    /// `.b4e`: four bytes backward.
    B4e,
    /// `.rc8`: one byte four times.
    Rc8,
    /// `.ecl`: clamped to the left.
    Ecl,
    /// `.ecr`: clamped to the right.
    Ecr,
    /// `.rc16`: one half twice.
    Rc16,
}

/// Selectors of each special mode for `c & 3`, in the nibble order of the generic mode.
const TABLE: [[u32; 4]; 6] = [
    [0x3210, 0x4321, 0x5432, 0x6543],
    [0x5670, 0x6701, 0x7012, 0x0123],
    [0x0000, 0x1111, 0x2222, 0x3333],
    [0x3210, 0x3211, 0x3222, 0x3333],
    [0x0000, 0x1110, 0x2210, 0x3210],
    [0x1010, 0x3232, 0x1010, 0x3232],
];

/// `prmt.b32{.mode} d, a, b, c`.
#[inline(always)]
pub fn prmt(mode: Mode, a: u32, b: u32, c: u32) -> u32 {
    let special = |row: usize| TABLE[row][(c & 3) as usize];
    let sel = match mode {
        Mode::Generic => c,
        Mode::F4e => special(0),
        Mode::B4e => special(1),
        Mode::Rc8 => special(2),
        Mode::Ecl => special(3),
        Mode::Ecr => special(4),
        Mode::Rc16 => special(5),
    };
    let bytes = (u64::from(b) << 32) | u64::from(a);
    let byte = |n: u32| {
        let s = sel >> (4 * n);
        let v = (bytes >> (8 * (s & 7))) as u8;
        let filled = ((v as i8) >> 7) as u8;
        u32::from(if s & 8 != 0 { filled } else { v }) << (8 * n)
    };
    byte(0) | byte(1) | byte(2) | byte(3)
}
