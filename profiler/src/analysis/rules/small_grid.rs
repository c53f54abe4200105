//! Grids with fewer blocks than the device has multiprocessors.

use crate::analysis::{Advice, Kernel, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    name: "small-grid",
    doc: "Every launch of the kernel has fewer blocks than the device has multiprocessors, so some never work.",
    check,
};

fn check(kernel: &Kernel<'_>) -> Vec<Advice> {
    let multiprocessors = u64::from(kernel.model.figures.multiprocessors.get());
    let Some(blocks) = kernel.launches.iter().map(|l| l.shape.blocks()).max() else { return Vec::new() };
    if blocks >= multiprocessors {
        return Vec::new();
    }
    let assumed = if kernel.model.figures.multiprocessors.is_assumed() { " (assumed)" } else { "" };
    let s = if blocks == 1 { "" } else { "s" };
    vec![Advice {
        rule: RULE.name,
        place: None,
        weight: None,
        message: format!(
            "a grid of {blocks} block{s} leaves {} of the {multiprocessors} multiprocessors{assumed} without work",
            multiprocessors - blocks
        ),
        help: "launch more and smaller blocks, or give the kernel more work; fine for a test".to_owned(),
    }]
}

#[cfg(test)]
mod tests {
    use crate::analysis::fixture::kernel;

    #[test]
    fn a_grid_that_leaves_multiprocessors_idle_is_told() {
        insta::assert_snapshot!(kernel().shape(8, 256).work(1, 1000, 32).says("small-grid"), @r"
        a grid of 8 blocks leaves 124 of the 132 multiprocessors without work
        launch more and smaller blocks, or give the kernel more work; fine for a test
        ");
        assert_eq!(kernel().work(1, 1000, 32).says("small-grid"), "");
    }
}
