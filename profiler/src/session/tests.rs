//! Runs of launch files on a machine that plays the device.

use std::path::Path;

use warplens_sim::launch::{Finished, InvalidLaunch};

use super::*;
use crate::backend::Launched;
use crate::collect::{Code, ModuleView};
use crate::report::fixture;

/// Plays a device with one kernel `turn(a, b)`, which copies 16 bytes from `a` to `b` and adds one to the first.
#[derive(Default)]
struct Double {
    memory: Vec<u8>,
    loaded: Option<fixture::Loaded>,
    counted: Vec<bool>,
    end: Option<LaunchError>,
}

const BASE: u64 = 0x1000;

impl Code for Double {
    fn module(&self, module: u32) -> Option<ModuleView<'_>> {
        self.loaded.as_ref()?.module(module)
    }
}

impl Machine for Double {
    fn load(&mut self, _: &str, ptx: &str) -> Result<u32, Vec<Problem>> {
        if ptx != fixture::PTX {
            return Err(vec![Problem { line: 3, column: 1, message: "this is no PTX".into() }]);
        }
        self.loaded = Some(fixture::loaded());
        Ok(0)
    }

    fn kernels(&self, _: u32) -> Vec<KernelInfo> {
        let param = |offset| warplens_sim::launch::ParamInfo {
            name: format!("p{offset}"),
            offset,
            size: 8,
            align: 8,
            ty: "u64".into(),
        };
        vec![KernelInfo { params: vec![param(0), param(8)], ..fixture::info() }]
    }

    fn variable(&self, _: u32, name: &str) -> Option<(u64, u64)> {
        (name == "table").then_some((BASE, 16))
    }

