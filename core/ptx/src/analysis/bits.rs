//! A set of small integers: 64 at a time in a word, words without members not stored.
//!
//! Registers are numbered by first use, so what is live at one place sits in few words however many registers a body
//! has. A dense set for every block would take gigabytes on generated kernels.

/// A set of `0..len`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BitSet {
    /// Which 64, and which of them (never none); ascending.
    words: Vec<(u32, u64)>,
    len: usize,
}

impl BitSet {
    /// The empty set over `0..len`.
    pub fn new(len: usize) -> Self {
        BitSet { words: Vec::new(), len }
    }

    /// How many values there can be.
    pub fn capacity(&self) -> usize {
        self.len
    }

    fn place(&self, i: usize) -> Result<usize, usize> {
        self.words.binary_search_by_key(&((i / 64) as u32), |w| w.0)
    }

    /// Is `i` in the set?
    pub fn contains(&self, i: usize) -> bool {
        self.place(i).is_ok_and(|at| self.words[at].1 >> (i % 64) & 1 == 1)
    }

    /// Adds `i`; was it missing? Values beyond the capacity are ignored.
    pub fn insert(&mut self, i: usize) -> bool {
        if i >= self.len {
            return false;
        }
        let bit = 1 << (i % 64);
        match self.place(i) {
            Ok(at) => {
                let missing = self.words[at].1 & bit == 0;
                self.words[at].1 |= bit;
                missing
            }
            Err(at) => {
                self.words.insert(at, ((i / 64) as u32, bit));
                true
            }
        }
    }

    /// Takes `i` out; was it there?
    pub fn remove(&mut self, i: usize) -> bool {
        let Ok(at) = self.place(i) else { return false };
        let bit = 1 << (i % 64);
        let there = self.words[at].1 & bit != 0;
        self.words[at].1 &= !bit;
        if self.words[at].1 == 0 {
            self.words.remove(at);
        }
        there
    }

    /// Adds all of `other`; did anything change?
    pub fn union(&mut self, other: &BitSet) -> bool {
        let mut changed = false;
        let mut at = 0;
        let mut missing = false;
        for &(index, bits) in &other.words {
            while self.words.get(at).is_some_and(|w| w.0 < index) {
                at += 1;
            }
            match self.words.get_mut(at) {
                Some(w) if w.0 == index => {
                    changed |= bits & !w.1 != 0;
                    w.1 |= bits;
                }
                _ => missing = true,
            }
        }
        if missing {
            let mut merged = Vec::with_capacity(self.words.len() + other.words.len());
            let (mut a, mut b) = (self.words.iter().peekable(), other.words.iter().peekable());
            loop {
                match (a.peek(), b.peek()) {
                    (Some(x), Some(y)) if x.0 < y.0 => merged.extend(a.next()),
                    (Some(x), Some(y)) if x.0 == y.0 => {
                        merged.extend(a.next());
                        b.next();
                    }
                    (_, Some(_)) => merged.extend(b.next()),
                    (Some(_), None) => merged.extend(a.next()),
                    (None, None) => break,
                }
            }
            self.words = merged;
        }
        changed || missing
    }

    /// Takes out all of `other`.
    pub fn subtract(&mut self, other: &BitSet) {
        let mut at = 0;
        self.words.retain_mut(|w| {
            while other.words.get(at).is_some_and(|o| o.0 < w.0) {
                at += 1;
            }
            if let Some(o) = other.words.get(at)
                && o.0 == w.0
            {
                w.1 &= !o.1;
            }
            w.1 != 0
        });
    }

    /// How many words it takes.
    pub(super) fn size(&self) -> usize {
        self.words.len()
    }

    /// How many values are in.
    pub fn count(&self) -> usize {
        self.words.iter().map(|w| w.1.count_ones() as usize).sum()
    }

    /// The values, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().flat_map(|&(i, w)| {
            std::iter::successors(Some(w), |w| Some(w & (w - 1)).filter(|w| *w != 0))
                .map(move |w| i as usize * 64 + w.trailing_zeros() as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::BitSet;

    fn of(values: &[usize]) -> BitSet {
        let mut s = BitSet::new(1000);
        values.iter().for_each(|&v| {
            s.insert(v);
        });
        s
    }

    #[test]
    fn values_come_back_in_order() {
        let mut s = of(&[199, 0, 64, 63, 64]);
        assert!(!s.insert(1000) && !s.insert(64) && s.insert(65));
        assert!(s.remove(0) && !s.remove(0) && !s.remove(500));
        assert_eq!(s.iter().collect::<Vec<_>>(), [63, 64, 65, 199]);
        assert_eq!(s.count(), 4);
        assert!(s.contains(63) && !s.contains(62) && !s.contains(999));
    }

    #[test]
    fn sets_join_and_part() {
        let mut a = of(&[1, 70, 300]);
        assert!(a.union(&of(&[2, 200, 301])));
        assert_eq!(a, of(&[1, 2, 70, 200, 300, 301]));
        assert!(!a.union(&of(&[70, 1])));
        a.subtract(&of(&[1, 2, 200, 900]));
        assert_eq!(a, of(&[70, 300, 301]));
    }
}
