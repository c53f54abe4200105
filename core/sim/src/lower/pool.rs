//! Constant rows: every literal and address that code uses as an operand, one row each, shared by all code of a device.

use std::collections::HashMap;

use crate::exec::ctx::{Ref, Region};

/// 32 values of up to 64 bits.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Row(pub(crate) [u64; 32]);

/// The pool.
#[derive(Default)]
pub(crate) struct Pool {
    pub(crate) rows: Vec<Row>,
    index: HashMap<(bool, u64), u32>,
    by_lane: HashMap<[u64; 32], u32>,
    /// Rows that hold the address of a symbol not known yet: row, 64-bit?, name, bytes added.
    pub(crate) pending: Vec<(u32, bool, String, i64)>,
}

impl Pool {
    /// A row of the value, as 32-bit or 64-bit lanes.
    pub(crate) fn value(&mut self, wide: bool, value: u64) -> Ref {
        let value = if wide { value } else { value & 0xffff_ffff };
        let next = self.rows.len() as u32;
        let at = *self.index.entry((wide, value)).or_insert(next);
        if at == next {
            self.rows.push(fill(wide, value));
        }
        place(at)
    }

    /// A row with a 64-bit value for each lane of a 32-lane warp.
    pub(crate) fn lanes(&mut self, values: [u64; 32]) -> Ref {
        let at = match self.by_lane.get(&values) {
            Some(&at) => at,
            None => {
                let at = self.rows.len() as u32;
                self.rows.push(Row(values));
                self.by_lane.insert(values, at);
                at
            }
        };
        place(at)
    }

    /// A row for the address of a symbol another module will define; zero until then.
    pub(crate) fn symbol(&mut self, wide: bool, name: &str, addend: i64) -> Ref {
        let at = self.rows.len() as u32;
        self.rows.push(fill(wide, 0));
        self.pending.push((at, wide, name.to_owned(), addend));
        place(at)
    }

    /// Gives pending symbols their address where `resolve` knows one.
    pub(crate) fn link(&mut self, resolve: impl Fn(&str) -> Option<u64>) {
        let rows = &mut self.rows;
        self.pending.retain(|(at, wide, name, addend)| match resolve(name) {
            Some(address) => {
                rows[*at as usize] = fill(*wide, address.wrapping_add(*addend as u64));
                false
            }
            None => true,
        });
    }
}

fn place(at: u32) -> Ref {
    Ref { off: at * size_of::<Row>() as u32, aux: 0, region: Region::Const }
}

/// The row of one value.
pub(crate) fn fill(wide: bool, value: u64) -> Row {
    let both = (value & 0xffff_ffff) | value << 32;
    Row([if wide { value } else { both }; 32])
}
