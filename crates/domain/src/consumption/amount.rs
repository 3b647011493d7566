//! Amounts: decimals with at most three places, kept as whole thousandths. They are read from the text of the JSON and
//! written into it digit by digit; no binary fraction is ever between.

use std::fmt;

use serde::de::{Error as _, Unexpected};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// Characters of an amount at the most: who writes more does not mean a number of ours.
const LONGEST: usize = 64;
/// The largest amount, in thousandths: 999,999,999.999.
const LARGEST: i64 = 999_999_999_999;

/// An amount as somebody gives it: 0 to 999,999,999.999 in steps of 0.001.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = f64, minimum = 0, maximum = 999_999_999.999, example = 12.345)]
pub struct Amount(i64);

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no decimal number.
    NotANumber,
    /// It has over three decimals.
    TooFine,
    /// It is over 999,999,999.999.
    TooLarge,
    /// It is below zero.
    Negative,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::NotANumber => "is not a decimal number",
            Fault::TooFine => "has more than 3 decimals",
            Fault::TooLarge => "is over 999999999.999",
            Fault::Negative => "is below zero",
        })
    }
}

impl Amount {
    /// 999,999,999.999.
    pub(crate) const LARGEST: Amount = Amount(LARGEST);

    /// The amount of so many thousandths, if it is one.
    #[must_use]
    pub const fn of_thousandths(thousandths: i64) -> Option<Amount> {
        if 0 <= thousandths && thousandths <= LARGEST { Some(Amount(thousandths)) } else { None }
    }

    /// How many thousandths it is.
    #[must_use]
    pub fn thousandths(self) -> i64 {
        self.0
    }

    /// Reads a number as JSON writes it. Length and exponent are bounded before anything is reckoned.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn read(text: &str) -> Result<Amount, Fault> {
        if text.len() > LONGEST {
            return Err(Fault::NotANumber);
        }
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
        let (whole, fraction) =
            mantissa.split_once('.').map_or((mantissa, None), |(w, fraction)| (w, Some(fraction)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if !digits(whole) || leading_zero || fraction.is_some_and(|fraction| !digits(fraction)) {
            return Err(Fault::NotANumber);
        }
        let fraction = fraction.unwrap_or_default();
        let power = exponent.map_or(Some(0), power).ok_or(Fault::NotANumber)?;
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0').trim_end_matches('0');
        if significant.is_empty() {
            return Ok(Amount(0));
        }
        if negative {
            return Err(Fault::Negative);
        }
        // The number is `significant` × 10^shift thousandths. Both lengths are at most 64.
        let trailing = all.len() - all.trim_end_matches('0').len();
        let shift = power + places(trailing) - places(fraction.len()) + 3;
        if shift < 0 {
            return Err(Fault::TooFine);
        }
        if places(significant.len()) + shift > 12 {
            return Err(Fault::TooLarge);
        }
        let ten = 10_i64.pow(u32::try_from(shift).map_err(|_| Fault::TooLarge)?);
        significant.parse::<i64>().map(|digits| Amount(digits * ten)).map_err(|_| Fault::TooLarge)
    }
}

fn places(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX / 4)
}

/// The power of ten that an exponent names, held within ±1,000,000; `None` where it is none.
fn power(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(1_000_000);
    Some(if negative { -size } else { size })
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let json = json.get();
        let read = |text: &str| Amount::read(text).map_err(D::Error::custom);
        let wrong = |what| Err(D::Error::invalid_type(what, &"a decimal number"));
        match json.bytes().next() {
            Some(b'"') => read(&serde_json::from_str::<String>(json).map_err(D::Error::custom)?),
            Some(b't' | b'f') => wrong(Unexpected::Bool(json == "true")),
            Some(b'n') => wrong(Unexpected::Other("null")),
            Some(b'[') => wrong(Unexpected::Seq),
            Some(b'{') => wrong(Unexpected::Map),
            _ => read(json),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Figure(i128::from(self.0)).serialize(serializer)
    }
}

/// What amounts add up to, or differ by, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = f64, example = 3613.055)]
pub struct Figure(
    /// Thousandths.
    pub i128,
);

impl Figure {
    /// `part` of `whole`, rounded half away from zero.
    #[must_use]
    pub fn ratio(part: i128, whole: i128) -> Option<Figure> {
        (whole != 0).then(|| Figure(divided(part.saturating_mul(1000), whole)))
    }
}

