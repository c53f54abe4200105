//! PTX text, all the way: any bytes parse, resolve and go through the analyses, and what parses without a word
//! comes out of the printer as the same module.
#![no_main]

use warplens_ptx::analysis::{Cfg, Liveness, post_dominators, register_pressure};
use warplens_ptx::ast::normalise;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (_, p) = warplens_ptx::parse_bytes(data);
    let (resolved, _) = warplens_ptx::resolve(&p.module);
    let _ = warplens_ptx::debug_sections::DebugSections::new(&p.module, &resolved);
    for body in resolved.funcs.iter().filter_map(|f| f.body.as_ref()) {
        let cfg = Cfg::new(body);
        let _ = post_dominators(&cfg);
        let _ = register_pressure(body, &cfg, &Liveness::new(body, &cfg));
    }
    let printed = warplens_ptx::print::print(&p.module);
    if p.diagnostics.is_empty() {
        let again = warplens_ptx::parse(&printed);
        assert!(again.diagnostics.is_empty());
        assert!(normalise(&p.module) == normalise(&again.module));
    }
});
