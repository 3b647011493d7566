//! Finders: each looks for one thing in the figures of a period and says it with the figures it is made from. What is out
//! of line is told against the person's own usual days, and only where at least seven of them are known.

use super::measures::{Measure, Unit};
use super::span::{Day, Span, unit_of};
use super::usual::Usual;
use super::{Insight, InsightKind};
use crate::consumption::units::ConsumptionType;
use crate::numbers::percent_more;

/// A change of time that is worth telling: a quarter of an hour.
const QUARTER: i128 = 15 * 60_000;
/// A change of how often apps are changed that is: two an hour.
const TWO: i128 = 2000;
/// Time at night that is: half an hour.
const LATE_MS: i64 = 30 * 60_000;
/// Focus that it takes to say when it begins: three hours, in so many sessions.
const FOCUS_MIN: i64 = 180;
const FOCUS_SESSIONS: usize = 5;

/// All that is found.
#[must_use]
pub fn find(span: &Span<'_>) -> Vec<Insight> {
    let mut found = vec![
        change(span, "active", "Time at screens", |day| i128::from(day.time.active_ms)),
        change(span, "productive", "Productive time", |day| i128::from(day.weighed.productive_ms)),
        change(span, "distracting", "Distracting time", |day| i128::from(day.weighed.distracting_ms)),
        focus(span),
        best_hours(span),
        switching(span),
        late_nights(span),
    ];
    found.extend(ConsumptionType::ALL.into_iter().map(|what| household(span, what)));
    found.into_iter().flatten().collect()
}

/// By how many percent `now` is more or less than `was`.
fn percent(now: i128, was: i128) -> Option<i64> {
    percent_more(i64::try_from(now).ok()?, i64::try_from(was).ok()?)
}

/// What is usual, as it is told.
fn beside(usual: Usual, name: &str, unit: Unit) -> [Measure; 2] {
    [Measure::new(&format!("usual_{name}"), usual.median, unit), Measure::count("usual_days", usual.days)]
}

/// More or less than usual, in words.
fn against(percent: &Measure, usual: &[Measure; 2]) -> String {
    let [median, days] = usual;
    let more = if percent.value.0 < 0 { "less" } else { "more" };
    format!("{percent} {more} than usual ({median}, the median of {days} days)")
}

fn is_used(day: &Day<'_>) -> bool {
    day.time.active_ms > 0
}

/// The mean of the days that are over; of the one that is not, where there is no other.
fn mean(span: &Span<'_>, of: impl Fn(&Day<'_>) -> i128) -> Option<(i128, i64)> {
    let days: Vec<_> = span.own().filter(|(_, day)| is_used(day)).collect();
    let over: Vec<_> = days.iter().filter(|(date, _)| *date < span.asked.today).collect();
    let days = if over.is_empty() { days.iter().collect() } else { over };
    let count = i64::try_from(days.len()).ok().filter(|count| *count > 0)?;
    Some((days.into_iter().map(|(_, day)| of(day)).sum::<i128>() / i128::from(count), count))
}

/// Time of a kind that is not what it usually is. A day that is not over can only have more.
fn change(span: &Span<'_>, name: &str, title: &str, of: impl Fn(&Day<'_>) -> i128) -> Option<Insight> {
    let before: Vec<i128> = span.before().filter(|(_, day)| is_used(day)).map(|(_, day)| of(day)).collect();
    let usual = Usual::of(&before)?;
    let (value, days) = mean(span, of)?;
    let only_today = span.own().filter(|(_, day)| is_used(day)).all(|(date, _)| date >= span.asked.today);
    if !usual.is_off(value, QUARTER) || (only_today && value < usual.median) {
        return None;
    }
    let name = format!("{name}_seconds");
    let time = Measure::new(&name, value, Unit::Seconds);
    let percent = Measure::percent("percent", percent(value, usual.median)?);
    let beside = beside(usual, &name, Unit::Seconds);
    let days = Measure::count("days", days);
    let text = if span.asked.days() == 1 {
        format!("{title}: {time}, {}.", against(&percent, &beside))
    } else {
        format!("{title}: {time} a day (the mean of {days} days), {}.", against(&percent, &beside))
    };
    let more = if percent.value.0 < 0 { "less" } else { "more" };
    let title = format!("{title}: {more} than usual");
    let evidence = [time, percent, days].into_iter().chain(beside).collect();
    Some(Insight { kind: InsightKind::Change, title, text, evidence })
}

/// The two hours of the clock in which most focus begins.
fn best_hours(span: &Span<'_>) -> Option<Insight> {
    let all: i64 = span.starts.iter().map(|(_, minutes)| minutes).sum();
    if all < FOCUS_MIN || span.starts.len() < FOCUS_SESSIONS {
        return None;
    }
    let within = |hour: u8| -> i64 {
        span.starts.iter().filter(|(at, _)| (hour..hour + 2).contains(at)).map(|(_, minutes)| minutes).sum()
    };
    // Of equal ones the earliest.
    let hour = (0..23_u8).rev().max_by_key(|hour| within(*hour))?;
    let best = within(hour);
    if 3 * best < all {
        return None;
    }
    let from = Measure::hour("from_hour", hour.into());
    let to = Measure::hour("to_hour", i64::from(hour) + 2);
    let best = Measure::time("focus_seconds", best * 60_000);
    let all = Measure::time("all_focus_seconds", all * 60_000);
    let days = Measure::count("days", span.asked.days() + super::USUAL_DAYS);
    let text = format!("Of {all} of focus in {days} days, {best} began between {from} and {to}.");
    let title = "When you focus".to_owned();
    Some(Insight { kind: InsightKind::BestHours, title, text, evidence: vec![from, to, best, all, days] })
}