/// Rounded half away from zero; `by` is above zero.
#[must_use]
pub(crate) fn divided(number: i128, by: i128) -> i128 {
    let size = number.unsigned_abs();
    let by = by.unsigned_abs().max(1);
    let (whole, rest) = (size / by, size % by);
    let rounded = i128::try_from(if rest >= by - rest { whole + 1 } else { whole }).unwrap_or(i128::MAX);
    if number < 0 { -rounded } else { rounded }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", size / 1000)?;
        match size % 1000 {
            0 => Ok(()),
            part if part % 100 == 0 => write!(f, ".{}", part / 100),
            part if part % 10 == 0 => write!(f, ".{:02}", part / 10),
            part => write!(f, ".{part:03}"),
        }
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_from_their_text() {
        for (text, thousandths) in [
            ("0", 0),
            ("-0", 0),
            ("-0.0e9", 0),
            ("0e80000", 0),
            ("1", 1000),
            ("0.001", 1),
            ("1.2500", 1250),
            ("12.345", 12_345),
            ("1e3", 1_000_000),
            ("1E+2", 100_000),
            ("12300e-5", 123),
            ("1000000e-6", 1000),
            ("0.1", 100),
            ("999999999.999", 999_999_999_999),
            ("0.000000001e9", 1000),
        ] {
            assert_eq!(Amount::read(text), Ok(Amount(thousandths)), "{text}");
        }
        let long = "1".repeat(10_000);
        for (text, fault) in [
            ("", Fault::NotANumber),
            ("NaN", Fault::NotANumber),
            ("Infinity", Fault::NotANumber),
            ("-Infinity", Fault::NotANumber),
            ("inf", Fault::NotANumber),
            ("1,5", Fault::NotANumber),
            (" 1", Fault::NotANumber),
            ("+1", Fault::NotANumber),
            ("01", Fault::NotANumber),
            (".5", Fault::NotANumber),
            ("5.", Fault::NotANumber),
            ("1e", Fault::NotANumber),
            ("1e1.5", Fault::NotANumber),
            ("0x10", Fault::NotANumber),
            ("１", Fault::NotANumber),
            ("1_000", Fault::NotANumber),
            (&long, Fault::NotANumber),
            ("-1", Fault::Negative),
            ("-0.001", Fault::Negative),
            ("0.0001", Fault::TooFine),
            ("1.2345", Fault::TooFine),
            ("0.30000000000000004", Fault::TooFine),
            ("1e-80000", Fault::TooFine),
            ("1e-99999999999999999999", Fault::TooFine),
            ("1000000000", Fault::TooLarge),
            ("999999999.9991", Fault::TooFine),
            ("1e9", Fault::TooLarge),
            ("1e80000", Fault::TooLarge),
            ("1e99999999999999999999", Fault::TooLarge),
        ] {
            assert_eq!(Amount::read(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn amounts_are_numbers_or_texts_of_json() {
        for json in ["12.5", "\"12.5\"", " 12.50 ", "\"1.25e1\""] {
            assert_eq!(serde_json::from_str::<Amount>(json).unwrap(), Amount(12_500), "{json}");
        }
        for json in ["null", "true", "[1]", "{}", "\"\"", "\"NaN\"", "\" 1\"", "1.0001", "-1", "1e400"] {
            assert!(serde_json::from_str::<Amount>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn figures_are_rounded_half_away_from_zero() {
        for (part, whole, json) in
            [(1, 3, "0.333"), (2, 3, "0.667"), (1, 2000, "0.001"), (-1, 2000, "-0.001"), (7, 7, "1")]
        {
            assert_eq!(serde_json::to_string(&Figure::ratio(part, whole)).unwrap(), json);
        }
        assert_eq!(Figure::ratio(1, 0), None);
        assert_eq!(divided(i128::MAX, 1), i128::MAX);
    }

    proptest::proptest! {
        /// What is written is read as the same, also where it passed through a JSON value as settings do.
        #[test]
        fn every_thousandth_is_kept(thousandths in 0..=LARGEST) {
            let amount = Amount(thousandths);
            let json = serde_json::to_string(&amount).unwrap();
            proptest::prop_assert_eq!(serde_json::from_str::<Amount>(&json).unwrap(), amount);
            proptest::prop_assert_eq!(Amount::read(&json), Ok(amount));
            let value = serde_json::to_value(amount).unwrap();
            proptest::prop_assert_eq!(serde_json::from_value::<Amount>(value).unwrap(), amount);
        }

        #[test]
        fn nothing_panics(text in "[-+0-9.eE]{0,70}") {
            let _ = Amount::read(&text);
        }
    }
}
