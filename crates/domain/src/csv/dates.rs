//! Dates and times as other programs write them.
//!
//! Year first is year first; with points the day is first (`31.12.2026`); with slashes or hyphens day or month can be,
//! and a part over 12 in any row tells which ([`Evidence`]). Where none does it is asked.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::titles;

/// In what order a date is told where its year is not first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// 2026-12-31
    Ymd,
    /// 31/12/2026
    Dmy,
    /// 12/31/2026
    Mdy,
}

/// What the dates of a file say of their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    year_first: usize,
    day_first: usize,
    month_first: usize,
    either: usize,
}

impl Evidence {
    /// Takes what another date says.
    pub fn add(&mut self, text: &str) {
        let Some((date, _)) = Parts::of(text) else { return };
        match date.says() {
            Some(DateOrder::Ymd) => self.year_first += 1,
            Some(DateOrder::Dmy) => self.day_first += 1,
            Some(DateOrder::Mdy) => self.month_first += 1,
            None => self.either += 1,
        }
    }

    /// Whether more dates cannot make a difference to what it says, but by outnumbering what it has.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.day_first != self.month_first || (self.year_first > 0 && self.either == 0)
    }

    /// The order; nothing where it has to be asked.
    #[must_use]
    pub fn order(&self) -> Option<DateOrder> {
        match self.day_first.cmp(&self.month_first) {
            std::cmp::Ordering::Greater => Some(DateOrder::Dmy),
            std::cmp::Ordering::Less => Some(DateOrder::Mdy),
            std::cmp::Ordering::Equal if self.day_first > 0 || self.either > 0 => None,
            std::cmp::Ordering::Equal => Some(DateOrder::Ymd),
        }
    }
}

/// What a cell tells of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A date alone.
    Date(NaiveDate),
    /// What a wall clock showed, and a calendar.
    Wall(NaiveDateTime),
    /// An instant: a time with its offset.
    At(DateTime<Utc>),
    /// What a wall clock showed, alone. (24:00 is 00:00.)
    Time(NaiveTime),
}

/// Reads a date, a time, or both. `order` is that of dates whose year is not first; where it was asked
/// (`is_asked`) it counts for those with points too.
#[must_use]
pub fn read(text: &str, order: DateOrder, is_asked: bool) -> Option<Told> {
    let text = text.trim();
    let Some((date, rest)) = Parts::of(text) else {
        return clock(text).map(|(time, _)| Told::Time(time));
    };
    let date = date.date(order, is_asked)?;
    let rest = rest.strip_prefix(['T', 't', ',']).unwrap_or(rest).trim();
    if rest.is_empty() {
        return Some(Told::Date(date));
    }
    let (time, offset) = split_offset(rest)?;
    let (time, is_next_day) = clock(time)?;
    let date = if is_next_day { date.succ_opt()? } else { date };
    let wall = date.and_time(time);
    Some(match offset {
        Some(offset) => Told::At(wall.and_local_timezone(offset).single()?.to_utc()),
        None => Told::Wall(wall),
    })
}

/// A date taken apart.
struct Parts {
    first: Part,
    second: Part,
    third: Part,
    with_points: bool,
}

#[derive(Clone, Copy)]
struct Part {
    value: u32,
    digits: usize,
    /// It is a month by its name.
    is_name: bool,
}

impl Parts {
    /// The date with which `text` begins, and the rest.
    fn of(text: &str) -> Option<(Parts, &str)> {
        let text = text.trim_start();
        // 20261231
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 8 {
            let number = |from, to| text.get(from..to).and_then(Part::number);
            let (first, second, third) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
            return Some((Parts { first, second, third, with_points: false }, text.get(8..)?));
        }
        let (first, rest) = Part::take(text)?;
        let (separator, rest) = split_separator(rest)?;
        let (second, rest) = Part::take(rest)?;
        let (another, rest) = split_separator(rest)?;
        let (third, rest) = Part::take(rest)?;
        // 31. December 2026, Dec 31, 2026: where a month has its name anything parts it.
        let named = first.is_name || second.is_name;
        if third.is_name || (first.is_name && second.is_name) || (separator != another && !named) {
            return None;
        }
        if rest.starts_with(|next: char| next.is_alphanumeric() && !matches!(next, 'T' | 't')) {
            return None;
        }
        Some((Parts { first, second, third, with_points: separator == '.' }, rest))
    }

