//! What holds for any text at all: nothing panics, and a clean module survives printing.

use proptest::prelude::*;
use warplens_ptx::analysis::{
    Block, BlockId, Cfg, Liveness, Uniformity, dominators, post_dominators, register_pressure,
};
use warplens_ptx::ast::{Imm, Init, Item, Operand, Stmt, normalise};
use warplens_ptx::debug_sections::DebugSections;
use warplens_ptx::print::print;
use warplens_ptx::span::LineIndex;
use warplens_ptx::{parse, parse_bytes, resolve};

/// Runs everything this crate can do with a text.
fn everything(bytes: &[u8]) {
    let (text, p) = parse_bytes(bytes);
    let lines = LineIndex::new(&text);
    for d in &p.diagnostics {
        assert!(d.span.start <= d.span.end && d.span.end as usize <= text.len(), "{d:?}");
        assert!(!d.render("x", &lines).is_empty());
    }
    let (resolved, _) = resolve(&p.module);
    let _ = DebugSections::new(&p.module, &resolved);
    for body in resolved.funcs.iter().filter_map(|f| f.body.as_ref()) {
        let cfg = Cfg::new(body);
        let _ = (dominators(&cfg), post_dominators(&cfg), Uniformity::new(&resolved, body, &cfg, true));
        let _ = register_pressure(body, &cfg, &Liveness::new(body, &cfg));
    }
    let printed = print(&p.module);
    if p.diagnostics.is_empty() {
        let again = parse(&printed);
        assert_eq!(again.diagnostics, [], "{printed}");
        assert!(normalise(&p.module) == normalise(&again.module), "{printed}");
    }
}

/// Pieces that make good and bad PTX when thrown together.
const PIECES: &[&str] = &[
    ".version 8.5\n",
    ".target sm_80\n",
    ".entry k(",
    ".param .u64 p",
    ")",
    "{",
    "}",
    ";\n",
    ".reg .b32 %r<9>;\n",
    "%r1",
    "%r8",
    "%tid.x",
    "mov.u32 ",
    "ld.global.v4.f32 ",
    "[",
    "]",
    ",",
    "+",
    "-",
    "(",
    "|",
    "@",
    "!",
    "%p1",
    ":",
    "L",
    "bra L;\n",
    "0x",
    "0f3F800000",
    "1.5e3",
    "_",
    ".loc 1 2 3\n",
    ".section .debug_str {",
    ".b8 1,2",
    "call ",
    ".branchtargets ",
    ".callprototype ",
    "\"",
    "//",
    "/*",
    "*/",
    "\u{4e2d}",
    "\0",
    "<",
    ">",
    "=",
    "generic(",
    "add.s32 %r1, %r2, %r3;\n",
    ".file 1 \"a\"\n",
    ".global .u32 x",
    "ret;\n",
    "~",
    "?",
    ".pragma ",
];

/// One change of a text.
#[derive(Clone, Debug)]
enum Edit {
    Delete(usize, usize),
    Insert(usize, &'static str),
    Swap(usize, usize),
    Byte(usize, u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<usize>(), 0usize..40).prop_map(|(a, n)| Edit::Delete(a, n)),
        (any::<usize>(), proptest::sample::select(PIECES)).prop_map(|(a, p)| Edit::Insert(a, p)),
        (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Edit::Swap(a, b)),
        (any::<usize>(), any::<u8>()).prop_map(|(a, b)| Edit::Byte(a, b)),
    ]
}

