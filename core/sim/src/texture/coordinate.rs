//! Coordinates to texel indices: address modes, and the faces of a cube.

use super::Address;

/// Where a coordinate falls along one axis of `n` texels: its place in texels.
///
/// Wrap and mirror exist for normalised coordinates only; without them they act as clamp, as the runtime's reference says.
pub(super) fn place(x: f32, n: u32, mode: Address, normalized: bool) -> f32 {
    if !normalized {
        return x;
    }
    let x = match mode {
        Address::Wrap => x - x.floor(),
        Address::Mirror => {
            let whole = x.floor();
            let part = x - whole;
            if (whole / 2.0).fract() == 0.0 { part } else { 1.0 - part }
        }
        Address::Clamp | Address::Border => x,
    };
    x * n as f32
}

/// The texel of an index along one axis; `None` is the border.
pub(super) fn texel(i: i64, n: u32, mode: Address, normalized: bool) -> Option<u32> {
    let n64 = i64::from(n);
    if (0..n64).contains(&i) {
        return Some(i as u32);
    }
    match mode {
        Address::Wrap if normalized => Some(i.rem_euclid(n64) as u32),
        Address::Border => None,
        // Mirrored coordinates are inside already, so the texel beyond an edge is the edge's own.
        _ => Some(i.clamp(0, n64 - 1) as u32),
    }
}

/// The index at or below a place. NaN gives 0.
#[inline(always)]
pub(super) fn floor(x: f64) -> i64 {
    let t = x as i64;
    t - i64::from(t as f64 > x)
}

/// The texel that point sampling takes along one axis; `None` is the border.
#[inline(always)]
pub(crate) fn nearest(x: f32, n: u32, mode: Address, normalized: bool) -> Option<u32> {
    texel(floor(f64::from(place(x, n, mode, normalized))), n, mode, normalized)
}

/// Index and weight of the upper neighbour for linear filtering at a place: `xB = x - 0.5`, `i = floor(xB)`,
/// `alpha = frac(xB)` in 9-bit fixed point with 8 bits of fraction. How `alpha` is rounded to them is not documented; it
/// is to the nearest here.
pub(super) fn between(x: f32) -> (i64, f64) {
    let xb = f64::from(x) - 0.5;
    let i = floor(xb);
    (i, fixed(xb - i as f64))
}

/// A weight in 8 bits of fraction; 1 itself can be had.
pub(super) fn fixed(alpha: f64) -> f64 {
    let steps = (alpha * 256.0).round_ties_even();
    if steps.is_nan() { 0.0 } else { steps.clamp(0.0, 256.0) / 256.0 }
}

/// The face of a direction (guide, "Cubemap Textures"). Which one a direction exactly between two has is not documented:
/// z goes before y, y before x.
pub(super) fn face([x, y, z]: [f32; 3]) -> u32 {
    let (ax, ay, az) = (x.abs(), y.abs(), z.abs());
    let (first, axis) = match () {
        () if az >= ax && az >= ay => (4, z),
        () if ay >= ax => (2, y),
        () => (0, x),
    };
    first + u32::from(axis < 0.0)
}

/// Where a direction meets the plane of a face, in normalised coordinates: `((s / m + 1) / 2, (t / m + 1) / 2)`.
pub(super) fn on_face(face: u32, [x, y, z]: [f32; 3]) -> (f32, f32) {
    let (m, s, t) = match face {
        0 => (x, -z, -y),
        1 => (-x, z, -y),
        2 => (y, x, z),
        3 => (-y, x, -z),
        4 => (z, x, -y),
        _ => (-z, -x, -y),
    };
    ((s / m + 1.0) / 2.0, (t / m + 1.0) / 2.0)
}

/// The direction of coordinates on a face: the inverse of [`on_face`].
pub(super) fn direction(face: u32, u: f32, v: f32) -> [f32; 3] {
    let (s, t) = (2.0 * u - 1.0, 2.0 * v - 1.0);
    match face {
        0 => [1.0, -t, -s],
        1 => [-1.0, -t, s],
        2 => [s, 1.0, t],
        3 => [s, -1.0, -t],
        4 => [s, -t, 1.0],
        _ => [-s, -t, -1.0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrap_and_mirror_repeat_normalised_coordinates() {
        assert_eq!(place(1.25, 4, Address::Wrap, true), 1.0);
        assert_eq!(place(-0.25, 4, Address::Wrap, true), 3.0);
        assert_eq!(place(1.25, 4, Address::Mirror, true), 3.0);
        assert_eq!(place(-0.25, 4, Address::Mirror, true), 1.0);
        assert_eq!(place(2.25, 4, Address::Mirror, true), 1.0);
        assert_eq!(place(1.25, 4, Address::Wrap, false), 1.25);
    }

    #[test]
    fn outside_is_the_edge_the_other_end_or_the_border() {
        let at = |i, mode| texel(i, 4, mode, true);
        assert_eq!((at(-1, Address::Clamp), at(4, Address::Clamp)), (Some(0), Some(3)));
        assert_eq!((at(-1, Address::Wrap), at(4, Address::Wrap)), (Some(3), Some(0)));
        assert_eq!((at(-1, Address::Mirror), at(4, Address::Mirror)), (Some(0), Some(3)));
        assert_eq!((at(-1, Address::Border), at(4, Address::Border)), (None, None));
        assert_eq!(texel(-1, 4, Address::Wrap, false), Some(0));
    }

    #[test]
    fn flooring_is_the_library_s() {
        for x in [0.0, 0.5, -0.5, -1.0, 3.999_999, -7.25, 1e9, -1e9] {
            assert_eq!(floor(x), x.floor() as i64, "{x}");
        }
        assert_eq!(floor(f64::NAN), 0);
    }

    #[test]
    fn weights_have_eight_bits_of_fraction() {
        assert_eq!(between(1.0), (0, 0.5));
        assert_eq!(between(0.5), (0, 0.0));
        // 0.1 * 256 = 25.6, so 26/256.
        assert_eq!(between(1.6), (1, 26.0 / 256.0));
        assert_eq!(fixed(0.999), 1.0);
    }

    #[test]
    fn every_face_gives_its_directions_back() {
        for f in 0..6 {
            for (u, v) in [(0.25, 0.75), (0.5, 0.5), (0.9, 0.1)] {
                let to = direction(f, u, v);
                assert_eq!(face(to), f);
                let (s, t) = on_face(f, to);
                assert!((s - u).abs() < 1e-6 && (t - v).abs() < 1e-6);
            }
        }
    }
}
