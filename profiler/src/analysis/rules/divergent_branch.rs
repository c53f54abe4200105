//! Branches that split warps and so leave lanes idle.

use crate::analysis::{Advice, Kernel, Rule, percent, short};

/// The rule.
pub const RULE: Rule = Rule {
    name: "divergent-branch",
    doc: "Divergence leaves at least 10 % of the kernel's lane slots empty (incomplete warps not counted); the lines \
          whose branches split warps share the blame by how often they do. A line is named when it has a tenth of it.",
    check,
};

fn check(kernel: &Kernel<'_>) -> Vec<Advice> {
    let c = &kernel.total.counts;
    let slots = c.inst as f64 * f64::from(kernel.warp_size());
    if slots == 0.0 || c.branch_divergent == 0 {
        return Vec::new();
    }
    let loss = 1.0 - c.thread_inst as f64 / slots - kernel.partial_warp_loss();
    if loss < 0.1 {
        return Vec::new();
    }
    let mut advice = Vec::new();
    for (place, counts) in kernel.lines(|_, c| c.branch_divergent > 0) {
        let share = counts.branch_divergent as f64 / c.branch_divergent as f64;
        let Some(weight) = kernel.weight(loss * c.inst as f64 * share).filter(|_| share >= 0.1) else {
            continue;
        };
        let all = counts.branch_divergent + counts.branch_uniform;
        advice.push(Advice {
            rule: RULE.name,
            place: Some(place.clone()),
            weight: Some(weight),
            message: format!(
                "{} of the branches here split their warp ({} of {all}); over the kernel {} of {} lanes are active",
                percent(counts.branch_divergent as f64 / all as f64),
                counts.branch_divergent,
                short(c.thread_inst as f64 / c.inst as f64),
                kernel.warp_size()
            ),
            help: "let whole warps take the same side: branch on the warp's number, sort or group the work, or compute \
                   both sides and select"
                .to_owned(),
        });
    }
    advice
}

#[cfg(test)]
mod tests {
    use warplens_ptx::isa::Mnemonic;
    use warplens_sim::counts::Counts;

    use crate::analysis::fixture::{issued, kernel};

    fn branch(divergent: u64, uniform: u64) -> Counts {
        Counts { branch_divergent: divergent, branch_uniform: uniform, ..issued(divergent + uniform, 32) }
    }

    #[test]
    fn the_splitting_line_is_told() {
        let k = kernel().site(11, Mnemonic::Bra, branch(100, 100)).work(12, 1000, 8);
        insta::assert_snapshot!(k.says("divergent-branch"), @r"
        line 11: 50 % of the branches here split their warp (100 of 200); over the kernel 12 of 32 lanes are active [62 %]
        let whole warps take the same side: branch on the warp's number, sort or group the work, or compute both sides and select
        ");
    }

    #[test]
    fn divergence_that_costs_nothing_is_left_alone() {
        let k = kernel().site(11, Mnemonic::Bra, branch(100, 100)).work(12, 1000, 31);
        assert_eq!(k.says("divergent-branch"), "");
    }

    #[test]
    fn incomplete_warps_are_not_blamed_on_branches() {
        // 40 threads: 20 lanes of a warp on average.
        let k = kernel().shape(1024, 40).site(11, Mnemonic::Bra, branch(10, 100)).work(12, 1000, 20);
        assert_eq!(k.says("divergent-branch"), "");
    }
}
