//! Numbers as people read them.

/// `1234567` as `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Bytes in the largest unit that leaves at least 1: `4 MiB`, `1.5 KiB`.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = n as f64;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    format!("{} {unit}", short(value))
}

/// One decimal at most.
pub fn short(x: f64) -> String {
    let rounded = (x * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") }
}

/// A part as a percentage, one decimal below 10.
pub fn percent(part: f64) -> String {
    let value = 100.0 * part;
    if value >= 10.0 || value == 0.0 { format!("{value:.0} %") } else { format!("{value:.1} %") }
}

/// A shape without its trailing ones: `32x32`.
pub fn shape(dims: [u32; 3]) -> String {
    match dims {
        [x, 1, 1] => x.to_string(),
        [x, y, 1] => format!("{x}x{y}"),
        [x, y, z] => format!("{x}x{y}x{z}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0, 1023, 1536, 4 << 20, 3 << 40].map(bytes),
            ["0 B", "1023 B", "1.5 KiB", "4 MiB", "3 TiB"]
        );
        assert_eq!([0.0, 0.004, 0.0949, 0.5, 1.0].map(percent), ["0 %", "0.4 %", "9.5 %", "50 %", "100 %"]);
        assert_eq!([[8, 1, 1], [8, 1, 2], [8, 4, 1]].map(shape), ["8", "8x1x2", "8x4"]);
    }
}
