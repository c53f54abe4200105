//! `textDocument/prepareTypeHierarchy`, supertypes and subtypes: clangd's alone, since base classes need a compiler.
//!
//! Three methods in one file, because they pass one item around. Without clangd there is no answer.

use serde_json::Value;
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::{TypeHierarchyPrepare, TypeHierarchySubtypes, TypeHierarchySupertypes};
use tower_lsp::ls_types::{
    TypeHierarchyItem, TypeHierarchyPrepareParams, TypeHierarchySubtypesParams,
    TypeHierarchySupertypesParams, Uri,
};

use super::hierarchy;
use crate::clangd::Pass;
use crate::dispatch::{Question, Read};
use crate::snapshot::Snapshot;

type List = Option<Vec<TypeHierarchyItem>>;

impl Read for TypeHierarchyPrepare {
    fn answer(_: &Snapshot, _: &TypeHierarchyPrepareParams) -> Result<List, Error> {
        Ok(None)
    }

    fn document(params: &TypeHierarchyPrepareParams) -> Option<&Uri> {
        Some(&params.text_document_position_params.text_document.uri)
    }

    fn merge(_: List, theirs: Vec<(Pass, List)>) -> List {
        join(theirs)
    }
}

impl Read for TypeHierarchySupertypes {
    fn answer(_: &Snapshot, _: &TypeHierarchySupertypesParams) -> Result<List, Error> {
        Ok(None)
    }

    fn questions(snapshot: &Snapshot, params: &TypeHierarchySupertypesParams, _: &Value) -> Vec<Question> {
        hierarchy::questions(snapshot, params.item.data.as_ref())
    }

    fn merge(_: List, theirs: Vec<(Pass, List)>) -> List {
        join(theirs)
    }
}

impl Read for TypeHierarchySubtypes {
    fn answer(_: &Snapshot, _: &TypeHierarchySubtypesParams) -> Result<List, Error> {
        Ok(None)
    }

    fn questions(snapshot: &Snapshot, params: &TypeHierarchySubtypesParams, _: &Value) -> Vec<Question> {
        hierarchy::questions(snapshot, params.item.data.as_ref())
    }

    fn merge(_: List, theirs: Vec<(Pass, List)>) -> List {
        join(theirs)
    }
}

/// Types of both passes, each once.
fn join(theirs: Vec<(Pass, List)>) -> List {
    let mut all: Vec<TypeHierarchyItem> = Vec::new();
    let mut answered = false;
    for (pass, list) in theirs {
        answered |= list.is_some();
        for mut item in list.into_iter().flatten() {
            let data = hierarchy::addressed(pass, &item);
            let twin =
                all.iter_mut().find(|i| i.name == item.name && i.uri == item.uri && i.range == item.range);
            match twin {
                Some(known) => known.data = hierarchy::both(known.data.take(), data),
                None => {
                    item.data = data;
                    all.push(item);
                }
            }
        }
    }
    answered.then_some(all)
}