    /// What its order is, by itself.
    fn says(&self) -> Option<DateOrder> {
        if self.first.digits == 4 {
            return Some(DateOrder::Ymd);
        }
        if self.with_points || self.second.is_name {
            return Some(DateOrder::Dmy);
        }
        match (self.first.value, self.second.value) {
            _ if self.first.is_name => Some(DateOrder::Mdy),
            (13.., _) => Some(DateOrder::Dmy),
            (_, 13..) => Some(DateOrder::Mdy),
            _ => None,
        }
    }

    fn date(&self, order: DateOrder, is_asked: bool) -> Option<NaiveDate> {
        let Parts { first, second, third, with_points } = self;
        let order = match order {
            _ if first.digits == 4 => DateOrder::Ymd,
            _ if first.is_name => DateOrder::Mdy,
            _ if second.is_name || (*with_points && !is_asked) => DateOrder::Dmy,
            order => order,
        };
        let (year, month, day) = match order {
            DateOrder::Ymd => (first, second, third),
            DateOrder::Dmy => (third, second, first),
            DateOrder::Mdy => (third, first, second),
        };
        let full_year = match year.digits {
            4 => year.value,
            2 if year.value < 70 => 2000 + year.value,
            2 => 1900 + year.value,
            _ => return None,
        };
        if month.digits > 2 || day.digits > 2 {
            return None;
        }
        NaiveDate::from_ymd_opt(i32::try_from(full_year).ok()?, month.value, day.value)
    }
}

impl Part {
    fn number(text: &str) -> Option<Part> {
        if text.is_empty() || text.len() > 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Part { value: text.parse().ok()?, digits: text.len(), is_name: false })
    }

    /// The number or the name of a month with which `text` begins, and the rest.
    fn take(text: &str) -> Option<(Part, &str)> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let (number, rest) = text.split_at_checked(digits)?;
            return Some((Part::number(number)?, rest));
        }
        let letters = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(letters)?;
        Some((Part { value: month(name)?, digits: 2, is_name: true }, rest))
    }
}

/// What stands between the parts of a date: one sign, and space around it.
fn split_separator(text: &str) -> Option<(char, &str)> {
    let spaced = text.trim_start_matches(' ');
    let mut letters = spaced.chars();
    match letters.next() {
        Some(sign @ ('.' | '/' | '-' | ',')) => Some((sign, letters.as_str().trim_start_matches(' '))),
        _ if spaced.len() < text.len() => Some((' ', spaced)),
        _ => None,
    }
}

/// The month of a name in English, German, French, Dutch or Spanish, or of its beginning.
fn month(name: &str) -> Option<u32> {
    let name = titles::plain(name);
    if name.len() < 3 || name.len() > 12 {
        return None;
    }
    const NAMES: [&[&str]; 12] = [
        &["january", "januar", "janvier", "januari", "enero"],
        &["february", "februar", "fevrier", "februari", "febrero"],
        &["march", "marz", "mars", "maart", "marzo", "mrt"],
        &["april", "avril", "abril"],
        &["may", "mai", "mei", "mayo"],
        &["june", "juni", "juin", "junio"],
        &["july", "juli", "juillet", "julio"],
        &["august", "aout", "augustus", "agosto"],
        &["september", "septembre", "septiembre"],
        &["october", "oktober", "octobre", "octubre"],
        &["november", "novembre", "noviembre"],
        &["december", "dezember", "decembre", "diciembre"],
    ];
    let mut found =
        NAMES.iter().zip(1..).filter(|(names, _)| names.iter().any(|full| full.starts_with(&name)));
    match (found.next(), found.next()) {
        (Some((_, month)), None) => Some(month),
        _ => None,
    }
}

