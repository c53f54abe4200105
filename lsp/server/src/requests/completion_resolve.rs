//! `completionItem/resolve`: the help text of an entry, left out of the list to keep it short.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::ResolveCompletionItem;
use tower_lsp::ls_types::{CompletionItem, Documentation, Uri};
use warplens_ide::completion::resolve;

use crate::dispatch::Read;
use crate::snapshot::Snapshot;
use crate::to_proto;

impl Read for ResolveCompletionItem {
    fn answer(snapshot: &Snapshot, item: &CompletionItem) -> Result<CompletionItem, Error> {
        let mut item = item.clone();
        let uri: Option<Uri> = item.data.as_ref().and_then(|d| d.get("uri")?.as_str()?.parse().ok());
        let help = uri.and_then(|uri| {
            let asked = snapshot.ask(&uri)?;
            resolve(&asked.query(), super::completion::name(&item))
        });
        if let (Some(help), None) = (help, &item.documentation) {
            item.documentation = Some(Documentation::MarkupContent(to_proto::markdown(help)));
        }
        Ok(item)
    }
}