    fn alloc(&mut self, bytes: u64, _: &str) -> Result<u64, String> {
        if bytes > 1 << 20 {
            return Err("no room".into());
        }
        let at = self.memory.len() as u64;
        self.memory.resize(self.memory.len() + bytes as usize, 0);
        Ok(BASE + at)
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), String> {
        let at = (address - BASE) as usize;
        self.memory.resize(self.memory.len().max(at + bytes.len()), 0);
        self.memory[at..at + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    fn read(&self, address: u64, bytes: &mut [u8]) -> Result<(), String> {
        let at = (address - BASE) as usize;
        bytes.copy_from_slice(&self.memory[at..at + bytes.len()]);
        Ok(())
    }

    fn launch(&mut self, launch: &Launch, _: &RunOptions, count: bool) -> Launched {
        self.counted.push(count);
        if let Some(end) = self.end.take() {
            return Launched { end: Err(end), counts: None };
        }
        let word = |i: usize| u64::from_le_bytes(launch.params[i..i + 8].try_into().unwrap());
        let (a, b) = ((word(0) - BASE) as usize, (word(8) - BASE) as usize);
        self.memory.copy_within(a..a + 16, b);
        self.memory[b] += 1;
        let end = Ok(Finished { warp_instructions: 6, printed: "hello\n".into() });
        Launched { end, counts: count.then(|| fixture::counts(8)) }
    }
}

const BUFFERS: &str =
    "[buffers.a]\ntype = 'i32'\nfill = { values = [1, 2, 3, 4] }\n[buffers.b]\ntype = 'i32'\nlen = 4\n";
const LAUNCH: &str = "[[launch]]\nkernel = 'turn'\ngrid = [1]\nblock = [256]\nargs = ['a', 'b']\n";

fn run_on(machine: &mut Double, text: &str, settings: &Settings) -> Result<Outcome, SessionError> {
    let file = LaunchFile::parse(Path::new("launch.toml"), text).unwrap();
    let source = Source { name: "turn.ptx".into(), ptx: fixture::PTX.into() };
    run(machine, &file, &[source], settings, &mut |_| true)
}

fn outcome(text: &str) -> Outcome {
    run_on(&mut Double::default(), text, &Settings::default()).unwrap()
}

fn complaint(text: &str) -> String {
    let e = run_on(&mut Double::default(), text, &Settings::default()).unwrap_err();
    format!("{e}\n{}", e.help())
}

#[test]
fn results_are_checked_after_their_launch() {
    let expect = "[[launch.expect]]\nbuffer = 'b'\nvalues = [2, 2, 3, 4]\n";
    let good = outcome(&format!("{BUFFERS}{LAUNCH}{expect}"));
    assert_eq!(good.checks, Checks { passed: 1, failed: vec![] });
    assert_eq!((good.finished, good.total, good.printed.as_str()), (1, 1, "hello\n"));
    let bad = outcome(&format!("{BUFFERS}{LAUNCH}[[launch.expect]]\nbuffer = 'b'\nreference = 'a'\n"));
    assert_eq!(bad.checks.failed[0].line, 12);
    assert_eq!(bad.checks.failed[0].message, "buffer `b`: 1 of 4 elements differ\n  [0] is 2, should be 1");
    let short =
        outcome(&format!("{BUFFERS}{LAUNCH}[[launch.expect]]\nbuffer = 'b'\nconstant = 2\nlen = 2\n"));
    assert_eq!(short.checks.passed, 1);
}

#[test]
fn launches_that_are_not_profiled_run_uncounted() {
    let text = format!("{BUFFERS}{LAUNCH}profile = false\n{LAUNCH}repeat = 3\n");
    let mut machine = Double::default();
    let out = run_on(&mut machine, &text, &Settings::default()).unwrap();
    assert_eq!(machine.counted, [false, true, true, true]);
    assert_eq!(out.records[0].launches.len(), 3);
    let mut machine = Double::default();
    let settings = Settings { launches: Some(2..3), ..Settings::default() };
    run_on(&mut machine, &text, &settings).unwrap();
    assert_eq!(machine.counted, [false, false, true, false]);
}

#[test]
fn a_kernel_pattern_selects_and_one_that_selects_nothing_is_an_error() {
    let with = |pattern: &str| {
        let settings = Settings { kernel: Some(pattern.into()), ..Settings::default() };
        run_on(&mut Double::default(), &format!("{BUFFERS}{LAUNCH}"), &settings)
    };
    assert_eq!(with("tu*").unwrap().records.len(), 1);
    assert_eq!(with("_Z4turn*").unwrap().records.len(), 1);
    let e = with("trun").unwrap_err();
    assert_eq!(
        format!("{e}; {}", e.help()),
        "no launch runs a kernel that matches `trun`; did you mean `turn`?"
    );
}

#[test]
fn mistakes_are_found_before_the_first_launch() {
    let late = format!("{BUFFERS}{LAUNCH}{}", LAUNCH.replace("'a', 'b'", "'a'"));
    let mut machine = Double::default();
    run_on(&mut machine, &late, &Settings::default()).unwrap_err();
    assert!(machine.counted.is_empty());
    insta::assert_snapshot!(complaint(&format!("{BUFFERS}{LAUNCH}").replace("len = 4", "len = 400000000")), @r"
    launch.toml:4: buffer `b`: no room
    make the buffers smaller, or choose a --device with more memory
    ");
    insta::assert_snapshot!(complaint(&format!("{BUFFERS}symbol = 'tabel'\n{LAUNCH}")), @r"
    launch.toml:4: buffer `b`: the PTX has no variable `tabel`
    give the name of a __device__ or __constant__ variable as it is in the PTX
    ");
    insta::assert_snapshot!(complaint(&format!("{BUFFERS}{LAUNCH}[[launch.expect]]\nbuffer = 'b'\nconstant = 1\nlen = 9\n")), @r"
    launch.toml:12: 9 elements are to be compared, but `b` has 4 and the wanted result 4
    set len to what both have
    ");
}

#[test]
fn an_impossible_launch_is_the_launch_files_fault() {
    let refusal = LaunchError::Invalid {
        code: InvalidLaunch::Configuration,
        message: "2048 threads a block, and the device allows 1024".into(),
    };
    let mut machine = Double { end: Some(refusal), ..Double::default() };
    let e = run_on(&mut machine, &format!("{BUFFERS}{LAUNCH}"), &Settings::default()).unwrap_err();
    assert_eq!(
        e.to_string(),
        "launch.toml:7: `turn` cannot be launched: 2048 threads a block, and the device allows 1024"
    );
    assert!(e.help().contains("--device"));
}

#[test]
fn bad_ptx_says_where() {
    let file = LaunchFile::parse(Path::new("launch.toml"), &format!("{BUFFERS}{LAUNCH}")).unwrap();
    let source = Source { name: "x.ptx".into(), ptx: "garbage".into() };
    let e = run(&mut Double::default(), &file, &[source], &Settings::default(), &mut |_| true).unwrap_err();
    assert_eq!(e.to_string(), "x.ptx:3:1: this is no PTX");
}

#[test]
fn a_run_that_is_stopped_keeps_what_it_has() {
    let file =
        LaunchFile::parse(Path::new("launch.toml"), &format!("{BUFFERS}{LAUNCH}repeat = 5\n")).unwrap();
    let source = Source { name: "turn.ptx".into(), ptx: fixture::PTX.into() };
    let out =
        run(&mut Double::default(), &file, &[source], &Settings::default(), &mut |u| u.index < 2).unwrap();
    assert!(out.interrupted);
    assert_eq!((out.finished, out.total, out.records[0].launches.len()), (2, 5, 2));
}
