//! `warplens profile` and `warplens explain` from outside: every example holds, figures are those worked out by hand,
//! reports are the same bytes on every run, and bad input ends with words.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::support::{root, scratch, warplens};

fn example(name: &str) -> String {
    root().join("examples").join(name).display().to_string()
}

/// The JSON report of an example's run, with more arguments.
fn report(name: &str, more: &[&str]) -> Json {
    let path = example(name);
    let run = warplens(&[&["profile", "--no-compile", "--format", "json", &path], more].concat());
    assert_eq!(run.status, Some(0), "{name}: {}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn kernel<'r>(report: &'r Json, name: &str) -> &'r Json {
    let kernels = report["kernels"].as_array().unwrap();
    kernels.iter().find(|k| k["name"] == name).unwrap_or_else(|| panic!("no {name} in the report"))
}

fn metric(launch: &Json, name: &str) -> f64 {
    launch["metrics"][name]["value"].as_f64().unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn every_example_verifies() {
    let mut seen = 0;
    for folder in std::fs::read_dir(root().join("examples")).unwrap().map(|e| e.unwrap().path()) {
        if !folder.join("launch.toml").exists() {
            continue;
        }
        let run = warplens(&["profile", "--no-compile", &folder.display().to_string()]);
        assert_eq!(run.status, Some(0), "{}\n{}\n{}", folder.display(), run.stdout, run.stderr);
        assert!(run.stdout.contains("expected results hold"), "{} checks nothing", folder.display());
        seen += 1;
    }
    assert!(seen >= 10, "{seen} examples");
}

#[test]
fn the_transposes_count_what_their_addresses_say() {
    // 512 x 512 floats by blocks of 32 x 8 threads: 8192 warps' worth of loads and of stores.
    const REQUESTS: f64 = 8192.0;
    let report = report("transpose", &["--device", "h100"]);
    let launch = |name| &kernel(&report, name)["launches"][0];
    let naive = launch("transpose_naive");
    assert_eq!(metric(naive, "l1tex__t_requests_pipe_lsu_mem_global_op_st"), REQUESTS);
    // Lanes store a row of 2048 bytes apart: each has a sector of its own.
    assert_eq!(metric(naive, "l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_st"), 32.0);
    assert_eq!(metric(naive, "l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld"), 4.0);
    assert_eq!(metric(naive, "derived__memory_l2_theoretical_sectors_global_excessive"), REQUESTS * 28.0);
    // Every load touches one line, every store 32.
    assert_eq!(metric(naive, "memory_l1_tag_requests_global"), REQUESTS * 33.0);
    assert_eq!(metric(naive, "ptx__global_bytes_minimum_read"), 512.0 * 512.0 * 4.0);
    assert_eq!(metric(naive, "ptx__global_bytes_minimum_write"), 512.0 * 512.0 * 4.0);

    // A column of the unpadded tile lies in one bank: 32 passes. One column of padding: one pass.
    let (tiled, padded) = (launch("transpose_tiled"), launch("transpose_padded"));
    for (launch, passes) in [(tiled, 32.0), (padded, 1.0)] {
        assert_eq!(metric(launch, "l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_st"), 4.0);
        assert_eq!(metric(launch, "memory_l1_wavefronts_shared"), REQUESTS * (1.0 + passes));
        assert_eq!(metric(launch, "memory_l1_wavefronts_shared_ideal"), REQUESTS * 2.0);
        let conflicts = metric(launch, "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_ld");
        assert_eq!(conflicts, REQUESTS * (passes - 1.0));
        assert_eq!(metric(launch, "ptx__memory_l1_conflicts_shared_worst_way"), passes);
    }

    let advice = |name| kernel(&report, name)["advice"].as_array().unwrap().clone();
    let first = &advice("transpose_naive")[0];
    assert_eq!(first["rule"], "uncoalesced-access");
    assert!(first["message"].as_str().unwrap().starts_with("32 sectors a request, 4 would do"), "{first}");
    let line = first["line"].as_u64().unwrap() as usize;
    let source = std::fs::read_to_string(root().join("examples/transpose/transpose.cu")).unwrap();
    assert!(source.lines().nth(line - 1).unwrap().contains("out[x * n + y + j]"), "line {line}");
    assert_eq!(advice("transpose_tiled")[0]["rule"], "shared-bank-conflict");
    let wasteful = |a: &&Json| a.get("weight").is_some();
    assert_eq!(advice("transpose_padded").iter().find(wasteful), None, "nothing is wrong with it");
}

#[test]
fn accesses_count_by_their_width() {
    // One full warp; 4-, 8- and 16-byte stores side by side, then 4-byte ones 8 bytes apart and to one address.
    let stores = [
        ("v1", "mul.wide.u32 %rd2, %r1, 4;", "st.global.u32 [%rd3], %r1;", 4.0, 4.0),
        ("v2", "mul.wide.u32 %rd2, %r1, 8;", "st.global.v2.u32 [%rd3], {%r1, %r1};", 8.0, 8.0),
        ("v4", "mul.wide.u32 %rd2, %r1, 16;", "st.global.v4.u32 [%rd3], {%r1, %r1, %r1, %r1};", 16.0, 16.0),
        ("apart", "mul.wide.u32 %rd2, %r1, 8;", "st.global.u32 [%rd3], %r1;", 8.0, 4.0),
        ("one", "mul.wide.u32 %rd2, %r1, 0;", "st.global.u32 [%rd3], %r1;", 1.0, 1.0),
    ];
    let mut ptx = ".version 7.0\n.target sm_80\n.address_size 64\n".to_owned();
    let mut launches = String::new();
    for (name, address, store, ..) in stores {
        ptx += &format!(
            ".visible .entry {name}(.param .u64 out) {{\n.reg .b64 %rd<4>;\n.reg .b32 %r<2>;\n\
             ld.param.u64 %rd1, [out];\nmov.u32 %r1, %tid.x;\n{address}\nadd.s64 %rd3, %rd1, %rd2;\n{store}\nret;\n}}\n"
        );
        launches += &format!("[[launch]]\nkernel = '{name}'\ngrid = [1]\nblock = [32]\nargs = ['b']\n");
    }
    let folder = scratch("profile-widths");
    let file = format!("ptx = 'w.ptx'\n[buffers.b]\ntype = 'u32'\nlen = 128\n{launches}");
    std::fs::write(folder.join("launch.toml"), file).unwrap();
    std::fs::write(folder.join("w.ptx"), ptx).unwrap();
    let run = profile(&folder, &["--format", "json"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let report: Json = serde_json::from_str(&run.stdout).unwrap();
    for (name, _, _, sectors, ideal) in stores {
        let launch = &kernel(&report, name)["launches"][0];
        assert_eq!(metric(launch, "l1tex__t_requests_pipe_lsu_mem_global_op_st"), 1.0, "{name}");
        assert_eq!(metric(launch, "l1tex__t_sectors_pipe_lsu_mem_global_op_st"), sectors, "{name}");
        assert_eq!(metric(launch, "memory_l2_theoretical_sectors_global_ideal"), ideal, "{name}");
        assert_eq!(metric(launch, "smsp__inst_executed"), 6.0, "{name}");
        assert_eq!(metric(launch, "smsp__thread_inst_executed"), 192.0, "{name}");
    }
}

#[test]
fn lines_add_up_to_their_launch() {
    let report = report("reduction", &[]);
    for kernel in report["kernels"].as_array().unwrap() {
        for launch in kernel["launches"].as_array().unwrap() {
            for name in
                ["smsp__inst_executed", "smsp__thread_inst_executed", "memory_l2_theoretical_sectors_global"]
            {
                let of_line = |l: &Json| l["metrics"][name]["value"].as_u64().unwrap_or(0);
                let sum: u64 = launch["lines"].as_array().unwrap().iter().map(of_line).sum();
                assert_eq!(sum as f64, metric(launch, name), "{} {name}", kernel["name"]);
            }
        }
    }
}

#[test]
fn reports_are_the_same_bytes_on_every_run() {
    let folder = scratch("profile-same-bytes");
    let write = |name: &str, more: &[&str]| {
        let file = folder.join(name).display().to_string();
        let path = example("reduction");
        let run = warplens(&[&["profile", "--no-compile", "--report", &file, &path], more].concat());
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        (std::fs::read_to_string(file).unwrap(), run.stdout)
    };
    let first = write("a.json", &[]);
    assert!(first == write("b.json", &["--deterministic"]), "two runs differ");
    assert!(first == write("c.json", &["--gang", "1"]), "single warps differ from gangs");
    assert!(first == write("d.json", &["--workers", "3"]), "three threads differ from one");
}

#[test]
fn selections_leave_the_rest_out() {
    let report = report("transpose", &["--kernel", "*_tiled"]);
    let names: Vec<&str> =
        report["kernels"].as_array().unwrap().iter().map(|k| k["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["transpose_tiled"]);
    assert_eq!(report["checks"]["passed"], 3, "the others ran and were checked");
}

/// A launch file for `kernel` of ok.ptx in a folder of its own; returns the folder.
fn project(name: &str, launch: &str) -> PathBuf {
    let folder = scratch(name);
    let text = format!("ptx = 'ok.ptx'\n[buffers.b]\ntype = 'u32'\nlen = 64\n[[launch]]\n{launch}\n");
    std::fs::write(folder.join("launch.toml"), text).unwrap();
    std::fs::write(folder.join("ok.ptx"), PTX).unwrap();
    folder
}

const LAUNCH: &str = "kernel = 'ones'\ngrid = [2]\nblock = [32]\nargs = ['b']";

const PTX: &str = r#".version 7.0
.target sm_80
.address_size 64
.visible .entry ones(.param .u64 out) {
  .reg .b64 %rd<4>;
  .reg .b32 %r<6>;
  ld.param.u64 %rd1, [out];
  mov.u32 %r1, %tid.x;
  mov.u32 %r2, %ntid.x;
  mov.u32 %r3, %ctaid.x;
  mad.lo.u32 %r4, %r2, %r3, %r1;
  mul.wide.u32 %rd2, %r4, 4;
  add.s64 %rd3, %rd1, %rd2;
  st.global.u32 [%rd3], 1;
  ret;
}
.visible .entry endless() {
L:
  bra L;
}
"#;

fn profile(folder: &Path, more: &[&str]) -> crate::support::Run {
    let path = folder.display().to_string();
    warplens(&[&["profile", &path], more].concat())
}

/// The words of a run that must end with status 2, advice, and no panic.
fn complaint(args: &[&str]) -> String {
    let run = warplens(args);
    assert_eq!(run.status, Some(2), "{args:?}\n{}\n{}", run.stdout, run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert!(
        run.stderr.contains("help: ") || run.stderr.contains("Usage") || run.stderr.contains("For more"),
        "{}",
        run.stderr
    );
    run.stderr
}

#[test]
fn a_kernel_without_line_information_is_told_by_ptx_lines() {
    let folder = project("profile-ptx-lines", LAUNCH);
    let run = profile(&folder, &[]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("ok.ptx:14  st.global.u32 [%rd3], 1;"), "{}", run.stdout);
    assert!(run.stdout.contains("-lineinfo"), "{}", run.stdout);
}

#[test]
fn wrong_results_and_faults_end_with_status_1() {
    let folder =
        project("profile-wrong", &format!("{LAUNCH}\n[[launch.expect]]\nbuffer = 'b'\nconstant = 2"));
    let run = profile(&folder, &[]);
    assert_eq!(run.status, Some(1));
    assert!(run.stdout.contains("buffer `b`: 64 of 64 elements differ"), "{}", run.stdout);
    assert!(run.stdout.contains("[0] is 1, should be 2"), "{}", run.stdout);

    let folder = project("profile-fault", &LAUNCH.replace("[2]", "[3]"));
    let run = profile(&folder, &[]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("out-of-bounds write of 4 bytes"), "{}", run.stderr);
    assert!(run.stdout.contains("stopped by a fault"), "{}", run.stdout);

    let folder = project("profile-endless", "kernel = 'endless'\ngrid = [1]\nblock = [32]");
    let run = profile(&folder, &["--fuel", "10000"]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("raise it with --fuel"), "{}", run.stderr);
}

#[test]
fn mistakes_in_launch_files_say_what_to_do() {
    let says = |name: &str, launch: &str, more: &[&str]| {
        let folder = project(name, launch).display().to_string();
        complaint(&[&["profile", &folder], more].concat()).replace(&folder, "DIR")
    };
    let text = says("profile-kernel", &LAUNCH.replace("ones", "one"), &[]);
    assert_eq!(text, "error: DIR/launch.toml:6: the PTX has no kernel `one`\n help: did you mean `ones`?\n");
    let text = says("profile-args", &LAUNCH.replace("'b'", "'b', { i32 = 1 }"), &[]);
    assert!(text.contains("launch.toml:9: `ones` takes 1 argument and the launch gives 2"), "{text}");
    let text = says("profile-block", &LAUNCH.replace("[32]", "[2048]"), &[]);
    assert!(text.contains("launch.toml:5: `ones` cannot be launched") && text.contains("1024"), "{text}");
    let text = says("profile-grid", &LAUNCH.replace("[2]", "[1, 70000]"), &[]);
    assert!(text.contains("65535"), "{text}");
    let text = says("profile-filter", LAUNCH, &["--kernel", "onse"]);
    assert!(text.contains("did you mean `ones`?"), "{text}");
    let text = says("profile-device", LAUNCH, &["--device", "h10"]);
    assert!(text.contains("did you mean `h100`?"), "{text}");
}

#[test]
fn hostile_ptx_is_refused_with_its_place() {
    let with = |name: &str, ptx: &[u8]| {
        let folder = project(name, LAUNCH);
        std::fs::write(folder.join("ok.ptx"), ptx).unwrap();
        complaint(&["profile", &folder.display().to_string()])
    };
    // Cut in the middle of a word.
    let cut = PTX.find("st.global").unwrap() + 4;
    let text = with("profile-cut", &PTX.as_bytes()[..cut]);
    assert!(text.contains("ok.ptx:14:"), "{text}");
    let text = with("profile-latin1", b".version 7.0 // caf\xe9");
    assert!(text.contains("is not UTF-8 text: byte 19"), "{text}");
    with("profile-binary", &[0x7f, b'E', b'L', b'F', 0, 1, 2, 3, 0xff]);
    with("profile-empty", b"");
    with("profile-deep", "{".repeat(200_000).as_bytes());
    let unknown = PTX.replace("st.global.u32 [%rd3], 1;", "frobnicate.u32 %r1, %r2;");
    assert!(with("profile-unknown", unknown.as_bytes()).contains("ok.ptx:14:"));
}

#[test]
fn images_without_ptx_name_their_architectures() {
    let folder = project("profile-image", LAUNCH);
    let fatbin = folder.join("code.fatbin");
    std::fs::write(&fatbin, cubin_only_fatbin()).unwrap();
    let launch = folder.join("launch.toml").display().to_string();
    let text = complaint(&["profile", &fatbin.display().to_string(), "--launch", &launch]);
    assert!(text.contains("there is no PTX in it") && text.contains("sm_80"), "{text}");
    assert!(text.contains("compute_80"), "says how to rebuild: {text}");
    let noise = folder.join("noise.bin");
    std::fs::write(&noise, [7; 100]).unwrap();
    let text = complaint(&["profile", &noise.display().to_string(), "--launch", &launch]);
    assert!(text.contains("is not a device image"), "{text}");
}

/// A fatbin whose only entry is machine code for sm_80 (PTX.md's layout: header, then entry header and payload).
fn cubin_only_fatbin() -> Vec<u8> {
    let payload = cubin();
    let mut entry = Vec::new();
    entry.extend(2_u16.to_le_bytes());
    entry.extend(0x0101_u16.to_le_bytes());
    entry.extend(0x40_u32.to_le_bytes());
    entry.extend((payload.len() as u64).to_le_bytes());
    entry.resize(0x1c, 0);
    entry.extend(80_u32.to_le_bytes());
    entry.resize(0x40, 0);
    entry.extend(&payload);
    let mut file = Vec::new();
    file.extend(0xBA55_ED50_u32.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(16_u16.to_le_bytes());
    file.extend((entry.len() as u64).to_le_bytes());
    file.extend(entry);
    file
}

/// An ELF header for machine 190 and nothing else.
fn cubin() -> Vec<u8> {
    let mut elf = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0x33, 7, 0, 0, 0, 0, 0, 0, 0];
    elf.extend(2_u16.to_le_bytes());
    elf.extend(190_u16.to_le_bytes());
    elf.extend(1_u32.to_le_bytes());
    elf.resize(48, 0);
    elf.extend(0x0050_0550_u32.to_le_bytes());
    elf.extend(64_u16.to_le_bytes());
    elf.extend([56, 0, 0, 0, 64, 0, 0, 0, 0, 0]);
    elf
}

#[test]
fn missing_files_and_bad_options_end_with_words() {
    let text = complaint(&["profile", "no/such/folder"]);
    assert!(text.contains("cannot read no/such/folder"), "{text}");
    let empty = scratch("profile-empty-folder").display().to_string();
    assert!(complaint(&["profile", &empty]).contains("docs/launch-file.md"));
    complaint(&["profile", &example("saxpy"), "--launches", "4..2"]);
    complaint(&["profile", &example("saxpy"), "--workers", "0"]);
    let text =
        complaint(&["profile", &example("saxpy"), "--no-compile", "--report", "no/such/folder/r.json"]);
    assert!(text.contains("cannot write the report"), "{text}");
}

#[test]
fn explain_knows_metrics_rules_and_advice() {
    let says = |name: &str| {
        let run = warplens(&["explain", name]);
        assert_eq!(run.status, Some(0), "{name}: {}", run.stderr);
        run.stdout
    };
    assert!(says("smsp__inst_executed").replace('\n', " ").contains("PTX instructions"));
    assert!(says("ptx__inst_executed.sum").starts_with("smsp__inst_executed, also ptx__inst_executed"));
    assert!(says("WL001").contains("WL001"));
    let both = says("partial-warp-block");
    assert!(both.contains("advice in profiles") && both.contains("default level"), "{both}");
    assert!(says("launch__occupancy").starts_with("5 metrics"));
    assert!(complaint(&["explain", "smsp_inst_executed"]).contains("did you mean `smsp__inst_executed`?"));
}
