//! `textDocument/semanticTokens/*`: colours by memory space and side, whole, as a change to the last answer, or in a range.
//!
//! Three methods in one file, because they share the encoding. clangd's colours join ours ([`super::token_merge`]), so these are
//! rows of their own rather than [`crate::dispatch::Read`]: a delta is taken of what was joined. When clangd is late, ours go
//! out and the client is told to ask again once it has parsed the text.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::{
    Range, SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams, SemanticTokensEdit,
    SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensResult, Uri,
};
use warplens_ide as ide;

use super::token_merge::{self, Placed};
use crate::clangd::Pass;
use crate::dispatch::{Answer, Job, Question, ask, blocking, internal, parse};
use crate::snapshot::{Asked, Snapshot};

/// How long colours wait for clangd where the client can be told to ask again, and where it cannot.
const PATIENCE: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(1500)];

/// `textDocument/semanticTokens/full`.
pub(crate) fn full(job: Job) -> Answer {
    Box::pin(async move {
        let params: SemanticTokensParams = parse(job.params)?;
        let uri = params.text_document.uri;
        let Some(data) = joined(&job.snapshot, &uri, None).await? else { return Ok(Value::Null) };
        let id = remember(&job.snapshot, &uri, &data);
        to_value(SemanticTokens { result_id: Some(id), data })
    })
}

/// `textDocument/semanticTokens/full/delta`.
pub(crate) fn delta(job: Job) -> Answer {
    Box::pin(async move {
        let params: SemanticTokensDeltaParams = parse(job.params)?;
        let uri = params.text_document.uri;
        let Some(data) = joined(&job.snapshot, &uri, None).await? else { return Ok(Value::Null) };
        let sent = lock(&job.snapshot).get(&uri).cloned();
        let id = remember(&job.snapshot, &uri, &data);
        match sent {
            Some((old_id, old)) if old_id == params.previous_result_id => {
                to_value(SemanticTokensDelta { result_id: Some(id), edits: difference(&old, &data) })
            }
            _ => to_value(SemanticTokens { result_id: Some(id), data }),
        }
    })
}

/// `textDocument/semanticTokens/range`.
pub(crate) fn range(job: Job) -> Answer {
    Box::pin(async move {
        let params: SemanticTokensRangeParams = parse(job.params)?;
        match joined(&job.snapshot, &params.text_document.uri, Some(params.range)).await? {
            Some(data) => to_value(SemanticTokens { result_id: None, data }),
            None => Ok(Value::Null),
        }
    })
}

fn to_value(answer: impl serde::Serialize) -> Result<Value, Error> {
    serde_json::to_value(answer).map_err(|e| internal(&e.to_string()))
}

/// Our tokens and clangd's; `None` for a document that is not ours.
async fn joined(
    snapshot: &Snapshot,
    uri: &Uri,
    within: Option<Range>,
) -> Result<Option<Vec<SemanticToken>>, Error> {
    if snapshot.document(uri).is_none() {
        return Ok(None);
    }
    let children = snapshot.children_of(uri);
    let legends: Vec<(Pass, token_merge::Legend)> = children
        .iter()
        .filter_map(|(pass, child)| {
            let legend = child.capability("/semanticTokensProvider/legend")?;
            Some((*pass, token_merge::Legend::read(&legend)))
        })
        .collect();
    let questions = children
        .into_iter()
        .map(|(pass, child)| Question { pass, child, params: json!({"textDocument": {"uri": uri}}) })
        .collect();
    let patience = if snapshot.abilities.refreshes_tokens { PATIENCE[0] } else { PATIENCE[1] };
    let theirs = ask::<Option<SemanticTokensResult>>(questions, "textDocument/semanticTokens/full", patience);
    let (copy, its_uri) = (snapshot.clone(), uri.clone());
    let ours = blocking(move || Ok(copy.ask(&its_uri).map(|asked| placed(&asked, within))));
    let (ours, (theirs, late)) = tokio::join!(ours, theirs);
    let Some(ours) = ours? else { return Ok(None) };
    if late {
        snapshot.late_tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(uri.clone());
    }
    let theirs: Vec<Vec<Placed>> = theirs
        .into_iter()
        .filter_map(|(pass, answer)| {
            let Some(SemanticTokensResult::Tokens(tokens)) = answer else { return None };
            let (_, legend) = legends.iter().find(|(p, _)| *p == pass)?;
            let mut list = legend.place(&tokens.data);
            if let Some(within) = within {
                list.retain(|t| (within.start.line..=within.end.line).contains(&t.line));
            }
            Some(list)
        })
        .collect();
    if theirs.is_empty() {
        return Ok(Some(token_merge::encode(&ours)));
    }
    let merged = blocking(move || Ok(token_merge::join(ours, theirs))).await?;
    Ok(Some(token_merge::encode(&merged)))
}

/// Our own tokens, where they are.
fn placed(asked: &Asked<'_>, within: Option<Range>) -> Vec<Placed> {
    let within = within.map(|r| asked.bytes(r));
    let tokens = ide::tokens::semantic_tokens(&asked.analysis.ide, within);
    let place = |token: ide::tokens::Token| {
        let range = asked.range(token.range);
        let length = range.end.character.checked_sub(range.start.character)?;
        (range.start.line == range.end.line && length > 0).then_some(Placed {
            line: range.start.line,
            start: range.start.character,
            length,
            ty: token.ty as u32,
            modifiers: token.modifiers,
        })
    };
    tokens.into_iter().filter_map(place).collect()
}

fn lock(snapshot: &Snapshot) -> std::sync::MutexGuard<'_, Sent> {
    snapshot.sent_tokens.lock().unwrap_or_else(PoisonError::into_inner)
}

type Sent = std::collections::HashMap<Uri, (String, Arc<[SemanticToken]>)>;

/// Ids are never used twice: one version may be coloured again when clangd has caught up.
fn remember(snapshot: &Snapshot, uri: &Uri, data: &[SemanticToken]) -> String {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    let id = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string();
    lock(snapshot).insert(uri.clone(), (id.clone(), Arc::from(data)));
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
