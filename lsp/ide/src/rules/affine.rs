//! Index expressions as sums: `a[4 * i + threadIdx.x + 1]` is 1 + 4·i + 1·threadIdx.x.
//!
//! Local variables that are set once are replaced by what they are set to. What is not a sum or a product by a
//! constant
//! stays one opaque term, under its text.

use super::Context;
use crate::{Field, Kind, Node};
use std::collections::BTreeMap;

/// A constant plus terms with constant factors.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Affine {
    /// The constant part.
    pub constant: i128,
    /// Factors by term.
    pub terms: BTreeMap<String, i128>,
}

impl Affine {
    fn term(text: &str) -> Affine {
        let clean: String = text.split_whitespace().collect();
        Affine { constant: 0, terms: BTreeMap::from([(clean, 1)]) }
    }

    fn add(mut self, other: Affine, sign: i128) -> Option<Affine> {
        self.constant = self.constant.checked_add(other.constant.checked_mul(sign)?)?;
        for (term, factor) in other.terms {
            let own = self.terms.entry(term).or_insert(0);
            *own = own.checked_add(factor.checked_mul(sign)?)?;
        }
        self.terms.retain(|_, f| *f != 0);
        Some(self)
    }

    fn scale(mut self, by: i128) -> Option<Affine> {
        self.constant = self.constant.checked_mul(by)?;
        for factor in self.terms.values_mut() {
            *factor = factor.checked_mul(by)?;
        }
        self.terms.retain(|_, f| *f != 0);
        Some(self)
    }

    /// The least and the greatest value if each thread index runs through a block of these extents; none if there are other
    /// terms.
    pub fn range(&self, block: [Option<u64>; 3]) -> Option<(i128, i128)> {
        let (mut low, mut high) = (self.constant, self.constant);
        for (term, factor) in &self.terms {
            let axis = ["threadIdx.x", "threadIdx.y", "threadIdx.z"].iter().position(|a| a == term)?;
            let last = i128::from(block.get(axis).copied().flatten()?) - 1;
            let end = factor.checked_mul(last)?;
            low = low.checked_add(end.min(0))?;
            high = high.checked_add(end.max(0))?;
        }
        Some((low, high))
    }
}

impl<'a> Context<'a> {
    /// An integer expression as a sum.
    pub fn affine(&self, node: Node<'a>) -> Affine {
        self.affine_at(node, 0).unwrap_or_else(|| Affine::term(node.text()))
    }

    fn affine_at(&self, node: Node<'a>, depth: u32) -> Option<Affine> {
        if depth > 40 {
            return None;
        }
        let node = node.unparenthesised();
        if let Some(constant) = self.model.eval(node) {
            return Some(Affine { constant, terms: BTreeMap::new() });
        }
        let side = |field: Field| self.affine_at(node.child(field)?, depth + 1);
        match node.kind() {
            Kind::BinaryExpression => match node.operator() {
                "+" => side(Field::Left)?.add(side(Field::Right)?, 1),
                "-" => side(Field::Left)?.add(side(Field::Right)?, -1),
                "*" => {
                    let (left, right) = (side(Field::Left)?, side(Field::Right)?);
                    if left.terms.is_empty() {
                        right.scale(left.constant)
                    } else if right.terms.is_empty() {
                        left.scale(right.constant)
                    } else {
                        Some(Affine::term(node.text()))
                    }
                }
                "<<" => {
                    let right = side(Field::Right)?;
                    let by = u32::try_from(right.constant).ok().filter(|b| right.terms.is_empty() && *b < 40);
                    match by {
                        Some(by) => side(Field::Left)?.scale(1 << by),
                        None => Some(Affine::term(node.text())),
                    }
                }
                _ => Some(Affine::term(node.text())),
            },
            Kind::CastExpression => side(Field::Value),
            Kind::Identifier => {
                let symbol = self.model.resolve(node).and_then(|s| self.model.symbol(s));
                let set_once = symbol.filter(|s| s.writes == 0 && s.local_to.is_some());
                match set_once.and_then(|s| s.value) {
                    Some(value) if self.node(value).kind() != Kind::InitializerList => {
                        self.affine_at(self.node(value), depth + 1)
                    }
                    _ => Some(Affine::term(node.text())),
                }
            }
            _ => Some(Affine::term(node.text())),
        }
    }
}
