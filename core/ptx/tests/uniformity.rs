//! Which values are uniform, which are affine in the thread index, and where lanes may be apart.

use warplens_ptx::analysis::{BlockId, Cfg, Class, Factor, Uniformity, Value};
use warplens_ptx::ast::Names;
use warplens_ptx::isa::Mnemonic;
use warplens_ptx::resolve::{Body, OpIx};
use warplens_ptx::{parse, resolve};

struct Analysed {
    names: Names,
    body: Body,
    cfg: Cfg,
    uniformity: Uniformity,
}

fn analyse(statements: &str) -> Analysed {
    let text = format!(
        ".version 8.5\n.target sm_80\n.visible .entry k(.param .u64 p, .param .u32 n)\n{{\n.reg .pred %p<9>;\n.reg .b32 %r<30>;\n\
         .reg .f32 %f<9>;\n.reg .b64 %rd<20>;\n.shared .f32 tile[1024];\n{statements}\n}}\n"
    );
    let p = parse(&text);
    assert_eq!(p.diagnostics, []);
    let (module, d) = resolve(&p.module);
    assert_eq!(d, []);
    let body = module.funcs.iter().find_map(|f| f.body.clone()).expect("a body");
    let cfg = Cfg::new(&body);
    let uniformity = Uniformity::new(&module, &body, &cfg, true);
    Analysed { names: p.module.names, body, cfg, uniformity }
}

impl Analysed {
    fn value(&self, name: &str) -> Value {
        let at =
            self.body.regs.iter().position(|r| self.names.get(r.name) == name).expect("the register is used");
        self.uniformity.value(warplens_ptx::resolve::RegId(at as u32))
    }

    fn factors(&self, name: &str) -> [Factor; 4] {
        self.value(name).affine.expect("an affine value").factors
    }

    /// The condition under which the n-th operation of a kind runs.
    fn control(&self, mnemonic: Mnemonic) -> Class {
        let at = self.body.ops.iter().position(|o| o.mnemonic == mnemonic).expect("such an operation");
        let block: BlockId = self.cfg.block(OpIx(at as u32)).expect("a block");
        self.uniformity.control(block)
    }
}

const INDEX: &str = "ld.param.u64 %rd1, [p];\nld.param.u32 %r9, [n];\nmov.u32 %r1, %ntid.x;\nmov.u32 %r2, %ctaid.x;\nmov.u32 %r3, %tid.x;\n\
                     mad.lo.s32 %r4, %r2, %r1, %r3;\n";

#[test]
fn the_usual_index_moves_by_one_a_thread_and_its_address_by_four_bytes() {
    let a = analyse(&format!(
        "{INDEX}mul.wide.s32 %rd2, %r4, 4;\nadd.s64 %rd3, %rd1, %rd2;\nld.global.f32 %f1, [%rd3+16];\nret;"
    ));
    let [zero, one, four] = [0, 1, 4].map(Factor::Known);
    assert_eq!(a.factors("%r4"), [one, zero, zero, zero]);
    assert_eq!(a.factors("%rd3"), [four, zero, zero, zero]);
    assert_eq!(a.value("%r2").class, Class::Block);
    assert_eq!(a.value("%f1").class, Class::Thread);
    let address =
        a.body.ops.iter().rev().find_map(|o| a.uniformity.address(o.operands.get(1)?)).expect("an address");
    assert_eq!(address.affine.map(|a| a.factors), Some([four, zero, zero, zero]));
}

#[test]
fn a_column_moves_by_a_row_a_thread() {
    let a = analyse(
        "mov.u32 %r1, %tid.x;\nmov.u32 %r2, %tid.y;\nshl.b32 %r3, %r1, 5;\nadd.s32 %r4, %r3, %r2;\nld.param.u32 %r5, [n];\n\
         mad.lo.s32 %r6, %r1, %r5, %r2;\nsub.s32 %r7, %r4, %r3;\nret;",
    );
    let zero = Factor::Known(0);
    assert_eq!(a.factors("%r4"), [Factor::Known(32), Factor::Known(1), zero, zero]);
    assert_eq!(a.factors("%r6"), [Factor::Runtime, Factor::Known(1), zero, zero]);
    assert_eq!(a.factors("%r7"), [zero, Factor::Known(1), zero, zero]);
}

