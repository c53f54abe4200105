//! `workspace/symbol`: names of the whole workspace by query, and those that clangd's index adds.

use serde_json::Value;
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::WorkspaceSymbolRequest;
use tower_lsp::ls_types::{SymbolInformation, WorkspaceSymbolParams, WorkspaceSymbolResponse};
use warplens_ide::symbols::workspace_symbols;

use crate::clangd::Pass;
use crate::dispatch::{Question, Read};
use crate::snapshot::Snapshot;
use crate::to_proto;

/// A longer list helps nobody.
const LIMIT: usize = 256;

impl Read for WorkspaceSymbolRequest {
    #[expect(deprecated, reason = "the protocol's type has a deprecated field that must be filled")]
    fn answer(
        snapshot: &Snapshot,
        params: &WorkspaceSymbolParams,
    ) -> Result<Option<WorkspaceSymbolResponse>, Error> {
        let found = workspace_symbols(&snapshot.workspace.index, &params.query, LIMIT);
        let list = found
            .into_iter()
            .filter_map(|s| {
                Some(SymbolInformation {
                    location: to_proto::location(snapshot, &s.location)?,
                    kind: to_proto::symbol_kind(s.kind),
                    name: s.name,
                    tags: None,
                    deprecated: None,
                    container_name: s.container,
                })
            })
            .collect();
        Ok(Some(WorkspaceSymbolResponse::Flat(list)))
    }

    fn questions(snapshot: &Snapshot, _: &WorkspaceSymbolParams, raw: &Value) -> Vec<Question> {
        // The index on disk is the host pass's; the device pass knows the same files.
        let child = snapshot.clangd.as_ref().and_then(|c| c.child(Pass::Host)).cloned();
        let params = raw.clone();
        child.map(|child| Question { pass: Pass::Host, child, params }).into_iter().collect()
    }

    /// Ours first: kernels and what was typed a moment ago.
    fn merge(
        ours: Option<WorkspaceSymbolResponse>,
        theirs: Vec<(Pass, Option<WorkspaceSymbolResponse>)>,
    ) -> Option<WorkspaceSymbolResponse> {
        let mut all: Vec<SymbolInformation> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for response in ours.into_iter().chain(theirs.into_iter().filter_map(|(_, r)| r)) {
            let WorkspaceSymbolResponse::Flat(list) = response else { continue };
            let new = |s: &SymbolInformation| {
                let place = &s.location;
                seen.insert((s.name.clone(), place.uri.clone(), place.range.start.line))
            };
            all.extend(list.into_iter().filter(new));
        }
        Some(WorkspaceSymbolResponse::Flat(all))
    }
}
