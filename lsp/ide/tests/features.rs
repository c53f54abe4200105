//! Requests at a cursor, as an editor makes them. `$0` in a text is the cursor.

use std::sync::Arc;
use warplens_ide::*;

struct World {
    files: Vec<(String, Arc<Analysis>)>,
    index: Index,
    config: Config,
    offset: u32,
}

impl Files for World {
    fn analysis(&self, path: &str) -> Option<Arc<Analysis>> {
        self.files.iter().find(|(p, _)| p == path).map(|(_, a)| a.clone())
    }
}

impl World {
    /// The first file holds the cursor.
    fn new(files: &[(&str, &str)]) -> World {
        let mut world =
            World { files: Vec::new(), index: Index::new(), config: Config::default(), offset: 0 };
        for (i, (path, text)) in files.iter().enumerate() {
            if i == 0 {
                world.offset = text.find("$0").expect("a cursor") as u32;
            }
            let analysis = Arc::new(Analysis::of(text.replacen("$0", "", 1), Language::from_path(path)));
            world.index.insert(path, workspace::FileIndex::new(&analysis));
            world.files.push(((*path).to_owned(), analysis));
        }
        world
    }

    fn one(text: &str) -> World {
        World::new(&[("a.cu", text)])
    }

    fn query(&self) -> Query<'_> {
        let (path, analysis) = &self.files[0];
        Query { analysis, path, index: &self.index, files: self, config: &self.config }
    }

    /// `path:line:text` of a place.
    fn show(&self, location: &Location) -> String {
        let analysis = self.analysis(&location.path).expect("a file");
        let line = analysis.lines().line(location.range.start) + 1;
        format!("{}:{line}:{}", location.path, location.range.of(analysis.text()))
    }

    fn show_all(&self, locations: &[Location]) -> Vec<String> {
        locations.iter().map(|l| self.show(l)).collect()
    }
}

fn labels(world: &World) -> Vec<String> {
    completion::completion(&world.query(), world.offset).items.into_iter().map(|i| i.label).collect()
}

const KERNEL: &str = "// Adds.\n__global__ void add(float *x, int n) {\n    __shared__ float s[64];\n    int i = threadIdx.x;\n    if (i < n) x[i] += s[i];\n}\n";

#[test]
fn hover_shows_declarations_help_values_and_bytes() {
    let cases = [
        ("__global__ void k() { __sync$0threads(); }", "Waits until all threads of the block"),
        ("void f(void **p) { musa$0Malloc(p, 4); }", "musaError_t musaMalloc(void **devPtr"),
        ("void f(float *x) { musaBind$0; }\n", ""),
        ("#define N (1 << 5)\nint a[N$0];", "`32`"),
        ("__global__ void k() { __shared__ float s[8][33]; s$0[0][0] = 1; }", "takes 1056 bytes"),
        ("int x = thread$0Idx.x;", "place in its block"),
        (
            "// Twice x.\n// And no more.\nfloat twice(float x);\nfloat y = twi$0ce(1);",
            "Twice x.\nAnd no more.",
        ),
        ("__glo$0bal__ void k();", "A kernel"),
        ("__global__ void k(int);\nvoid f() { k<$0<<4, 64>>>(1); }", "Grid: `4` = (4, 1, 1)"),
        (
            "#define HD __host__ __device__\nHD float sq(float x) { return x; }\nfloat y = s$0q(1);",
            "HD float sq(float x)",
        ),
    ];
    for (text, expected) in cases {
        let world = World::one(text);
        let shown = hover::hover(&world.query(), world.offset).map_or(String::new(), |h| h.markdown);
        assert!(shown.contains(expected), "{text}\nshows: {shown}");
        assert!(!expected.is_empty() || shown.is_empty(), "{text}\nshows: {shown}");
    }
}

#[test]
fn hover_of_a_kernel_in_another_file_brings_its_comment() {
    let world = World::new(&[("a.cu", "void run(float *x) { ad$0d<<<1, 64>>>(x, 64); }"), ("b.cu", KERNEL)]);
    let shown = hover::hover(&world.query(), world.offset).expect("a hover").markdown;
    assert!(shown.contains("__global__ void add(float *x, int n)") && shown.contains("Adds."), "{shown}");
}

