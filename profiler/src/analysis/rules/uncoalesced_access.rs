//! Global loads and stores that touch more sectors than their bytes need.

use warplens_sim::counts::{Counts, Traffic};

use crate::analysis::{Advice, Kernel, Rule, short};

/// The rule.
pub const RULE: Rule = Rule {
    name: "uncoalesced-access",
    doc: "A line's global loads or stores touch at least one and a half times the sectors that the same lanes side by \
          side would, and the excess is at least 5 % of the kernel's global sectors.",
    check,
};

fn check(kernel: &Kernel<'_>) -> Vec<Advice> {
    let c = &kernel.total.counts;
    let all = c.global_ld.sectors + c.global_st.sectors + c.global_atom.sectors + c.global_red.sectors;
    let mut advice = Vec::new();
    let loads = "let neighbouring threads read neighbouring addresses: make threadIdx.x the fastest index, or read \
                 rows into shared memory and pick from there";
    let stores = "let neighbouring threads write neighbouring addresses: make threadIdx.x the fastest index, or turn \
                  the tile in shared memory and write rows";
    type Pick = fn(&Counts) -> &Traffic;
    let kinds: [(&str, &str, Pick); 2] =
        [("read", loads, |c| &c.global_ld), ("write", stores, |c| &c.global_st)];
    for (verb, help, pick) in kinds {
        for (place, counts) in kernel.lines(|_, c| pick(c).requests > 0) {
            let t = pick(&counts);
            let wasted = t.sectors.saturating_sub(t.sectors_ideal);
            let bad = 2 * t.sectors >= 3 * t.sectors_ideal && 20 * wasted >= all;
            let Some(weight) = kernel.weight(wasted as f64).filter(|_| bad) else { continue };
            let each = |n: u64| short(n as f64 / t.requests as f64);
            advice.push(Advice {
                rule: RULE.name,
                place: Some(place.clone()),
                weight: Some(weight),
                message: format!(
                    "{} sectors a request, {} would do; threads of a warp {verb} {}",
                    each(t.sectors),
                    each(t.sectors_ideal),
                    spacing(t, counts.thread_inst_pred_on)
                ),
                help: help.to_owned(),
            });
        }
    }
    advice
}

// How far apart the lanes of a request are. The counts do not hold the distance itself, but lanes at a regular one
// show it: below 32 bytes in their sectors, below 128 in their lines.
fn spacing(t: &Traffic, lanes: u64) -> String {
    let lanes = lanes.max(1) as f64;
    let size = t.bytes as f64 / lanes;
    let (requests, sectors, lines) = (t.requests.max(1) as f64, t.sectors as f64, t.lines as f64);
    if lines >= 0.95 * lanes {
        return "128 bytes or more apart".to_owned();
    }
    let bytes = if sectors >= 0.95 * lanes { 128.0 * lines / lanes } else { 32.0 * sectors / lanes };
    let steps = bytes / size.max(1.0);
    // Lanes less than a sector apart fill their lines; scattered ones touch many lines for as many sectors.
    let packed = sectors >= 0.95 * lanes || lines <= sectors / 4.0 + 1.5 * requests;
    if packed && (steps - steps.round()).abs() < 0.07 * steps && steps >= 1.5 {
        return format!("{:.0} bytes apart", steps.round() * size);
    }
    format!("scattered over {} lines of 128 bytes", short(lines / requests))
}

#[cfg(test)]
mod tests {
    use warplens_ptx::isa::Mnemonic;

    use crate::analysis::fixture::{Made, issued, kernel, traffic};
    use warplens_sim::counts::Counts;

    fn store(made: Made, line: u32, sectors: u64, lines: u64) -> Made {
        made.site(line, Mnemonic::St, Counts { global_st: traffic(1000, sectors, lines), ..issued(1000, 32) })
    }

    fn load(made: Made, line: u32, sectors: u64, lines: u64) -> Made {
        made.site(line, Mnemonic::Ld, Counts { global_ld: traffic(1000, sectors, lines), ..issued(1000, 32) })
    }

    #[test]
    fn a_transposed_store_is_told_with_its_line_and_both_figures() {
        let k = store(load(kernel(), 13, 4, 1), 14, 32, 32);
        insta::assert_snapshot!(k.says("uncoalesced-access"), @r"
        line 14: 32 sectors a request, 4 would do; threads of a warp write 128 bytes or more apart [74 %]
        let neighbouring threads write neighbouring addresses: make threadIdx.x the fastest index, or turn the tile in shared memory and write rows
        ");
    }

    #[test]
    fn regular_distances_show_in_sectors_and_lines() {
        let says = |sectors, lines| load(kernel(), 5, sectors, lines).says("uncoalesced-access");
        assert!(says(8, 2).contains("read 8 bytes apart"), "{}", says(8, 2));
        assert!(says(16, 4).contains("read 16 bytes apart"));
        assert!(says(32, 16).contains("read 64 bytes apart"));
        assert!(says(27, 23).contains("read scattered over 23 lines"), "{}", says(27, 23));
    }

    #[test]
    fn coalesced_and_merely_unaligned_accesses_are_left_alone() {
        assert_eq!(load(kernel(), 5, 4, 1).says("uncoalesced-access"), "");
        assert_eq!(load(kernel(), 5, 5, 2).says("uncoalesced-access"), "");
        assert_eq!(load(kernel(), 5, 1, 1).says("uncoalesced-access"), "", "a broadcast");
    }

    #[test]
    fn a_bad_line_that_hardly_runs_is_not_worth_a_word() {
        let mut k = kernel();
        for line in 20..60 {
            k = load(k, line, 4, 1);
        }
        let rare = Counts { global_st: traffic(10, 32, 32), ..issued(10, 32) };
        assert_eq!(k.site(14, Mnemonic::St, rare).says("uncoalesced-access"), "");
    }
}
