//! `textDocument/diagnostic`: all that is known of a document's newest version, for clients that ask.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::DocumentDiagnosticRequest;
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
};

use crate::diagnostics::Source;
use crate::dispatch::Read;
use crate::snapshot::Snapshot;
use crate::to_proto;

impl Read for DocumentDiagnosticRequest {
    fn answer(
        snapshot: &Snapshot,
        params: &DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult, Error> {
        let items = current(snapshot, &params.text_document.uri);
        let id = result_id(&items);
        if params.previous_result_id.as_deref() == Some(id.as_str()) {
            let unchanged = UnchangedDocumentDiagnosticReport { result_id: id };
            return Ok(DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Unchanged(
                RelatedUnchangedDocumentDiagnosticReport {
                    related_documents: None,
                    unchanged_document_diagnostic_report: unchanged,
                },
            )));
        }
        let full = FullDocumentDiagnosticReport { result_id: Some(id), items };
        Ok(DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(
            RelatedFullDocumentDiagnosticReport {
                related_documents: None,
                full_document_diagnostic_report: full,
            },
        )))
    }
}

/// What is known of the newest version of an open document; the fast tier's part is made here if it is not there yet.
pub(super) fn current(snapshot: &Snapshot, uri: &Uri) -> Vec<tower_lsp::ls_types::Diagnostic> {
    let Some(asked) = snapshot.ask(uri) else { return Vec::new() };
    let version = asked.document.version;
    let mut shown = snapshot.shown.get(uri).cloned().unwrap_or_default();
    if !shown.has_fast(version) {
        let found = asked.findings();
        let list = to_proto::diagnostics(&asked.document, &found, snapshot.encoding);
        shown.put(Source::Fast, version, list);
    }
    shown.of_version(version)
}

/// A name for what a list says: the same list has the same name.
pub(super) fn result_id(items: &[tower_lsp::ls_types::Diagnostic]) -> String {
    use std::hash::{Hash, Hasher};
    let mut hasher = std::hash::DefaultHasher::new();
    for item in items {
        serde_json::to_string(item).unwrap_or_default().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}
