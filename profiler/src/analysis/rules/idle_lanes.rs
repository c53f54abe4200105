//! Lines that run with few of a warp's lanes.

use crate::analysis::{Advice, Kernel, Rule, percent, short};

/// The rule.
pub const RULE: Rule = Rule {
    name: "idle-lanes",
    doc: "A line executes with at most half of a warp's lanes, and its empty slots are at least 5 % of the kernel's \
          (incomplete warps not counted).",
    check,
};

fn check(kernel: &Kernel<'_>) -> Vec<Advice> {
    let warp = f64::from(kernel.warp_size());
    let usual = warp * (1.0 - kernel.partial_warp_loss());
    let all = kernel.total.counts.inst as f64;
    let mut advice = Vec::new();
    for (place, counts) in kernel.lines(|_, _| true) {
        if counts.inst == 0 {
            continue;
        }
        let lanes = counts.thread_inst as f64 / counts.inst as f64;
        let empty = counts.inst as f64 * (usual - lanes).max(0.0) / warp;
        if lanes > usual / 2.0 || empty < 0.05 * all {
            continue;
        }
        let Some(weight) = kernel.weight(empty) else { continue };
        advice.push(Advice {
            rule: RULE.name,
            place: Some(place.clone()),
            weight: Some(weight),
            message: format!(
                "{} of {} lanes are active on this line, which is {} of the kernel's instructions",
                short(lanes),
                kernel.warp_size(),
                percent(counts.inst as f64 / all)
            ),
            help:
                "give the work to neighbouring threads, so that whole warps are busy and the others are done"
                    .to_owned(),
        });
    }
    advice
}

#[cfg(test)]
mod tests {
    use crate::analysis::fixture::kernel;

    #[test]
    fn a_line_with_few_lanes_is_told() {
        let k = kernel().work(10, 600, 32).work(12, 400, 4);
        insta::assert_snapshot!(k.says("idle-lanes"), @r"
        line 12: 4 of 32 lanes are active on this line, which is 40 % of the kernel's instructions [35 %]
        give the work to neighbouring threads, so that whole warps are busy and the others are done
        ");
    }

    #[test]
    fn full_warps_and_the_odd_single_thread_are_left_alone() {
        assert_eq!(kernel().work(10, 1000, 32).work(12, 40, 1).says("idle-lanes"), "");
        assert_eq!(
            kernel().shape(1024, 16).work(10, 1000, 16).says("idle-lanes"),
            "",
            "a small block is no idle lane"
        );
    }

    #[test]
    fn wide_warps_count_by_their_own_size() {
        assert!(kernel().on("mtt-s80").work(12, 400, 32).says("idle-lanes").contains("32 of 128 lanes"));
    }
}
