//! How readings of a register become consumption.
//!
//! Between two readings the difference was consumed. Where a register seems to run backwards, these rules say why; they
//! look at a reading and the two beside it, within one register (an exchange or a reset begins another), so that the
//! order in which readings arrive never matters and a change concerns its neighbours only:
//!
//! 1. A reading above the next, where the next is not below the one before it, is too high: suspect, and left out.
//! 2. A reading below the one before it, where the next is not below that, is too low: suspect, and left out; but not
//!    where the fall is a rollover, and the next goes on from it by less than half a round.
//! 3. A fall is a rollover where the register's digits are known and less than half of a round lies between; where they
//!    are not known, from the last tenth below a power of ten to the first tenth above zero.
//! 4. Any other fall is suspect: nothing is known to be consumed up to it, and what follows counts from it.
//!
//! An exchange says what the old register showed at last and what the new one began with. A reset says that the register
//! was put back to zero since the reading before: what it shows has been consumed since.

use super::allocation::Span;
use super::readings::{Reading, ReadingKind};
use crate::consumption::Amount;

/// What a reading is for the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is none before it.
    First,
    /// What was consumed since the reading before that counts.
    Counted(Span),
    /// The same, over a rollover.
    Rollover(Span),
    /// It is left out.
    LeftOut(Slip),
    /// Nothing is known to be consumed since the one before, and what follows counts from it.
    Fell,
}

/// Why a reading is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// It is above the one after it.
    TooHigh,
    /// It is below the ones beside it.
    TooLow,
}

impl Verdict {
    /// What was consumed since the reading before that counts.
    #[must_use]
    pub fn span(self) -> Option<Span> {
        match self {
            Verdict::Counted(span) | Verdict::Rollover(span) => Some(span),
            Verdict::First | Verdict::LeftOut(_) | Verdict::Fell => None,
        }
    }

    /// Whether what follows counts from it.
    #[must_use]
    pub fn counts(self) -> bool {
        !matches!(self, Verdict::LeftOut(_))
    }
}

/// What each of these readings is; they come oldest first. `digits` are the whole digits of the register, where known.
#[must_use]
pub fn judge(readings: &[Reading], digits: Option<i16>) -> Vec<Verdict> {
    let mut last: Option<&Reading> = None;
    let mut verdicts = Vec::with_capacity(readings.len());
    for (place, reading) in readings.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| readings.get(place));
        if let Some(slip) = slip(before, reading, readings.get(place + 1), digits) {
            verdicts.push(Verdict::LeftOut(slip));
            continue;
        }
        verdicts.push(last.map_or(Verdict::First, |last| since(last, reading, digits)));
        last = Some(reading);
    }
    verdicts
}

/// Why a reading is left out, if it is. The one before and the one after count where they are of the same register.
fn slip(
    before: Option<&Reading>,
    reading: &Reading,
    after: Option<&Reading>,
    digits: Option<i16>,
) -> Option<Slip> {
    if reading.kind != ReadingKind::Reading {
        return None;
    }
    let before = before?.goes_on_from();
    let after = after.filter(|after| after.kind != ReadingKind::Reset)?.reading;
    if before <= after && after < reading.reading {
        return Some(Slip::TooHigh);
    }
    let is_low = reading.reading < before && before <= after;
    (is_low && !goes_over(before, reading.reading, after, digits)).then_some(Slip::TooLow)
}

/// What a reading is, where the one before that counts is `last`.
fn since(last: &Reading, reading: &Reading, digits: Option<i16>) -> Verdict {
    let span = |amount| Span { from: last.read_at, to: reading.read_at, amount };
    if reading.kind == ReadingKind::Reset {
        return Verdict::Counted(span(reading.reading));
    }
    let (from, to) = (last.goes_on_from(), reading.reading);
    match Amount::of_thousandths(to.thousandths() - from.thousandths()) {
        Some(more) => Verdict::Counted(span(more)),
        None => over_rollover(from, to, digits).map_or(Verdict::Fell, |more| Verdict::Rollover(span(more))),
    }
}

/// Whether a fall is a rollover from which the next reading goes on: by less than half a round.
fn goes_over(from: Amount, to: Amount, after: Amount, digits: Option<i16>) -> bool {
    let ahead = after.thousandths() - to.thousandths();
    over_rollover(from, to, digits).is_some() && round(from, digits).is_some_and(|round| ahead * 2 < round)
}

/// One more than a register that has shown `from` can show, in thousandths.
fn round(from: Amount, digits: Option<i16>) -> Option<i64> {
    match digits {
        Some(digits) => Some(1000 * 10_i64.pow(u32::try_from(digits.clamp(1, 9)).ok()?)),
        None => (0..=9).map(|digits| 1000 * 10_i64.pow(digits)).find(|round| from.thousandths() < *round),
    }
}

/// What was consumed where a fall is a rollover.
fn over_rollover(from: Amount, to: Amount, digits: Option<i16>) -> Option<Amount> {
    let round = round(from, digits)?;
    let (from, to) = (from.thousandths(), to.thousandths());
    let over = to + round - from;
    let is_rollover = match digits {
        Some(_) => from < round && over * 2 < round,
        None => from >= round / 10 * 9 && to <= round / 10,
    };
    if is_rollover { Amount::of_thousandths(over) } else { None }
}

#[cfg(test)]
mod tests;
