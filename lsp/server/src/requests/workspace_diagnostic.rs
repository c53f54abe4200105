//! `workspace/diagnostic`: findings in files of the workspace, open or not, for clients that ask.

use std::collections::HashMap;
use std::path::Path;

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::WorkspaceDiagnosticRequest;
use tower_lsp::ls_types::{
    Diagnostic, FullDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

use super::document_diagnostic::{current, result_id};
use crate::dispatch::Read;
use crate::document::Document;
use crate::snapshot::{Snapshot, name_of};
use crate::to_proto;

impl Read for WorkspaceDiagnosticRequest {
    fn answer(
        snapshot: &Snapshot,
        params: &WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult, Error> {
        let before: HashMap<&str, &str> =
            params.previous_result_ids.iter().map(|p| (p.uri.as_str(), p.value.as_str())).collect();
        let mut items = Vec::new();
        let mut report = |uri: Uri, version: Option<i32>, list: Vec<Diagnostic>| {
            let id = result_id(&list);
            let version = version.map(i64::from);
            items.push(if before.get(uri.as_str()) == Some(&id.as_str()) {
                WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
                    uri,
                    version,
                    unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
                })
            } else {
                WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                    uri,
                    version,
                    full_document_diagnostic_report: FullDocumentDiagnosticReport {
                        result_id: Some(id),
                        items: list,
                    },
                })
            });
        };
        for document in snapshot.documents.values().filter(|d| d.language.is_ours()) {
            report(document.uri.clone(), Some(document.version), current(snapshot, &document.uri));
        }
        if snapshot.settings.workspace_diagnostics.enable {
            let open: Vec<String> = snapshot.documents.values().map(|d| name_of(d)).collect();
            for (path, _) in snapshot.workspace.index.files() {
                if open.iter().any(|o| o == path) {
                    continue;
                }
                if let Some((uri, list)) = on_disk(snapshot, Path::new(path)) {
                    report(uri, None, list);
                }
            }
        }
        Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
    }
}

/// What the rules find in a file that is not open.
fn on_disk(snapshot: &Snapshot, path: &Path) -> Option<(Uri, Vec<Diagnostic>)> {
    let analysis = crate::workspace::analyse_file(path)?;
    let uri = Uri::from_file_path(path)?;
    let found = snapshot.file_settings.findings(&analysis, Some(path));
    // The conversion wants lines, which a document has.
    let document = Document::new(uri.clone(), "cpp", 0, analysis.text());
    Some((uri, to_proto::diagnostics(&document, &found, snapshot.encoding)))
}
