//! What is usual: the median of the days before, and how far they are from it.

/// Days with something that it takes to know what is usual.
pub const ENOUGH: usize = 7;

/// What is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    /// The median.
    pub median: i128,
    /// The median of the distances from it.
    pub spread: i128,
    /// Of so many days.
    pub days: i64,
}

impl Usual {
    /// Of these days; nothing where they are fewer than [`ENOUGH`].
    #[must_use]
    pub fn of(values: &[i128]) -> Option<Usual> {
        if values.len() < ENOUGH {
            return None;
        }
        let median = middle(values.to_vec())?;
        let spread = middle(values.iter().map(|value| (value - median).abs()).collect())?;
        Some(Usual { median, spread, days: i64::try_from(values.len()).ok()? })
    }

    /// Whether `value` is out of line: three spreads, a quarter of the median and `least` away from it. (Three spreads are
    /// two standard deviations where days are spread normally.)
    #[must_use]
    pub fn is_off(&self, value: i128, least: i128) -> bool {
        let distance = (value - self.median).abs();
        distance > 3 * self.spread && 4 * distance > self.median && distance >= least
    }
}

/// The middle one, or the mean of the two in the middle.
fn middle(mut values: Vec<i128>) -> Option<i128> {
    values.sort_unstable();
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some(i128::midpoint(*values.get(half.checked_sub(1)?)?, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_spreads() {
        assert_eq!(Usual::of(&[1; 6]), None);
        assert_eq!(Usual::of(&[3, 1, 2, 9, 5, 4, 100]), Some(Usual { median: 4, spread: 2, days: 7 }));
        assert_eq!(
            Usual::of(&[10, 20, 10, 20, 10, 20, 10, 20]),
            Some(Usual { median: 15, spread: 5, days: 8 })
        );
    }

    #[test]
    fn what_is_out_of_line() {
        let usual = Usual { median: 100, spread: 10, days: 7 };
        for (value, least, is_off) in [
            (100, 0, false),
            (130, 0, false),
            (131, 0, true),
            (69, 0, true),
            (70, 0, false),
            (140, 41, false),
        ] {
            assert_eq!(usual.is_off(value, least), is_off, "{value}");
        }
        assert!(!Usual { median: 100, spread: 0, days: 7 }.is_off(125, 0));
        assert!(Usual { median: 100, spread: 0, days: 7 }.is_off(126, 0));
    }
}