#[test]
fn definitions_are_found_by_scope_and_across_files() {
    let world = World::one("int x;\nvoid f(int x) { { int x = 1; x$0 = 2; } }");
    assert_eq!(world.show_all(&navigate::definition(&world.query(), world.offset)), ["a.cu:2:x"]);
    let world = World::new(&[
        ("a.cu", "#include \"k.cuh\"\nvoid run(float *x) { ad$0d<<<1, 64>>>(x, 64); }"),
        ("k.cuh", "__global__ void add(float *x, int n);\n"),
        ("k.cu", KERNEL),
    ]);
    let q = world.query();
    assert_eq!(world.show_all(&navigate::definition(&q, world.offset)), ["k.cu:2:add"]);
    assert_eq!(world.show_all(&navigate::declaration(&q, world.offset)), ["k.cuh:1:add"]);
    assert_eq!(world.show_all(&navigate::implementation(&q, world.offset)), ["k.cu:2:add"]);
    let world = World::one("struct P { int a; };\nvoid f(P p) { p$0.a = 1; }");
    assert_eq!(world.show_all(&navigate::type_definition(&world.query(), world.offset)), ["a.cu:1:P"]);
    let world = World::one("struct P { int a; };\nstruct Q { int a; };\nvoid f(Q q) { q.a$0 = 1; }");
    assert_eq!(world.show_all(&navigate::definition(&world.query(), world.offset)), ["a.cu:2:a"]);
}

#[test]
fn references_keep_namesakes_apart() {
    let text = "void f(int n) { n = 1; }\nvoid g(int n$0) { n = n + 1; }\nint n;\n";
    let world = World::new(&[("a.cu", text), ("b.cu", "extern int n; void h() { n = 2; }")]);
    let found = navigate::references(&world.query(), world.offset, true);
    assert_eq!(world.show_all(&found), ["a.cu:2:n", "a.cu:2:n", "a.cu:2:n"]);
    let highlights = navigate::highlights(&world.query(), world.offset);
    assert_eq!(highlights.iter().filter(|h| h.write).count(), 2, "declared and assigned");
}

#[test]
fn rename_goes_through_all_files_and_refuses_what_it_must() {
    let world = World::new(&[
        ("a.cu", "__global__ void ad$0d(int);\nvoid f() { add<<<1, 1>>>(1); }"),
        ("b.cu", "__global__ void add(int x) { int add_one = x; }"),
        ("c.cu", "void g() { int add = 1; add++; }"),
    ]);
    let edits = rename::rename(&world.query(), world.offset, "plus").expect("edits");
    let count: Vec<(&str, usize)> = edits.iter().map(|(p, e)| (p.as_str(), e.len())).collect();
    assert_eq!(count, [("a.cu", 2), ("b.cu", 1)], "the local of c.cu is another");
    let refused = |text: &str, name: &str| {
        let world = World::one(text);
        rename::rename(&world.query(), world.offset, name).expect_err("refused").to_string()
    };
    assert!(refused("int x = thread$0Idx.x;", "t").contains("declared"));
    assert!(refused("int x$0;", "for").contains("is not a name"));
    assert!(refused("int x$0;", "1x").contains("is not a name"));
    assert!(refused("int x$0; int y;", "y").contains("already has a meaning"));
    assert!(refused("f$0();", "g").contains("no declaration"));
}

#[test]
fn a_name_is_renamed_in_the_bodies_of_macros_too() {
    let text = "int wid$0th = 4;\n#define AT(p, i) (p[(i) * width]) // width\n#define TEXT \"width\"\n#define OTHER(width) width\nint f(int *p) { return AT(p, width); }\n";
    let world = World::new(&[("a.cu", text), ("b.cuh", "extern int width;\n#define WIDE (2 * width)\n")]);
    let edits = rename::rename(&world.query(), world.offset, "pitch").expect("edits");
    let changed = |path: &str| apply_edits(world.analysis(path).expect("a file").text(), &edits[path]);
    assert_eq!(
        changed("a.cu"),
        "int pitch = 4;\n#define AT(p, i) (p[(i) * pitch]) // width\n#define TEXT \"width\"\n#define OTHER(width) width\nint f(int *p) { return AT(p, pitch); }\n"
    );
    assert_eq!(changed("b.cuh"), "extern int pitch;\n#define WIDE (2 * pitch)\n");
    // From inside a macro's body as well.
    let world = World::one("int width = 4;\n#define AT(i) ((i) * wid$0th)\n");
    let edits = rename::rename(&world.query(), world.offset, "pitch").expect("edits");
    assert_eq!(edits["a.cu"].len(), 2);
}

