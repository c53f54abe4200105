//! The linter over a folder of files, with every output.

use std::path::{Path, PathBuf};
use warplens_config::Settings;
use warplens_ide::Severity;
use warplens_lint::*;

/// A folder of its own for each test, removed when done.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lint-{name}-{}", std::process::id()));
        let folder = Folder(path);
        for (file, text) in files {
            let at = folder.0.join(file);
            std::fs::create_dir_all(at.parent().expect("a parent")).expect("a folder");
            std::fs::write(at, text).expect("a file");
        }
        folder
    }

    fn options(&self) -> Options {
        Options {
            paths: vec![self.0.clone()],
            settings: Settings::default(),
            root: Some(self.0.clone()),
            least: Severity::Warning,
            fix: false,
            jobs: 2,
            deep: None,
        }
    }

    /// A report with paths from the folder, so that outputs compare.
    fn run(&self, options: &Options) -> Report {
        let mut report = warplens_lint::run(options);
        let prefix = format!("{}/", self.0.to_string_lossy());
        for file in &mut report.files {
            file.path = file.path.replace(&prefix, "");
            for finding in &mut file.findings {
                finding.path = finding.path.replace(&prefix, "");
            }
        }
        report
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const BAD: &str = "// 屏障\n__global__ void k(float *x) {\n    if (threadIdx.x < 3) { /* 好 */ __syncthreads(); }\n    x[0] = x[1] * 0.5;\n}\n";

fn rules(report: &Report) -> Vec<(&str, &str)> {
    report.findings().map(|f| (f.path.as_str(), f.diagnostic.rule)).collect()
}

#[test]
fn folders_are_walked_for_device_code_in_the_order_of_paths() {
    let plain = "int main() { return 0; }\n";
    let folder = Folder::new(
        "walk",
        &[
            ("b/k.cu", BAD),
            ("a.muh", BAD),
            ("host.cpp", plain),
            ("k.hpp", BAD),
            ("notes.txt", BAD),
            ("skip/k.cu", BAD),
        ],
    );
    let mut options = folder.options();
    options.settings = warplens_config::parse("[lint]\nexclude = [\"skip/**\"]\n").expect("settings");
    let report = folder.run(&options);
    let both = ["divergent-barrier", "double-literal-in-float-code"];
    let expected: Vec<(&str, &str)> =
        ["a.muh", "b/k.cu", "k.hpp"].iter().flat_map(|f| both.map(|r| (*f, r))).collect();
    assert_eq!(rules(&report), expected);
    assert_eq!(report.looked_at, 3);
    options.jobs = 1;
    assert_eq!(
        json(&folder.run(&options)).expect("json"),
        json(&report).expect("json"),
        "any number of threads"
    );
}

#[test]
fn positions_count_characters_from_one() {
    let folder = Folder::new("positions", &[("k.cu", BAD)]);
    let report = folder.run(&folder.options());
    let entries: serde_json::Value = serde_json::from_str(&json(&report).expect("json")).expect("an array");
    let first = &entries[0];
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(3), Some(36)));
    assert_eq!((first["end_line"].as_u64(), first["end_column"].as_u64()), (Some(3), Some(51)));
    assert_eq!(first["code"], "WL001");
    assert_eq!(first["rule"], "divergent-barrier");
    assert_eq!(first["severity"], "error");
    let keys: Vec<&String> = first.as_object().expect("an object").keys().collect();
    assert_eq!(keys.len(), 10);
}

#[test]
fn text_shows_the_line_with_its_marks_under_wide_characters() {
    let folder = Folder::new("text", &[("k.cu", BAD)]);
    let shown = text(&folder.run(&folder.options()));
    let plain: String = {
        let mut out = String::new();
        let mut escape = false;
        for c in shown.chars() {
            match c {
                '\u{1b}' => escape = true,
                'm' if escape => escape = false,
                c if !escape => out.push(c),
                _ => {}
            }
        }
        out
    };
    assert!(plain.contains("k.cu:3:36: error: not every thread"), "{plain}");
    // 好 is two columns wide.
    assert!(plain.contains(&format!("  | {}^^^^^^^^^^^^^^^\n", " ".repeat(36))), "{plain}");
    assert!(plain.ends_with("1 error, 1 warning in 1 file\n"), "{plain}");
}

