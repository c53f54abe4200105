//! Shared loads and stores whose lanes meet in a bank.

use warplens_sim::counts::{Counts, SharedTraffic};

use crate::analysis::{Advice, Kernel, Rule, short};

/// The rule.
pub const RULE: Rule = Rule {
    name: "shared-bank-conflict",
    doc: "A line's shared loads or stores need at least one and a half times the passes they would need without \
          conflicts, and the excess is at least 5 % of the kernel's passes.",
    check,
};

fn check(kernel: &Kernel<'_>) -> Vec<Advice> {
    let c = &kernel.total.counts;
    let all = c.shared_ld.wavefronts + c.shared_st.wavefronts + c.shared_atom.wavefronts;
    let mut advice = Vec::new();
    type Pick = fn(&Counts) -> &SharedTraffic;
    let kinds: [(&str, Pick); 2] = [("loads", |c| &c.shared_ld), ("stores", |c| &c.shared_st)];
    for (what, pick) in kinds {
        for (place, counts) in kernel.lines(|_, c| pick(c).requests > 0) {
            let t = pick(&counts);
            let wasted = t.wavefronts.saturating_sub(t.wavefronts_ideal);
            let bad = 2 * t.wavefronts >= 3 * t.wavefronts_ideal && 20 * wasted >= all;
            let Some(weight) = kernel.weight(wasted as f64).filter(|_| bad) else { continue };
            let each = |n: u64| short(n as f64 / t.requests as f64);
            advice.push(Advice {
                rule: RULE.name,
                place: Some(place.clone()),
                weight: Some(weight),
                message: format!(
                    "{}-way bank conflict: shared {what} need {} passes a request, {} would do",
                    t.worst_way,
                    each(t.wavefronts),
                    each(t.wavefronts_ideal)
                ),
                help: "pad each row of the shared array by one element, or swizzle the column index with the row"
                    .to_owned(),
            });
        }
    }
    advice
}

#[cfg(test)]
mod tests {
    use warplens_ptx::isa::Mnemonic;
    use warplens_sim::counts::Counts;

    use crate::analysis::fixture::{issued, kernel, shared};

    #[test]
    fn a_column_of_an_unpadded_tile_is_a_32_way_conflict() {
        let k = kernel()
            .site(20, Mnemonic::St, Counts { shared_st: shared(100, 1), ..issued(100, 32) })
            .site(22, Mnemonic::Ld, Counts { shared_ld: shared(100, 32), ..issued(100, 32) });
        insta::assert_snapshot!(k.says("shared-bank-conflict"), @r"
        line 22: 32-way bank conflict: shared loads need 32 passes a request, 1 would do [89 %]
        pad each row of the shared array by one element, or swizzle the column index with the row
        ");
    }

    #[test]
    fn a_padded_tile_is_left_alone() {
        let k = kernel().site(22, Mnemonic::Ld, Counts { shared_ld: shared(100, 1), ..issued(100, 32) });
        assert_eq!(k.says("shared-bank-conflict"), "");
    }
}
