//! What the parser says of texts that are not right, and that it goes on after saying it.

use warplens_ptx::ast::{Item, Stmt};
use warplens_ptx::span::LineIndex;
use warplens_ptx::{parse, parse_bytes};

fn kernel(body: &str) -> String {
    format!(".version 8.5\n.target sm_80\n.address_size 64\n.entry k()\n{{\n.reg .b32 %r<9>;\n{body}\n}}\n")
}

/// All diagnostics, rendered.
fn said(text: &str) -> Vec<String> {
    let lines = LineIndex::new(text);
    parse(text).diagnostics.iter().map(|d| d.render("t.ptx", &lines)).collect()
}

fn statements(text: &str) -> usize {
    let p = parse(text);
    let bodies = p.module.items.iter().filter_map(|i| match i {
        Item::Function(f) => f.body.as_ref(),
        _ => None,
    });
    bodies.flatten().filter(|s| matches!(s, Stmt::Instr(_))).count()
}

#[test]
fn a_form_that_is_not_in_the_manual_is_named_with_what_could_stand_there() {
    assert_eq!(
        said(&kernel("add.rn.s32 %r1, %r2, %r3;")),
        [
            "t.ptx:7:1: error: `add.rn.s32` is not a form of `add` that this version knows (after `add.rn` may come `.ftz`, \
          `.sat`, `.f32`, `.f64`, `.f32x2`, `.f16`, `.f16x2`, `.bf16`, `.bf16x2`)"
        ]
    );
}

#[test]
fn operands_that_do_not_fit_show_the_syntax() {
    assert_eq!(
        said(&kernel("ld.global.u32 %r1, %r2;\nneg.s32 %r1;")),
        [
            "t.ptx:7:1: error: `ld.global.u32` does not take these operands (it is written \
             `ld{.weak}{.ss}{.cop}{.hint}{.prefetch}{.vec}.type d, [a]{, policy}` or \
             `ld{.weak}{.ss}{.evict1}{.evict2}{.hint}{.prefetch}{.vec}.type d, [a]{, policy}`)",
            "t.ptx:8:1: error: `neg.s32` does not take these operands (it is written `neg.type d, a`)",
        ]
    );
}

#[test]
fn misspelled_words_come_with_a_guess() {
    assert_eq!(
        said(&kernel("movv.u32 %r1, 1;\nld.gobal.u32 %r1, [%r2];")),
        [
            "t.ptx:7:1: error: `movv` is not an instruction of PTX (is `mov` meant?)",
            "t.ptx:8:3: error: `.gobal` is not a modifier this version knows, in `ld.gobal.u32` (is `.global` meant?)",
        ]
    );
}

#[test]
fn a_missing_semicolon_costs_one_diagnostic_and_no_statement() {
    let text = kernel("mov.u32 %r1, 1\nmov.u32 %r2, 2;\nret");
    assert_eq!(
        said(&text),
        ["t.ptx:7:14: error: expected `;` after this", "t.ptx:9:3: error: expected `;` after this"]
    );
    assert_eq!(statements(&text), 3);
}

#[test]
fn half_typed_statements_leave_the_rest_alone() {
    let text = kernel("add.u32 %r1, ;\nmov.u32 %r1, [;\n@ bra;\n.reg .b32;\nmov.u32 %r1, 7;");
    assert_eq!(statements(&text), 1);
    assert_eq!(said(&text).len(), 4);
}

#[test]
fn a_function_with_a_bad_head_is_skipped_whole() {
    let text =
        ".version 8.5\n.target sm_80\n.entry (\n{\nmov.u32 %r1, 1;\n{ ret; }\n}\n.entry k() { ret; }\n";
    assert_eq!(said(text).len(), 1);
    assert_eq!(statements(text), 1);
}

#[test]
fn an_unclosed_function_ends_where_the_next_begins() {
    let text = ".version 8.5\n.target sm_80\n.entry a() {\nret;\n.visible .entry b() {\nret;\n}\n";
    assert_eq!(statements(text), 2);
    assert!(said(text)[0].contains("no closing `}`"), "{:?}", said(text));
}

#[test]
fn what_is_not_ptx_says_so() {
    assert_eq!(
        said("\u{7f}ELF")[0],
        "t.ptx:1:1: error: PTX begins with `.version` (is this PTX text? An object file or fat binary is read by `warplens inspect`)"
    );
    assert!(!said("").is_empty());
}

#[test]
fn bytes_that_are_not_utf8_are_reported_where_they_stand() {
    let mut bytes = kernel("ret; // caf").into_bytes();
    let at = bytes.len() - 3;
    bytes.insert(at, 0xe9);
    let (text, p) = parse_bytes(&bytes);
    assert_eq!(p.diagnostics.len(), 1);
    assert_eq!(p.diagnostics[0].message, "byte 0xe9 is not valid UTF-8");
    assert_eq!(LineIndex::new(&text).line_col(p.diagnostics[0].span.start).line, 7);
    assert_eq!(p.module.items.len(), 1);
    // Padding at the end, as images have it, is nothing.
    bytes.remove(at);
    bytes.extend([0, 0, 0]);
    assert_eq!(parse_bytes(&bytes).1.diagnostics, []);
}

#[test]
fn hostile_sizes_end_in_a_diagnostic() {
    for hostile in [
        "{".repeat(200_000),
        format!("mov.b64 %r1, {};", "{".repeat(100_000)),
        format!("call {};", "(".repeat(100_000)),
        format!("mov.b32 %r1, {}1;", "(".repeat(100_000)),
        format!("mov.b32 %r1, {}1;", "~".repeat(100_000)),
        ".reg .b32 %q<4294967295>;".to_owned(),
        ".reg .b32 %q<99999999999999999999>;".to_owned(),
        format!(".shared .b8 x{};", "[9]".repeat(1000)),
        "x;".repeat(100_000),
    ] {
        let text = kernel(&hostile);
        let p = parse(&text);
        assert!(!p.diagnostics.is_empty() && p.diagnostics.len() <= 1001, "{}", &hostile[..20]);
        let _ = warplens_ptx::resolve(&p.module);
    }
    let huge = kernel(".shared .b8 x[1099511627776][1099511627776];");
    let p = parse(&huge);
    assert_eq!(p.diagnostics, []);
    assert_eq!(warplens_ptx::resolve(&p.module).1.len(), 1);
}
