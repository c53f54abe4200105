//! `textDocument/rename`: the edits that give a name another spelling everywhere.
//!
//! clangd knows scopes, templates and overloads, ours knows what the preprocessor removed in both passes. A name that
//! clangd renames is renamed its way in the places it knows, in both passes; otherwise ours counts.

use std::collections::HashMap;

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::Rename;
use tower_lsp::ls_types::{DocumentChanges, OneOf, RenameParams, TextEdit, Uri, WorkspaceEdit};
use warplens_ide as ide;

use crate::clangd::Pass;
use crate::dispatch::{Read, refused};
use crate::snapshot::Snapshot;
use crate::to_proto;

impl Read for Rename {
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

    fn answer(snapshot: &Snapshot, params: &RenameParams) -> Result<Option<WorkspaceEdit>, Error> {
        let at = &params.text_document_position;
        let Some(asked) = snapshot.ask(&at.text_document.uri) else { return Ok(None) };
        let found = ide::rename::rename(&asked.query(), asked.offset(at.position), &params.new_name);
        let found = found.map_err(|e| refused(e.to_string()))?;
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for (path, edits) in found {
            let Some(file) = snapshot.text_of(&path) else { continue };
            let list = changes.entry(file.uri.clone()).or_default();
            for edit in edits {
                let range = to_proto::range_in(&file, edit.range, snapshot.encoding);
                list.push(TextEdit { range, new_text: edit.insert });
            }
        }
        Ok(Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }))
    }

    fn document(params: &RenameParams) -> Option<&Uri> {
        Some(&params.text_document_position.text_document.uri)
    }

    fn merge(
        ours: Option<WorkspaceEdit>,
        theirs: Vec<(Pass, Option<WorkspaceEdit>)>,
    ) -> Option<WorkspaceEdit> {
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for (uri, edit) in theirs.into_iter().filter_map(|(_, e)| e).flat_map(flat) {
            let list = changes.entry(uri).or_default();
            if !list.iter().any(|seen| seen.range == edit.range) {
                list.push(edit);
            }
        }
        if changes.is_empty() {
            return ours;
        }
        Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
    }
}

/// All text edits of a change, whichever way it is written.
fn flat(edit: WorkspaceEdit) -> Vec<(Uri, TextEdit)> {
    let mut out = Vec::new();
    for (uri, edits) in edit.changes.into_iter().flatten() {
        out.extend(edits.into_iter().map(|e| (uri.clone(), e)));
    }
    if let Some(DocumentChanges::Edits(documents)) = edit.document_changes {
        for document in documents {
            let uri = document.text_document.uri;
            out.extend(document.edits.into_iter().map(|e| match e {
                OneOf::Left(e) => (uri.clone(), e),
                OneOf::Right(e) => (uri.clone(), e.text_edit),
            }));
        }
    }
    out
}
