//! `textDocument/documentLink`: includes, and in PTX the files of the line table, as links.

use std::path::{Path, PathBuf};

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::DocumentLinkRequest;
use tower_lsp::ls_types::{DocumentLink, DocumentLinkParams, Uri};
use warplens_ide::links::document_links;

use crate::clangd::Pass;
use crate::dispatch::Read;
use crate::snapshot::Snapshot;

type List = Option<Vec<DocumentLink>>;

impl Read for DocumentLinkRequest {
    fn answer(snapshot: &Snapshot, params: &DocumentLinkParams) -> Result<List, Error> {
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let here = asked.document.path().and_then(Path::parent);
        let mut folders: Vec<PathBuf> = here.map(Path::to_owned).into_iter().collect();
        folders.extend(snapshot.workspace.roots.iter().cloned());
        folders.extend(snapshot.workspace.roots.iter().map(|r| r.join("include")));
        let links = document_links(&asked.analysis.ide).into_iter().filter_map(|link| {
            let file = folders.iter().map(|f| f.join(&link.target)).find(|f| f.is_file())?;
            let file = crate::clangd::database::normalise(&file);
            Some(DocumentLink {
                range: asked.range(link.range),
                target: Some(Uri::from_file_path(file)?),
                tooltip: None,
                data: None,
            })
        });
        Ok(Some(links.collect()))
    }

    fn document(params: &DocumentLinkParams) -> Option<&Uri> {
        Some(&params.text_document.uri)
    }

    /// clangd knows the include paths; what it leaves out is ours to add.
    fn merge(ours: List, theirs: Vec<(Pass, List)>) -> List {
        let mut all: Vec<DocumentLink> = Vec::new();
        for link in theirs.into_iter().filter_map(|(_, l)| l).flatten().chain(ours.into_iter().flatten()) {
            if !all.iter().any(|seen| seen.range.start.line == link.range.start.line) {
                all.push(link);
            }
        }
        Some(all)
    }
}
