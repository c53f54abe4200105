//! Programs of `tests/programs`: each checks itself against host code and says "right".
//!
//! They are about what our headers and the device promise together: compiled by `warplens cc`, run by `warplens run`.

use crate::support::{has, root, scratch, warplens};

fn is_right(name: &str) {
    if !has("clang-19") {
        return;
    }
    let source = root().join("tests/programs").join(format!("{name}.cu"));
    let program = scratch(&format!("program-{name}")).join(name);
    let (source, program) = (source.to_str().unwrap(), program.to_str().unwrap());
    let built = warplens(&["cc", "-O2", source, "-o", program]);
    assert_eq!(built.status, Some(0), "{}", built.stderr);
    let run = warplens(&["run", "--device", "a100", "--memory", "64", "--", program]);
    assert_eq!((run.status, run.stdout.trim()), (Some(0), "right"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn warp_reductions_and_tiles_of_many_warps() {
    is_right("wide_tiles");
}

#[test]
fn barriers_and_pipelines_of_copies() {
    is_right("pipelines");
}

#[test]
fn driver_functions_by_name_and_later_forms() {
    is_right("entry_points");
}

#[test]
fn textures_surfaces_and_arrays_of_both_apis() {
    is_right("textures");
}