#[test]
fn sarif_and_github_say_the_same() {
    let folder = Folder::new("sarif", &[("k.cu", BAD)]);
    let report = folder.run(&folder.options());
    let log: serde_json::Value = serde_json::from_str(&sarif(&report, "1.0").expect("sarif")).expect("json");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(
        run["tool"]["driver"]["rules"].as_array().map(Vec::len),
        Some(2),
        "only rules that found something"
    );
    assert_eq!(run["results"][0]["ruleId"], "WL001");
    assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"], 36);
    let commands = github(&report);
    assert!(
        commands.starts_with(
            "::error file=k.cu,line=3,endLine=3,col=36,endColumn=51,title=WL001 divergent-barrier::"
        ),
        "{commands}"
    );
    assert_eq!(commands.lines().count(), 2);
}

#[test]
fn a_baseline_knows_findings_again_when_lines_move_and_reports_new_ones() {
    let folder = Folder::new("baseline", &[("k.cu", BAD)]);
    let known = Baseline::of(&folder.run(&folder.options()));
    let known = Baseline::from_json(&known.to_json().expect("json")).expect("a baseline");
    assert_eq!(known.len(), 2);
    let moved = format!("\n\n{BAD}__device__ float f(float y) {{ return y * 0.25; }}\n");
    std::fs::write(folder.0.join("k.cu"), moved).expect("a file");
    let mut report = folder.run(&folder.options());
    known.subtract_from(&mut report);
    let left: Vec<u32> = report.findings().map(|f| f.start.0).collect();
    assert_eq!(left, [8], "the new line only");
    assert!(Baseline::from_json("[]").is_err());
    assert!(
        Baseline::from_json("{\"schema\":9,\"findings\":[]}")
            .is_err_and(|e| e.to_string().contains("schema 9"))
    );
}

#[test]
fn fixing_writes_safe_fixes_and_leaves_the_rest() {
    let folder = Folder::new("fix", &[("k.cu", BAD), ("latin.cu", "")]);
    std::fs::write(folder.0.join("latin.cu"), b"// \xe9\n__device__ float f(float x) { return x * 0.5; }\n")
        .expect("a file");
    let mut options = folder.options();
    options.fix = true;
    let report = folder.run(&options);
    let text = std::fs::read_to_string(folder.0.join("k.cu")).expect("a file");
    assert_eq!(text, BAD.replace("* 0.5;", "* 0.5f;"));
    assert_eq!(rules(&report), [("k.cu", "divergent-barrier")]);
    assert_eq!(report.fixed, 1);
    // What is not UTF-8 is linted but never rewritten.
    assert_eq!(report.errors.len(), 1);
    options.fix = false;
    assert_eq!(folder.run(&options).findings().filter(|f| f.path == "latin.cu").count(), 1);
}

#[test]
fn a_path_that_is_not_there_is_an_error_not_a_clean_run() {
    let folder = Folder::new("missing", &[]);
    let mut options = folder.options();
    options.paths = vec![folder.0.join("nothing.cu")];
    let report = folder.run(&options);
    assert_eq!(report.errors.len(), 1);
    assert!(report.errors[0].to_string().starts_with("cannot read "));
}

#[test]
fn devices_bring_their_limits() {
    let kernel = "__global__ void k(int *x) { x[threadIdx.x] = threadIdx.x % 32; }\n";
    let folder = Folder::new("device", &[("k.cu", kernel)]);
    let mut options = folder.options();
    assert_eq!(rules(&folder.run(&options)), []);
    options.settings = warplens_config::parse("[lint]\ndevices = [\"mtt-s4000\"]\n").expect("settings");
    let report = folder.run(&options);
    assert_eq!(rules(&report), [("k.cu", "warp-size-literal")]);
    assert_eq!(report.findings().next().map(|f| f.diagnostic.severity), Some(Severity::Error));
}
