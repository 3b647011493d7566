//! Which moments of a day were used at all: a union of sessions, so that moments that two sessions share
//! count once.

use crate::leb128::{read, write};

/// Disjoint, ordered spans `[from, to)` in milliseconds after the first instant of a day.
///
/// It is a set: adding is associative, commutative and idempotent, so that late, repeated and shuffled
/// sessions leave the same coverage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    spans: Vec<(u32, u32)>,
}

impl Coverage {
    /// Adds `spans`, in any order and however they overlap. Empty ones add nothing.
    pub fn add(&mut self, spans: impl IntoIterator<Item = (u32, u32)>) {
        let before = self.spans.len();
        self.spans.extend(spans.into_iter().filter(|(from, to)| from < to));
        if self.spans.len() == before {
            return;
        }
        self.spans.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(self.spans.len());
        for (from, to) in self.spans.drain(..) {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        self.spans = merged;
    }

    /// Adds one span. Spans that come in order are added at no cost worth naming.
    pub fn push(&mut self, from: u32, to: u32) {
        match self.spans.last_mut() {
            Some(last) if last.0 <= from && from <= last.1 => last.1 = last.1.max(to),
            Some(last) if from < last.0 => self.add([(from, to)]),
            _ if from < to => self.spans.push((from, to)),
            _ => {}
        }
    }

    /// The union with `other`: both are in order, and are gone through once.
    pub fn unite(&mut self, other: &Coverage) {
        let mut merged = Coverage { spans: Vec::with_capacity(self.spans.len() + other.spans.len()) };
        let (mut ours, mut theirs) = (self.spans.iter().peekable(), other.spans.iter().peekable());
        loop {
            let next = match (ours.peek(), theirs.peek()) {
                (Some(our), Some(their)) if their < our => theirs.next(),
                (Some(_), _) => ours.next(),
                (None, _) => theirs.next(),
            };
            let Some((from, to)) = next else { break };
            merged.push(*from, *to);
        }
        *self = merged;
    }

    /// Milliseconds covered.
    #[must_use]
    pub fn length_ms(&self) -> i64 {
        self.spans.iter().map(|(from, to)| i64::from(to - from)).sum()
    }

    /// Milliseconds covered of `from..to`.
    #[must_use]
    pub fn length_within_ms(&self, from: u32, to: u32) -> i64 {
        let part = |(start, end): &(u32, u32)| i64::from((*end).min(to)) - i64::from((*start).max(from));
        self.spans.iter().map(|span| part(span).max(0)).sum()
    }

    /// As it is stored: the gap before each span and its length, each a LEB128 number.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.spans.len() * 5);
        let mut at = 0;
        for (from, to) in &self.spans {
            write(u64::from(from - at), &mut bytes);
            write(u64::from(to - from), &mut bytes);
            at = *to;
        }
        bytes
    }

    /// What [`Coverage::encode`] wrote; nothing where the bytes are not that.
    #[must_use]
    pub fn decode(mut bytes: &[u8]) -> Option<Coverage> {
        let mut spans = Vec::with_capacity(bytes.len() / 4);
        let mut at: u32 = 0;
        while !bytes.is_empty() {
            let from = at.checked_add(u32::try_from(read(&mut bytes)?).ok()?)?;
            at = from.checked_add(u32::try_from(read(&mut bytes)?).ok()?)?;
            spans.push((from, at));
        }
        Some(Coverage { spans })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spans() -> impl Strategy<Value = Vec<(u32, u32)>> {
        prop::collection::vec((0_u32..90_000_000, 0_u32..4_000_000), 0..80)
            .prop_map(|spans| spans.into_iter().map(|(from, length)| (from, from + length)).collect())
    }

    fn covering(spans: &[(u32, u32)]) -> Coverage {
        let mut coverage = Coverage::default();
        coverage.add(spans.iter().copied());
        coverage
    }

    #[test]
    fn a_part_has_what_of_it_is_covered() {
        let coverage = covering(&[(10, 20), (30, 40)]);
        for (from, to, length) in
            [(0, 50, 20), (0, 10, 0), (15, 35, 10), (20, 30, 0), (32, 33, 1), (40, 50, 0)]
        {
            assert_eq!(coverage.length_within_ms(from, to), length, "{from}..{to}");
        }
    }

    #[test]
    fn moments_that_two_spans_share_count_once() {
        for (spans, length) in [
            (vec![], 0),
            (vec![(5, 5)], 0),
            (vec![(0, 10), (5, 15)], 15),
            (vec![(0, 10), (10, 20)], 20),
            (vec![(0, 10), (11, 20)], 19),
            (vec![(0, 100), (20, 30), (20, 30)], 100),
        ] {
            assert_eq!(covering(&spans).length_ms(), length, "{spans:?}");
        }
        assert_eq!(covering(&[(0, 10), (10, 20)]).spans, [(0, 20)]);
    }

    #[test]
    fn what_is_not_a_coverage_is_not_read() {
        assert_eq!(Coverage::decode(&[0x80]), None);
        assert_eq!(Coverage::decode(&[1]), None);
        assert_eq!(Coverage::decode(&[0xff; 12]), None);
    }

    proptest! {
        #[test]
        fn order_and_repetition_do_not_matter(mut spans in spans(), cut in 0_usize..80) {
            let whole = covering(&spans);
            let cut = cut.min(spans.len());
            spans.reverse();
            let mut parts = covering(&spans[cut..]);
            parts.unite(&covering(&spans[..cut]));
            parts.unite(&covering(&spans));
            prop_assert_eq!(parts, whole);
        }

        #[test]
        fn is_what_a_set_of_milliseconds_would_be(spans in prop::collection::vec((0_u32..400, 0_u32..60), 0..20)) {
            let spans: Vec<_> = spans.into_iter().map(|(from, length)| (from, from + length)).collect();
            let set: std::collections::BTreeSet<u32> = spans.iter().flat_map(|(from, to)| *from..*to).collect();
            prop_assert_eq!(covering(&spans).length_ms(), i64::try_from(set.len()).unwrap());
        }

        #[test]
        fn one_by_one_is_as_all_at_once(spans in spans()) {
            let mut coverage = Coverage::default();
            for (from, to) in &spans {
                coverage.push(*from, *to);
            }
            prop_assert_eq!(coverage, covering(&spans));
        }

        #[test]
        fn is_read_as_it_was_written(spans in spans()) {
            let coverage = covering(&spans);
            prop_assert_eq!(Coverage::decode(&coverage.encode()), Some(coverage));
        }
    }
}
