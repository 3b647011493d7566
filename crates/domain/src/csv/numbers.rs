//! Numbers with the separators of their country, read digit by digit.
//!
//! Which separator is the decimal one is learned from all numbers of a file ([`Evidence`]):
//!
//! - of two in one number the last is the decimal one; one that is there more than once parts thousands;
//! - one that has other than three digits after it, or before it what no thousands have before them (`0,125`,
//!   `1234,567`), is the decimal one;
//! - a point with three digits after it is the decimal one, as in our own files, unless other numbers say otherwise;
//! - a comma with three digits after it everywhere can be either: that is asked.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Fault;

/// Characters of a number at the most.
const LONGEST: usize = 40;
/// Digits that count at the most.
const MOST_DIGITS: usize = 18;

/// What stands before decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decimal {
    /// `1,234.5`
    Point,
    /// `1.234,5`
    Comma,
}

impl Decimal {
    fn sign(self) -> char {
        match self {
            Decimal::Point => '.',
            Decimal::Comma => ',',
        }
    }

    /// The other, which may part thousands.
    fn other(self) -> char {
        match self {
            Decimal::Point => ',',
            Decimal::Comma => '.',
        }
    }
}

/// What the numbers of a file say of its separators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    point: usize,
    comma: usize,
    /// Points with three digits after them, and nothing else to tell by.
    point_before_three: usize,
    /// Commas likewise.
    comma_before_three: usize,
    /// What parts thousands, where something does.
    thousands: Option<char>,
}

impl Evidence {
    /// Takes what another number says.
    pub fn add(&mut self, text: &str) {
        let Some(Shape { points, commas, last, digits_before, digits_after, starts_with_zero, parted }) =
            Shape::of(text)
        else {
            return;
        };
        if let Some(sign) = parted {
            self.thousands.get_or_insert(sign);
        }
        let Some(sign) = last else { return };
        let of = |sign| if sign == '.' { Decimal::Point } else { Decimal::Comma };
        let says = match (points, commas) {
            (1.., 1..) => {
                self.thousands.get_or_insert(of(sign).other());
                Some(of(sign))
            }
            (2.., _) | (_, 2..) => {
                self.thousands.get_or_insert(sign);
                Some(if sign == '.' { Decimal::Comma } else { Decimal::Point })
            }
            _ if digits_after != 3 || digits_before == 0 || digits_before > 3 || starts_with_zero => {
                Some(of(sign))
            }
            // `1 234,567`: thousands are parted by another sign.
            _ if parted.is_some() => Some(of(sign)),
            _ => None,
        };
        match (says, sign) {
            (Some(Decimal::Point), _) => self.point += 1,
            (Some(Decimal::Comma), _) => self.comma += 1,
            (None, '.') => self.point_before_three += 1,
            (None, _) => self.comma_before_three += 1,
        }
    }

    /// Whether more numbers cannot make a difference to what it says, but by outnumbering what it has.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.point != self.comma
    }

    /// What is the decimal separator; nothing where it has to be asked.
    #[must_use]
    pub fn decimal(&self) -> Option<Decimal> {
        match self.point.cmp(&self.comma) {
            std::cmp::Ordering::Greater => Some(Decimal::Point),
            std::cmp::Ordering::Less => Some(Decimal::Comma),
            std::cmp::Ordering::Equal if self.point > 0 || self.comma_before_three > 0 => None,
            std::cmp::Ordering::Equal => Some(Decimal::Point),
        }
    }

    /// What parts thousands where `decimal` is the decimal separator, if something does.
    #[must_use]
    pub fn thousands(&self, decimal: Decimal) -> Option<char> {
        let other = match decimal {
            Decimal::Point => self.comma_before_three,
            Decimal::Comma => self.point_before_three,
        };
        self.thousands.filter(|sign| *sign != decimal.sign()).or((other > 0).then(|| decimal.other()))
    }
}

/// What a number looks like.
struct Shape {
    points: usize,
    commas: usize,
    /// The last of them.
    last: Option<char>,
    /// Digits right before the last.
    digits_before: usize,
    /// Digits after it.
    digits_after: usize,
    starts_with_zero: bool,
    /// Another sign that parts thousands: a space, an apostrophe.
    parted: Option<char>,
}

