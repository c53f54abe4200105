//! `workspace/symbol`: names of the whole workspace by query.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::WorkspaceSymbolRequest;
use tower_lsp::ls_types::{SymbolInformation, WorkspaceSymbolParams, WorkspaceSymbolResponse};
use warplens_ide::symbols::workspace_symbols;

use crate::dispatch::Read;
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
}
