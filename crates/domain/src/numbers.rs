//! Exact numbers in JSON: seconds summed in whole milliseconds, and shares of a whole.

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// 2³², to put an `i64` together as a float without loss below 2⁵³.
const TWO_POW_32: f64 = 4_294_967_296.0;

/// A duration in milliseconds that is written as JSON seconds with at most three decimals, exact up to a
/// thousand years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = f64, example = 1117.155)]
pub struct Seconds(
    /// Milliseconds.
    pub i64,
);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 1000 {
            0 => serializer.serialize_i64(self.0 / 1000),
            // One division of an exact integer is rounded once, so the shortest decimal is the exact one.
            _ => serializer.serialize_f64(float(self.0) / 1000.0),
        }
    }
}

impl std::iter::Sum for Seconds {
    fn sum<I: Iterator<Item = Seconds>>(parts: I) -> Seconds {
        Seconds(parts.map(|part| part.0).sum())
    }
}

/// A part of a whole, 0 to 1 in steps of 0.0001.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = f64, example = 0.4118)]
pub struct Share(
    /// Ten-thousandths.
    pub i32,
);

impl Share {
    /// `part` of `whole`, rounded half up; 0 of nothing.
    #[must_use]
    pub fn of(part: i64, whole: i64) -> Share {
        if whole <= 0 || part <= 0 {
            return Share(0);
        }
        let rounded = (i128::from(part) * 20_000 + i128::from(whole)) / (i128::from(whole) * 2);
        Share(i32::try_from(rounded).unwrap_or(10_000).min(10_000))
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 10_000 {
            0 => serializer.serialize_i32(self.0 / 10_000),
            _ => serializer.serialize_f64(f64::from(self.0) / 10_000.0),
        }
    }
}

/// By how many percent `now` is more than `before`, rounded, halves away from zero; nothing against nothing.
#[must_use]
pub fn percent_more(now: i64, before: i64) -> Option<i64> {
    let (more, before) = (i128::from(now) - i128::from(before), i128::from(before));
    let percent = || (200 * more.abs() + before) / (2 * before) * more.signum();
    (before > 0).then(percent).and_then(|percent| i64::try_from(percent).ok())
}

/// Exact below 2⁵³.
fn float(value: i64) -> f64 {
    let high = i32::try_from(value >> 32).unwrap_or(i32::MAX);
    let low = u32::try_from(value & 0xffff_ffff).unwrap_or(u32::MAX);
    f64::from(high) * TWO_POW_32 + f64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_keep_every_millisecond() {
        for (ms, json) in [
            (0, "0"),
            (1, "0.001"),
            (1_117_155, "1117.155"),
            (86_400_000, "86400"),
            (-1500, "-1.5"),
            (4_000_000_000_001, "4000000000.001"),
        ] {
            assert_eq!(serde_json::to_string(&Seconds(ms)).unwrap(), json);
        }
    }

    #[test]
    fn shares_are_rounded_half_up_and_never_pass_one() {
        for (part, whole, json) in [
            (1, 3, "0.3333"),
            (2, 3, "0.6667"),
            (1, 20_000, "0.0001"),
            (5, 5, "1"),
            (0, 0, "0"),
            (i64::MAX, i64::MAX, "1"),
        ] {
            assert_eq!(serde_json::to_string(&Share::of(part, whole)).unwrap(), json);
        }
    }

    #[test]
    fn percent_are_rounded_away_from_zero() {
        for (now, before, percent) in [
            (3, 2, Some(50)),
            (1, 3, Some(-67)),
            (201, 200, Some(1)),
            (199, 200, Some(-1)),
            (0, 5, Some(-100)),
            (5, 0, None),
            (i64::MAX, 1, None),
        ] {
            assert_eq!(percent_more(now, before), percent, "{now} after {before}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_millisecond_is_written_exactly(ms in 0_i64..4_000_000_000_000) {
            let json = serde_json::to_string(&Seconds(ms)).unwrap();
            let (whole, part) = json.split_once('.').unwrap_or((&json, ""));
            proptest::prop_assert_eq!(format!("{whole}{part:0<3}").parse::<i64>().unwrap(), ms);
        }
    }
}