fn apply(text: &mut Vec<u8>, edit: &Edit) {
    let len = text.len().max(1);
    match edit {
        Edit::Delete(at, n) => {
            let at = at % len;
            let end = (at + n).min(text.len());
            text.drain(at.min(end)..end);
        }
        Edit::Insert(at, piece) => {
            let at = (at % len).min(text.len());
            text.splice(at..at, piece.bytes());
        }
        Edit::Swap(a, b) if !text.is_empty() => text.swap(a % len, b % len),
        Edit::Byte(at, b) if !text.is_empty() => text[at % len] = *b,
        Edit::Swap(..) | Edit::Byte(..) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        everything(&bytes);
    }

    #[test]
    fn any_pieces_are_read(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..80)) {
        everything(pieces.concat().as_bytes());
    }

    #[test]
    fn a_file_with_a_few_changes_is_read(edits in proptest::collection::vec(edit(), 1..8)) {
        let mut text = include_bytes!("data/directives.ptx").to_vec();
        edits.iter().for_each(|e| apply(&mut text, e));
        everything(&text);
    }

    #[test]
    fn a_file_cut_anywhere_is_read(at in 0usize..5000) {
        let text = include_bytes!("data/kernels-O2.ptx");
        everything(&text[..at.min(text.len())]);
    }

    #[test]
    fn numbers_keep_their_value(v in any::<i64>(), u in any::<u64>(), single in any::<u32>(), double in any::<u64>()) {
        let text = format!(
            ".version 8.5\n.target sm_80\n.global .b64 g[6] = {{{v}, {u}U, {u:#x}, g+{v}, 0f{single:08x}, 0d{double:016x}}};\n\
             .func f() {{ .reg .b64 %r; ld.b64 %r, [%r+{v}]; ld.b64 %r, [%r-{}]; mov.b64 %r, g+{v}; mov.b64 %r, {v}; }}\n",
            u >> 1,
        );
        let p = parse(&text);
        prop_assert_eq!(&p.diagnostics, &[]);
        let Item::Variable(g) = &p.module.items[0] else { panic!("a variable comes first") };
        let Some(Init::List(list)) = &g.init else { panic!("with a list") };
        prop_assert_eq!(&list[0], &Init::Value(Imm::Int(v)));
        prop_assert_eq!(&list[1], &Init::Value(Imm::UInt(u)));
        prop_assert_eq!(&list[4], &Init::Value(Imm::F32(single)));
        prop_assert_eq!(&list[5], &Init::Value(Imm::F64(double)));
        let Item::Function(f) = &p.module.items[1] else { panic!("a function comes second") };
        let offsets: Vec<i64> = f.body.iter().flatten().filter_map(|s| match s {
            Stmt::Instr(i) => match i.operands.get(1) {
                Some(Operand::Address { offset, .. } | Operand::SymbolOffset(_, offset, _)) => Some(*offset),
                Some(Operand::Imm(Imm::Int(v), _)) => Some(*v),
                _ => None,
            },
            _ => None,
        }).collect();
        prop_assert_eq!(offsets, [v, -((u >> 1) as i64), v, v]);
        everything(text.as_bytes());
    }

    #[test]
    fn a_block_dominates_what_cannot_be_reached_without_it(
        edges in proptest::collection::vec((0usize..9, 0usize..9), 0..24),
        leaves in proptest::collection::vec(any::<bool>(), 9),
    ) {
        let cfg = graph(&edges, &leaves);
        let next: Vec<Vec<usize>> = cfg.blocks.iter().map(|b| b.successors.iter().map(|s| s.index()).collect()).collect();
        let mut back: Vec<Vec<usize>> =
            cfg.blocks.iter().map(|b| b.predecessors.iter().map(|s| s.index()).collect()).collect();
        back.push((0..9).filter(|&b| leaves[b]).collect());
        let (forward, backward) = (dominators(&cfg), post_dominators(&cfg));
        for a in 0..9 {
            for b in 0..9 {
                for (tree, graph, root) in [(&forward, &next, 0), (&backward, &back, 9)] {
                    let expected = a == b || reaches(graph, root, b, None) && !reaches(graph, root, b, Some(a));
                    let said = tree.dominates(BlockId(a as u32), BlockId(b as u32));
                    prop_assert_eq!(said, expected, "{} over {} from {}", a, b, root);
                }
            }
        }
    }
}

/// A graph of nine blocks.
fn graph(edges: &[(usize, usize)], leaves: &[bool]) -> Cfg {
    let empty = Block { ops: 0..0, successors: Vec::new(), predecessors: Vec::new(), leaves: false };
    let mut blocks = vec![empty; 9];
    for &(a, b) in edges {
        if !blocks[a].successors.contains(&BlockId(b as u32)) {
            blocks[a].successors.push(BlockId(b as u32));
            blocks[b].predecessors.push(BlockId(a as u32));
        }
    }
    blocks.iter_mut().zip(leaves).for_each(|(b, l)| b.leaves = *l);
    Cfg { blocks, block_of: Vec::new() }
}

/// Can `to` be reached from `root` without passing `without`?
fn reaches(next: &[Vec<usize>], root: usize, to: usize, without: Option<usize>) -> bool {
    let mut seen = vec![false; next.len()];
    let mut stack = vec![root];
    while let Some(at) = stack.pop() {
        if Some(at) == without || std::mem::replace(&mut seen[at], true) {
            continue;
        }
        stack.extend(&next[at]);
    }
    seen[to]
}
