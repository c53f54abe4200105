//! `textDocument/signatureHelp`: the parameters of the call being typed, also of `<<<…>>>` and of kernels.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::SignatureHelpRequest;
use tower_lsp::ls_types::{
    Documentation, ParameterInformation, ParameterLabel, SignatureHelp, SignatureHelpParams,
    SignatureInformation, Uri,
};
use warplens_ide::signature::{Signature, signature_help};

use crate::clangd::Pass;
use crate::dispatch::Read;
use crate::snapshot::Snapshot;
use crate::to_proto;

impl Read for SignatureHelpRequest {
    const PATIENCE: std::time::Duration = std::time::Duration::from_millis(400);

    fn answer(snapshot: &Snapshot, params: &SignatureHelpParams) -> Result<Option<SignatureHelp>, Error> {
        let at = &params.text_document_position_params;
        let Some(asked) = snapshot.ask(&at.text_document.uri) else { return Ok(None) };
        let help = signature_help(&asked.query(), asked.offset(at.position));
        Ok(help.map(|help| SignatureHelp {
            signatures: help.signatures.iter().map(show).collect(),
            active_signature: Some(0),
            active_parameter: u32::try_from(help.active_parameter).ok(),
        }))
    }

    fn document(params: &SignatureHelpParams) -> Option<&Uri> {
        Some(&params.text_document_position_params.text_document.uri)
    }

    /// Launches are ours alone; for calls the compiler knows the overloads.
    fn merge(
        ours: Option<SignatureHelp>,
        theirs: Vec<(Pass, Option<SignatureHelp>)>,
    ) -> Option<SignatureHelp> {
        let launch = |h: &SignatureHelp| h.signatures.iter().any(|s| s.label.contains("<<<"));
        if ours.as_ref().is_some_and(launch) {
            return ours;
        }
        let theirs = theirs.into_iter().filter_map(|(_, h)| h).find(|h| !h.signatures.is_empty());
        theirs.or(ours)
    }
}

fn show(signature: &Signature) -> SignatureInformation {
    let parameter =
        |p: &String| ParameterInformation { label: ParameterLabel::Simple(p.clone()), documentation: None };
    let help = (!signature.help.is_empty()).then(|| to_proto::markdown(signature.help.clone()));
    SignatureInformation {
        label: signature.label.clone(),
        documentation: help.map(Documentation::MarkupContent),
        parameters: Some(signature.parameters.iter().map(parameter).collect()),
        active_parameter: None,
    }
}
