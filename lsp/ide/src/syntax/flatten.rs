//! From tree-sitter's tree to the flat array, whole or after an edit.
//!
//! Walking a tree-sitter tree costs about as much as all rules together, and a keystroke changes a few dozen nodes of a hundred
//! thousand. So after an edit, runs of nodes outside the [`Change`] are copied from the array before, shifted; only the
//! nodes on the way to the change are walked. A run is copied when the old array has a node of the same bytes, kind and
//! parent's kind; where it has none, the walk goes on, so a wrong guess costs time and never truth.

use super::kind::Tables;
use super::{Kind, NodeData, Syntax};
use crate::text::TextRange;
use std::sync::Arc;

/// The bytes that differ between two versions, in text or in structure: `start..old_end` became `start..new_end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) start: u32,
    pub(super) old_end: u32,
    pub(super) new_end: u32,
}

impl Change {
    /// The edit, and what the parser says it changed beyond it.
    pub(super) fn new(
        edit: &tree_sitter::InputEdit,
        old: &tree_sitter::Tree,
        new: &tree_sitter::Tree,
    ) -> Self {
        let (mut start, mut new_end) = (edit.start_byte, edit.new_end_byte);
        for range in old.changed_ranges(new) {
            start = start.min(range.start_byte);
            new_end = new_end.max(range.end_byte);
        }
        let grown = new_end - edit.new_end_byte;
        Change { start: start as u32, old_end: (edit.old_end_byte + grown) as u32, new_end: new_end as u32 }
    }

    /// No byte differs.
    pub(super) const NONE: Change = Change { start: u32::MAX, old_end: u32::MAX, new_end: u32::MAX };

    /// Nothing is known to be the same.
    pub(super) const ALL: Change = Change { start: 0, old_end: u32::MAX, new_end: u32::MAX };

    /// Where a range of the new text was in the old one, if all of it and its neighbours are as they were.
    fn old_range(self, new: TextRange) -> Option<TextRange> {
        if new.end < self.start {
            return Some(new);
        }
        (new.start > self.new_end).then(|| {
            let back = |offset: u32| offset - self.new_end + self.old_end;
            TextRange::new(back(new.start), back(new.end))
        })
    }
}

/// Shorter runs are walked: looking them up costs more.
const WORTH_COPYING: u32 = 24;

impl Syntax {
    /// Copies a tree-sitter tree made from a text of the same length as `text`. Nodes show `text`, not what was parsed.
    /// `older` is the array of the version before, with what changed since.
    pub(super) fn from_tree(
        tree: &tree_sitter::Tree,
        text: Arc<str>,
        older: Option<(&Syntax, Change)>,
    ) -> Syntax {
        let tables = Tables::get();
        let expected = older.map_or(text.len() / 3, |(o, _)| o.nodes.len() + 64);
        let mut nodes: Vec<NodeData> = Vec::with_capacity(expected);
        let mut open: Vec<u32> = Vec::new();
        let mut cursor = tree.walk();
        loop {
            let node = cursor.node();
            let id = nodes.len() as u32;
            let data = NodeData {
                range: TextRange::new(node.start_byte() as u32, node.end_byte() as u32),
                parent: open.last().copied().unwrap_or(id),
                end: id + 1,
                kind: tables.kind(node.kind_id()),
                field: tables.field(cursor.field_id()),
            };
            let copied = older.is_some_and(|(older, change)| copy(older, change, &mut nodes, data));
            if !copied {
                nodes.push(data);
                if cursor.goto_first_child() {
                    open.push(id);
                    continue;
                }
            }
            while !cursor.goto_next_sibling() {
                let Some(done) = open.pop() else {
                    return Syntax { nodes, text };
                };
                let end = nodes.len() as u32;
                if let Some(data) = nodes.get_mut(done as usize) {
                    data.end = end;
                }
                cursor.goto_parent();
            }
        }
    }
}

