//! What call and type hierarchies share: items travel to the client and back, each with the `data` of whoever made it.
//!
//! An item that a pass of clangd knows carries that pass's own item in `data.clangd.<pass>`; questions about it hand that
//! one back. One that both we and clangd know carries both.

use serde::Serialize;
use serde_json::{Value, json};

use crate::clangd::Pass;
use crate::dispatch::Question;
use crate::snapshot::Snapshot;

/// What to ask the passes that know an item with this `data`.
pub(super) fn questions(snapshot: &Snapshot, data: Option<&Value>) -> Vec<Question> {
    let Some(clangd) = &snapshot.clangd else { return Vec::new() };
    let ask = |pass: Pass| {
        let item = data?.get("clangd")?.get(pass.name())?.clone();
        Some(Question { pass, child: clangd.child(pass)?.clone(), params: json!({"item": item}) })
    };
    Pass::ALL.into_iter().filter_map(ask).collect()
}

/// `data` for an item of a pass.
pub(super) fn addressed(pass: Pass, item: &impl Serialize) -> Option<Value> {
    Some(json!({"clangd": {pass.name(): serde_json::to_value(item).ok()?}}))
}

/// The `data` of two items that are the same.
pub(super) fn both(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    let (Some(mut one), Some(other)) = (one.clone(), other.clone()) else { return one.or(other) };
    if let Some(Value::Object(passes)) = other.get("clangd") {
        for (pass, item) in passes {
            one["clangd"][pass] = item.clone();
        }
    }
    Some(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_that_several_know_carries_what_each_needs() {
        let ours = json!({"path": "a.cu"});
        let data = both(Some(ours), addressed(Pass::Host, &json!({"name": "f"})));
        let data = both(data, addressed(Pass::Device, &json!({"name": "g"})));
        let expected = json!({"path": "a.cu", "clangd": {"host": {"name": "f"}, "device": {"name": "g"}}});
        assert_eq!(data, Some(expected));
    }
}
