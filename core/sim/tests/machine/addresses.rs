//! Addresses read as expressions (`base + index * size`) against the plain way, which a debugger's lowering takes: the same
//! memory, the same counts, the same traps.

use crate::kernels::{Bench, kernel};
use warplens_sim::counts::KernelCounts;
use warplens_sim::{CodeOptions, Limits};

/// What a body leaves in a buffer of 2048 words filled with their own numbers, its counts, and its trap.
fn outcome(body: &str, keep_registers: bool, gang: Option<u32>) -> (Vec<u32>, KernelCounts, Option<String>) {
    let mut b = Bench::with(Limits::default(), CodeOptions { keep_registers }, &kernel(body));
    b.options.warps_per_gang = gang;
    let out = b.buffer(&std::array::from_fn::<u32, 2048, _>(|i| i as u32));
    let trap = b.run([2, 1, 1], [80, 1, 1], &[out]).err().map(|e| e.to_string());
    (b.read(out, 2048), b.counts, trap)
}

/// Runs a body both ways; gives the memory.
fn both_ways(body: &str) -> Vec<u32> {
    let mut memory = Vec::new();
    for gang in [None, Some(1), Some(2)] {
        let (folded, plain) = (outcome(body, false, gang), outcome(body, true, gang));
        assert_eq!(folded.2, plain.2, "the trap of {body}");
        assert!(folded == plain, "with gangs of {gang:?} memory or counts differ: {body}");
        memory = folded.0;
    }
    memory
}

#[test]
fn an_index_that_moves_on_is_read_as_it_was() {
    // The address is made from %r1, then %r1 changes, then the address is used.
    let m = both_ways(
        "mul.wide.u32 %rd3, %r1, 4; add.s64 %rd4, %rd1, %rd3; add.u32 %r1, %r1, 1; st.global.u32 [%rd4], %r1;",
    );
    assert_eq!(&m[..160], (1..=160).collect::<Vec<_>>());
}

#[test]
fn a_row_that_changes_between_two_accesses_is_compared_again() {
    let m = both_ways(
        "mov.u32 %r2, %r1; mul.wide.u32 %rd3, %r2, 4; add.s64 %rd4, %rd1, %rd3; ld.global.u32 %r3, [%rd4];
         mul.lo.u32 %r2, %r2, 3; mul.wide.u32 %rd3, %r2, 4; add.s64 %rd4, %rd1, %rd3; ld.global.u32 %r4, [%rd4];
         add.u32 %r4, %r4, %r3; st.global.u32 [%rd2+4096], %r4;",
    );
    assert_eq!(&m[1024..1184], (0..160).map(|i| 4 * i).collect::<Vec<_>>());
}

#[test]
fn an_index_made_before_a_loop_lives_as_long_as_its_addresses() {
    let m = both_ways(
        "add.u32 %r2, %r1, 7; mul.wide.u32 %rd3, %r2, 4; mov.u32 %r5, 3;
         again:
         mul.lo.u32 %r6, %r5, 16; add.u32 %r7, %r6, 1; add.u32 %r8, %r7, 1;
         add.s64 %rd4, %rd1, %rd3; st.global.u32 [%rd4+2048], %r8;
         add.u32 %r9, %r8, 1; add.u32 %r10, %r9, 1; add.u32 %r11, %r10, %r5; st.global.u32 [%rd2+1000], %r11;
         sub.u32 %r5, %r5, 1; setp.ne.u32 %p1, %r5, 0; @%p1 bra again;",
    );
    assert!(m[519..679].iter().all(|&v| v == 18), "{:?}", &m[510..690]);
}

#[test]
fn an_index_that_wraps_traps_at_the_same_lane_and_address() {
    for (ty, start) in [("u32", "0xfffffff0"), ("s32", "0x7ffffff0"), ("s32", "0xfffffff0")] {
        let body = format!(
            "add.u32 %r2, %r52, {start}; mul.wide.{ty} %rd3, %r2, 4; add.s64 %rd4, %rd1, %rd3; ld.global.u32 %r3, [%rd4];"
        );
        both_ways(&body);
        assert!(outcome(&body, false, None).2.is_some());
    }
    // Reaching back before the base is no wrap.
    let m = both_ways(
        "sub.u32 %r2, %r52, 40; mul.wide.s32 %rd3, %r2, 4; add.s64 %rd4, %rd1, %rd3; st.global.u32 [%rd4+160], %r2;",
    );
    assert_eq!(m[0], -40i32 as u32);
}

/// A small generator of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as u32) % n
    }

    /// One of a few operations on 6 indices below 1024, 6 byte offsets and 6 addresses.
    fn operation(&mut self) -> String {
        let (i, j) = (10 + self.below(6), 10 + self.below(6));
        let (o, p) = (10 + self.below(6), 10 + self.below(6));
        let (a, b) = (20 + self.below(6), 20 + self.below(6));
        let at = 4 * self.below(60);
        let guard = if self.below(6) == 0 { "@%p2 " } else { "" };
        match self.below(9) {
            0 => format!("{guard}add.u32 %r{i}, %r{j}, {}; and.b32 %r{i}, %r{i}, 1023;", self.below(70)),
            1 => format!("{guard}mad.lo.u32 %r{i}, %r{j}, 3, %r52; and.b32 %r{i}, %r{i}, 1023;"),
            2 => format!("{guard}mul.wide.{} %rd{o}, %r{i}, 4;", ["u32", "s32"][self.below(2) as usize]),
            3 => format!("{guard}add.s64 %rd{a}, %rd1, %rd{o};"),
            4 => format!("{guard}add.s64 %rd{a}, %rd{p}, %rd1;"),
            5 => format!("setp.lt.u32 %p2, %r{i}, %r{j};"),
            6 => {
                format!("bar.sync 0; {guard}ld.global.u32 %r{i}, [%rd{a}+{at}]; and.b32 %r{i}, %r{i}, 1023;")
            }
            7 => format!("{guard}ld.global.u32 %r{i}, [%rd{b}+{at}]; and.b32 %r{i}, %r{i}, 1023;"),
            _ => format!("{guard}st.global.u32 [%rd{a}+{at}], %r{j};"),
        }
    }
}

#[test]
fn random_runs_of_address_arithmetic_agree() {
    for seed in 0..40 {
        let mut random = Random(seed);
        let mut body = String::from("setp.lt.u32 %p2, %r52, 50; mov.u32 %r5, 3;");
        for k in 0..6 {
            let (r, o, a) = (10 + k, 10 + k, 20 + k);
            body += &format!("and.b32 %r{r}, %r1, {}; mul.wide.u32 %rd{o}, %r{r}, 4;", 1023 >> k);
            body += &format!("add.s64 %rd{a}, %rd1, %rd{o};");
        }
        body += "again:";
        for _ in 0..12 + random.below(40) {
            body += &random.operation();
            body.push('\n');
        }
        body += "sub.u32 %r5, %r5, 1; setp.ne.u32 %p1, %r5, 0; @%p1 bra again;";
        both_ways(&body);
    }
}