/// Appends the old run of `data`'s node, shifted; false where there is none.
fn copy(older: &Syntax, change: Change, nodes: &mut Vec<NodeData>, data: NodeData) -> bool {
    if data.range.end - data.range.start < WORTH_COPYING {
        return false;
    }
    let Some(range) = change.old_range(data.range) else { return false };
    let parent_kind = nodes.get(data.parent as usize).map(|p| p.kind);
    let Some((first, run)) = find(older, range, data.kind, parent_kind) else { return false };
    let id = nodes.len() as u32;
    let move_id = |old: u32| id + (old - first);
    let move_by = data.range.start.wrapping_sub(range.start);
    let move_offset = |old: u32| old.wrapping_add(move_by);
    nodes.push(NodeData { end: id + run.len() as u32, ..data });
    nodes.extend(run.iter().skip(1).map(|old| NodeData {
        range: TextRange::new(move_offset(old.range.start), move_offset(old.range.end)),
        parent: move_id(old.parent),
        end: move_id(old.end),
        ..*old
    }));
    true
}

/// The node of these bytes and this kind, with its run.
fn find(older: &Syntax, range: TextRange, kind: Kind, parent: Option<Kind>) -> Option<(u32, &[NodeData])> {
    // Starts are sorted in preorder.
    let from = older.nodes.partition_point(|n| n.range.start < range.start);
    let candidates = older.nodes.get(from..)?.iter().take_while(|n| n.range.start == range.start);
    let (at, found) = candidates.enumerate().find(|(_, n)| n.range == range && n.kind == kind)?;
    let first = from + at;
    let its_parent = older.nodes.get(found.parent as usize).map(|p| p.kind);
    if its_parent != parent {
        return None;
    }
    Some((first as u32, older.nodes.get(first..found.end as usize)?))
}

#[cfg(test)]
mod tests {
    use super::super::{Field, Language, Parsed};
    use super::*;
    use proptest::prelude::*;

    const SOURCE: &str = "\
// 每个线程块一个结果
#define HD __host__ __device__
namespace a { template <int N> HD float half(float x) { return x / N; } }
__global__ void reduce(const float* in, float* out, int n) {
  __shared__ float tile[256];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  tile[threadIdx.x] = i < n ? in[i] : 0.0f;
  for (int s = 128; s > 0; s >>= 1) { __syncthreads(); if (threadIdx.x < s) tile[threadIdx.x] += tile[threadIdx.x + s]; }
  if (threadIdx.x == 0) atomicAdd(out, a::half<2>(tile[0]));
}
struct __align__(16) S { int a; float b[4]; };
int main() {
  float *in = nullptr, *out = nullptr; /* 注释 */
  reduce<<<dim3(4, 1), 256, 0>>>(in, out, 1024);
  auto f = [=] __device__ (int i) { return i + 1; };
  return 0;
}
";

    fn all(syntax: &Syntax) -> Vec<(TextRange, u32, u32, Kind, Field)> {
        syntax.nodes.iter().map(|n| (n.range, n.parent, n.end, n.kind, n.field)).collect()
    }

    proptest! {
        #[test]
        fn an_array_made_from_the_one_before_is_the_array_made_from_the_tree(
            edits in prop::collection::vec((0usize..1200, 0usize..30, prop::sample::select(vec![
                "", " ", "x", "int y = 1;", "{", "}", "(", "\"", "/*", "\n", "HD ", "<<<1, 2>>>", "线", ";", "#if 1\n", "__align__(8) ",
            ])), 1..6)
        ) {
            let mut parsed = Parsed::new(SOURCE, Language::Cuda);
            let mut syntax = parsed.syntax();
            for (at, len, insert) in edits {
                let at = at.min(parsed.text().len());
                let range = TextRange::new(at as u32, (at + len).min(parsed.text().len()) as u32);
                let (next, made) = parsed.edited_with(range, insert, &syntax);
                prop_assert_eq!(all(&made), all(&next.syntax()));
                (parsed, syntax) = (next, made);
            }
        }
    }

    #[test]
    fn an_edit_in_one_function_walks_no_other() {
        let parsed = Parsed::new(SOURCE.repeat(20), Language::Cuda);
        let syntax = parsed.syntax();
        let at = (SOURCE.len() * 10 + SOURCE.find("0.0f").unwrap_or(0)) as u32;
        let (next, change) = parsed.replaced_with(parsed.edit_text(TextRange::empty(at), "1"));
        assert!(change.new_end - change.start < 64, "{change:?}");
        assert_eq!(all(&next.syntax_after(&syntax, change)), all(&next.syntax()));
    }
}
