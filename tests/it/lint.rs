//! `warplens lint` as a user and a CI job meet it: formats, exit status, fixes, baselines, odd files and folders.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{Run, scratch, warplens};

/// One error, one warning with a safe fix.
const BAD: &str = "// 屏障\n__global__ void k(float *x) {\n    if (threadIdx.x < 3) { __syncthreads(); }\n    x[0] = x[1] * 0.5;\n}\n";
const GOOD: &str = "__global__ void k(float *x) { x[threadIdx.x] = 1.0f; }\n";

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = scratch(&format!("lint_{name}"));
    for (file, text) in files {
        let at = folder.join(file);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::fs::write(at, text).unwrap();
    }
    folder
}

fn lint(path: &Path, more: &[&str]) -> Run {
    let mut args = vec!["lint", path.to_str().unwrap()];
    args.extend(more);
    warplens(&args)
}

fn rules(run: &Run) -> Vec<String> {
    let list: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", run.stdout));
    list.as_array().unwrap().iter().map(|d| d["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_exit_status_tells_clean_from_found_from_failed() {
    let folder = folder("status", &[("bad.cu", BAD), ("good.cu", GOOD)]);
    let clean = lint(&folder.join("good.cu"), &[]);
    assert_eq!((clean.status, clean.stdout.as_str()), (Some(0), "nothing found in 1 file\n"));
    assert_eq!(lint(&folder, &[]).status, Some(1));
    let missing = lint(&folder.join("none.cu"), &[]);
    assert_eq!(missing.status, Some(2));
    assert!(
        missing.stderr.contains("cannot read") && missing.stderr.contains("none.cu"),
        "{}",
        missing.stderr
    );
    assert_eq!(lint(&folder, &["--device", "s80"]).status, Some(2), "no such device");
    assert_eq!(lint(&folder, &["--least", "error", "--format", "json"]).status, Some(1));
    let both = warplens(&["lint", folder.join("none.cu").to_str().unwrap(), folder.to_str().unwrap()]);
    assert_eq!(both.status, Some(2), "what could not be read weighs more than what was found");
    assert!(both.stdout.contains("divergent-barrier"), "and the rest is linted all the same");
}

#[test]
fn json_has_every_key_of_every_finding() {
    let run = lint(&folder("json", &[("bad.cu", BAD)]), &["--format", "json"]);
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    let first = list[0].as_object().unwrap();
    let mut keys: Vec<&str> = first.keys().map(String::as_str).collect();
    keys.sort_unstable();
    let expected = [
        "code",
        "column",
        "end_column",
        "end_line",
        "file",
        "line",
        "message",
        "rule",
        "severity",
        "witness",
    ];
    assert_eq!(keys, expected);
    assert_eq!(rules(&run), ["divergent-barrier", "double-literal-in-float-code"]);
    assert_eq!(lint(&folder("json_clean", &[("a.cu", GOOD)]), &["--format", "json"]).stdout.trim(), "[]");
}

#[test]
fn sarif_has_what_the_published_schema_requires() {
    let run = lint(&folder("sarif", &[("a 块/bad.cu", BAD)]), &["--format", "sarif"]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    // SARIF 2.1.0: sarifLog requires `version` and `runs`; run `tool`; tool `driver`; toolComponent `name`;
    // reportingDescriptor `id`; result `message`; lines and columns are at least 1; artifact URIs are relative or absolute URIs.
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif"), "{}", log["$schema"]);
    let runs = log["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 1);
    let driver = &runs[0]["tool"]["driver"];
    assert!(driver["name"].is_string());
    let rules = driver["rules"].as_array().unwrap();
    assert!(rules.iter().all(|r| r["id"].as_str().is_some_and(|id| id.starts_with("WL"))));
    let results = runs[0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        assert!(result["message"]["text"].is_string());
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        if let Some(index) = result["ruleIndex"].as_u64() {
            assert_eq!(rules[usize::try_from(index).unwrap()]["id"], result["ruleId"]);
        }
        for location in result["locations"].as_array().unwrap() {
            let place = &location["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.is_ascii() && !uri.contains([' ', '\\']) && uri.contains("a%20%E5%9D%97/"), "{uri}");
            let region = &place["region"];
            for key in ["startLine", "startColumn", "endLine", "endColumn"] {
                assert!(region[key].as_u64().is_none_or(|n| n >= 1), "{region}");
            }
            assert!(region["startLine"].is_u64());
        }
    }
}

#[test]
fn github_annotations_are_one_line_each_and_escaped() {
    let run = lint(&folder("github", &[("bad.cu", BAD)]), &["--format", "github"]);
    assert_eq!(run.stdout.lines().count(), 2);
    for line in run.stdout.lines() {
        assert!(line.starts_with("::error file=") || line.starts_with("::warning file="), "{line}");
        assert!(line.contains("line=") && line.contains("title=WL"), "{line}");
    }
}

#[test]
fn fixes_are_applied_once_and_leave_a_file_that_compiles() {
    let text = "#include <cuda_runtime.h>\n__global__ void k(float *x, size_t n) {\n    size_t i = blockIdx.x * blockDim.x + threadIdx.x;\n    if (i < n) x[i] = x[i] * 0.5;\n}\n// 尾\nint main() { k<<<1, 32>>>(nullptr, 0); return 0; }\n";
    let folder = folder("fix", &[("a.cu", text), ("crlf.cu", &text.replace('\n', "\r\n"))]);
    let before = lint(&folder, &["--format", "json"]);
    assert!(!rules(&before).is_empty());
    let fixed = lint(&folder, &["--fix"]);
    assert!(fixed.stdout.contains("fixed"), "{}", fixed.stdout);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (first, crlf) = (read("a.cu"), read("crlf.cu"));
    assert_ne!(first, text);
    assert_eq!(crlf, first.replace('\n', "\r\n"), "line ends stay as they were");
    let again = lint(&folder, &["--fix", "--format", "json"]);
    assert_eq!((read("a.cu"), read("crlf.cu")), (first, crlf), "a second time changes nothing");
    assert_eq!(rules(&again), Vec::<String>::new());
    let compiled = lint(&folder.join("a.cu"), &["--deep", "--format", "json"]);
    if compiled.stderr.contains("no clang++ was found") {
        eprintln!("skipped: no clang++ is installed, so the fixed file was not compiled");
        return;
    }
    assert_eq!((compiled.status, compiled.stderr.as_str()), (Some(0), ""), "{}", compiled.stdout);
}

#[test]
fn a_baseline_hides_what_is_known_and_shows_what_is_new() {
    let folder = folder("baseline", &[("a.cu", BAD)]);
    let baseline = folder.join("known.json");
    let with = ["--baseline", baseline.to_str().unwrap(), "--format", "json"];
    let first = lint(&folder, &with);
    assert!(first.stderr.contains("2 known findings"), "{}", first.stderr);
    assert_eq!(first.status, Some(0));
    assert_eq!(lint(&folder, &with).status, Some(0));
    // Moved by a line it is still known; a new one is not.
    std::fs::write(
        folder.join("a.cu"),
        format!("\n{BAD}__device__ float f(float x) {{ return x * 3.5; }}\n"),
    )
    .unwrap();
    let later = lint(&folder, &with);
    assert_eq!((later.status, rules(&later)), (Some(1), vec!["double-literal-in-float-code".to_owned()]));
    std::fs::write(&baseline, "not json").unwrap();
    assert_eq!(lint(&folder, &with).status, Some(2));
}

#[test]
fn devices_and_assumed_blocks_change_what_is_wrong() {
    let kernel = "__global__ void k(float *x) {\n    __shared__ float s[8192];\n    s[threadIdx.x] = x[threadIdx.x % 32];\n}\n";
    let folder = folder("devices", &[("k.cu", kernel)]);
    let with = |more: &[&str]| rules(&lint(&folder, &[more, &["--format", "json"]].concat()));
    assert_eq!(with(&[]), Vec::<String>::new());
    assert_eq!(with(&["--device", "a100"]), Vec::<String>::new());
    let s80 = with(&["--device", "mtt-s80"]);
    assert!(
        s80.contains(&"warp-size-literal".to_owned()) && s80.contains(&"oversized-shared-memory".to_owned()),
        "{s80:?}"
    );
    let overflow =
        "__global__ void k(float *x) { __shared__ float s[64]; s[threadIdx.x] = x[0]; x[0] = s[0]; }\n";
    let folder = self::folder("block", &[("k.cu", overflow)]);
    let found = |more: &[&str]| rules(&lint(&folder, &[more, &["--format", "json"]].concat()));
    assert!(found(&["--block", "128,1,1", "--grid", "8,1,1"]).contains(&"shared-array-overflow".to_owned()));
    assert!(!found(&["--block", "64"]).contains(&"shared-array-overflow".to_owned()));
}

#[test]
fn settings_exclude_paths_and_set_levels() {
    let toml = "[lint]\nexclude = [\"third_party/**\"]\n[lint.levels]\ndivergent-barrier = \"warning\"\n\
                [[lint.paths]]\npath = \"tests/**\"\nlevels = { divergent-barrier = \"off\" }\n";
    let files = [("warplens.toml", toml), ("src/a.cu", BAD), ("tests/b.cu", BAD), ("third_party/c.cu", BAD)];
    let folder = folder("settings", &files);
    let run = lint(&folder, &["--format", "json"]);
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    let shown: Vec<String> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|d| {
            let file = d["file"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            format!("{file} {} {}", d["severity"].as_str().unwrap(), d["code"].as_str().unwrap())
        })
        .collect();
    assert_eq!(shown, ["a.cu warning WL001", "a.cu warning WL035", "b.cu warning WL035"]);
    std::fs::write(folder.join("warplens.toml"), "[lint.levels]\nno-such-rule = \"off\"\n").unwrap();
    let wrong = lint(&folder, &[]);
    assert_eq!(wrong.status, Some(2));
    assert!(wrong.stderr.contains("there is no rule `no-such-rule`"), "{}", wrong.stderr);
}

#[test]
fn odd_files_and_folders_are_survived() {
    let long = format!("__constant__ int t[] = {{{}}};\n{BAD}", "12345, ".repeat(150_000));
    let folder = folder(
        "odd",
        &[
            (".gitignore", "build/\n"),
            ("build/generated.cu", BAD),
            ("src/long.cu", &long),
            ("src/empty.cu", ""),
            ("src/plain.cpp", "int main() { return 0; }\n"),
        ],
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink(&folder, folder.join("src/loop")).unwrap();
    let run = lint(&folder, &["--format", "json"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
    assert_eq!(rules(&run).len(), 2, "{}", run.stdout);
    let shown = lint(&folder, &[]).stdout;
    assert!(shown.lines().all(|l| l.chars().count() < 400), "a line of a megabyte is not printed");
    std::fs::write(folder.join("src/binary.cu"), b"\x7fELF\0\0\0__global__").unwrap();
    let binary = lint(&folder.join("src/binary.cu"), &[]);
    assert_eq!(binary.status, Some(2));
    assert!(binary.stderr.contains("it is not text"), "{}", binary.stderr);
}

#[test]
fn a_folder_without_device_code_says_so() {
    let run = lint(&folder("nothing", &[("main.cpp", "int main() {}\n")]), &[]);
    assert_eq!(run.status, Some(0));
    assert!(run.stderr.contains("no CUDA or MUSA code was found there"), "{}", run.stderr);
}

#[test]
fn headers_beside_a_source_are_read() {
    let files = [
        ("n.cuh", "#define N 8\n__global__ void k(float *x, int n);\n"),
        ("a.cu", "#include \"n.cuh\"\nvoid run(float *x) { k<<<1, 64>>>(x); }\n"),
    ];
    let run = lint(&folder("headers", &files), &["--format", "json"]);
    assert_eq!(rules(&run), ["launch-argument-mismatch"], "{}", run.stdout);
}

#[test]
fn compile_commands_are_linted_when_named() {
    let database =
        "[{\"directory\": \".\", \"file\": \"a.mu\", \"command\": \"mcc --use_fast_math -c a.mu\"}]";
    let folder = folder("commands", &[("compile_commands.json", database)]);
    let run = lint(&folder.join("compile_commands.json"), &["--format", "json"]);
    assert_eq!(rules(&run), ["unsupported-compile-flag"], "{}", run.stdout);
}

#[test]
fn deep_rules_say_what_keeps_them_from_running() {
    let folder = folder("deep", &[("a.cu", "#include \"nowhere.h\"\n"), ("b.cu", GOOD)]);
    let without = Command::new(env!("CARGO_BIN_EXE_warplens"))
        .args(["lint", "--deep", folder.join("b.cu").to_str().unwrap()])
        .env("WARPLENS_CLANGXX", "/nonexistent/clang++")
        .output()
        .unwrap();
    let without = Run::from(without);
    assert_eq!(without.status, Some(2));
    assert!(without.stderr.contains("skipped: the rules that need a compile"), "{}", without.stderr);
    let run = lint(&folder, &["--deep"]);
    if run.stderr.contains("no clang++ was found") {
        eprintln!("skipped: no clang++ is installed");
        return;
    }
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("a.cu was not compiled: `nowhere.h` is not found"), "{}", run.stderr);
    assert!(!run.stderr.contains("b.cu"), "{}", run.stderr);
}