impl Shape {
    fn of(text: &str) -> Option<Shape> {
        let text = text.trim().trim_start_matches(['+', '-']);
        let known = |sign: char| sign.is_ascii_digit() || is_parting(sign) || matches!(sign, '.' | ',');
        if text.len() > LONGEST || !text.chars().any(|sign| sign.is_ascii_digit()) || !text.chars().all(known)
        {
            return None;
        }
        let count = |wanted: char| text.chars().filter(|sign| *sign == wanted).count();
        let at = text.rfind(['.', ',']);
        let (before, after) = at.map_or((text, ""), |at| text.split_at(at));
        Some(Shape {
            points: count('.'),
            commas: count(','),
            last: after.chars().next(),
            digits_before: before.chars().rev().take_while(char::is_ascii_digit).count(),
            digits_after: after.chars().filter(char::is_ascii_digit).count(),
            starts_with_zero: text.starts_with('0'),
            parted: text.chars().find(|sign| is_parting(*sign)),
        })
    }
}

/// Spaces of all widths and apostrophes, which part thousands wherever decimals are told by a point or a comma.
fn is_parting(sign: char) -> bool {
    matches!(sign, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '\u{2019}')
}

/// A decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    is_negative: bool,
    /// All its digits, but for zeros at the end of its decimals.
    digits: i64,
    /// How many of them are decimals.
    decimals: u32,
}

impl Number {
    /// Reads a number whose decimal separator is known. The other separator, spaces and apostrophes may part thousands.
    ///
    /// # Errors
    /// `NUMBER_INVALID`.
    pub fn read(text: &str, decimal: Decimal) -> Result<Number, Fault> {
        Number::parse(text, decimal).ok_or_else(|| {
            let shown: String = text.chars().take(LONGEST).collect();
            let example = if decimal == Decimal::Point { "1234.5" } else { "1234,5" };
            Fault::new("NUMBER_INVALID", format!("{shown:?} is no number as {example} is one"))
        })
    }

    fn parse(text: &str, decimal: Decimal) -> Option<Number> {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        let (is_negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (text, power) = match text.split_once(['e', 'E']) {
            Some((mantissa, power)) => {
                (mantissa, power.parse::<i32>().ok().filter(|power| power.abs() <= 30)?)
            }
            None => (text, 0),
        };
        let (whole, fraction) = match text.split_once(decimal.sign()) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let fraction = fraction.unwrap_or_default();
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let mut number = Digits::default();
        read_whole(whole, decimal.other(), &mut number)?;
        let trimmed = fraction.trim_end_matches('0');
        number.take(trimmed)?;
        let Digits(digits) = number;
        let decimals = i32::try_from(trimmed.len()).ok()? - power;
        if digits == 0 {
            return Some(Number { is_negative: false, digits: 0, decimals: 0 });
        }
        let zeros = u32::try_from(-decimals.min(0)).ok()?;
        let digits = digits.checked_mul(10_i64.checked_pow(zeros)?)?;
        Some(Number { is_negative, digits, decimals: u32::try_from(decimals.max(0)).ok()? })
    }

    /// How many parts it is, of which ten to the power of `places` are one.
    ///
    /// # Errors
    /// `NUMBER_NEGATIVE`, `NUMBER_TOO_FINE`, `NUMBER_TOO_LARGE`.
    pub fn parts(self, places: u32) -> Result<i64, Fault> {
        if self.is_negative {
            return Err(Fault::plain("NUMBER_NEGATIVE", "is below zero"));
        }
        let mut digits = self.digits;
        let mut decimals = self.decimals;
        // 1500e-2 has no more decimals than 15.
        while decimals > places && digits % 10 == 0 {
            digits /= 10;
            decimals -= 1;
        }
        let Some(missing) = places.checked_sub(decimals) else {
            return Err(Fault::new("NUMBER_TOO_FINE", format!("has more than {places} decimals")));
        };
        let parts = 10_i64.checked_pow(missing).and_then(|by| digits.checked_mul(by));
        parts.ok_or(Fault::plain("NUMBER_TOO_LARGE", "is too large"))
    }
}

/// What digits make.
#[derive(Default)]
struct Digits(i64);

impl Digits {
    fn take(&mut self, digits: &str) -> Option<()> {
        for byte in digits.bytes() {
            self.0 = self.0.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
        }
        (self.0 < 10_i64.pow(u32::try_from(MOST_DIGITS).ok()?)).then_some(())
    }
}

/// The whole part: digits, or groups of three of them after a first one.
fn read_whole(text: &str, thousands: char, into: &mut Digits) -> Option<()> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return into.take(text);
    }
    let sign = text.chars().find(|sign| !sign.is_ascii_digit())?;
    if sign != thousands && !is_parting(sign) {
        return None;
    }
    for (place, group) in text.split(sign).enumerate() {
        let length_fits = if place == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
        if !length_fits || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        into.take(group)?;
    }
    Some(())
}

#[cfg(test)]
mod tests;
