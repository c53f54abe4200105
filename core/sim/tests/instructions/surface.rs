//! Surface loads, stores and reductions; x counts bytes in unformatted accesses.

use crate::texture::Bench;
use warplens_sim::texture::{Arrangement, ChannelKind, Format};
use warplens_sim::{LaunchError, TrapKind, Unobserved};

const TWO: Arrangement =
    Arrangement { linear: false, layered: false, cubemap: false, two: true, three: false };
const WORDS: Format = Format { bits: 32, channels: 1, kind: ChannelKind::Unsigned };

fn words(n: u32) -> Vec<u8> {
    (0..n).flat_map(|v| v.to_le_bytes()).collect()
}

fn bench(format: Format, size: [u32; 3], arrangement: Arrangement) -> (Bench, u64) {
    let count = size.iter().product::<u32>() * format.bytes() / 4;
    let b = Bench::new(format, arrangement, &[size], &words(count));
    let s = b.device.create_surface(b.image.clone()).expect("a surface");
    (b, s)
}

fn run(b: &mut Bench, s: u64, body: &str) -> [u32; 4] {
    b.run(s, body, &[vec![]], &mut Unobserved).unwrap_or_else(|e| panic!("{e}"))[0]
}

fn memory(b: &Bench, words: usize) -> Vec<u32> {
    let mut out = vec![0; words * 4];
    b.device.read(b.memory, &mut out).expect("allocated");
    out.chunks(4).map(|c| u32::from_le_bytes(c.try_into().expect("4 bytes"))).collect()
}

#[test]
fn loads_of_all_widths() {
    let (mut b, s) = bench(WORDS, [8, 2, 1], TWO);
    let body = "mov.u32 %r1, 4; mov.u32 %r2, 1; suld.b.2d.b32.trap {%r11}, [%rd1, {%r1, %r2}];
        suld.b.2d.v2.b32.trap {%r12, %r13}, [%rd1, {8, 0}]; suld.b.2d.b64.trap {%rd9}, [%rd1, {16, 1}]; shr.u64 %rd9, %rd9, 32;
        cvt.u32.u64 %r14, %rd9;";
    assert_eq!(run(&mut b, s, body), [9, 2, 3, 13]);
    let body = "suld.b.2d.b8.zero %h1, [%rd1, {4, 0}]; cvt.u32.u16 %r11, %h1; suld.b.2d.b16.clamp %h1, [%rd1, {4, 1}]; cvt.u32.u16 %r12, %h1;";
    assert_eq!(run(&mut b, s, body)[..2], [1, 9]);
    let body = "suld.b.2d.v4.b32.trap {%r11, %r12, %r13, %r14}, [%rd1, {16, 1}];";
    assert_eq!(run(&mut b, s, body), [12, 13, 14, 15]);
}

#[test]
fn outside_is_zero_the_edge_or_a_trap() {
    let (mut b, s) = bench(WORDS, [8, 2, 1], TWO);
    let at = |mode: &str, x: i32, y: i32| format!("suld.b.2d.b32.{mode} %r11, [%rd1, {{{x}, {y}}}];");
    assert_eq!(run(&mut b, s, &at("zero", -4, 0))[0], 0);
    assert_eq!(run(&mut b, s, &at("zero", 32, 1))[0], 0);
    assert_eq!(run(&mut b, s, &at("clamp", 400, 0))[0], 7);
    assert_eq!(run(&mut b, s, &at("clamp", -4, 5))[0], 8);
    let trapped = b.run(s, &at("trap", 0, 2), &[vec![]], &mut Unobserved);
    let Err(LaunchError::Trap(trap)) = trapped else { panic!("{trapped:?}") };
    assert!(matches!(&trap.kind, TrapKind::BadObject(m) if m.contains("row 2")), "{trap}");
    let trapped = b.run(s, &at("trap", 2, 0), &[vec![]], &mut Unobserved);
    let Err(LaunchError::Trap(trap)) = trapped else { panic!("{trapped:?}") };
    assert_eq!(trap.kind, TrapKind::Misaligned);
}

#[test]
fn stores_and_layers() {
    let layered = Arrangement { layered: true, ..TWO };
    let (mut b, s) = bench(WORDS, [2, 2, 2], layered);
    let body = "mov.u32 %r1, 100; sust.b.a2d.b32.trap [%rd1, {1, 4, 0, 0}], {%r1}; sust.b.a2d.b32.zero [%rd1, {5, 0, 0, 0}], {%r1};
        sust.b.a2d.b32.clamp [%rd1, {0, 0, 9, 0}], {%r1};";
    run(&mut b, s, body);
    assert_eq!(memory(&b, 8), [0, 1, 100, 3, 4, 100, 6, 7]);
}

#[test]
fn three_dimensions_and_one() {
    let (mut b, s) = bench(WORDS, [2, 2, 2], Arrangement { three: true, ..TWO });
    assert_eq!(run(&mut b, s, "suld.b.3d.b32.trap %r11, [%rd1, {4, 1, 1, 0}];")[0], 7);
    let (mut b, s) = bench(WORDS, [4, 1, 1], Arrangement::default());
    assert_eq!(run(&mut b, s, "suld.b.1d.b32.trap %r11, [%rd1, {12}];")[0], 3);
    assert_eq!(run(&mut b, s, "suq.width.b32 %r11, [%rd1]; suq.height.b32 %r12, [%rd1];")[..2], [4, 0]);
}

#[test]
fn formatted_stores_convert() {
    let format = Format { bits: 8, channels: 4, kind: ChannelKind::Unsigned };
    let (mut b, s) = bench(format, [2, 1, 1], TWO);
    let body =
        "mov.u32 %r1, 300; mov.u32 %r2, 2; sust.p.2d.v4.b32.trap [%rd1, {1, 0}], {%r1, %r2, %r2, %r1};";
    run(&mut b, s, body);
    assert_eq!(memory(&b, 2), [0, 0xff02_02ff]);
}

#[test]
fn reductions_take_every_lane() {
    let (mut b, s) = bench(WORDS, [4, 1, 1], TWO);
    let body = "mov.u32 %r1, 1; sured.b.add.2d.u32.trap [%rd1, {0, 0}], %r1; sured.b.max.2d.u32.trap [%rd1, {4, 0}], %r20;
        sured.b.or.2d.b32.trap [%rd1, {8, 0}], %r20; mov.u32 %r2, -5; sured.b.min.2d.s32.trap [%rd1, {12, 0}], %r2;";
    run(&mut b, s, body);
    assert_eq!(memory(&b, 4), [32, 31, 31, -5i32 as u32]);
}
