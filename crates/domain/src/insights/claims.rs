//! Which numbers a text states, and whether they are among the figures: what is not is not said.
//!
//! A number is digits, with commas between thousands and a point before decimals, and means by what follows it: time
//! (`2 h 15 min`, `135 minutes`, `2.25 hours`), `%`, `kWh`, `m3`, or a plain number, which may be any figure but time. It is
//! right where a figure of that unit, rounded to as many decimals, is the same (signs do not matter: texts say `less`).
//! `two` to `twelve` are read as digits; other words for numbers, and digits of other scripts, are not accepted, nor are
//! they needed. Dates are written `2026-11-21` and must be of the period; times of the clock must be full hours that are
//! figures. A name of the data may hold any digits where it stands in double quotes.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::{Captures, Regex};

use super::Data;
use super::measures::{Measure, Unit, rounded};

/// What a number cannot mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfounded(pub String);

/// What may be stated.
#[derive(Debug)]
pub struct Allowed<'a> {
    measures: Vec<Measure>,
    names: Vec<&'a str>,
    first: NaiveDate,
    last: NaiveDate,
}

const TIME: &str = r"h|hr|hrs|hours?|m|min|mins|minutes?|s|sec|secs|seconds?";

#[allow(clippy::unwrap_used, reason = "each is compiled by a test")]
fn regex(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

static QUOTED: LazyLock<Regex> = LazyLock::new(|| regex("[\"“”„]([^\"“”„]+)[\"“”]"));
static DATE: LazyLock<Regex> = LazyLock::new(|| regex(r"\b\d{4}-\d{2}-\d{2}\b"));
static CLOCK: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(\d{1,2}):(\d{2})\b"));
static HOURS_AND_MINUTES: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)\b(\d+)\s*(?:h|hrs?|hours?)(?:\s*,?\s*(?:and\s+)?)(\d+)\s*(?:m|mins?|minutes?)\b")
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"(?i)(\d{{1,3}}(?:,\d{{3}})+|\d+)(\.\d+)?(?:[\s-]*(%|percent\b|per cent\b|kwh\b|m3\b|(?:{TIME})\b))?"
    ))
});
static WORD: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"));
static OTHER_WORD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|hundreds?|thousands?|millions?|billions?|dozens?|twice|thrice|doubled?|tripled?|half|halved|thirds?|quarters?)\b",
    )
});

/// `two` is 2.
const WORDS: [&str; 11] =
    ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

impl<'a> Allowed<'a> {
    /// The figures of `data`.
    #[must_use]
    pub fn by(data: &'a Data) -> Allowed<'a> {
        Allowed { measures: data.measures(), names: data.names(), first: data.from, last: data.to }
    }

    /// Whether all that `text` states is among the figures.
    ///
    /// # Errors
    /// The first number that is not.
    pub fn check(&self, text: &str) -> Result<(), Unfounded> {
        let unfounded = |text: &str| Unfounded(text.to_owned());
        let text = text.replace("m³", "m3");
        let text = QUOTED.replace_all(&text, |found: &Captures<'_>| {
            let (whole, inner) = (group(found, 0), group(found, 1));
            if self.names.contains(&inner) { String::new() } else { whole.to_owned() }
        });
        if let Some(other) = text.chars().find(|c| c.is_numeric() && !c.is_ascii_digit()) {
            return Err(Unfounded(other.to_string()));
        }
        if let Some(word) = OTHER_WORD.find(&text) {
            return Err(unfounded(word.as_str()));
        }
        let text = WORD.replace_all(&text, |found: &Captures<'_>| {
            let word = group(found, 0).to_lowercase();
            WORDS.iter().position(|one| *one == word).map_or(word, |place| (place + 2).to_string())
        });
        let text = take(&text, &DATE, |found| {
            group(found, 0).parse::<NaiveDate>().is_ok_and(|date| self.first <= date && date <= self.last)
        })?;
        let text = take(&text, &CLOCK, |found| {
            let hour = group(found, 1).parse::<i128>().ok();
            group(found, 2) == "00" && hour.is_some_and(|hour| self.has(&[Unit::Hour], hour * 1000, 1000))
        })?;
        let text = take(&text, &HOURS_AND_MINUTES, |found| {
            let number = |place| group(found, place).parse::<u32>().ok().map(i128::from);
            let (hours, minutes) = (number(1), number(2).filter(|minutes| *minutes < 60));
            hours.zip(minutes).is_some_and(|(hours, minutes)| self.has_time(hours * 60 + minutes, 60_000, 0))
        })?;
        take(&text, &NUMBER, |found| self.is_stated(found).unwrap_or(false)).map(|_| ())
    }

    /// Whether a number with what follows it is a figure; nothing where it is too long to be one.
    fn is_stated(&self, found: &Captures<'_>) -> Option<bool> {
        let whole = group(found, 1).replace(',', "");
        let decimals = group(found, 2).trim_start_matches('.');
        let places = u32::try_from(decimals.len()).ok().filter(|places| *places <= 3)?;
        let number: i128 = format!("{whole}{decimals}").parse::<i64>().ok()?.into();
        // In thousandths, and the step that it is rounded to.
        let step = 10_i128.pow(3 - places);
        let thousandths = number * step;
        let unit = group(found, 3).to_lowercase();
        Some(match unit.as_str() {
            "" => {
                let plain = [
                    Unit::Count,
                    Unit::Points,
                    Unit::PerHour,
                    Unit::Hour,
                    Unit::Percent,
                    Unit::Kwh,
                    Unit::M3,
                ];
                self.has(&plain, thousandths, step)
            }
            "%" | "percent" | "per cent" => self.has(&[Unit::Percent], thousandths, step),
            "kwh" => self.has(&[Unit::Kwh], thousandths, step),
            "m3" => self.has(&[Unit::M3], thousandths, step),
            time if time.starts_with('h') => self.has_time(number, 3_600_000, places),
            time if time.starts_with('m') => self.has_time(number, 60_000, places),
            _ => self.has_time(number, 1000, places),
        })
    }

    /// Whether a figure of one of `units` is `thousandths` when it is rounded to `step`s.
    fn has(&self, units: &[Unit], thousandths: i128, step: i128) -> bool {
        let mut of_units = self.measures.iter().filter(|one| units.contains(&one.unit));
        of_units.any(|one| rounded(one.value.0.abs(), step) * step == thousandths)
    }

    /// Whether a time is `number`, whose last `places` digits are decimals, in units of so many milliseconds.
    fn has_time(&self, number: i128, unit: i128, places: u32) -> bool {
        let finer = 10_i128.pow(places);
        let mut times = self.measures.iter().filter(|one| one.unit == Unit::Seconds);
        times.any(|one| rounded(one.value.0.abs() * finer, unit) == number)
    }
}

fn group<'t>(found: &Captures<'t>, place: usize) -> &'t str {
    found.get(place).map_or("", |group| group.as_str())
}

/// `text` without what `regex` finds in it, if all of that is right.
fn take(text: &str, regex: &Regex, is_right: impl Fn(&Captures<'_>) -> bool) -> Result<String, Unfounded> {
    if let Some(wrong) = regex.captures_iter(text).find(|found| !is_right(found)) {
        return Err(Unfounded(group(&wrong, 0).to_owned()));
    }
    Ok(regex.replace_all(text, " ").into_owned())
}

#[cfg(test)]
mod tests;
