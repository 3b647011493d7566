//! Productivity: time, weighed by its categories.

/// Categorised time that a score needs at the least: 5 minutes.
pub const EVIDENCE_MS: i64 = 5 * 60 * 1000;

/// Time by what it is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// Milliseconds of weights above 0.
    pub productive_ms: i64,
    /// Milliseconds of weight 0.
    pub neutral_ms: i64,
    /// Milliseconds of weights below 0.
    pub distracting_ms: i64,
    /// Milliseconds of no category.
    pub uncategorized_ms: i64,
    /// Each millisecond times its weight.
    sum: i64,
}

impl Weighed {
    /// Adds time of a weight; none where it is of no category.
    pub fn add(&mut self, ms: i64, weight: Option<i8>) {
        match weight {
            None => self.uncategorized_ms += ms,
            Some(0) => self.neutral_ms += ms,
            Some(weight) if weight > 0 => self.productive_ms += ms,
            Some(_) => self.distracting_ms += ms,
        }
        self.sum += ms * i64::from(weight.unwrap_or(0));
    }

    /// Adds what `other` holds.
    pub fn add_all(&mut self, other: Weighed) {
        self.productive_ms += other.productive_ms;
        self.neutral_ms += other.neutral_ms;
        self.distracting_ms += other.distracting_ms;
        self.uncategorized_ms += other.uncategorized_ms;
        self.sum += other.sum;
    }

    /// All of it in milliseconds.
    #[must_use]
    pub fn total_ms(&self) -> i64 {
        self.productive_ms + self.neutral_ms + self.distracting_ms + self.uncategorized_ms
    }

    /// 50 + 25 × Σ(time × weight) / Σ(time), rounded half up: from 0 (all of it very distracting) to 100. Time of no
    /// category weighs 0, and is no evidence: where less than [`EVIDENCE_MS`] is of a category there is no score.
    #[must_use]
    pub fn score(&self) -> Option<i64> {
        let total = self.total_ms();
        if total - self.uncategorized_ms < EVIDENCE_MS {
            return None;
        }
        // Doubled, so that the half is a whole number.
        Some((100 * total + 50 * self.sum + total).div_euclid(2 * total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000;

    fn weighed(parts: &[(i64, Option<i8>)]) -> Weighed {
        let mut sum = Weighed::default();
        parts.iter().for_each(|(minutes, weight)| sum.add(minutes * MINUTE, *weight));
        sum
    }

    #[test]
    fn the_score_is_the_mean_weight() {
        for (parts, score) in [
            (&[][..], None),
            (&[(4, Some(2))], None),
            (&[(5, Some(2))], Some(100)),
            (&[(5, Some(-2))], Some(0)),
            (&[(5, Some(1))], Some(75)),
            (&[(5, Some(0))], Some(50)),
            (&[(30, Some(2)), (30, Some(-2))], Some(50)),
            (&[(40, Some(2)), (20, Some(-1))], Some(75)),
            // 50 + 25 × 10/30 = 58.33; 50 + 25 × 20/30 = 66.67; 50 + 25 × 1/50 = 50.5.
            (&[(10, Some(1)), (20, Some(0))], Some(58)),
            (&[(20, Some(1)), (10, Some(0))], Some(67)),
            (&[(1, Some(1)), (49, Some(0))], Some(51)),
            // What is of no category weighs 0 and is no evidence.
            (&[(30, Some(2)), (30, None)], Some(75)),
            (&[(60, None)], None),
            (&[(4, Some(2)), (60, None)], None),
        ] {
            assert_eq!(weighed(parts).score(), score, "{parts:?}");
        }
    }

    proptest! {
        #[test]
        fn it_stays_within_bounds(parts in prop::collection::vec((0..10_000_i64, prop::option::of(-2..=2_i8)), 0..20)) {
            let sum = weighed(&parts);
            prop_assert_eq!(sum.total_ms(), parts.iter().map(|(minutes, _)| minutes * MINUTE).sum::<i64>());
            prop_assert!(sum.score().is_none_or(|score| (0..=100).contains(&score)));
        }
    }
}
