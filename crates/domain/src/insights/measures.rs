//! Figures with their names and units, and how they are written: the same everywhere.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

use crate::consumption::Figure;

/// In what something is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MeasureUnit)]
pub enum Unit {
    /// Time.
    Seconds,
    /// How many.
    Count,
    /// How many in an hour.
    PerHour,
    /// Points of the score.
    Points,
    /// Hundredths.
    Percent,
    /// What the wall clock shows, 0 to 24.
    Hour,
    /// Electricity and gas.
    #[serde(rename = "kWh")]
    Kwh,
    /// Water.
    #[serde(rename = "m3")]
    M3,
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Measure {
    /// What is measured.
    #[schema(example = "active_seconds")]
    pub name: String,
    /// How much.
    pub value: Figure,
    /// In what.
    pub unit: Unit,
}

impl Measure {
    /// A figure in thousandths.
    #[must_use]
    pub fn new(name: &str, thousandths: i128, unit: Unit) -> Measure {
        Measure { name: name.to_owned(), value: Figure(thousandths), unit }
    }

    /// Time, in milliseconds.
    #[must_use]
    pub fn time(name: &str, ms: i64) -> Measure {
        Measure::new(name, ms.into(), Unit::Seconds)
    }

    /// How many.
    #[must_use]
    pub fn count(name: &str, count: i64) -> Measure {
        Measure::new(name, i128::from(count) * 1000, Unit::Count)
    }

    /// Hundredths.
    #[must_use]
    pub fn percent(name: &str, percent: i64) -> Measure {
        Measure::new(name, i128::from(percent) * 1000, Unit::Percent)
    }

    /// What the wall clock shows.
    #[must_use]
    pub fn hour(name: &str, hour: i64) -> Measure {
        Measure::new(name, i128::from(hour) * 1000, Unit::Hour)
    }
}

/// As it is written, without its sign: `2 h 15 min`, `12.5`, `7 %`, `09:00`, `3.25 kWh`.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.value.0.abs();
        match self.unit {
            Unit::Seconds => write_time(size, f),
            Unit::Count | Unit::Points => write!(f, "{}", rounded(size, 1000)),
            Unit::Percent => write!(f, "{} %", rounded(size, 1000)),
            Unit::Hour => write!(f, "{:02}:00", rounded(size, 1000)),
            Unit::PerHour => write!(f, "{}", Figure(rounded(size, 100) * 100)),
            Unit::Kwh => write!(f, "{} kWh", Figure(rounded(size, 10) * 10)),
            Unit::M3 => write!(f, "{} m3", Figure(rounded(size, 10) * 10)),
        }
    }
}

fn write_time(ms: i128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let minutes = rounded(ms, 60_000);
    match (minutes / 60, minutes % 60) {
        (0, 0) => write!(f, "{} s", rounded(ms, 1000)),
        (0, minutes) => write!(f, "{minutes} min"),
        (hours, 0) => write!(f, "{hours} h"),
        (hours, minutes) => write!(f, "{hours} h {minutes} min"),
    }
}

/// `size` in `unit`s, rounded half up; neither is below zero.
#[must_use]
pub(super) fn rounded(size: i128, unit: i128) -> i128 {
    (2 * size + unit) / (2 * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_people_do() {
        for (value, unit, written) in [
            (0, Unit::Seconds, "0 s"),
            (29_400, Unit::Seconds, "29 s"),
            (30_000, Unit::Seconds, "1 min"),
            (3_570_000, Unit::Seconds, "1 h"),
            (8_100_000, Unit::Seconds, "2 h 15 min"),
            (-8_100_000, Unit::Seconds, "2 h 15 min"),
            (71_000, Unit::Points, "71"),
            (12_000, Unit::Count, "12"),
            (-33_000, Unit::Percent, "33 %"),
            (9000, Unit::Hour, "09:00"),
            (24_000, Unit::Hour, "24:00"),
            (12_345, Unit::PerHour, "12.3"),
            (12_000, Unit::PerHour, "12"),
            (12_345, Unit::Kwh, "12.35 kWh"),
            (350, Unit::M3, "0.35 m3"),
        ] {
            assert_eq!(Measure::new("x", value, unit).to_string(), written);
        }
        let json = serde_json::to_string(&Measure::time("active_seconds", 1500)).unwrap();
        assert_eq!(json, r#"{"name":"active_seconds","value":1.5,"unit":"seconds"}"#);
    }
}
