//! Sources and headers on disk, seen as the linter and the editor see them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use warplens_headers::Headers;
use warplens_ide::{Analysis, Config, Diagnostic, Language, diagnostics};

/// A folder of its own for each test, removed when done.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("headers-{name}-{}", std::process::id()));
        let folder = Folder(path);
        for (file, text) in files {
            folder.write(file, text);
        }
        folder
    }

    fn write(&self, file: &str, text: &str) -> PathBuf {
        let at = self.0.join(file);
        std::fs::create_dir_all(at.parent().expect("a parent")).expect("a folder");
        std::fs::write(&at, text).expect("a file");
        at
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The source among its headers.
fn seen(headers: &Headers, path: &Path, text: &str) -> Analysis {
    let alone = Analysis::of(text, Language::Cuda);
    let around = headers.around(path, &alone);
    alone.surrounded(&around)
}

fn found(headers: &Headers, path: &Path, text: &str) -> Vec<Diagnostic> {
    diagnostics(&seen(headers, path, text), &Config::default())
}

fn rules(list: &[Diagnostic]) -> Vec<&str> {
    list.iter().filter(|d| d.severity > warplens_ide::Severity::Info).map(|d| d.rule).collect()
}

const HEADER: &str = "#pragma once\n#include \"sizes.h\"\n#define BLOCK (WARPS * 32)\n\
    using real = double;\n__constant__ float table[16];\n#define KERNEL __global__\n\
    KERNEL void __launch_bounds__(BLOCK) scale(float *x, int n);\nvoid report(const char *what);\n\
    __device__ float half_of(float x);\n";

fn project(name: &str) -> Folder {
    Folder::new(
        name,
        &[("kernels.cuh", HEADER), ("sizes.h", "constexpr int WARPS = 8;\nenum { FIRST, SECOND };\n")],
    )
}

#[test]
fn sizes_from_headers_of_headers_count() {
    let folder = project("sizes");
    let text = "#include \"kernels.cuh\"\n__global__ void k(float *x) {\n    __shared__ float s[BLOCK];\n    s[256] = 0;\n    s[SECOND] = x[0];\n}\n";
    let path = folder.write("a.cu", text);
    let analysis = seen(&Headers::default(), &path, text);
    let array = analysis.model().symbols.iter().find(|s| s.name == "s").expect("the array");
    assert_eq!(array.ty.bytes(), Some(1024));
    assert_eq!(rules(&diagnostics(&analysis, &Config::default())), ["shared-array-overflow"]);
}

#[test]
fn a_kernel_of_a_header_is_checked_where_it_is_launched() {
    let folder = project("launch");
    let text = "#include \"kernels.cuh\"\nvoid run(float *x) {\n    scale<<<1, BLOCK>>>(x, 5);\n    scale<<<1, 512>>>(x, 5);\n    scale<<<1, BLOCK>>>(x);\n    scale<<<1, BLOCK>>>(5, x);\n}\n";
    let path = folder.write("a.cu", text);
    let list = found(&Headers::default(), &path, text);
    let lines: Vec<(u32, &str)> = list
        .iter()
        .filter(|d| d.severity == warplens_ide::Severity::Error)
        .map(|d| (warplens_ide::LineIndex::new(text).line(d.range.start) + 1, d.rule))
        .collect();
    let mismatch = "launch-argument-mismatch";
    assert_eq!(lines, [(4, "oversized-block"), (5, mismatch), (6, mismatch), (6, mismatch)], "{list:#?}");
    let place = &list.iter().find(|d| d.rule == mismatch).expect("a mismatch").elsewhere[0];
    assert_eq!((place.path.clone(), place.line, place.column), (folder.0.join("kernels.cuh"), 7, 38));
}

#[test]
fn the_sides_of_functions_and_the_types_of_headers_are_known() {
    let folder = project("sides");
    let text = "#include \"kernels.cuh\"\n__device__ real twice(real x) { return 2 * x; }\n__global__ void k(float *x) { report(\"no\"); x[0] = half_of(x[1]); }\nint main() { return half_of(1.0f); }\n";
    let path = folder.write("a.cu", text);
    let headers = Headers::default();
    assert_eq!(rules(&found(&headers, &path, text)), ["host-call-from-device", "device-call-from-host"]);
    let analysis = seen(&headers, &path, text);
    let x = analysis.model().symbols.iter().find(|s| s.name == "x").expect("the parameter");
    assert_eq!(x.ty.bytes(), Some(8));
}

#[test]
fn a_name_with_two_meanings_has_none() {
    let folder = Folder::new("two", &[("a.h", "#define N 8\n"), ("b.h", "#define N 9\n")]);
    let text = "#include \"a.h\"\n#include \"b.h\"\n__shared__ float s[N];\n";
    let analysis = seen(&Headers::default(), &folder.write("x.cu", text), text);
    assert_eq!(analysis.model().symbols.iter().find(|s| s.name == "s").and_then(|s| s.ty.bytes()), None);
}

#[test]
fn folders_come_from_the_compile_commands_else_from_usual_names() {
    let folder = Folder::new("folders", &[("deps/n.h", "#define N 4\n"), ("include/m.h", "#define M 5\n")]);
    let text = "#include <n.h>\n#include \"m.h\"\n__shared__ char s[N], t[M];\n";
    let path = folder.write("src/a.cu", text);
    let sizes = |headers: &Headers| -> Vec<Option<u64>> {
        let analysis = seen(headers, &path, text);
        let arrays = analysis.model().symbols.iter().filter(|s| s.name == "s" || s.name == "t");
        arrays.map(|s| s.ty.bytes()).collect()
    };
    let headers = Headers::default();
    assert_eq!(sizes(&headers), [None, Some(5)], "`include` is a usual name, `deps` is not");
    folder.write(
        "build/compile_commands.json",
        r#"[{"directory": "..", "file": "src/a.cu", "command": "nvcc -Ideps -isystem include -c src/a.cu"}]"#,
    );
    headers.changed_on_disk(&[folder.0.join("build/compile_commands.json")]);
    assert_eq!(sizes(&headers), [Some(4), Some(5)]);
}

#[test]
fn a_header_is_seen_as_the_editor_has_it_and_its_users_are_told() {
    let folder = Folder::new("editor", &[("n.h", "#define N 4\n"), ("other.h", "#define O 4\n")]);
    let text = "#include \"n.h\"\n__shared__ char s[N];\n";
    let path = folder.write("a.cu", text);
    let (headers, header) = (Headers::default(), folder.0.join("n.h"));
    let size = || {
        seen(&headers, &path, text).model().symbols.iter().find(|s| s.name == "s").and_then(|s| s.ty.bytes())
    };
    assert_eq!(size(), Some(4));
    let edited =
        |path: &Path, text: &str| headers.opened(path, &Arc::new(Analysis::of(text, Language::Cuda)));
    assert_eq!(edited(&header, "#define N 4 // the same\n"), Vec::<PathBuf>::new());
    assert_eq!(edited(&header, "#define N 7\n"), std::slice::from_ref(&path));
    assert_eq!(size(), Some(7));
    assert_eq!(
        edited(&folder.0.join("other.h"), "#define O 9\n"),
        Vec::<PathBuf>::new(),
        "nobody includes it"
    );
    assert_eq!(headers.closed(&header), std::slice::from_ref(&path));
    assert_eq!(size(), Some(4), "the file on disk counts again");
}

#[test]
fn circles_and_crowds_of_headers_end() {
    let folder =
        Folder::new("circle", &[("a.h", "#include \"b.h\"\n#define A 1\n"), ("b.h", "#include \"a.h\"\n")]);
    let mut text = String::from("#include \"a.h\"\n#include \"a.cu\"\n");
    for i in 0..200 {
        folder.write(&format!("h{i}.h"), &format!("#define H{i} {i}\n"));
        text.push_str(&format!("#include \"h{i}.h\"\n"));
    }
    text.push_str("__shared__ char s[A], t[H3], u[H199];\n");
    let analysis = seen(&Headers::default(), &folder.write("a.cu", &text), &text);
    let size =
        |name: &str| analysis.model().symbols.iter().find(|s| s.name == name).and_then(|s| s.ty.bytes());
    assert_eq!((size("s"), size("t"), size("u")), (Some(1), Some(3), None), "64 headers are enough");
}
