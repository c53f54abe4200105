//! Every capability that is advertised, answered alone and beside the real clangd: one table.
//!
//! "yes" means an answer that is right, not one that is merely there: each row checks what came. Without clangd on the
//! machine the second column is not checked, with a line on standard error.

use std::path::Path;

use serde_json::{Value, json};
use warplens_lsp::ServerOptions;
use warplens_lsp::clangd::find;

use crate::editor::{Editor, Folder, abilities, bare, uri};

const SOURCE: &str = "\
#include \"shape.cuh\"
// 面积: 每个线程一个
__device__ float twice(float value) { return 2.0f * value; }
__global__ void areas(const Circle* in, float* out, int count) {
  __shared__ float tile[256];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) out[i] = twice(in[i].area());
  tile[threadIdx.x] = __shfl(1, 0);
}
int main() {
  Circle* in = nullptr; float* out = nullptr;
  areas<<<dim3(4, 1), 256>>>(in, out, 1024);
  auto many = 3; in->radius = many;
  return 0;
}
";
const SHAPE: &str = "\
#pragma once
struct Shape { int corners; };
struct Circle : Shape { float radius; __host__ __device__ float area() const { return radius * radius; } };
";

struct Probe {
    editor: Editor,
    document: String,
}

impl Probe {
    async fn new(root: &Folder, clangd: bool) -> Self {
        root.write("shape.cuh", SHAPE);
        let document = uri(&root.write("areas.cu", SOURCE));
        let headers =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../driver/include").canonicalize().unwrap();
        let options = ServerOptions::new("test", Some(headers));
        let settings = if clangd { json!({"deep": {"enable": false}}) } else { bare().1 };
        let mut can = abilities("utf-8");
        can["textDocument"]["diagnostic"] = json!({});
        can["workspace"]["diagnostics"] = json!({"refreshSupport": true});
        can["workspace"]["semanticTokens"] = json!({"refreshSupport": true});
        let mut editor = Editor::start(options, settings, can, &[&root.0]).await;
        editor.open(&document, "cuda", SOURCE).await;
        let mut probe = Self { editor, document };
        if clangd {
            // Both passes have parsed it once the compiler's hover is there and the tokens know a method.
            while !probe.text("textDocument/hover", "area()", 1, "Circle").await {}
            while !probe.tokens("method").await {}
        }
        probe
    }

    fn place(word: &str, after: usize) -> Value {
        let at = SOURCE.find(word).unwrap() + after;
        let line = SOURCE[..at].matches('\n').count();
        json!({"line": line, "character": at - SOURCE[..at].rfind('\n').map_or(0, |n| n + 1)})
    }

    async fn ask(&mut self, method: &str, mut params: Value) -> Value {
        if params["textDocument"].is_null() && params["item"].is_null() {
            params["textDocument"] = json!({"uri": self.document});
        }
        self.editor.request(method, params).await.unwrap_or(Value::Null)
    }

    async fn at(&mut self, method: &str, word: &str, after: usize) -> Value {
        self.ask(method, json!({"position": Self::place(word, after)})).await
    }

    /// Whether the answer, as text, holds `what`.
    async fn text(&mut self, method: &str, word: &str, after: usize, what: &str) -> bool {
        self.at(method, word, after).await.to_string().contains(what)
    }

