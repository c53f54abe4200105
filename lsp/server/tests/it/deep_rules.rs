//! The rules that need a compile, each against its own manual with the real clang: the example must trigger it, what to
//! use instead must not. Skipped with a line on standard error where there is no clang.

use std::path::{Path, PathBuf};

use warplens_ide::rules::RULES;
use warplens_ide::{Analysis, Config, Diagnostic, Language, Level};
use warplens_lsp::deep::lint::Compiler;

use crate::editor::Folder;

fn compiler() -> Option<Compiler> {
    let headers: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../driver/include");
    let found = Compiler::find(headers.canonicalize().ok());
    if found.is_none() {
        eprintln!("skipped: no clang++ is installed");
    }
    found
}

/// What the rules find in a file of this name and text.
fn look(compiler: &Compiler, name: &str, text: &str, config: &Config) -> Result<Vec<Diagnostic>, String> {
    let root = Folder::new();
    let path = root.write(name, text);
    compiler.look(&path, &Analysis::of(text, Language::from_path(name)), config)
}

fn code(manual: &str, heading: &str) -> String {
    let section = manual.split(&format!("## {heading}\n")).nth(1).expect("the section");
    let code = section.split("```").nth(1).expect("a code block");
    code.split_once('\n').expect("a language").1.to_owned()
}

#[test]
fn examples_of_rules_that_need_a_compile_trigger_them_and_replacements_do_not() {
    let Some(compiler) = compiler() else { return };
    let mut wrong = Vec::new();
    for rule in RULES.iter().filter(|r| r.needs_compile()) {
        let mut config = Config::default();
        config.levels.extend(RULES.iter().map(|r| (r.name.to_owned(), Level::Off)));
        config.levels.insert(rule.name.to_owned(), Level::Warning);
        let manual = rule.manual();
        let found = |heading: &str| look(&compiler, "a.cu", &code(&manual, heading), &config);
        match found("Example") {
            Ok(list) if list.iter().any(|d| d.rule == rule.name) => {}
            other => wrong.push(format!("{}: the example is not found: {other:?}", rule.name)),
        }
        match found("Use instead") {
            Ok(list) if list.is_empty() => {}
            other => wrong.push(format!("{}: the replacement is found: {other:?}", rule.name)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_allow_comment_and_a_level_silence_them() {
    let Some(compiler) = compiler() else { return };
    let text = "__global__ void k(int *p) {\n    *p = nothing; // warplens: allow(compiler-error)\n    *p = nowhere;\n}\n";
    let list = look(&compiler, "a.cu", text, &Config::default()).expect("a compile");
    let lines: Vec<u32> =
        list.iter().map(|d| Analysis::of(text, Language::Cuda).lines().line(d.range.start)).collect();
    assert_eq!(lines, [2], "{list:?}");
    let mut config = Config::default();
    config.levels.insert("compiler-error".to_owned(), Level::Off);
    assert_eq!(look(&compiler, "a.cu", text, &config), Ok(Vec::new()));
}

#[test]
fn an_error_of_both_passes_is_said_once_and_one_of_a_pass_names_it() {
    let Some(compiler) = compiler() else { return };
    let text = "int both = nowhere;\n#ifdef __CUDA_ARCH__\n__device__ int d = only_device;\n#else\nint h = only_host;\n#endif\n";
    let list = look(&compiler, "a.cu", text, &Config::default()).expect("a compile");
    let said =
        |what: &str| -> Vec<&Diagnostic> { list.iter().filter(|d| d.message.contains(what)).collect() };
    assert_eq!(said("nowhere").len(), 1, "{list:?}");
    assert!(said("nowhere")[0].notes.is_empty());
    assert_eq!(said("only_device")[0].notes, ["in the device pass only"]);
    assert_eq!(said("only_host")[0].notes, ["in the host pass only"]);
}

#[test]
fn a_header_that_is_not_there_is_no_error_of_the_code() {
    let Some(compiler) = compiler() else { return };
    let text = "#include \"not_there.h\"\n__global__ void k(Later *p) {}\n";
    let why = look(&compiler, "a.cu", text, &Config::default()).unwrap_err();
    assert!(why.contains("`not_there.h` is not found"), "{why}");
}

#[test]
fn compile_commands_say_where_headers_are_and_musa_is_compiled_as_well() {
    let Some(compiler) = compiler() else { return };
    let root = Folder::new();
    root.write("inc/n.h", "#define N 4\n");
    let text = "#include <musa_runtime.h>\n#include <n.h>\n__global__ void k(int *p) { *p = N; }\nint main() { k<<<1, N>>>(nullptr); return musaDeviceSynchronize(); }\n";
    let path = root.write("src/a.mu", text);
    let database = serde_json::json!([{
        "directory": root.0, "file": "src/a.mu",
        "arguments": ["mcc", "--offload-arch=mp_31", "-Iinc", "-c", "src/a.mu"],
    }]);
    root.write("build/compile_commands.json", &database.to_string());
    let found =
        compiler.look(&path, &Analysis::of(text, Language::Musa), &Config::default()).expect("a compile");
    assert!(found.iter().all(|d| d.rule == "low-occupancy"), "{found:?}");
}
