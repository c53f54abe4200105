//! What names mean: scopes, ranges, calls, source lines, layouts.

use warplens_ptx::ast::Imm;
use warplens_ptx::isa::{Mnemonic, SpecialReg};
use warplens_ptx::parse::Parse;
use warplens_ptx::resolve::{AddressBase, Body, Operand, Resolved};
use warplens_ptx::{parse, resolve};

/// Wraps statements into a kernel with some registers.
fn kernel(body: &str) -> String {
    format!(
        ".version 8.5\n.target sm_80\n.address_size 64\n.extern .func (.param .b32 r) callee (.param .b32 a);\n\
         .visible .entry k(.param .u64 p, .param .u32 n)\n{{\n.reg .pred %p<4>;\n.reg .b32 %r<10>;\n.reg .b64 %rd<5>;\n{body}\n}}\n"
    )
}

fn good(text: &str) -> (Parse, Resolved) {
    let p = parse(text);
    assert_eq!(p.diagnostics, [], "{text}");
    let (r, d) = resolve(&p.module);
    assert_eq!(d, [], "{text}");
    (p, r)
}

fn body_of(r: &Resolved) -> &Body {
    r.funcs.iter().find_map(|f| f.body.as_ref()).expect("one function has a body")
}

#[test]
fn registers_of_a_range_are_known_by_number_and_only_within_it() {
    let (p, r) = good(&kernel("mov.u32 %r3, %tid.y;\nmov.u32 %r3, WARP_SZ;"));
    let body = body_of(&r);
    assert_eq!(body.regs.len(), 1);
    assert_eq!(p.module.names.get(body.regs[0].name), "%r3");
    assert_eq!(body.ops[0].operands[1], Operand::Special(SpecialReg::Tid, 1));
    assert_eq!(body.ops[1].operands[1], Operand::Special(SpecialReg::WarpSz, 0));

    let (_, d) = resolve(&parse(&kernel("mov.u32 %r10, 1;")).module);
    assert_eq!(d.len(), 1);
    assert_eq!(d[0].message, "register `%r10` is not declared in this scope");
}

#[test]
fn inner_scopes_hide_outer_names_and_have_labels_of_their_own() {
    let (_, r) = good(&kernel(
        "{ .reg .b32 %r1; L: mov.u32 %r1, 1; bra L; }\n{ .reg .b32 %r1; L: mov.u32 %r1, 2; bra L; }\nmov.u32 %r1, 3;",
    ));
    let body = body_of(&r);
    let written: Vec<_> =
        body.ops.iter().filter(|o| o.mnemonic == Mnemonic::Mov).map(|o| o.operands[0].clone()).collect();
    assert_ne!(written[0], written[1]);
    assert_ne!(written[1], written[2]);
    let targets: Vec<_> = body
        .ops
        .iter()
        .filter_map(|o| match o.operands.as_slice() {
            [Operand::Label(at)] => Some(at.index()),
            _ => None,
        })
        .collect();
    assert_eq!(targets, [0, 2]);
}

#[test]
fn a_call_has_four_operands_whatever_was_written() {
    let (_, r) = good(&kernel(
        "{ .param .b32 a0; .param .b32 r0; st.param.b32 [a0+0], 7; call.uni (r0), callee, (a0); ld.param.b32 %r1, [r0+0]; }\n\
         { .param .b32 a0; .param .b32 r0; proto : .callprototype (.param .b32 _) _ (.param .b32 _);\n\
         call (r0), %rd1, (a0), proto; }",
    ));
    let body = body_of(&r);
    let calls: Vec<_> = body.ops.iter().filter(|o| o.mnemonic == Mnemonic::Call).collect();
    let [Operand::List(returns), Operand::Func(f), Operand::List(params), Operand::Sink] =
        calls[0].operands.as_slice()
    else {
        panic!("{:?}", calls[0].operands)
    };
    assert!(matches!(returns[..], [Operand::VarAddress(_, 0)]));
    assert!(matches!(params[..], [Operand::VarAddress(_, 0)]));
    assert_eq!(f.index(), 0);
    assert!(matches!(calls[1].operands[..], [_, Operand::Reg(_), _, Operand::Prototype(0)]));
    assert_eq!(body.prototypes[0].params, [(4, 4)]);
    // The argument's variable belongs to the call sequence, and is a place in memory.
    assert!(matches!(
        body.ops[0].operands[..],
        [Operand::Address(AddressBase::Var(_), 0, _), Operand::Imm(Imm::Int(7))]
    ));
}

