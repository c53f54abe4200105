//! Blocks, dominators, liveness and register pressure of small bodies, worked out by hand.

use warplens_ptx::analysis::{BlockId, Cfg, Liveness, dominators, post_dominators, register_pressure};
use warplens_ptx::ast::Names;
use warplens_ptx::resolve::Body;
use warplens_ptx::{parse, resolve};

fn body(statements: &str) -> (Names, Body) {
    let text = format!(
        ".version 8.5\n.target sm_80\n.visible .entry k()\n{{\n.reg .pred %p<4>;\n.reg .b32 %r<10>;\n.reg .b64 %rd<5>;\n{statements}\n}}\n"
    );
    let p = parse(&text);
    assert_eq!(p.diagnostics, []);
    let (r, d) = resolve(&p.module);
    assert_eq!(d, []);
    let body = r.funcs.into_iter().find_map(|f| f.body).expect("a body");
    (p.module.names, body)
}

fn edges(cfg: &Cfg) -> Vec<Vec<u32>> {
    cfg.blocks.iter().map(|b| b.successors.iter().map(|s| s.0).collect()).collect()
}

const DIAMOND: &str = "setp.eq.s32 %p1, %r1, 0;\n@%p1 bra ELSE;\nmov.u32 %r2, 1;\nbra END;\nELSE: mov.u32 %r2, 2;\nEND: st.global.u32 [%rd1], %r2;\nret;";

#[test]
fn a_diamond_meets_where_both_sides_end() {
    let (_, body) = body(DIAMOND);
    let cfg = Cfg::new(&body);
    assert_eq!(edges(&cfg), [vec![2, 1], vec![3], vec![3], vec![]]);
    let post = post_dominators(&cfg);
    assert_eq!(post.immediate, [Some(BlockId(3)), Some(BlockId(3)), Some(BlockId(3)), None]);
    let dom = dominators(&cfg);
    assert_eq!(dom.immediate, [None, Some(BlockId(0)), Some(BlockId(0)), Some(BlockId(0))]);
    assert!(dom.dominates(BlockId(0), BlockId(3)) && !dom.dominates(BlockId(1), BlockId(3)));
}

#[test]
fn a_guarded_exit_leaves_no_meeting_point_but_the_end() {
    let (_, body) = body("@%p1 exit;\n@%p2 bra L;\nmov.u32 %r1, 1;\nL: ret;");
    let cfg = Cfg::new(&body);
    assert_eq!(edges(&cfg), [vec![1], vec![3, 2], vec![3], vec![]]);
    assert_eq!(post_dominators(&cfg).immediate, [None, Some(BlockId(3)), Some(BlockId(3)), None]);
}

#[test]
fn endless_loops_and_tables_are_graphs_too() {
    let (_, looped) = body("L: add.u32 %r1, %r1, 1;\nbra L;");
    let cfg = Cfg::new(&looped);
    assert_eq!(edges(&cfg), [vec![0]]);
    assert_eq!(post_dominators(&cfg).immediate, [None]);

    let (_, table) = body("T: .branchtargets A, B, A;\nbrx.idx %r1, T;\nA: ret;\nB: exit;");
    assert_eq!(edges(&Cfg::new(&table)), [vec![1, 2], vec![], vec![]]);

    let (_, empty) = body("");
    assert_eq!(edges(&Cfg::new(&empty)), [Vec::<u32>::new()]);
}

#[test]
fn a_register_lives_from_its_write_to_its_last_read() {
    let (names, body) = body(DIAMOND);
    let cfg = Cfg::new(&body);
    let live = Liveness::new(&body, &cfg);
    let named = |set: &warplens_ptx::analysis::BitSet| -> Vec<String> {
        let mut v: Vec<_> = set.iter().map(|r| names.get(body.regs[r].name).to_owned()).collect();
        v.sort();
        v
    };
    let before: Vec<_> = live.before_each_op(&cfg).iter().map(named).collect();
    assert_eq!(
        before,
        [
            vec!["%r1", "%rd1"],
            vec!["%p1", "%rd1"],
            vec!["%rd1"],
            vec!["%r2", "%rd1"],
            vec!["%rd1"],
            vec!["%r2", "%rd1"],
            vec![]
        ]
    );
    let worst = register_pressure(&body, &cfg, &live);
    assert_eq!((worst.regs32, worst.preds), (3, 1));
}

#[test]
fn a_guarded_write_keeps_the_old_value_alive() {
    let (_, body) = body("mov.u32 %r1, 1;\n@%p1 mov.u32 %r1, 2;\nst.global.u32 [%rd1], %r1;\nret;");
    let cfg = Cfg::new(&body);
    let live = Liveness::new(&body, &cfg).before_each_op(&cfg);
    let r1 = body.regs.iter().position(|r| r.ty == warplens_ptx::isa::ScalarType::B32).expect("%r1");
    assert!(live[1].contains(r1) && live[2].contains(r1) && !live[0].contains(r1));
}

#[test]
fn results_that_nobody_reads_need_a_register_only_where_they_are_written() {
    let (_, body) = body(
        "mov.u32 %r1, 1;\n@%p1 mov.u64 %rd2, 1;\n@%p1 mov.u64 %rd3, 1;\nst.global.u32 [%rd1], %r1;\nret;",
    );
    let cfg = Cfg::new(&body);
    // %rd1 and %r1 live throughout, one dead 64-bit result at a time.
    assert_eq!(register_pressure(&body, &cfg, &Liveness::new(&body, &cfg)).regs32, 5);
}