#[test]
fn a_barrier_under_a_bounds_check_is_not_reached_together() {
    let checked = format!("{INDEX}setp.ge.s32 %p1, %r4, %r9;\n@%p1 bra END;\nbar.sync 0;\nEND: ret;");
    assert_eq!(analyse(&checked).control(Mnemonic::Bar), Class::Thread);
    assert_eq!(analyse(&checked).control(Mnemonic::Ret), Class::Block);
    let uniform = format!("{INDEX}setp.ge.s32 %p1, %r2, %r9;\n@%p1 bra END;\nbar.sync 0;\nEND: ret;");
    assert_eq!(analyse(&uniform).control(Mnemonic::Bar), Class::Block);
    let after_exit = format!("{INDEX}setp.ge.s32 %p1, %r4, %r9;\n@%p1 exit;\nbar.sync 0;\nret;");
    assert_eq!(analyse(&after_exit).control(Mnemonic::Bar), Class::Thread);
}

#[test]
fn what_a_warp_votes_on_is_the_same_for_the_warp_only() {
    let a = analyse(&format!(
        "{INDEX}setp.lt.s32 %p1, %r4, %r9;\nvote.sync.any.pred %p2, %p1, -1;\n@!%p2 bra END;\nbar.warp.sync -1;\nEND: ret;"
    ));
    assert_eq!(a.value("%p2").class, Class::Warp);
    assert_eq!(a.control(Mnemonic::Bar), Class::Warp);
}

#[test]
fn loop_counters_are_uniform_when_the_bound_is() {
    let a = analyse(&format!(
        "{INDEX}mov.u32 %r5, 0;\nL: bar.sync 0;\nadd.s32 %r5, %r5, 1;\nsetp.lt.s32 %p1, %r5, %r9;\n@%p1 bra L;\nret;"
    ));
    assert_eq!(a.value("%r5").class, Class::Block);
    assert_eq!(a.value("%r5").affine.and_then(|a| a.base), None);
    assert_eq!(a.control(Mnemonic::Bar), Class::Block);
}

#[test]
fn a_grid_stride_loop_keeps_its_form_on_one_trip() {
    let a =
        analyse(&format!("{INDEX}L: add.s32 %r4, %r4, %r1;\nsetp.lt.s32 %p1, %r4, %r9;\n@%p1 bra L;\nret;"));
    let form = a.value("%r4").affine.expect("affine");
    assert_eq!(form.factors[0], Factor::Known(1));
    assert!(form.same_trip);
    assert_eq!(a.value("%r4").class, Class::Thread);
}

#[test]
fn values_chosen_by_lanes_differ_between_lanes() {
    let a = analyse(&format!(
        "{INDEX}setp.lt.s32 %p1, %r3, 7;\nmov.u32 %r5, 1;\n@%p1 mov.u32 %r5, 2;\nselp.b32 %r6, 1, 2, %p1;\nselp.b32 %r7, %r9, 2, %p2;\nret;"
    ));
    assert_eq!(a.value("%r5").class, Class::Thread);
    assert_eq!(a.value("%r6").class, Class::Thread);
    // Never written: anything.
    assert_eq!(a.value("%r7").class, Class::Thread);
}

#[test]
fn loads_are_as_uniform_as_their_address_but_not_from_local_memory() {
    let a = analyse(&format!(
        ".local .b32 own[4];\n{INDEX}ld.global.u32 %r5, [%rd1];\nld.shared.u32 %r6, [tile+4];\nld.local.u32 %r7, [own];\n\
         mov.u64 %rd4, own;\ncvta.local.u64 %rd5, %rd4;\nld.u32 %r8, [%rd5];\natom.global.add.u32 %r10, [%rd1], 1;\nret;"
    ));
    let classes = ["%r5", "%r6", "%r7", "%r8", "%r10"].map(|r| a.value(r).class);
    assert_eq!(classes, [Class::Block, Class::Block, Class::Thread, Class::Thread, Class::Thread]);
}