/// A time and its offset, where it has one.
fn split_offset(text: &str) -> Option<(&str, Option<FixedOffset>)> {
    let utc = FixedOffset::east_opt(0)?;
    for name in ["Z", "z", "UTC", "GMT"] {
        if let Some(time) = text.strip_suffix(name) {
            return Some((time.trim_end(), Some(utc)));
        }
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (time, offset) = text.split_at_checked(at)?;
    let is_west = offset.starts_with('-');
    let offset = offset.get(1..)?;
    let (hours, minutes) = match offset.split_once(':') {
        Some(parts) => parts,
        None if offset.len() == 4 => offset.split_at_checked(2)?,
        None => (offset, "00"),
    };
    if hours.len() > 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    // No clock is further from UTC than 14 hours.
    if minutes > 59 || hours * 60 + minutes > 14 * 60 {
        return None;
    }
    let seconds = i32::try_from((hours * 60 + minutes) * 60).ok()?;
    let offset = FixedOffset::east_opt(if is_west { -seconds } else { seconds })?;
    Some((time.trim_end(), Some(offset)))
}

/// A time of day: `9:05`, `09:05:30.25`, `9:05 PM`, `24:00`; whether it is the end of the day.
fn clock(text: &str) -> Option<(NaiveTime, bool)> {
    let text = text.trim();
    let half = |mark: &str, hours| {
        let (time, end) = text.split_at_checked(text.len().checked_sub(mark.len())?)?;
        end.eq_ignore_ascii_case(mark).then(|| (time.trim_end(), Some(hours)))
    };
    let halves = [("am", 0), ("a.m.", 0), ("pm", 12), ("p.m.", 12)];
    let (time, half) = match text.ends_with(|last: char| last.is_ascii_digit()) {
        true => (text, None),
        false => halves.into_iter().find_map(|(mark, hours)| half(mark, hours)).unwrap_or((text, None)),
    };
    let (hours, rest) = match time.split_once(':') {
        Some(parts) => parts,
        None if half.is_some() => (time, "00"),
        None => return None,
    };
    let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
    let (seconds, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
    if hours.len() > 2 || minutes.len() != 2 || seconds.len() > 2 || fraction.is_empty() || fraction.len() > 9
    {
        return None;
    }
    let (hours, minutes, seconds) = (number(hours)?, number(minutes)?, number(seconds)?);
    let missing = u32::try_from(9 - fraction.len()).ok()?;
    let nanoseconds = number(fraction)? * 10_u32.pow(missing);
    let hours = match half {
        Some(half) if (1..=12).contains(&hours) => hours % 12 + half,
        Some(_) => return None,
        None => hours,
    };
    if (hours, minutes, seconds, nanoseconds) == (24, 0, 0, 0) {
        return Some((NaiveTime::MIN, true));
    }
    NaiveTime::from_hms_nano_opt(hours, minutes, seconds, nanoseconds).map(|time| (time, false))
}

fn number(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        None
    } else {
        digits.parse().ok()
    }
}

impl Told {
    /// On the date of another cell, where this one is a time alone.
    #[must_use]
    pub fn on(self, date: Option<NaiveDate>) -> Told {
        match (self, date) {
            (Told::Time(time), Some(date)) => Told::Wall(date.and_time(time)),
            (told, _) => told,
        }
    }

    /// What a wall clock showed; of a date its beginning.
    #[must_use]
    pub fn wall(self) -> Option<NaiveDateTime> {
        match self {
            Told::Date(date) => Some(date.and_time(NaiveTime::MIN)),
            Told::Wall(wall) => Some(wall),
            Told::At(_) | Told::Time(_) => None,
        }
    }
}

/// A day later.
#[must_use]
pub fn next_day(wall: NaiveDateTime) -> Option<NaiveDateTime> {
    wall.checked_add_signed(TimeDelta::days(1))
}

#[cfg(test)]
mod tests;
