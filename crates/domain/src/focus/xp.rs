//! Points: one for each minute of focus, and none twice.
//!
//! A completed session earns the whole minutes of its time that no session which began before it covers. So the sum
//! over all sessions depends on the sessions alone: not on the order in which they became known, nor on what was
//! deleted meanwhile.

use chrono::{DateTime, Utc};

use crate::ids::FocusSessionId;

/// The time of a completed session that counts: `from <= t < to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// When it began.
    pub from: DateTime<Utc>,
    /// When it ended, or its time was up.
    pub to: DateTime<Utc>,
    /// The session.
    pub id: FocusSessionId,
}

impl Span {
    /// Whole minutes.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        (self.to - self.from).num_minutes()
    }

    /// Whether they have an instant in common.
    #[must_use]
    pub fn overlaps(&self, other: &Span) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// What these sessions earn together.
#[must_use]
pub fn earned(mut spans: Vec<Span>) -> i64 {
    spans.sort_unstable();
    let mut covered = DateTime::<Utc>::MIN_UTC;
    let mut points = 0;
    for span in spans {
        // All before it began no later, so that what they cover of it is its beginning.
        let from = span.from.max(covered);
        points += (span.to - from).num_minutes().max(0);
        covered = covered.max(span.to);
    }
    points
}

/// What `span` adds to what `others` earn: all that overlap it, and all that overlap those.
#[must_use]
pub fn added(span: Span, others: &[Span]) -> i64 {
    let mut with = others.to_vec();
    with.push(span);
    earned(with) - earned(others.to_vec())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn span(number: u128, from: i64, to: i64) -> Span {
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        Span { from: at(from), to: at(to), id: FocusSessionId(Uuid::from_u128(number)) }
    }

    #[test]
    fn a_minute_is_earned_once() {
        for (spans, points) in [
            (vec![], 0),
            (vec![(0, 1500)], 25),
            (vec![(0, 59)], 0),
            (vec![(0, 1500), (1500, 3000)], 50),
            (vec![(0, 1500), (600, 2100)], 35),
            (vec![(0, 3600), (600, 1200), (3000, 4200)], 70),
            (vec![(0, 1500), (0, 1500)], 25),
            (vec![(0, 90), (60, 150)], 2),
        ] {
            let spans: Vec<Span> =
                (1..).zip(spans).map(|(number, (from, to))| span(number, from, to)).collect();
            assert_eq!(earned(spans.clone()), points, "{spans:?}");
        }
    }

    fn spans() -> impl Strategy<Value = Vec<Span>> {
        prop::collection::vec((0..5000i64, 1..1500i64), 0..25).prop_map(|times| {
            (1..).zip(times).map(|(number, (from, length))| span(number, from, from + length)).collect()
        })
    }

    /// What the database is asked for: those that overlap what overlaps `span`.
    fn around(span: Span, all: &[Span]) -> Vec<Span> {
        let near: Vec<Span> = all.iter().copied().filter(|other| other.overlaps(&span)).collect();
        let reach = |other: &&Span| near.iter().chain([&span]).any(|one| one.overlaps(other));
        all.iter().filter(reach).copied().collect()
    }

    proptest! {
        /// Whatever the order in which they come and go, the ledger adds up to what the sessions earn.
        #[test]
        fn the_order_does_not_matter(all in spans(), gone in prop::collection::vec(any::<prop::sample::Index>(), 0..10)) {
            let mut known: Vec<Span> = vec![];
            let mut ledger = 0;
            for one in &all {
                ledger += added(*one, &around(*one, &known));
                known.push(*one);
            }
            prop_assert_eq!(ledger, earned(all.clone()));
            for index in gone {
                if known.is_empty() { break; }
                let one = known.remove(index.index(known.len()));
                ledger -= added(one, &around(one, &known));
                prop_assert_eq!(ledger, earned(known.clone()));
            }
        }

        /// No more than there are minutes from the first to the last.
        #[test]
        fn nobody_earns_more_than_time_passes(all in spans()) {
            let seconds: i64 = (0..7000).filter(|second| {
                let at = DateTime::from_timestamp(*second, 0).unwrap();
                all.iter().any(|span| span.from <= at && at < span.to)
            }).count().try_into().unwrap();
            prop_assert!(earned(all) <= seconds / 60);
        }
    }
}
