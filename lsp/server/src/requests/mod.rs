//! The requests, one file each: a thin handler over a function of `warplens-ide`, and how clangd's answer joins in.
//!
//! Adding one: its file, its `mod` line, its row in [`ROUTES`], and what it advertises in `capabilities`.

mod call_hierarchy;
pub(crate) mod code_action;
mod code_lens;
mod completion;
mod completion_resolve;
mod declaration;
mod definition;
mod document_diagnostic;
mod document_highlight;
mod document_link;
mod document_symbol;
pub(crate) mod execute_command;
mod folding_range;
mod formatting;
mod hierarchy;
mod hover;
mod implementation;
mod inlay_hint;
mod places;
mod prepare_rename;
mod references;
mod rename;
mod selection_range;
mod semantic_tokens;
mod signature_help;
pub(crate) mod token_merge;
mod type_definition;
mod type_hierarchy;
mod workspace_diagnostic;
mod workspace_symbol;

use tower_lsp::ls_types::request::{self as r, Request as _};

use crate::dispatch::Route;

/// Every request that is answered, but `initialize` and `shutdown`, which are the loop's own.
pub(crate) const ROUTES: &[Route] = &[
    Route::of::<r::CallHierarchyIncomingCalls>(),
    Route::of::<r::CallHierarchyOutgoingCalls>(),
    Route::of::<r::CallHierarchyPrepare>(),
    Route::of::<r::CodeActionRequest>(),
    Route::of::<r::CodeLensRequest>(),
    Route::of::<r::Completion>(),
    Route::of::<r::ResolveCompletionItem>(),
    Route::of::<r::GotoDeclaration>(),
    Route::of::<r::GotoDefinition>(),
    Route::of::<r::DocumentDiagnosticRequest>(),
    Route::of::<r::DocumentHighlightRequest>(),
    Route::of::<r::DocumentLinkRequest>(),
    Route::of::<r::DocumentSymbolRequest>(),
    Route::of::<r::ExecuteCommand>(),
    Route::of::<r::FoldingRangeRequest>(),
    Route::of::<r::Formatting>(),
    Route::of::<r::RangeFormatting>(),
    Route::of::<r::HoverRequest>(),
    Route::of::<r::GotoImplementation>(),
    Route::of::<r::InlayHintRequest>(),
    Route::of::<r::PrepareRenameRequest>(),
    Route::of::<r::References>(),
    Route::of::<r::Rename>(),
    Route::of::<r::SelectionRangeRequest>(),
    Route { method: r::SemanticTokensFullDeltaRequest::METHOD, run: semantic_tokens::delta },
    Route { method: r::SemanticTokensFullRequest::METHOD, run: semantic_tokens::full },
    Route { method: r::SemanticTokensRangeRequest::METHOD, run: semantic_tokens::range },
    Route::of::<r::SignatureHelpRequest>(),
    Route::of::<r::GotoTypeDefinition>(),
    Route::of::<r::TypeHierarchyPrepare>(),
    Route::of::<r::TypeHierarchySubtypes>(),
    Route::of::<r::TypeHierarchySupertypes>(),
    Route::of::<r::WorkspaceDiagnosticRequest>(),
    Route::of::<r::WorkspaceSymbolRequest>(),
];
