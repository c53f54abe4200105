//! What the server says it can do. A test compares it with what [`crate::requests::ROUTES`] answers, both ways.

use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;
use warplens_ide::tokens::{TokenModifier, TokenType};

use crate::client::Abilities;
use crate::requests::{code_action, execute_command, token_merge};
use crate::text::Encoding;

/// The answer to `initialize`.
pub(crate) fn answer(client: &Abilities, encoding: Encoding, version: &str) -> Value {
    json!({
        "capabilities": to_value(client, encoding),
        "serverInfo": {"name": "warplens", "version": version},
    })
}

fn to_value(client: &Abilities, encoding: Encoding) -> Value {
    let mut value = serde_json::to_value(capabilities(client, encoding)).unwrap_or_else(|_| json!({}));
    // The library's type has no place for it.
    value["typeHierarchyProvider"] = Value::Bool(true);
    value
}

fn capabilities(client: &Abilities, encoding: Encoding) -> lsp::ServerCapabilities {
    let plain = lsp::WorkDoneProgressOptions { work_done_progress: None };
    // A client that pulls but cannot be told to pull again would miss what the compiler finds: it is pushed to.
    let diagnostics = client.pulls_diagnostics.then(|| {
        lsp::DiagnosticServerCapabilities::Options(lsp::DiagnosticOptions {
            identifier: Some("warplens".to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: true,
            work_done_progress_options: plain,
        })
    });
    lsp::ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(lsp::TextDocumentSyncCapability::Options(lsp::TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
            save: Some(lsp::TextDocumentSyncSaveOptions::SaveOptions(lsp::SaveOptions {
                include_text: Some(false),
            })),
            ..lsp::TextDocumentSyncOptions::default()
        })),
        selection_range_provider: Some(lsp::SelectionRangeProviderCapability::Simple(true)),
        hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
        completion_provider: Some(lsp::CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some([".", ">", ":", "<", "\"", "/"].map(str::to_owned).to_vec()),
            ..lsp::CompletionOptions::default()
        }),
        signature_help_provider: Some(lsp::SignatureHelpOptions {
            trigger_characters: Some(["(", ",", "<"].map(str::to_owned).to_vec()),
            retrigger_characters: Some(vec![")".to_owned()]),
            work_done_progress_options: plain,
        }),
        definition_provider: Some(lsp::OneOf::Left(true)),
        declaration_provider: Some(lsp::DeclarationCapability::Simple(true)),
        type_definition_provider: Some(lsp::TypeDefinitionProviderCapability::Simple(true)),
        implementation_provider: Some(lsp::ImplementationProviderCapability::Simple(true)),
        references_provider: Some(lsp::OneOf::Left(true)),
        document_highlight_provider: Some(lsp::OneOf::Left(true)),
        document_symbol_provider: Some(lsp::OneOf::Left(true)),
        workspace_symbol_provider: Some(lsp::OneOf::Left(true)),
        code_action_provider: Some(lsp::CodeActionProviderCapability::Options(lsp::CodeActionOptions {
            code_action_kinds: Some(code_action::kinds()),
            ..lsp::CodeActionOptions::default()
        })),
        code_lens_provider: Some(lsp::CodeLensOptions { resolve_provider: Some(false) }),
        document_formatting_provider: Some(lsp::OneOf::Left(true)),
        document_range_formatting_provider: Some(lsp::OneOf::Left(true)),
        rename_provider: Some(lsp::OneOf::Right(lsp::RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: plain,
        })),
        document_link_provider: Some(lsp::DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: plain,
        }),
        folding_range_provider: Some(lsp::FoldingRangeProviderCapability::Simple(true)),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: execute_command::ALL.iter().map(|&c| c.to_owned()).collect(),
            work_done_progress_options: plain,
        }),
        call_hierarchy_provider: Some(lsp::CallHierarchyServerCapability::Simple(true)),
        semantic_tokens_provider: Some(lsp::SemanticTokensServerCapabilities::SemanticTokensOptions(
            lsp::SemanticTokensOptions {
                legend: legend(),
                range: Some(true),
                full: Some(lsp::SemanticTokensFullOptions::Delta { delta: Some(true) }),
                work_done_progress_options: plain,
            },
        )),
        inlay_hint_provider: Some(lsp::OneOf::Left(true)),
        diagnostic_provider: diagnostics,
        workspace: Some(lsp::WorkspaceServerCapabilities {
            workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp::OneOf::Left(true)),
            }),
            ..lsp::WorkspaceServerCapabilities::default()
        }),
        ..lsp::ServerCapabilities::default()
    }
}

