//! Arrays and spills that live in memory instead of registers.

use crate::analysis::{Advice, Kernel, Rule, percent};

/// The rule.
pub const RULE: Rule = Rule {
    name: "local-memory-traffic",
    doc: "At least 10 % of the sectors a kernel touches are local memory: arrays a thread indexes at run time, or \
          values that found no register. The line with the most is named.",
    check,
};

fn check(kernel: &Kernel<'_>) -> Vec<Advice> {
    let c = &kernel.total.counts;
    let local = c.local_ld.sectors + c.local_st.sectors;
    let all =
        local + c.global_ld.sectors + c.global_st.sectors + c.global_atom.sectors + c.global_red.sectors;
    if local == 0 || 10 * local < all {
        return Vec::new();
    }
    let Some(weight) = kernel.weight(local as f64) else { return Vec::new() };
    let lines = kernel.lines(|_, c| c.local_ld.requests + c.local_st.requests > 0);
    // The first line wins a tie, so the answer does not depend on the order of equal ones.
    let most = lines.iter().rev().max_by_key(|(_, c)| c.local_ld.sectors + c.local_st.sectors);
    vec![Advice {
        rule: RULE.name,
        place: most.map(|(place, _)| (*place).clone()),
        weight: Some(weight),
        message: format!(
            "{} of all sectors are local memory, {} bytes a thread: values of a thread that are not in registers",
            percent(local as f64 / all as f64),
            kernel.record.info.local
        ),
        help:
            "index arrays with constants (unroll the loop), make them smaller, or put them in shared memory"
                .to_owned(),
    }]
}

#[cfg(test)]
mod tests {
    use warplens_ptx::isa::Mnemonic;
    use warplens_sim::counts::Counts;

    use crate::analysis::fixture::{issued, kernel, traffic};

    #[test]
    fn an_array_in_local_memory_is_told_with_its_busiest_line() {
        let local = |n| Counts { local_ld: traffic(n, 4, 1), ..issued(n, 32) };
        let k = kernel().info(|i| i.local = 64).site(7, Mnemonic::Ld, local(100)).site(
            9,
            Mnemonic::Ld,
            local(500),
        );
        insta::assert_snapshot!(k.says("local-memory-traffic"), @r"
        line 9: 100 % of all sectors are local memory, 64 bytes a thread: values of a thread that are not in registers [80 %]
        index arrays with constants (unroll the loop), make them smaller, or put them in shared memory
        ");
    }

    #[test]
    fn a_little_is_left_alone() {
        let k = kernel()
            .site(7, Mnemonic::Ld, Counts { local_ld: traffic(10, 4, 1), ..issued(10, 32) })
            .site(8, Mnemonic::Ld, Counts { global_ld: traffic(1000, 4, 1), ..issued(1000, 32) });
        assert_eq!(k.says("local-memory-traffic"), "");
    }
}
