//! Atomics where many threads of a warp update the same few words.

use warplens_sim::counts::{Counts, Traffic};

use crate::analysis::{Advice, Kernel, Rule, short};

/// The rule.
pub const RULE: Rule = Rule {
    name: "contended-atomic",
    doc: "On average at least 16 threads of a warp update the same 32-byte sector with a global atomic, or a shared \
          atomic needs at least 4 passes where one would do. Contention between warps is not seen.",
    check,
};

fn check(kernel: &Kernel<'_>) -> Vec<Advice> {
    let mut advice = Vec::new();
    let help =
        "combine within the warp or block first (shuffle, or a shared-memory copy) and let one thread update";
    type Pick = fn(&Counts) -> &Traffic;
    let global: [(&str, Pick); 2] = [("atomics", |c| &c.global_atom), ("reductions", |c| &c.global_red)];
    for (what, pick) in global {
        for (place, counts) in kernel.lines(|_, c| pick(c).requests > 0) {
            let t = pick(&counts);
            let lanes = counts.thread_inst_pred_on;
            // Updates of one address go one after the other; one a request could not be saved.
            let Some(weight) = kernel.weight(lanes.saturating_sub(t.requests) as f64) else { continue };
            if lanes < 16 * t.sectors.max(1) {
                continue;
            }
            advice.push(Advice {
                rule: RULE.name,
                place: Some(place.clone()),
                weight: Some(weight),
                message: format!(
                    "{} threads a request meet in {} of 32 bytes: global {what} on one word run one after the other",
                    short(lanes as f64 / t.requests as f64),
                    sectors(t.sectors as f64 / t.requests as f64),
                ),
                help: help.to_owned(),
            });
        }
    }
    for (place, counts) in kernel.lines(|_, c| c.shared_atom.requests > 0) {
        let t = &counts.shared_atom;
        let wasted = t.wavefronts.saturating_sub(t.wavefronts_ideal);
        let Some(weight) = kernel.weight(wasted as f64).filter(|_| t.wavefronts >= 4 * t.wavefronts_ideal)
        else {
            continue;
        };
        advice.push(Advice {
            rule: RULE.name,
            place: Some(place.clone()),
            weight: Some(weight),
            message: format!(
                "shared atomics need {} passes a request, {} would do: threads of a warp meet on words or banks",
                short(t.wavefronts as f64 / t.requests as f64),
                short(t.wavefronts_ideal as f64 / t.requests as f64)
            ),
            help: "give each warp its own copy of the counters, or combine equal keys within the warp first".to_owned(),
        });
    }
    advice
}

fn sectors(n: f64) -> String {
    let n = short(n);
    if n == "1" { "1 sector".to_owned() } else { format!("{n} sectors") }
}

#[cfg(test)]
mod tests {
    use warplens_ptx::isa::Mnemonic;
    use warplens_sim::counts::Counts;

    use crate::analysis::fixture::{issued, kernel, shared, traffic};

    #[test]
    fn a_single_counter_is_told() {
        let k = kernel().site(9, Mnemonic::Red, Counts { global_red: traffic(100, 1, 1), ..issued(100, 32) });
        insta::assert_snapshot!(k.says("contended-atomic"), @r"
        line 9: 32 threads a request meet in 1 sector of 32 bytes: global reductions on one word run one after the other [100 %]
        combine within the warp or block first (shuffle, or a shared-memory copy) and let one thread update
        ");
    }

    #[test]
    fn spread_atomics_and_single_threads_are_left_alone() {
        let spread = Counts { global_atom: traffic(100, 20, 20), ..issued(100, 32) };
        assert_eq!(kernel().site(9, Mnemonic::Atom, spread).says("contended-atomic"), "");
        let one = Counts { global_atom: traffic(100, 1, 1), ..issued(100, 1) };
        assert_eq!(kernel().site(9, Mnemonic::Atom, one).says("contended-atomic"), "");
    }

    #[test]
    fn shared_counters_that_collide_are_told() {
        let k = kernel().site(9, Mnemonic::Atom, Counts { shared_atom: shared(100, 8), ..issued(100, 32) });
        assert!(k.says("contended-atomic").contains("need 8 passes a request, 1 would do"));
        let k = kernel().site(9, Mnemonic::Atom, Counts { shared_atom: shared(100, 2), ..issued(100, 32) });
        assert_eq!(k.says("contended-atomic"), "");
    }
}