fn legend() -> lsp::SemanticTokensLegend {
    lsp::SemanticTokensLegend {
        token_types: TokenType::NAMES
            .iter()
            .chain(token_merge::MORE_TYPES)
            .map(|&n| lsp::SemanticTokenType::new(n))
            .collect(),
        token_modifiers: TokenModifier::NAMES
            .iter()
            .chain(token_merge::MORE_MODIFIERS)
            .map(|&n| lsp::SemanticTokenModifier::new(n))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The methods that a set of capabilities makes a client send.
    fn promised(value: &serde_json::Value) -> BTreeSet<&'static str> {
        let mut out = BTreeSet::new();
        let map = value.as_object().unwrap();
        for (key, value) in map {
            let methods: &[&'static str] = match key.as_str() {
                "positionEncoding" | "textDocumentSync" | "workspace" => &[],
                "selectionRangeProvider" => &["textDocument/selectionRange"],
                "hoverProvider" => &["textDocument/hover"],
                "completionProvider" if value["resolveProvider"] == true => {
                    &["textDocument/completion", "completionItem/resolve"]
                }
                "signatureHelpProvider" => &["textDocument/signatureHelp"],
                "definitionProvider" => &["textDocument/definition"],
                "declarationProvider" => &["textDocument/declaration"],
                "typeDefinitionProvider" => &["textDocument/typeDefinition"],
                "implementationProvider" => &["textDocument/implementation"],
                "referencesProvider" => &["textDocument/references"],
                "documentHighlightProvider" => &["textDocument/documentHighlight"],
                "documentSymbolProvider" => &["textDocument/documentSymbol"],
                "workspaceSymbolProvider" => &["workspace/symbol"],
                "codeActionProvider" => &["textDocument/codeAction"],
                "codeLensProvider" => &["textDocument/codeLens"],
                "documentFormattingProvider" => &["textDocument/formatting"],
                "documentRangeFormattingProvider" => &["textDocument/rangeFormatting"],
                "renameProvider" if value["prepareProvider"] == true => {
                    &["textDocument/rename", "textDocument/prepareRename"]
                }
                "documentLinkProvider" => &["textDocument/documentLink"],
                "foldingRangeProvider" => &["textDocument/foldingRange"],
                "executeCommandProvider" => &["workspace/executeCommand"],
                "callHierarchyProvider" => &[
                    "textDocument/prepareCallHierarchy",
                    "callHierarchy/incomingCalls",
                    "callHierarchy/outgoingCalls",
                ],
                "semanticTokensProvider" => &[
                    "textDocument/semanticTokens/full",
                    "textDocument/semanticTokens/full/delta",
                    "textDocument/semanticTokens/range",
                ],
                "typeHierarchyProvider" => &[
                    "textDocument/prepareTypeHierarchy",
                    "typeHierarchy/supertypes",
                    "typeHierarchy/subtypes",
                ],
                "inlayHintProvider" => &["textDocument/inlayHint"],
                "diagnosticProvider" => &["textDocument/diagnostic", "workspace/diagnostic"],
                other => panic!("no test knows what {other} promises"),
            };
            out.extend(methods);
        }
        out
    }

    #[test]
    fn what_is_advertised_is_answered_and_what_is_answered_is_advertised() {
        let client = Abilities { pulls_diagnostics: true, ..Abilities::default() };
        let value = to_value(&client, Encoding::Utf8);
        let answered: BTreeSet<&str> = crate::requests::ROUTES.iter().map(|r| r.method).collect();
        assert_eq!(promised(&value), answered);
    }

    #[test]
    fn a_client_that_cannot_pull_again_is_not_invited_to_pull() {
        let value = to_value(&Abilities::default(), Encoding::Utf8);
        assert!(value.get("diagnosticProvider").is_none());
    }
}