#[test]
fn sizes_count_elements_vectors_and_initialisers() {
    let (p, r) = good(
        ".version 8.5\n.target sm_80\n.address_size 64\n.extern .shared .align 16 .b8 dyn[];\n.global .v4 .f32 q[3][2];\n\
         .global .u16 t[] = {1, 2, 3};\n.const .align 8 .b8 s[12];\n",
    );
    let sizes: Vec<_> = r.vars.iter().map(|v| (p.module.names.get(v.name), v.size, v.align)).collect();
    assert_eq!(sizes, [("dyn", 0, 16), ("q", 96, 16), ("t", 6, 2), ("s", 12, 8)]);
}

#[test]
fn declaration_and_definition_share_an_id() {
    let (_, r) = good(
        ".version 8.5\n.target sm_80\n.extern .global .u32 x;\n.func f();\n.func g() { call f; ret; }\n.func f() { ret; }\n.global .u32 x = 5;\n",
    );
    assert_eq!(r.vars.iter().filter(|v| v.owner.is_none()).count(), 1);
    assert_eq!(r.funcs.len(), 2);
    assert!(r.funcs.iter().all(|f| f.body.is_some()));
    assert!(r.vars[0].decl.init.is_some());
}

#[test]
fn source_positions_carry_the_chain_of_inlined_calls() {
    let text = kernel(
        ".loc 1 10 1\nmov.u32 %r1, 1;\n.loc 2 5 3, function_name $L__info_string0, inlined_at 1 10 1\nmov.u32 %r1, 2;\n\
         .loc 2 9 2, function_name $L__info_string0+6, inlined_at 2 5 3\nmov.u32 %r1, 3;\n.loc 1 0 0\nmov.u32 %r1, 4;",
    ) + "\n.file 1 \"a.cu\"\n.file 2 \"b.h\"\n.section .debug_str\n{\n$L__info_string0:\n.b8 105,110,110,101,114,0\n.b8 100,0\n}\n";
    let (p, r) = good(&text);
    let func = r
        .funcs
        .iter()
        .position(|f| f.body.is_some())
        .map(|i| warplens_ptx::resolve::FuncId(i as u32))
        .unwrap();
    let stacks: Vec<Vec<_>> = body_of(&r)
        .ops
        .iter()
        .map(|op| {
            r.frames(&p.module.names, func, op)
                .iter()
                .map(|f| format!("{} {}:{}", f.function.unwrap_or("?"), f.file, f.line))
                .collect()
        })
        .collect();
    assert_eq!(stacks[0], ["k a.cu:10"]);
    assert_eq!(stacks[1], ["inner b.h:5", "k a.cu:10"]);
    assert_eq!(stacks[2], ["d b.h:9", "inner b.h:5", "k a.cu:10"]);
    assert!(stacks[3].is_empty());
}

#[test]
fn what_cannot_be_resolved_is_reported_and_marks_the_body() {
    let p = parse(&kernel("mov.u32 %r1, nowhere;\nfrob.u32 %r1;\nadd.u32 %r1, %r2, 1;\nbra gone;"));
    assert_eq!(p.diagnostics.len(), 1);
    assert_eq!(p.diagnostics[0].message, "`frob` is not an instruction of PTX");
    let (r, d) = resolve(&p.module);
    assert_eq!(d.len(), 2);
    assert_eq!(body_of(&r).broken.len(), 3);
    assert_eq!(body_of(&r).ops.len(), 3);
}

#[test]
fn paths_beyond_ascii_are_read_as_clang_writes_them() {
    let (_, r) = good(
        ".version 8.5\n.target sm_80\n.file 1 \"/home/\\344\\270\\255/a.cu\"\n.file 2 \"C:\\\\src\\\\new.cu\"\n.file 3 \"\u{4e2d}.cu\"\n.file 4 \"C:\\new\\x.cu\"\n",
    );
    assert_eq!(r.file(1), Some("/home/\u{4e2d}/a.cu"));
    assert_eq!(r.file(2), Some("C:\\src\\new.cu"));
    assert_eq!(r.file(3), Some("\u{4e2d}.cu"));
    assert_eq!(r.file(4), Some("C:\\new\\x.cu"));
    assert_eq!(r.file(5), None);
}
