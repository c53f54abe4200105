//! docs/device-coverage.md is what the device says of itself. `UPDATE_DOCS=1 cargo test -p warplens-sim` writes it anew.

use std::path::Path;
use warplens_ptx::isa::{Mnemonic, Mod};

fn mods(text: &str) -> Vec<Mod> {
    text.split('.').filter(|t| !t.is_empty()).filter_map(Mod::parse).collect()
}

fn executes(text: &str) -> bool {
    let (name, rest) = text.split_once('.').unwrap_or((text, ""));
    warplens_sim::executes(Mnemonic::parse(name).expect("a mnemonic"), &mods(rest))
}

#[test]
fn the_device_knows_what_it_lacks() {
    for there in [
        "add.f32",
        "cvt.pack.sat.u8.s32.b32",
        "setp.lt.f16x2",
        "atom.shared.add.noftz.f16",
        "vadd.u32.u32.u32",
        "mbarrier.init.b64",
        "tex.level.cube.v4.f32.f32",
        "sured.b.add.2d.u32.trap",
        "wmma.mma.sync.aligned.row.col.m16n16k16.f32.f32",
    ] {
        assert!(executes(there), "{there}");
    }
    for lacking in [
        "mma.sync.aligned.m8n8k32.row.col.s32.s4.s4.s32",
        "tex.2dms.v4.f32.s32",
        "sured.p.add.1d.b32.trap",
        "cp.async.bulk.commit_group",
        "cvta.u32",
        "cvt.rs.f16x2.f32",
        "alloca.u64",
    ] {
        assert!(!executes(lacking), "{lacking}");
    }
}

#[test]
fn the_page_in_docs_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/device-coverage.md");
    let table = warplens_ptx::table::coverage_page(Some(&|m, mods| warplens_sim::executes(m, mods)));
    let body = table.split_once("\n\n").map_or(table.as_str(), |(_, rest)| rest);
    let page = format!(
        "# What the embedded device executes\n\nEvery form of the instruction table with how many of its combinations of modifiers \
         the device executes. What it does not execute is refused when a module is loaded, by name and line. Operands can still make \
         a refusal of a form counted here.\n\n{body}"
    );
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == page,
        "docs/device-coverage.md is out of date; run `UPDATE_DOCS=1 cargo test -p warplens-sim`"
    );
}
