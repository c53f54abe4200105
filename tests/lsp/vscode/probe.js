// An extension that uses Warplens as a person would, inside a real extension host, and writes down what it got.
//
// It knows nothing of the server: it asks VS Code, which asks whichever extension is there. Where to look and where to write
// stands in probe.json beside it.
const fs = require("node:fs");
const path = require("node:path");
const { commands, languages, Position, Range, window, workspace } = require("vscode");

const { file, out } = JSON.parse(fs.readFileSync(path.join(__dirname, "probe.json"), "utf8"));

async function until(what, ask) {
  const end = Date.now() + 60_000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited a minute for ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

exports.activate = async () => {
  const seen = {};
  try {
    const document = await workspace.openTextDocument(file);
    await window.showTextDocument(document);
    const at = (word, after = 0) => document.positionAt(document.getText().indexOf(word) + after);
    const ours = () => languages.getDiagnostics(document.uri).filter((d) => d.source === "warplens");
    const code = (d) => d.code?.value ?? d.code;
    const shuffle = await until("the finding", () => ours().find((d) => code(d) === "WL005"));
    seen.finding = { code: code(shuffle), line: shuffle.range.start.line };

    const hover = await commands.executeCommand("vscode.executeHoverProvider", document.uri, at("threadIdx", 2));
    seen.hover = hover.flatMap((h) => h.contents.map((c) => c.value ?? c)).join("\n");
    const list = await commands.executeCommand("vscode.executeCompletionItemProvider", document.uri, at("twice(data", 2));
    seen.completion = list.items.map((i) => i.label.label ?? i.label);
    const places = await commands.executeCommand("vscode.executeDefinitionProvider", document.uri, at("twice(data", 1));
    seen.definition = places.map((p) => (p.targetSelectionRange ?? p.range).start.line);
    const lenses = await commands.executeCommand("vscode.executeCodeLensProvider", document.uri, 50);
    seen.lenses = lenses.map((l) => l.command?.title);
    const profile = lenses.find((l) => l.command?.title === "Profile").command;
    seen.profile = await commands.executeCommand(profile.command, ...profile.arguments);
    seen.terminals = window.terminals.map((t) => t.name);
    const legend = await commands.executeCommand("vscode.provideDocumentSemanticTokensLegend", document.uri);
    const tokens = await commands.executeCommand("vscode.provideDocumentSemanticTokens", document.uri);
    const types = new Set();
    for (let i = 3; i < tokens.data.length; i += 5) types.add(legend.tokenTypes[tokens.data[i]]);
    seen.tokens = [...types];
    const [item] = await commands.executeCommand("vscode.prepareCallHierarchy", document.uri, at("scale(float", 1));
    const callers = await commands.executeCommand("vscode.provideIncomingCalls", item);
    seen.callers = callers.map((c) => c.from.name);
    const hints = await commands.executeCommand(
      "vscode.executeInlayHintProvider",
      document.uri,
      new Range(new Position(0, 0), at("return 0")),
    );
    seen.hints = hints.map((h) => (typeof h.label === "string" ? h.label : h.label.map((p) => p.value).join("")));

    const renamed = await commands.executeCommand("vscode.executeDocumentRenameProvider", document.uri, at("twice", 1), "doubled");
    await workspace.applyEdit(renamed);
    seen.renamed = document.getText().split("doubled").length - 1;

    const now = await until("the finding after the rename", () => ours().find((d) => code(d) === "WL005"));
    const actions = await commands.executeCommand("vscode.executeCodeActionProvider", document.uri, now.range);
    seen.actions = actions.map((a) => a.title);
    const fix = actions.find((a) => a.edit && !a.title.startsWith("Allow"));
    await workspace.applyEdit(fix.edit);
    await until("the finding to go", () => !ours().some((d) => code(d) === "WL005"));
    seen.fixed = document.getText().includes("__shfl_sync(");
  } catch (error) {
    seen.error = String(error.stack ?? error);
  }
  fs.writeFileSync(`${out}.part`, JSON.stringify(seen, null, 2));
  fs.renameSync(`${out}.part`, out);
};
