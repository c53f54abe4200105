//! Blocks that are no multiple of the warp size.

use crate::analysis::{Advice, Kernel, Rule, percent};

/// The rule.
pub const RULE: Rule = Rule {
    name: "partial-warp-block",
    doc: "The block size is no multiple of the warp size, and the lanes that stay empty are at least 5 % of all.",
    check,
};

fn check(kernel: &Kernel<'_>) -> Vec<Advice> {
    let warp = u64::from(kernel.warp_size());
    // One word for the shape that wastes most.
    let worst = kernel
        .launches
        .iter()
        .map(|l| l.shape.threads())
        .max_by_key(|threads| threads.next_multiple_of(warp) * 1000 / (*threads).max(1));
    let Some(threads) = worst.filter(|&t| t > 0) else { return Vec::new() };
    let slots = threads.next_multiple_of(warp);
    let lost = 1.0 - threads as f64 / slots as f64;
    let Some(weight) = kernel.weight(lost * kernel.total.counts.inst as f64).filter(|_| lost >= 0.05) else {
        return Vec::new();
    };
    vec![Advice {
        rule: RULE.name,
        place: None,
        weight: Some(weight),
        message: format!(
            "blocks of {threads} threads fill {} of {} warps of {warp} lanes: {} of the lanes never work",
            threads / warp,
            slots / warp,
            percent(lost)
        ),
        help: format!("use a multiple of {warp} threads a block, such as {slots}"),
    }]
}

#[cfg(test)]
mod tests {
    use crate::analysis::fixture::kernel;

    #[test]
    fn a_block_of_40_threads_is_told() {
        insta::assert_snapshot!(kernel().shape(1024, 40).work(1, 1000, 20).says("partial-warp-block"), @r"
        blocks of 40 threads fill 1 of 2 warps of 32 lanes: 38 % of the lanes never work [38 %]
        use a multiple of 32 threads a block, such as 64
        ");
    }

    #[test]
    fn whole_warps_are_left_alone_and_wide_warps_are_wider() {
        assert_eq!(kernel().shape(1024, 96).work(1, 1000, 32).says("partial-warp-block"), "");
        let wide = kernel().on("mtt-s80").shape(1024, 96).work(1, 1000, 96);
        assert!(wide.says("partial-warp-block").contains("a multiple of 128"));
    }
}
