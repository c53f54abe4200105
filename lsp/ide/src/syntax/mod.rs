//! The syntax tree as one flat array in preorder.
//!
//! tree-sitter's own tree is a linked structure whose parent lookup walks down from the root. Rules ask for parents and
//! ancestors all the time, so one cursor walk copies kinds, fields and byte ranges into an array: a node is an index, its
//! subtree is a contiguous run, its parent is a number. No walk over it recurses, so depth costs nothing.

mod blank;
mod flatten;
mod kind;
mod parse;

pub use kind::{Field, Kind};
pub use parse::{Blanked, Language, Parsed};

use crate::text::TextRange;

/// Index of a node in its [`Syntax`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

#[derive(Clone, Copy, Debug)]
struct NodeData {
    range: TextRange,
    parent: u32,
    /// One past the last node of its subtree.
    end: u32,
    kind: Kind,
    field: Field,
}

/// A document's nodes in preorder, with the text they cover.
#[derive(Clone, Debug)]
pub struct Syntax {
    nodes: Vec<NodeData>,
    text: std::sync::Arc<str>,
}

/// A node: an index and where to look it up.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    tree: &'a Syntax,
    /// Its number.
    pub id: NodeId,
}

impl Syntax {
    /// A tree of a single empty node, for documents that are not C++.
    pub fn none(text: std::sync::Arc<str>) -> Syntax {
        let range = TextRange::new(0, text.len() as u32);
        let root = NodeData { range, parent: 0, end: 1, kind: Kind::TranslationUnit, field: Field::None };
        Syntax { nodes: vec![root], text }
    }

    /// The whole document.
    pub fn root(&self) -> Node<'_> {
        Node { tree: self, id: NodeId(0) }
    }

    /// The node with this number; the root for one that is not there.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        let id = if (id.0 as usize) < self.nodes.len() { id } else { NodeId(0) };
        Node { tree: self, id }
    }

    /// Every node in preorder.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len() as u32).map(|i| Node { tree: self, id: NodeId(i) })
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never true: the root is always there.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The innermost node whose range touches `offset`; of two that meet there, a name is preferred to punctuation.
    pub fn at(&self, offset: u32) -> Node<'_> {
        let mut best = self.root();
        // Preorder starts are sorted, so walk down only through nodes that hold the offset.
        let mut at = best;
        loop {
            let mut next: Option<Node<'_>> = None;
            for child in at.children() {
                let r = child.range();
                if r.start > offset {
                    break;
                }
                if r.touches(offset) && !r.is_empty() {
                    let better =
                        next.is_none_or(|n| n.kind() == Kind::Token || r.start < offset || !child.is_token());
                    if better && !(next.is_some() && child.kind() == Kind::Token) {
                        next = Some(child);
                    }
                }
            }
            match next {
                Some(child) => {
                    best = child;
                    at = child;
                }
                None => return best,
            }
        }
    }

    fn data(&self, id: NodeId) -> NodeData {
        let none = NodeData {
            range: TextRange::default(),
            parent: 0,
            end: 1,
            kind: Kind::Other,
            field: Field::None,
        };
        self.nodes.get(id.0 as usize).copied().unwrap_or(none)
    }
}

impl<'a> Node<'a> {
    /// What it is.
    pub fn kind(self) -> Kind {
        self.tree.data(self.id).kind
    }

    /// Its role in its parent.
    pub fn field(self) -> Field {
        self.tree.data(self.id).field
    }

    /// Its bytes.
    pub fn range(self) -> TextRange {
        self.tree.data(self.id).range
    }

    /// Another node of the same tree.
    pub fn other(self, id: NodeId) -> Node<'a> {
        self.tree.node(id)
    }

    /// Its text in the document.
    pub fn text(self) -> &'a str {
        self.range().of(&self.tree.text)
    }

    /// One past the last node of its subtree.
    pub fn end(self) -> NodeId {
        NodeId(self.tree.data(self.id).end)
    }

    /// Whether it is punctuation or a keyword.
    pub fn is_token(self) -> bool {
        self.kind() == Kind::Token
    }

    /// Whether `other` is this node or inside it.
    pub fn contains(self, other: Node<'_>) -> bool {
        self.id <= other.id && other.id < self.end()
    }

    /// The node it is a child of; none for the root.
    pub fn parent(self) -> Option<Node<'a>> {
        (self.id.0 != 0).then(|| self.tree.node(NodeId(self.tree.data(self.id).parent)))
    }

    /// Its parent, its parent's parent, ... up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'a>> {
        std::iter::successors(self.parent(), |n| n.parent())
    }

    /// Its children in order, punctuation included.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        let end = self.end().0;
        let tree = self.tree;
        let mut at = self.id.0 + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let node = Node { tree, id: NodeId(at) };
                at = node.end().0.max(at + 1);
                node
            })
        })
    }

    /// Its children without punctuation and comments.
    pub fn items(self) -> impl Iterator<Item = Node<'a>> {
        self.children().filter(|n| !matches!(n.kind(), Kind::Token | Kind::Comment))
    }

    /// Itself and everything inside, in preorder.
    pub fn descendants(self) -> impl Iterator<Item = Node<'a>> {
        let tree = self.tree;
        (self.id.0..self.end().0).map(move |i| Node { tree, id: NodeId(i) })
    }

    /// The first child in this role.
    pub fn child(self, field: Field) -> Option<Node<'a>> {
        self.children().find(|n| n.field() == field)
    }

    /// The first child of this kind.
    pub fn child_of(self, kind: Kind) -> Option<Node<'a>> {
        self.children().find(|n| n.kind() == kind)
    }

    /// The text of its operator field, or nothing.
    pub fn operator(self) -> &'a str {
        self.child(Field::Operator).map_or("", Node::text)
    }

    /// The text of its first child, for keywords.
    pub fn first_token(self) -> &'a str {
        self.children().next().map_or("", Node::text)
    }

    /// What is inside any number of parentheses.
    pub fn unparenthesised(self) -> Node<'a> {
        let mut at = self;
        while at.kind() == Kind::ParenthesizedExpression {
            match at.items().next() {
                Some(inner) => at = inner,
                None => break,
            }
        }
        at
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}@{}..{}", self.kind(), self.range().start, self.range().end)
    }
}
