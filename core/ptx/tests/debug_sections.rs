//! Debug data: bytes, labels and what is left to relocate.

use warplens_ptx::debug_sections::{DebugSections, Target, register_name};
use warplens_ptx::{parse, resolve};

fn assemble(text: &str) -> (warplens_ptx::parse::Parse, warplens_ptx::resolve::Resolved, DebugSections) {
    let p = parse(text);
    assert_eq!(p.diagnostics, []);
    let (r, d) = resolve(&p.module);
    assert_eq!(d, []);
    let s = DebugSections::new(&p.module, &r);
    (p, r, s)
}

#[test]
fn labels_of_sections_become_offsets_and_labels_of_code_stay() {
    let (_, r, s) = assemble(include_str!("data/directives.ptx"));
    let info = s.get(".debug_info").expect("a section");
    assert_eq!(info.bytes.len(), 4 + 1 + 1 + 4 + 4 + 8 * 3 + 2 + 4);
    assert_eq!(&info.bytes[..14], [12, 0, 0, 0, 2, 0, 0, 0, 0, 0, 40, 0, 0, 0]);
    assert_eq!(&info.bytes[38..40], [0xfe, 0xff]);
    assert_eq!(info.relocations.len(), 5, "{:?}", info.relocations);
    assert!(matches!(info.relocations[1].target, Target::Code(..)));
    let Target::Variable(depot) = info.relocations[3].target else { panic!("{:?}", info.relocations) };
    assert_eq!(r.vars[depot.index()].size, 40);
    assert!(info.relocations[4].minus.is_some());

    // Give code four bytes an operation and look at the end of the function.
    let bytes = info.relocated(|t| match t {
        Target::Code(_, op) => Some(0x1000 + 4 * u64::from(op.0)),
        _ => None,
    });
    let body = r.funcs.iter().filter_map(|f| f.body.as_ref()).max_by_key(|b| b.ops.len()).expect("a body");
    let at = |i: usize| u64::from_le_bytes(bytes[i..i + 8].try_into().expect("eight bytes"));
    assert_eq!(at(14), 0x1000);
    assert_eq!(at(22), 0x1000 + 4 * body.ops.len() as u64);
    assert_eq!(at(30), 0);
}

#[test]
fn strings_that_info_refers_to_are_found() {
    let text = ".version 8.5\n.target sm_80\n.section .debug_info { .b32 $L__s1 .b32 $L__s1+2 }\n\
                .section .debug_str { $L__s0: .b8 97,0 $L__s1: .b8 98,99,100,0 }\n";
    let (_, _, s) = assemble(text);
    assert_eq!(s.get(".debug_info").map(|s| s.bytes.as_slice()), Some(&[2, 0, 0, 0, 4, 0, 0, 0][..]));
    assert_eq!(s.get(".debug_info").map(|s| s.relocations.len()), Some(0));
}

#[test]
fn what_clang_writes_is_whole() {
    let (p, _, s) = assemble(include_str!("data/kernels-O0.ptx"));
    let info = s.get(".debug_info").expect("clang -g writes it");
    let length = u32::from_le_bytes(info.bytes[..4].try_into().expect("four bytes"));
    assert_eq!(length as usize + 4, info.bytes.len());
    let unknown: Vec<_> = info
        .relocations
        .iter()
        .filter_map(|r| match r.target {
            Target::Unknown(s) => Some(p.module.names.get(s)),
            _ => None,
        })
        .collect();
    assert_eq!(unknown, [".debug_line"]);
    assert!(s.get(".debug_abbrev").is_some_and(|s| s.bytes.ends_with(&[0])));
}

#[test]
fn registers_are_names_in_ascii() {
    assert_eq!(register_name(0x257232).as_deref(), Some("%r2"));
    assert_eq!(register_name(0x25_7264_3132).as_deref(), Some("%rd12"));
    assert_eq!(register_name(7), None);
    assert_eq!(register_name(0), None);
}