#[test]
fn a_local_that_a_macro_uses_is_not_renamed_behind_its_back() {
    let world = World::one(
        "#define HERE (row * 4)\nint f(int r$0ow) { return HERE; }\nint g(int row) { return row; }\n",
    );
    let refused = rename::rename(&world.query(), world.offset, "line").expect_err("refused").to_string();
    assert!(refused.contains("`HERE`"), "{refused}");
    let world = World::one(
        "#define HERE (row * 4)\nint f(int row) { return HERE; }\nint g(int r$0ow) { return row; }\n",
    );
    assert_eq!(rename::rename(&world.query(), world.offset, "line").expect("edits")["a.cu"].len(), 2);
}

#[test]
fn functions_of_ptx_files_are_found_by_name_but_not_mistaken_for_sources() {
    let ptx = ".version 7.8\n.target sm_80\n.address_size 64\n.visible .entry scale(.param .u64 p)\n{\nret;\n}\n.func helper()\n{\nret;\n}\n";
    let world = World::new(&[("a.cu", "void run(float *x) { sca$0le<<<1, 32>>>(x); }\n"), ("k.ptx", ptx)]);
    let found = symbols::workspace_symbols(&world.index, "scale", 10);
    let kernel = found.iter().find(|s| s.location.path == "k.ptx").expect("the kernel");
    assert!(kernel.kernel);
    assert_eq!(world.show(&kernel.location), "k.ptx:4:scale");
    assert_eq!(symbols::workspace_symbols(&world.index, "helper", 10).len(), 1);
    assert!(navigate::definition(&world.query(), world.offset).is_empty());
}

#[test]
fn completion_knows_axes_members_locals_and_the_runtime() {
    assert_eq!(labels(&World::one("__global__ void k() { int i = threadIdx.$0 }")), ["x", "y", "z"]);
    assert_eq!(labels(&World::one("__global__ void k(float2 *v) { v[0].$0; }")), ["x", "y"]);
    assert_eq!(labels(&World::one("struct P { int a; float b; };\nvoid f(P *p) { p->$0; }")), ["a", "b"]);
    let all = labels(&World::one("void f(int counter) { cou$0 }"));
    assert_eq!(all.first().map(String::as_str), Some("counter"));
    assert!(labels(&World::one("void f() { cudaMallocM$0 }")).contains(&"cudaMallocManaged".to_owned()));
    let musa = World::new(&[("a.mu", "void f() { musaMallocM$0 }")]);
    assert!(labels(&musa).contains(&"musaMallocManaged".to_owned()));
    assert!(
        labels(&World::one("void f() {} // warplens: allow(warp-s$0"))
            .contains(&"warp-size-literal".to_owned())
    );
    assert!(labels(&World::one("// thre$0")).is_empty(), "not in comments");
    let other = World::new(&[("a.cu", "void f() { ad$0 }"), ("b.cu", KERNEL)]);
    assert!(labels(&other).contains(&"add".to_owned()));
    let local = labels(&World::one("void g() { int hidden; }\nvoid f() { hid$0 }"));
    assert!(!local.contains(&"hidden".to_owned()), "another function's local");
}

#[test]
fn completion_entries_resolve_to_help() {
    let world = World::one("void f() { $0 }");
    let q = world.query();
    assert!(completion::resolve(&q, "cudaMemcpy").is_some_and(|h| h.contains("Copies bytes")));
    assert!(completion::resolve(&q, "divergent-barrier").is_some_and(|h| h.contains("## Example")));
}

