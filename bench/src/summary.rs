//! Medians, quantiles, and the one place where numbers are rounded for people.

/// A whole number for calculating with fractions; exact below 2^53.
#[allow(clippy::as_conversions, reason = "what is counted here stays far below 2^53")]
pub fn float(number: usize) -> f64 {
    number as f64
}

/// The whole part of a number that is not negative.
#[allow(clippy::as_conversions, reason = "the cast saturates, which is what is wanted")]
pub fn whole(number: f64) -> usize {
    number as usize
}

/// The value below which the part `at` (0 to 1) of `values` lies; not a number where there are none.
pub fn quantile(values: &mut [f64], at: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get(whole((float(last) * at).round())).copied().unwrap_or(f64::NAN)
}

/// The middle one of the rounds, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub lowest: f64,
    pub highest: f64,
}

impl Spread {
    /// Of one number a round.
    pub fn of(rounds: impl IntoIterator<Item = f64>) -> Spread {
        let mut values: Vec<f64> = rounds.into_iter().collect();
        let (lowest, highest) = (quantile(&mut values, 0.0), quantile(&mut values, 1.0));
        let median = match values.len() / 2 {
            half if values.len().is_multiple_of(2) && half > 0 => {
                values.get(half - 1..=half).map_or(f64::NAN, |two| two.iter().sum::<f64>() / 2.0)
            }
            half => values.get(half).copied().unwrap_or(f64::NAN),
        };
        Spread { median, lowest, highest }
    }

    /// The median and the spread, each written by `show`.
    pub fn show(&self, show: fn(f64) -> String) -> String {
        format!("{} ({} to {})", show(self.median), show(self.lowest), show(self.highest))
    }
}

/// `12 345`
pub fn thousands(number: f64) -> String {
    if !number.is_finite() {
        return "-".to_owned();
    }
    let digits = format!("{:.0}", number.abs());
    let mut shown = if number < 0.0 { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(' ');
        }
        shown.push(digit);
    }
    shown
}

/// `1.25`
pub fn two(number: f64) -> String {
    if number.is_finite() { format!("{number:.2}") } else { "-".to_owned() }
}

/// Milliseconds with three digits that count.
pub fn ms(number: f64) -> String {
    match number {
        n if !n.is_finite() => "-".to_owned(),
        n if n < 1.0 => format!("{n:.3}"),
        n if n < 10.0 => format!("{n:.2}"),
        n => format!("{n:.1}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_the_median() {
        assert_eq!(Spread::of([3.0, 1.0, 2.0]), Spread { median: 2.0, lowest: 1.0, highest: 3.0 });
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 3.0]).median, 2.5);
        assert!(Spread::of([]).median.is_nan());
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let mut values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(quantile(&mut values, 0.99), 99.0);
        assert_eq!(quantile(&mut values, 1.0), 100.0);
        assert_eq!(quantile(&mut [7.0], 0.5), 7.0);
    }

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!(thousands(1_234_567.4), "1 234 567");
        assert_eq!(thousands(999.0), "999");
        assert_eq!(ms(0.1234), "0.123");
    }
}
