//! Comparing a buffer with what it must hold.

use std::fmt;

use super::Tolerance;
use super::element::{Element, Number};

/// How many differing elements a failure shows.
const SHOWN: usize = 8;

/// A check that did not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// Buffer that was checked.
    pub buffer: String,
    /// Elements compared.
    pub compared: usize,
    /// Elements that differ by more than the tolerance.
    pub differing: usize,
    /// The first of them: index, found, wanted.
    pub first: Vec<(usize, Number, Number)>,
    /// The largest difference and where, when there is a finite one.
    pub worst: Option<(usize, f64)>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "buffer `{}`: {} of {} elements differ", self.buffer, self.differing, self.compared)?;
        if let Some((index, by)) = self.worst.filter(|_| self.differing > 1) {
            write!(f, ", the most at {index} (by {by:.3e})")?;
        }
        for (index, got, want) in &self.first {
            write!(f, "\n  [{index}] is {got}, should be {want}")?;
        }
        let more = self.differing - self.first.len();
        if more > 0 { write!(f, "\n  and {more} more") } else { Ok(()) }
    }
}

/// Compares element by element; `None` when all are within the tolerance. `want` gives the wanted value of an
/// index; `got` is cut to whole elements.
pub fn compare(
    buffer: &str,
    element: Element,
    got: &[u8],
    want: impl Fn(usize) -> Number,
    tolerance: Tolerance,
) -> Option<Mismatch> {
    let mut mismatch =
        Mismatch { buffer: buffer.to_owned(), compared: 0, differing: 0, first: Vec::new(), worst: None };
    for (index, bytes) in got.chunks_exact(element.size()).enumerate() {
        let (found, wanted) = (element.decode(bytes), want(index));
        mismatch.compared += 1;
        if close(found, wanted, tolerance) {
            continue;
        }
        mismatch.differing += 1;
        if mismatch.first.len() < SHOWN {
            mismatch.first.push((index, found, wanted));
        }
        let by = (found.as_f64() - wanted.as_f64()).abs();
        if by.is_finite() && mismatch.worst.is_none_or(|(_, worst)| by > worst) {
            mismatch.worst = Some((index, by));
        }
    }
    (mismatch.differing > 0).then_some(mismatch)
}

fn close(got: Number, want: Number, tolerance: Tolerance) -> bool {
    if let (Number::Int(a), Number::Int(b)) = (got, want) {
        let allowed = tolerance.abs + tolerance.rel * (b as f64).abs();
        return a == b || a.abs_diff(b) as f64 <= allowed;
    }
    let (a, b) = (got.as_f64(), want.as_f64());
    // Infinities are equal to themselves only: their difference is NaN, and no comparison with it holds.
    a == b
        || (a.is_nan() && b.is_nan())
        || (a - b).abs() <= tolerance.abs + tolerance.rel * b.abs() && b.is_finite()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f32s(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    fn check(got: &[f32], want: &[f64], tolerance: Tolerance) -> Option<Mismatch> {
        compare("out", Element::F32, &f32s(got), |i| Number::Float(want[i]), tolerance)
    }

    #[test]
    fn equal_is_equal_nan_and_infinity_included() {
        let odd = [f32::NAN, f32::INFINITY, -0.0, 1.5];
        assert_eq!(check(&odd, &[f64::NAN, f64::INFINITY, 0.0, 1.5], Tolerance::default()), None);
        let loose = Tolerance { abs: 1e9, rel: 1.0 };
        let wrong = check(&[1.0, f32::INFINITY], &[f64::INFINITY, 1.0], loose).unwrap();
        assert_eq!(wrong.differing, 2, "no tolerance makes infinity finite");
        assert_eq!(check(&[f32::NAN], &[1.0], loose).unwrap().differing, 1);
    }

    #[test]
    fn the_tolerance_is_absolute_plus_relative() {
        let t = Tolerance { abs: 0.5, rel: 0.25 };
        assert_eq!(check(&[4.0 + 1.5], &[4.0], t), None);
        assert!(check(&[4.0 + 1.625], &[4.0], t).is_some());
    }

    #[test]
    fn a_failure_says_how_many_and_shows_the_first() {
        let got: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let want: Vec<f64> = (0..12).map(|i| if i < 2 { f64::from(i) } else { 0.0 }).collect();
        insta::assert_snapshot!(check(&got, &want, Tolerance::default()).unwrap(), @r"
        buffer `out`: 10 of 12 elements differ, the most at 11 (by 1.100e1)
          [2] is 2, should be 0
          [3] is 3, should be 0
          [4] is 4, should be 0
          [5] is 5, should be 0
          [6] is 6, should be 0
          [7] is 7, should be 0
          [8] is 8, should be 0
          [9] is 9, should be 0
          and 2 more
        ");
    }
}