#[test]
fn signatures_are_shown_in_calls_launches_and_kernel_arguments() {
    let help = |text: &str| {
        let world = World::one(text);
        let help = signature::signature_help(&world.query(), world.offset)?;
        let first = help.signatures.into_iter().next()?;
        Some((first.label, help.active_parameter))
    };
    let (label, active) = help("void f(float *x) { cudaMemcpy(x, x, $0").expect("help");
    assert!(label.contains("cudaMemcpyKind kind") && active == 2, "{label}");
    let launch = format!("{KERNEL}void f(float *x) {{ add<<<dim3(1, 2), $0");
    let (label, active) = help(&launch).expect("help");
    assert!(label.contains("dim3 block") && active == 1, "{label}");
    let arguments = format!("{KERNEL}void f(float *x) {{ add<<<1, 64>>>(x, $0");
    let (label, active) = help(&arguments).expect("help");
    assert_eq!((label.as_str(), active), ("__global__ add(float *x, int n)", 1));
    assert_eq!(help("void f() { if (a, $0"), None);
    assert_eq!(help("void f() { g(1); $0"), None);
}

#[test]
fn the_outline_nests_and_marks_kernels() {
    let world = World::one(&format!(
        "$0struct S {{ int a; void m() {{}} }};\nenum E {{ A, B }};\n{KERNEL}#define N 1\n"
    ));
    let outline = symbols::document_symbols(&world.files[0].1);
    let names: Vec<&str> = outline.iter().map(|o| o.name.as_str()).collect();
    assert_eq!(names, ["S", "E", "add", "N"]);
    let children = |i: usize| outline[i].children.iter().map(|c| c.name.as_str()).collect::<Vec<_>>();
    assert_eq!((children(0), children(1), children(2)), (vec!["a", "m"], vec!["A", "B"], vec!["s"]));
    assert!(outline[2].kernel && outline[2].detail.starts_with("__global__"));
    let found = symbols::workspace_symbols(&world.index, "ad", 10);
    assert_eq!(found.first().map(|s| (s.name.as_str(), s.kernel)), Some(("add", true)));
}

#[test]
fn the_call_hierarchy_goes_from_host_through_launch_and_kernel_to_device_functions() {
    let text = "__device__ float sq(float x) { return x * x; }\n__global__ void k$0(float *x) { x[0] = sq(x[0]); }\nvoid run(float *x) { k<<<1, 1>>>(x); }\nint main() { run(nullptr); }";
    let world = World::one(text);
    let q = world.query();
    let kernel = calls::prepare(&q, world.offset).into_iter().next().expect("a kernel");
    assert!(kernel.kernel);
    let incoming = calls::incoming(&q, &kernel);
    assert_eq!(
        incoming.iter().map(|l| (l.item.name.as_str(), l.launch)).collect::<Vec<_>>(),
        [("run", true)]
    );
    let up = calls::incoming(&q, &incoming[0].item);
    assert_eq!(up.iter().map(|l| l.item.name.as_str()).collect::<Vec<_>>(), ["main"]);
    let outgoing = calls::outgoing(&q, &kernel);
    assert_eq!(
        outgoing.iter().map(|l| (l.item.name.as_str(), l.launch)).collect::<Vec<_>>(),
        [("sq", false)]
    );
}

#[test]
fn hints_lenses_folds_links_and_tokens() {
    let text = format!(
        "$0#include \"a.h\"\n{KERNEL}int main() {{\n    add<<<dim3(4, 2), 64>>>(nullptr, 512);\n}}\n"
    );
    let world = World::one(&text);
    let analysis = &world.files[0].1;
    let whole = TextRange::new(0, analysis.text().len() as u32);
    let hints: Vec<String> = inlay::inlay_hints(analysis, whole).into_iter().map(|h| h.label).collect();
    assert_eq!(hints, [" 256 B", " 8 blocks, 64 threads, 512 in all ", "x: ", "n: "]);
    let lenses: Vec<(String, Option<String>)> =
        lenses::code_lenses(analysis).into_iter().map(|l| (l.title, l.kernel)).collect();
    let add = Some("add".to_owned());
    for title in ["Run", "Profile", "Debug", "Check", "1 launch", "shared 256 B"] {
        assert!(lenses.contains(&(title.to_owned(), add.clone())), "{title} in {lenses:?}");
    }
    assert!(lenses.contains(&("Run".to_owned(), None)), "on main");
    assert_eq!(folding::folding(analysis).len(), 2);
    assert_eq!(links::document_links(analysis)[0].target, "a.h");
    let tokens = tokens::semantic_tokens(analysis, None);
    let of = |word: &str| {
        let token = tokens.iter().find(|t| t.range.of(analysis.text()) == word);
        token.unwrap_or_else(|| panic!("{word} has no colour")).ty
    };
    assert_eq!(of("add"), tokens::TokenType::Kernel);
    assert_eq!(of("threadIdx"), tokens::TokenType::BuiltinVariable);
    assert_eq!(of("__shared__"), tokens::TokenType::Keyword);
    let shared = tokens.iter().find(|t| t.range.of(analysis.text()) == "s").expect("s").modifiers;
    assert_ne!(shared & (1 << tokens::TokenModifier::Shared as u32), 0);
}

