//! What definition, declaration, type definition and implementation share: a position in, places out.
//!
//! The compiler's answer goes before ours; of the passes, the one that has an answer wins, and of both, both count.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::{GotoDefinitionParams, GotoDefinitionResponse, Location};
use warplens_ide as ide;

use crate::clangd::{Pass, merge as join};
use crate::snapshot::Snapshot;
use crate::to_proto;

/// Our own answer.
pub(super) fn answer(
    snapshot: &Snapshot,
    params: &GotoDefinitionParams,
    find: fn(&ide::Query<'_>, u32) -> Vec<ide::Location>,
) -> Result<Option<GotoDefinitionResponse>, Error> {
    let at = &params.text_document_position_params;
    let Some(asked) = snapshot.ask(&at.text_document.uri) else { return Ok(None) };
    let found = find(&asked.query(), asked.offset(at.position));
    let places = to_proto::locations(snapshot, &found);
    Ok((!places.is_empty()).then_some(GotoDefinitionResponse::Array(places)))
}

/// One answer of several.
pub(super) fn merge(
    ours: Option<GotoDefinitionResponse>,
    theirs: Vec<(Pass, Option<GotoDefinitionResponse>)>,
) -> Option<GotoDefinitionResponse> {
    let places = join::locations(theirs.into_iter().filter_map(|(_, r)| r).map(list));
    if places.is_empty() { ours } else { Some(GotoDefinitionResponse::Array(places)) }
}

fn list(response: GotoDefinitionResponse) -> Vec<Location> {
    match response {
        GotoDefinitionResponse::Scalar(place) => vec![place],
        GotoDefinitionResponse::Array(places) => places,
        GotoDefinitionResponse::Link(links) => links.into_iter().map(join::plain).collect(),
    }
}