/// How often apps were changed.
fn switching(span: &Span<'_>) -> Option<Insight> {
    let before: Vec<i128> = span.before().filter_map(|(_, day)| day.switches()).collect();
    let usual = Usual::of(&before)?;
    let own: Vec<i128> = span.own().filter_map(|(_, day)| day.switches()).collect();
    let count = i128::try_from(own.len()).ok().filter(|count| *count > 0)?;
    let value = own.into_iter().sum::<i128>() / count;
    if !usual.is_off(value, TWO) {
        return None;
    }
    let rate = Measure::new("switches_per_hour", value, Unit::PerHour);
    let percent = Measure::percent("percent", percent(value, usual.median)?);
    let beside = beside(usual, "switches_per_hour", Unit::PerHour);
    let text = format!("Apps changed {rate} times an hour, {}.", against(&percent, &beside));
    let title = if value < usual.median { "Fewer changes between apps" } else { "More changes between apps" };
    let evidence = [rate, percent].into_iter().chain(beside).collect();
    Some(Insight { kind: InsightKind::Switching, title: title.to_owned(), text, evidence })
}

/// Time between 23:00 and 05:00, where that is more than usual.
fn late_nights(span: &Span<'_>) -> Option<Insight> {
    let late: Vec<i64> = span.own().map(|(_, day)| day.late_ms()).filter(|ms| *ms >= LATE_MS).collect();
    let before: Vec<i128> =
        span.before().filter(|(_, day)| is_used(day)).map(|(_, day)| day.late_ms().into()).collect();
    let longest = late.iter().max().copied()?;
    if Usual::of(&before).is_some_and(|usual| i128::from(longest) < usual.median + QUARTER) {
        return None;
    }
    let (from, to) = (Measure::hour("from_hour", 23), Measure::hour("to_hour", 5));
    let all = Measure::time("late_seconds", late.iter().sum());
    let nights = Measure::count("nights", i64::try_from(late.len()).ok()?);
    let days = Measure::count("days", span.asked.days());
    let text = if span.asked.days() == 1 {
        format!("{all} of use between {from} and {to}.")
    } else {
        format!("Use between {from} and {to} on {nights} of {days} days, {all} together.")
    };
    let title = "Late at night".to_owned();
    Some(Insight { kind: InsightKind::LateNights, title, text, evidence: vec![from, to, all, nights, days] })
}

/// Sessions of focus: all of them kept, or as many given up.
fn focus(span: &Span<'_>) -> Option<Insight> {
    let sum = |of: fn(&Day<'_>) -> i64| span.own().map(|(_, day)| of(day)).sum::<i64>();
    let (kept, given_up) = (sum(|day| day.completed), sum(|day| day.abandoned));
    let time = Measure::time("focus_seconds", sum(|day| day.focus_min) * 60_000);
    let completed = Measure::count("focus_completed", kept);
    let abandoned = Measure::count("focus_abandoned", given_up);
    let (title, text) = if kept >= 2 && given_up == 0 {
        ("Focus kept", format!("All {completed} sessions of focus were completed: {time}."))
    } else if given_up >= 2 && given_up >= kept {
        (
            "Focus broken",
            format!("{abandoned} sessions of focus were given up and {completed} completed: {time}."),
        )
    } else {
        return None;
    };
    let evidence = vec![time, completed, abandoned];
    Some(Insight { kind: InsightKind::Focus, title: title.to_owned(), text, evidence })
}

/// The day on which the household took the most or least beside what it usually does. A day that is not over is no day.
fn household(span: &Span<'_>, what: ConsumptionType) -> Option<Insight> {
    let before: Vec<i128> = span.before().filter_map(|(_, day)| day.taken(what)).collect();
    let usual = Usual::of(&before)?;
    let over = span.own().filter(|(date, _)| *date < span.asked.today);
    let off = over.filter_map(|(date, day)| day.taken(what).map(|amount| (date, amount)));
    let off = off.filter(|(_, amount)| usual.is_off(*amount, 1));
    let (date, amount) = off.max_by_key(|(date, amount)| ((amount - usual.median).abs(), *date))?;
    let unit = unit_of(what);
    let taken = Measure::new(what.as_str(), amount, unit);
    let percent = Measure::percent("percent", percent(amount, usual.median)?);
    let beside = beside(usual, what.as_str(), unit);
    let text =
        format!("On {date} the household took {taken} of {}, {}.", what.as_str(), against(&percent, &beside));
    let more = if percent.value.0 < 0 { "little" } else { "much" };
    let title = format!("{} on {date}: {more}", capital(what.as_str()));
    let evidence = [taken, percent].into_iter().chain(beside).collect();
    Some(Insight { kind: InsightKind::Household, title, text, evidence })
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