#[test]
fn a_selection_grows_from_word_to_file() {
    let world = World::one("void f() { int x = a$0b + 1; }");
    let analysis = &world.files[0].1;
    let ranges = selection::selection_ranges(analysis, world.offset);
    let texts: Vec<&str> = ranges.iter().map(|r| r.of(analysis.text())).collect();
    assert_eq!(texts[0], "ab");
    assert_eq!(texts[1], "ab + 1");
    assert!(ranges.windows(2).all(|w| w[1].covers(w[0]) && w[1] != w[0]));
}

#[test]
fn suppressions_speak_for_their_line_the_next_line_and_the_file() {
    let bad = "if (threadIdx.x < 3) __syncthreads();";
    let count = |text: String| {
        let found = diagnostics(&Analysis::of(text, Language::Cuda), &Config::default());
        found.iter().filter(|d| d.rule == "divergent-barrier").count()
    };
    let kernel = |body: &str| format!("__global__ void k() {{\n{body}\n}}\n");
    assert_eq!(count(kernel(bad)), 1);
    assert_eq!(count(kernel(&format!("{bad} // warplens: allow(divergent-barrier)"))), 0);
    assert_eq!(count(kernel(&format!("{bad} /* warplens: allow(WL001) because */"))), 0);
    assert_eq!(
        count(kernel(&format!("// warplens: allow(inline-ptx, divergent-barrier)\n\n// why\n{bad}"))),
        0
    );
    assert_eq!(count(kernel(&format!("// warplens: allow(inline-ptx)\n{bad}"))), 1);
    assert_eq!(
        count(kernel(&format!("// warplens: allow(divergent-barrier)\nint x;\n{bad}"))),
        1,
        "one line only"
    );
    assert_eq!(count(format!("// warplens: allow-file(divergent-barrier)\n{}", kernel(bad))), 0);
}

#[test]
fn levels_set_severity_and_silence() {
    let text = "__global__ void k() { if (threadIdx.x < 3) __syncthreads(); }";
    let analysis = Analysis::of(text, Language::Cuda);
    let severity = |level: Level| {
        let mut config = Config::default();
        config.levels.insert("WL001".to_owned(), level);
        diagnostics(&analysis, &config).first().map(|d| d.severity)
    };
    assert_eq!(severity(Level::Info), Some(Severity::Info));
    assert_eq!(severity(Level::Off), None);
}

#[test]
fn actions_offer_fixes_and_a_way_to_allow() {
    let text = "__device__ float f(float x) {\r\n    return x * 0.5;\r\n}\r\n";
    let analysis = Analysis::of(text, Language::Cuda);
    let found = diagnostics(&analysis, &Config::default());
    let at = text.find("0.5").expect("there") as u32;
    let actions = actions::code_actions(&analysis, &found, TextRange::empty(at));
    assert_eq!(apply_edits(text, &actions[0].edits), text.replace("0.5", "0.5f"));
    assert!(actions[0].preferred && actions[0].safe);
    let allowed = apply_edits(text, &actions.last().expect("allow").edits);
    assert!(
        allowed.contains("    // warplens: allow(double-literal-in-float-code)\r\n    return"),
        "{allowed}"
    );
    assert!(diagnostics(&Analysis::of(allowed, Language::Cuda), &Config::default()).is_empty());
}