    /// Whether the places given are exactly on these lines.
    async fn lines(&mut self, method: &str, word: &str, after: usize, lines: &[u64]) -> bool {
        let params = json!({"position": Self::place(word, after), "context": {"includeDeclaration": true}});
        let found = self.ask(method, params).await;
        let mut found: Vec<u64> = found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|p| p["range"]["start"]["line"].as_u64())
            .collect();
        found.sort_unstable();
        found == lines
    }

    async fn tokens(&mut self, kind: &str) -> bool {
        let legend =
            self.editor.initialized["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
        let tokens = self.ask("textDocument/semanticTokens/full", json!({})).await;
        let data: Vec<u64> =
            tokens["data"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        data.chunks(5).any(|t| legend[t[3] as usize] == kind)
    }

    async fn hierarchy(&mut self, prepare: &str, then: &str, word: &str, side: &str) -> Vec<String> {
        let items = self.at(prepare, word, 1).await;
        let Some(item) = items.get(0).cloned() else { return Vec::new() };
        assert_eq!(items.as_array().unwrap().len(), 1, "one item a name: {items}");
        let found = self.ask(then, json!({"item": item})).await;
        let name = |c: &Value| if side.is_empty() { c["name"].clone() } else { c[side]["name"].clone() };
        found.as_array().into_iter().flatten().filter_map(|c| name(c).as_str().map(str::to_owned)).collect()
    }

    async fn labels(&mut self, word: &str, after: usize) -> Vec<String> {
        let list = self.at("textDocument/completion", word, after).await;
        let label = |i: &Value| i["filterText"].as_str().or(i["label"].as_str()).map(|l| l.trim().to_owned());
        list["items"].as_array().into_iter().flatten().filter_map(label).collect()
    }

    async fn rows(&mut self) -> Vec<(&'static str, bool)> {
        let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
        let mut rows = Vec::new();
        let mut row = |name: &'static str, answered: bool| rows.push((name, answered));
        let pulled = self.ask("textDocument/diagnostic", json!({})).await;
        row("diagnostics, pulled", pulled.to_string().contains("WL005"));
        let all = self.ask("workspace/diagnostic", json!({"previousResultIds": []})).await;
        row("diagnostics of the workspace", all.to_string().contains("WL005"));
        row(
            "hover on a built-in variable",
            self.text("textDocument/hover", "threadIdx", 1, "threadIdx").await,
        );
        row(
            "hover on a member from another file",
            self.text("textDocument/hover", "area()", 1, "const").await,
        );
        row(
            "completion of device functions",
            self.labels("twice(in", 3).await.iter().any(|l| l.starts_with("twice")),
        );
        row(
            "completion of members",
            self.labels("radius = many", 0).await.iter().any(|l| l.starts_with("radius")),
        );
        let list = self.at("textDocument/completion", "__shfl", 5).await;
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let named = |i: &&Value| {
            i["label"].as_str().is_some_and(|l| l.trim().trim_start_matches('•').starts_with("__shfl_sync"))
        };
        let item = items.iter().find(named).cloned().unwrap_or_default();
        let resolved = self.editor.request("completionItem/resolve", item).await.unwrap_or_default();
        row("completion, resolved", resolved["documentation"].to_string().len() > 20);
        row(
            "signature of a launch",
            self.text("textDocument/signatureHelp", "dim3(4, 1), 256", 12, "<<<").await,
        );
        row(
            "signature of a kernel's arguments",
            self.text("textDocument/signatureHelp", "in, out, 1024", 4, "count").await,
        );
        row("definition", self.lines("textDocument/definition", "twice(in", 1, &[2]).await);
        row(
            "definition in another file",
            self.text("textDocument/definition", "Circle* in = ", 1, "shape.cuh").await,
        );
        row("declaration", self.text("textDocument/declaration", "twice(in", 1, "areas.cu").await);
        row("type definition", self.text("textDocument/typeDefinition", "in->radius", 1, "shape.cuh").await);
        row("implementation", self.text("textDocument/implementation", "twice(in", 1, "areas.cu").await);
        row("references", self.lines("textDocument/references", "twice(float", 1, &[2, 6]).await);
        row("document highlights", self.lines("textDocument/documentHighlight", "count)", 1, &[3, 6]).await);
        row("rename, prepared", self.text("textDocument/prepareRename", "twice(in", 1, "start").await);
        let params = json!({"position": Self::place("twice(in", 1), "newName": "doubled"});
        let edit = self.ask("textDocument/rename", params).await;
        row("rename", edit.to_string().matches("doubled").count() == 2);
        row(
            "outline",
            self.ask("textDocument/documentSymbol", json!({})).await.to_string().contains("areas"),
        );
        let symbols = self.editor.request("workspace/symbol", json!({"query": "areas"})).await.unwrap();
        let kernels = symbols.as_array().into_iter().flatten().filter(|s| s["name"] == "areas").count();
        row("workspace symbols, each once", kernels == 1);
        let (prepare, incoming, outgoing) = (
            "textDocument/prepareCallHierarchy",
            "callHierarchy/incomingCalls",
            "callHierarchy/outgoingCalls",
        );
        row(
            "calls: kernel to its launch",
            self.hierarchy(prepare, incoming, "areas(const", "from").await == ["main"],
        );
        row(
            "calls: device function to kernel",
            self.hierarchy(prepare, incoming, "twice(float", "from").await == ["areas"],
        );
        row(
            "calls: host to kernel",
            self.hierarchy(prepare, outgoing, "main()", "to").await.contains(&"areas".to_owned()),
        );
        row(
            "calls: kernel to device function",
            self.hierarchy(prepare, outgoing, "areas(const", "to").await.contains(&"twice".to_owned()),
        );
        let supertypes = self
            .hierarchy("textDocument/prepareTypeHierarchy", "typeHierarchy/supertypes", "Circle* in = ", "")
            .await;
        row("supertypes", supertypes == ["Shape"]);
        row(
            "colours: kernels and built-in variables",
            self.tokens("kernel").await && self.tokens("builtinVariable").await,
        );
        row("colours: methods", self.tokens("method").await);
        let full = self.ask("textDocument/semanticTokens/full", json!({})).await;
        let id = full["resultId"].clone();
        let delta = self.ask("textDocument/semanticTokens/full/delta", json!({"previousResultId": id})).await;
        row("colours, as a change", delta["edits"] == json!([]));
        let part = self.ask("textDocument/semanticTokens/range", json!({"range": whole})).await;
        row("colours, in a range", part["data"] == full["data"]);
        let hints = self.ask("textDocument/inlayHint", json!({"range": whole})).await.to_string();
        row("hints: launch dimensions", hints.contains("1024") || hints.contains("threads"));
        row("hints: deduced types", hints.contains(": int"));
        let fix = |actions: &Value, title: &str| {
            actions
                .as_array()
                .into_iter()
                .flatten()
                .any(|a| a["title"].as_str().is_some_and(|t| t.contains(title)))
        };
        let range =
            |word: &str, len: usize| json!({"start": Self::place(word, 0), "end": Self::place(word, len)});
        let params = json!({"range": range("__shfl(", 6), "context": {"diagnostics": []}});
        row("code actions: fixes", fix(&self.ask("textDocument/codeAction", params).await, "__shfl_sync"));
        let params = json!({"range": range("auto many", 4), "context": {"diagnostics": []}});
        row(
            "code actions: refactorings",
            fix(&self.ask("textDocument/codeAction", params).await, "deduced type"),
        );
        let lenses = self.ask("textDocument/codeLens", json!({})).await.to_string();
        row(
            "code lenses",
            ["Run", "Profile", "Debug", "Check"].iter().all(|l| lenses.contains(&format!("\"{l}\""))),
        );
        let run = json!({"command": "warplens.run", "arguments": [{"uri": self.document}]});
        let line = self.editor.request("workspace/executeCommand", run).await.unwrap_or_default();
        row("commands", line["command"][1] == "run");
        row(
            "folding",
            self.ask("textDocument/foldingRange", json!({})).await.as_array().is_some_and(|l| l.len() >= 2),
        );
        let params = json!({"positions": [Self::place("threadIdx", 2)]});
        row(
            "selection",
            !self.ask("textDocument/selectionRange", params).await[0]["parent"]["parent"].is_null(),
        );
        row(
            "document links",
            self.ask("textDocument/documentLink", json!({})).await.to_string().contains("shape.cuh"),
        );
        rows
    }
}

const MATRIX: &str = "\
alone  with clangd
yes    yes  diagnostics, pulled
yes    yes  diagnostics of the workspace
yes    yes  hover on a built-in variable
yes    yes  hover on a member from another file
yes    yes  completion of device functions
yes    yes  completion of members
yes    yes  completion, resolved
yes    yes  signature of a launch
yes    yes  signature of a kernel's arguments
yes    yes  definition
yes    yes  definition in another file
yes    yes  declaration
yes    yes  type definition
yes    yes  implementation
yes    yes  references
yes    yes  document highlights
yes    yes  rename, prepared
yes    yes  rename
yes    yes  outline
yes    yes  workspace symbols, each once
yes    yes  calls: kernel to its launch
yes    yes  calls: device function to kernel
yes    yes  calls: host to kernel
yes    yes  calls: kernel to device function
-      yes  supertypes
yes    yes  colours: kernels and built-in variables
-      yes  colours: methods
yes    yes  colours, as a change
yes    yes  colours, in a range
yes    yes  hints: launch dimensions
-      yes  hints: deduced types
yes    yes  code actions: fixes
-      yes  code actions: refactorings
yes    yes  code lenses
yes    yes  commands
yes    yes  folding
yes    yes  selection
yes    yes  document links
";

#[tokio::test]
async fn what_is_answered_alone_and_with_clangd() {
    let root = Folder::new();
    let alone = Probe::new(&root, false).await.rows().await;
    let with = if find::program("clangd", None, "WARPLENS_CLANGD").is_some() {
        let root = Folder::new();
        Some(Probe::new(&root, true).await.rows().await)
    } else {
        eprintln!("skipped: no clangd is installed, so its column is not checked");
        None
    };
    let word = |answered: bool| if answered { "yes" } else { "-" };
    let mut table = String::from("alone  with clangd\n");
    for (i, (name, answered)) in alone.iter().enumerate() {
        let expected = MATRIX.lines().nth(i + 1).and_then(|l| l.get(7..10)).unwrap_or("");
        let beside = with.as_ref().map_or(expected.trim(), |rows| word(rows[i].1));
        table.push_str(&format!("{:<6} {beside:<4} {name}\n", word(*answered)));
    }
    assert_eq!(table, MATRIX, "got:\n{table}");
}
