//! `textDocument/codeAction`: fixes of our rules, ways to allow them, and clangd's fixes.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::CodeActionRequest;
use tower_lsp::ls_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Uri};
use warplens_ide as ide;

use super::execute_command;
use crate::clangd::Pass;
use crate::dispatch::{Question, Read};
use crate::snapshot::Snapshot;
use crate::to_proto;

type List = Option<Vec<CodeActionOrCommand>>;

/// Everything that can be fixed without a look, at once.
pub(crate) const FIX_ALL: &str = "source.fixAll.warplens";

impl Read for CodeActionRequest {
    fn answer(snapshot: &Snapshot, params: &CodeActionParams) -> Result<List, Error> {
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        if !snapshot.abilities.code_action_literals {
            return Ok(None);
        }
        let wanted = |kind: &CodeActionKind| {
            params
                .context
                .only
                .as_ref()
                .is_none_or(|only| only.iter().any(|o| covers(o.as_str(), kind.as_str())))
        };
        let found = asked.findings();
        let mut out = Vec::new();
        if wanted(&CodeActionKind::QUICKFIX) {
            let range = asked.bytes(params.range);
            for action in ide::actions::code_actions(&asked.analysis.ide, &found, range) {
                let answers = found
                    .get(action.diagnostic)
                    .map(|d| vec![to_proto::diagnostic(&asked.document, d, snapshot.encoding)]);
                out.push(CodeActionOrCommand::CodeAction(CodeAction {
                    title: action.title,
                    kind: Some(CodeActionKind::QUICKFIX),
                    diagnostics: answers,
                    edit: Some(to_proto::workspace_edit(&asked.document, &action.edits, snapshot.encoding)),
                    is_preferred: Some(action.preferred),
                    data: Some(serde_json::json!({"rule": action.rule, "safe": action.safe})),
                    ..CodeAction::default()
                }));
            }
        }
        let fix_all = CodeActionKind::from(FIX_ALL);
        if wanted(&fix_all) {
            let edits = safe_edits(&found);
            if !edits.is_empty() {
                out.push(CodeActionOrCommand::CodeAction(CodeAction {
                    title: "Warplens: apply all safe fixes".to_owned(),
                    kind: Some(fix_all),
                    edit: Some(to_proto::workspace_edit(&asked.document, &edits, snapshot.encoding)),
                    ..CodeAction::default()
                }));
            }
        }
        Ok(Some(out))
    }

    fn document(params: &CodeActionParams) -> Option<&Uri> {
        // clangd has nothing of these kinds.
        let ours_alone =
            params.context.only.as_ref().is_some_and(|only| only.iter().all(|k| k.as_str() == FIX_ALL));
        (!ours_alone).then_some(&params.text_document.uri)
    }

    /// Refactorings come back as commands, which end in edits that the client is asked to apply: one that applies none
    /// is not offered them.
    fn questions(snapshot: &Snapshot, params: &CodeActionParams, raw: &serde_json::Value) -> Vec<Question> {
        let children = Self::document(params).map(|uri| snapshot.children_of(uri)).unwrap_or_default();
        let only_fixes = !snapshot.abilities.applies_edits;
        let ask = |(pass, child)| {
            let mut params = raw.clone();
            if only_fixes && params["context"]["only"].is_null() {
                params["context"]["only"] = serde_json::json!(["quickfix"]);
            }
            Question { pass, child, params }
        };
        children.into_iter().map(ask).collect()
    }

    /// clangd's fixes and refactorings beside ours, what both passes offer once. A command is addressed to its pass.
    fn merge(ours: List, theirs: Vec<(Pass, List)>) -> List {
        let mut all = ours?;
        for (pass, list) in theirs {
            for action in list.into_iter().flatten() {
                let CodeActionOrCommand::CodeAction(mut action) = action else { continue };
                let twin = all.iter().any(|seen| match seen {
                    CodeActionOrCommand::CodeAction(a) => a.title == action.title && a.edit == action.edit,
                    CodeActionOrCommand::Command(_) => false,
                });
                if twin {
                    continue;
                }
                action.command = action.command.map(|c| execute_command::addressed(pass, &c));
                all.push(CodeActionOrCommand::CodeAction(action));
            }
        }
        Some(all)
    }
}

/// Whether a client that asks for `only` wants `kind`: kinds nest by dots.
fn covers(only: &str, kind: &str) -> bool {
    kind == only || only.is_empty() || kind.strip_prefix(only).is_some_and(|rest| rest.starts_with('.'))
}

/// The first safe fix of each finding, without those that touch one already taken.
fn safe_edits(found: &[ide::Diagnostic]) -> Vec<ide::TextEdit> {
    let mut out: Vec<ide::TextEdit> = Vec::new();
    for fix in found.iter().filter_map(|d| d.fixes.first()).filter(|f| f.safe) {
        let clash =
            fix.edits.iter().any(|e| out.iter().any(|o| o.range.overlaps(e.range) || o.range == e.range));
        if !clash {
            out.extend(fix.edits.iter().cloned());
        }
    }
    out
}

/// The kinds as advertised.
pub(crate) fn kinds() -> Vec<CodeActionKind> {
    vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR, CodeActionKind::from(FIX_ALL)]
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn kinds_nest_by_dots() {
        assert!(covers("source.fixAll", "source.fixAll.warplens"));
        assert!(covers("quickfix", "quickfix"));
        assert!(!covers("quick", "quickfix"));
        assert!(!covers("source.fixAll.other", "source.fixAll.warplens"));
    }
}
