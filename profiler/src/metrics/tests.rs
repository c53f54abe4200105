//! The table of metrics is whole and explains itself.

use std::collections::BTreeSet;

use super::explain::{find, formula, page, search};
use super::*;

#[test]
fn every_metric_has_one_name_a_unit_and_a_paragraph() {
    let mut names = BTreeSet::new();
    for m in all() {
        for name in [Some(m.name), m.alias].into_iter().flatten() {
            assert!(names.insert(name), "{name} twice");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{name}");
        }
        assert!(!m.unit.is_empty() && m.doc.len() > 15 && m.doc.ends_with('.'), "{}", m.name);
        assert!(!m.formula_text.is_empty(), "{}", m.name);
        // A name that speaks of SASS has a second one that speaks of PTX.
        if m.name.contains("sass") {
            assert!(m.alias.is_some_and(|a| a.starts_with("ptx__")), "{}", m.name);
        }
    }
}

#[test]
fn figures_named_by_metrics_exist_in_device_files() {
    let rows = warplens_devices::all()[0].figures.rows();
    for m in all() {
        for figure in m.figures {
            assert!(rows.iter().any(|r| r.name == *figure), "{}: {figure}", m.name);
        }
    }
}

#[test]
fn metrics_are_found_by_any_of_their_names() {
    let by = |name: &str| find(name).map(|m| m.name);
    assert_eq!(by("smsp__inst_executed"), Some("smsp__inst_executed"));
    assert_eq!(by("smsp__inst_executed.sum"), Some("smsp__inst_executed"));
    assert_eq!(by("ptx__inst_executed"), Some("smsp__inst_executed"));
    assert_eq!(by("smsp__inst"), None);
    assert!(search("launch__occupancy").len() == 5);
    assert!(search("bank_conflicts").iter().all(|m| m.name.contains("bank_conflicts")));
    assert!(search("zzz").is_empty());
}

#[test]
fn formulas_are_shown_without_the_closure_around_them() {
    let text = |name: &str| formula(find(name).unwrap());
    assert_eq!(text("smsp__inst_executed"), "inst");
    assert_eq!(
        text("l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld"),
        "ratio(global_ld.sectors, global_ld.requests)"
    );
}

#[test]
fn the_page_in_docs_is_this_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/metrics.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "docs/metrics.md is out of date; run UPDATE_DOCS=1 cargo test -p warplens-profiler"
    );
}

#[test]
fn ratios_of_nothing_are_left_out_and_lines_show_only_what_happened() {
    let mut tally = Tally::default();
    tally.counts.inst = 3;
    tally.counts.thread_inst = 48;
    let names: Vec<_> = of_line(&tally).iter().map(|r| (r.name, r.value)).collect();
    assert_eq!(
        names,
        [
            ("smsp__inst_executed", Value::Int(3)),
            ("smsp__thread_inst_executed", Value::Int(48)),
            ("smsp__thread_inst_executed_per_inst_executed", Value::Real(16.0)),
        ]
    );
}
