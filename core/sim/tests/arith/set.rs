//! Comparison operators over numbers and NaN, and their combination with predicates.

use warplens_sim::arith::set::*;

#[test]
fn ordered_operators_are_false_on_nan_and_unordered_ones_true() {
    for op in Cmp::ALL {
        let unordered =
            matches!(op, Cmp::Equ | Cmp::Neu | Cmp::Ltu | Cmp::Leu | Cmp::Gtu | Cmp::Geu | Cmp::Nan);
        assert_eq!(compare(op, f32::NAN, 1.0), unordered, "{op:?}");
        assert_eq!(compare(op, 1.0, f64::NAN), unordered, "{op:?}");
        assert_eq!(compare_f16(op, false, 0x7e00, 0x3c00), unordered, "{op:?}");
        assert_eq!(compare_bf16(op, 0x3f80, 0xffff), unordered, "{op:?}");
    }
}

#[test]
fn numbers_compare_as_numbers() {
    let table = |op| [(1.0, 2.0), (2.0, 2.0), (3.0, 2.0)].map(|(a, b)| compare_f32(op, false, a, b));
    assert_eq!(table(Cmp::Eq), [false, true, false]);
    assert_eq!(table(Cmp::Ne), [true, false, true]);
    assert_eq!(table(Cmp::Lt), [true, false, false]);
    assert_eq!(table(Cmp::Le), [true, true, false]);
    assert_eq!(table(Cmp::Gt), [false, false, true]);
    assert_eq!(table(Cmp::Ge), [false, true, true]);
    for (ordered, unordered) in [
        (Cmp::Eq, Cmp::Equ),
        (Cmp::Ne, Cmp::Neu),
        (Cmp::Lt, Cmp::Ltu),
        (Cmp::Le, Cmp::Leu),
        (Cmp::Gt, Cmp::Gtu),
        (Cmp::Ge, Cmp::Geu),
    ] {
        assert_eq!(table(ordered), table(unordered));
    }
    assert_eq!(table(Cmp::Num), [true; 3]);
    assert_eq!(table(Cmp::Nan), [false; 3]);
}

#[test]
fn signedness_comes_from_the_type() {
    assert!(compare(Cmp::Lt, -1i32, 1i32));
    assert!(compare(Cmp::Gt, -1i32 as u32, 1u32));
    assert!(compare(Cmp::Ge, i64::MAX, i64::MIN));
}

#[test]
fn flushing_makes_subnormals_equal_to_zero() {
    assert!(compare_f32(Cmp::Eq, true, 1e-40, -1e-40));
    assert!(!compare_f32(Cmp::Eq, false, 1e-40, 0.0));
    assert!(compare_f16(Cmp::Eq, true, 0x0001, 0x8000));
    assert!(compare_f32(Cmp::Eq, false, 0.0, -0.0));
}

#[test]
fn predicates_combine() {
    assert!(combine(None, true, false));
    assert!(!combine(Some(BoolOp::And), true, false));
    assert!(combine(Some(BoolOp::Or), true, false));
    assert!(!combine(Some(BoolOp::Xor), true, true));
    assert_eq!((set_int(true), set_int(false), set_f32(true)), (u32::MAX, 0, 1.0));
    assert_eq!((set_f16(true), set_bf16(true), set_f16(false)), (0x3c00, 0x3f80, 0));
}
