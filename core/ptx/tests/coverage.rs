//! The coverage page in docs/ is what the table says. `UPDATE_DOCS=1 cargo test` writes it anew.

use std::path::Path;

#[test]
fn the_page_in_docs_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ptx-coverage.md");
    let page = warplens_ptx::table::coverage_page(None);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("docs/ can be made");
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == page,
        "docs/ptx-coverage.md is out of date; run `UPDATE_DOCS=1 cargo test -p warplens-ptx`"
    );
}

#[test]
fn a_device_can_say_what_it_executes() {
    let page = warplens_ptx::table::coverage_page(Some(&|m, mods| {
        m.as_str() == "popc" || (m.as_str() == "clz" && mods.iter().any(|m| m.as_str() == "b32"))
    }));
    let row = |form: &str| page.lines().find(|l| l.contains(form)).unwrap_or_default().to_owned();
    assert!(row("popc.type d, a").ends_with("| yes |"));
    assert!(row("clz.type d, a").ends_with("| 1 of 2 |"));
    assert!(row("brev.type d, a").ends_with("| no |"));
}
