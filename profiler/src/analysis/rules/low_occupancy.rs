//! Kernels of which few warps fit on a multiprocessor.

use crate::analysis::{Advice, Kernel, Rule, percent};
use crate::metrics::LaunchFacts;

/// The rule.
pub const RULE: Rule = Rule {
    name: "low-occupancy",
    doc: "Theoretical occupancy is below one half. The resource that limits it is named, with what would let one more \
          block reside.",
    check,
};

fn check(kernel: &Kernel<'_>) -> Vec<Advice> {
    let worst =
        kernel.launches.iter().min_by(|a, b| a.occupancy.theoretical().total_cmp(&b.occupancy.theoretical()));
    let Some(launch) = worst.filter(|l| l.occupancy.theoretical() < 0.5 && l.occupancy.blocks() > 0) else {
        return Vec::new();
    };
    let o = launch.occupancy;
    let limiter = o.limiters().first().copied().unwrap_or("blocks");
    let assumed = kernel.model.assumed_figures();
    let guess = match limiter {
        "registers" => assumed.contains(&"registers_per_multiprocessor"),
        "shared_mem" => assumed.contains(&"shared_per_multiprocessor"),
        "warps" => assumed.contains(&"max_warps_per_multiprocessor"),
        _ => assumed.contains(&"max_blocks_per_multiprocessor"),
    };
    let assumed = if guess { " (the device's limit is assumed)" } else { "" };
    let (what, help) = explain(launch, limiter);
    vec![Advice {
        rule: RULE.name,
        place: None,
        weight: None,
        message: format!(
            "theoretical occupancy is {}: {} of {} warps fit on a multiprocessor, limited by {what}{assumed}",
            percent(o.theoretical()),
            o.warps(),
            o.max_warps
        ),
        help,
    }]
}

fn explain(launch: &LaunchFacts<'_>, limiter: &str) -> (String, String) {
    let o = launch.occupancy;
    let f = launch.figures;
    let next = o.blocks() + 1;
    match limiter {
        "registers" => {
            let warps = (next * o.warps_per_block).next_multiple_of(f.subpartitions.get());
            let per_warp = f.registers_per_multiprocessor.get() / warps;
            let unit = f.register_allocation_unit.get();
            let per_thread = per_warp / unit * unit / f.warp_size.get();
            (
                format!("registers, {} a thread by our own allocation", launch.info.registers),
                format!(
                    "{per_thread} registers a thread would let {next} blocks reside: __launch_bounds__, or fewer live values"
                ),
            )
        }
        "shared_mem" => {
            let room =
                (f.shared_per_multiprocessor.get() / next).saturating_sub(f.shared_reserved_per_block.get());
            let room = room / f.shared_allocation_unit.get() * f.shared_allocation_unit.get();
            let used = launch.info.static_shared.saturating_add(launch.shape.dynamic_shared);
            (
                format!("shared memory, {used} bytes a block"),
                format!(
                    "{room} bytes a block would let {next} blocks reside: smaller tiles, or narrower types"
                ),
            )
        }
        "warps" => (
            format!("the block size, {} warps", o.warps_per_block),
            format!("use smaller blocks, such as {} threads", o.max_warps * f.warp_size.get() / next),
        ),
        "barriers" => ("named barriers".to_owned(), "use fewer named barriers, or larger blocks".to_owned()),
        _ => (
            format!("the number of blocks, {}", o.limit_blocks),
            format!(
                "use larger blocks: {} threads fill it",
                (o.max_warps * f.warp_size.get()).div_ceil(o.limit_blocks.max(1))
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::fixture::kernel;

    #[test]
    fn shared_memory_that_limits_is_told_with_the_next_step() {
        let k = kernel().info(|i| i.static_shared = 100 << 10).work(1, 1000, 32);
        insta::assert_snapshot!(k.says("low-occupancy"), @r"
        theoretical occupancy is 25 %: 16 of 64 warps fit on a multiprocessor, limited by shared memory, 102400 bytes a block
        76800 bytes a block would let 3 blocks reside: smaller tiles, or narrower types
        ");
    }

    #[test]
    fn registers_that_limit_are_told() {
        let k = kernel().info(|i| i.registers = 128).work(1, 1000, 32);
        insta::assert_snapshot!(k.says("low-occupancy"), @r"
        theoretical occupancy is 25 %: 16 of 64 warps fit on a multiprocessor, limited by registers, 128 a thread by our own allocation
        80 registers a thread would let 3 blocks reside: __launch_bounds__, or fewer live values
        ");
    }

    #[test]
    fn an_assumed_limit_is_called_so() {
        let k = kernel().on("mtt-s5000").info(|i| i.registers = 128).work(1, 1000, 32);
        assert!(k.says("low-occupancy").contains("(the device's limit is assumed)"));
    }

    #[test]
    fn a_full_multiprocessor_is_left_alone() {
        assert_eq!(kernel().work(1, 1000, 32).says("low-occupancy"), "");
    }
}
