//! `textDocument/semanticTokens/*`: colours by memory space and side, whole, as a change to the last answer, or in a range.
//!
//! Three methods in one file, because they share the encoding. clangd is not asked: its legend has no memory spaces.

use std::sync::PoisonError;

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::{
    SemanticTokensFullDeltaRequest, SemanticTokensFullRequest, SemanticTokensRangeRequest,
};
use tower_lsp::ls_types::{
    SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams, SemanticTokensEdit,
    SemanticTokensFullDeltaResult, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult,
};
use warplens_ide as ide;

use crate::dispatch::Read;
use crate::snapshot::{Asked, Snapshot};

impl Read for SemanticTokensFullRequest {
    fn answer(
        snapshot: &Snapshot,
        params: &SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>, Error> {
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let data = encode(&asked, None);
        let id = remember(&asked, &data);
        Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: Some(id), data })))
    }
}

impl Read for SemanticTokensFullDeltaRequest {
    fn answer(
        snapshot: &Snapshot,
        params: &SemanticTokensDeltaParams,
    ) -> Result<Option<SemanticTokensFullDeltaResult>, Error> {
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let data = encode(&asked, None);
        let sent = lock(snapshot).get(&params.text_document.uri).cloned();
        let id = remember(&asked, &data);
        Ok(Some(match sent {
            Some((old_id, old)) if old_id == params.previous_result_id => {
                let edits = difference(&old, &data);
                SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta { result_id: Some(id), edits })
            }
            _ => SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id: Some(id), data }),
        }))
    }
}

impl Read for SemanticTokensRangeRequest {
    fn answer(
        snapshot: &Snapshot,
        params: &SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>, Error> {
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let data = encode(&asked, Some(asked.bytes(params.range)));
        Ok(Some(SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data })))
    }
}

/// Five numbers a token, positions relative to the token before.
fn encode(asked: &Asked<'_>, within: Option<ide::TextRange>) -> Vec<SemanticToken> {
    let tokens = ide::tokens::semantic_tokens(&asked.analysis.ide, within);
    let (mut line, mut character) = (0, 0);
    let mut out = Vec::with_capacity(tokens.len());
    for token in tokens {
        let range = asked.range(token.range);
        let (start, end) = (range.start, range.end);
        let new_line = start.line != line;
        // Tokens come in order; one that does not would wrap around and colour nonsense.
        let (Some(delta_line), Some(delta_start)) =
            (start.line.checked_sub(line), start.character.checked_sub(if new_line { 0 } else { character }))
        else {
            continue;
        };
        if end.line != start.line || end.character <= start.character {
            continue;
        }
        out.push(SemanticToken {
            delta_line,
            delta_start,
            length: end.character - start.character,
            token_type: token.ty as u32,
            token_modifiers_bitset: token.modifiers,
        });
        (line, character) = (start.line, start.character);
    }
    out
}

fn lock(snapshot: &Snapshot) -> std::sync::MutexGuard<'_, Sent> {
    snapshot.sent_tokens.lock().unwrap_or_else(PoisonError::into_inner)
}

type Sent = std::collections::HashMap<tower_lsp::ls_types::Uri, (String, Vec<SemanticToken>)>;

fn remember(asked: &Asked<'_>, data: &[SemanticToken]) -> String {
    let id = asked.document.version.to_string();
    let entry = (id.clone(), data.to_vec());
    lock(asked.snapshot).insert(asked.document.uri.clone(), entry);
    id
}

/// One edit: what lies between the common head and the common tail. Offsets count numbers, five a token.
fn difference(old: &[SemanticToken], new: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let gone = old.len() - head - tail;
    let come = new.get(head..new.len() - tail).unwrap_or_default();
    if gone == 0 && come.is_empty() {
        return Vec::new();
    }
    let numbers = |n: usize| u32::try_from(n * 5).unwrap_or(u32::MAX);
    vec![SemanticTokensEdit { start: numbers(head), delete_count: numbers(gone), data: Some(come.to_vec()) }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(n: u32) -> SemanticToken {
        SemanticToken { delta_line: n, delta_start: 0, length: 1, token_type: 0, token_modifiers_bitset: 0 }
    }

    fn list(numbers: &[u32]) -> Vec<SemanticToken> {
        numbers.iter().copied().map(token).collect()
    }

    #[test]
    fn a_delta_turns_the_old_list_into_the_new_one() {
        let cases: [(&[u32], &[u32]); 6] = [
            (&[1, 2, 3], &[1, 9, 3]),
            (&[1], &[]),
            (&[], &[1, 2]),
            (&[1, 1, 1], &[1, 1]),
            (&[1, 2], &[1, 2]),
            (&[1, 2], &[0, 1, 2]),
        ];
        for (old, new) in cases {
            let mut result = list(old);
            for edit in difference(&list(old), &list(new)) {
                let start = edit.start as usize / 5;
                let end = start + edit.delete_count as usize / 5;
                result.splice(start..end, edit.data.unwrap_or_default());
            }
            assert_eq!(result, list(new), "{old:?} to {new:?}");
        }
    }
}
