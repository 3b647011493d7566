use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ids::{MeterId, ReadingId};

fn reading(day: i64, text: &str) -> Reading {
    let (kind, text) = match text.split_at(1) {
        ("x", rest) => (ReadingKind::Exchange, rest),
        ("r", rest) => (ReadingKind::Reset, rest),
        _ => (ReadingKind::Reading, text),
    };
    let (shown, begun) = text.split_once('/').map_or((text, None), |(shown, begun)| (shown, Some(begun)));
    let exchanged = kind == ReadingKind::Exchange;
    let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    Reading {
        id: ReadingId(Uuid::from_u128(day.unsigned_abs().into())),
        meter_id: MeterId(Uuid::nil()),
        read_at: start + Duration::days(day),
        reading: Amount::read(shown).unwrap(),
        kind,
        new_reading: exchanged.then(|| Amount::read(begun.unwrap_or("0")).unwrap()),
        note: None,
        import_id: None,
        created_at: start,
        updated_at: start,
    }
}

/// A verdict in few letters: what was consumed, `~` before it over a rollover; `first`, `high`, `low`, `fell`.
fn said(verdict: Verdict) -> String {
    match verdict {
        Verdict::First => "first".into(),
        Verdict::Counted(span) => serde_json::to_string(&span.amount).unwrap(),
        Verdict::Rollover(span) => format!("~{}", serde_json::to_string(&span.amount).unwrap()),
        Verdict::LeftOut(Slip::TooHigh) => "high".into(),
        Verdict::LeftOut(Slip::TooLow) => "low".into(),
        Verdict::Fell => "fell".into(),
    }
}

/// `x100/3` is an exchange at 100 for one that begins with 3, `r5` a reset.
fn judged(readings: &str, digits: Option<i16>) -> String {
    let readings: Vec<Reading> =
        (0..).zip(readings.split(' ')).map(|(day, text)| reading(day, text)).collect();
    judge(&readings, digits).into_iter().map(said).collect::<Vec<_>>().join(" ")
}

#[test]
fn rules() {
    for (readings, digits, expected) in [
        ("100", None, "first"),
        ("100 100 110.5", None, "first 0 10.5"),
        // 1: too high, for the next goes on below it; the span goes over it.
        ("100 900 110 120", None, "first high 10 10"),
        ("100 900 100 120", None, "first high 0 20"),
        ("100 900", None, "first 800"),
        ("900 110 120", None, "first fell 10"),
        // 2: too low, for the next goes on above the one before.
        ("100 11 110", None, "first low 10"),
        ("100 11 100", None, "first low 0"),
        ("100 11", None, "first fell"),
        // 4: what stays below is another register, or nobody knows.
        ("100 11 12 15", None, "first fell 1 3"),
        ("100 110 50 40 45", None, "first 10 fell fell 5"),
        // Both of two that contradict each other are left out, and the total is right.
        ("10 20 15 30", None, "first high low 20"),
        ("10 20 15 12", None, "first high 5 fell"),
        // 3: a rollover; the digits are not known: the last tenth and the first.
        ("99990 5", None, "first ~15"),
        ("99989.999 10.001 20", None, "first ~20.002 9.999"),
        ("90000 10000 10001", None, "first ~20000 1"),
        ("89999 10000 10001", None, "first fell 1"),
        ("90000 10000.001 10001", None, "first fell 0.999"),
        ("9999.9 0.1", None, "first ~0.2"),
        ("999999999.999 0", None, "first ~0.001"),
        // The digits are known: less than half of a round.
        ("99990 5", Some(5), "first ~15"),
        ("60000 5000", Some(5), "first ~45000"),
        // A slip that could be a rollover, but for what comes after it.
        ("99659 50 99874", Some(5), "first low 215"),
        ("99659 50 99874", None, "first low 215"),
        ("99659 50 120", Some(5), "first ~391 70"),
        ("55000 5000.5 6000", Some(5), "first fell 999.5"),
        ("99990 5", Some(6), "first fell"),
        ("950 3 7", Some(3), "first ~53 4"),
        ("999999999 5", Some(9), "first ~6"),
        // It has more digits than the register: no rollover.
        ("99990 5", Some(4), "first fell"),
        // A fall that may be a rollover is not too low.
        ("99990 5 20", None, "first ~15 15"),
        ("3 99990 5", None, "first high 2"),
        // An exchange: the old one's last, then from what the new one begins with, where the rules begin anew.
        ("100 x120 130", None, "first 20 130"),
        ("100 x120/50 60", None, "first 20 10"),
        ("100 x120/50 40 60", None, "first 20 low 10"),
        ("100 x90/50 60", None, "first fell 10"),
        ("99990 x5/50 60", None, "first ~15 10"),
        ("x120/50 60", None, "first 10"),
        ("100 900 x110 5", None, "first high 10 5"),
        ("100 x120 5 3 7", None, "first 20 high low 7"),
        // A reset: what it shows has been consumed since.
        ("100 r7 9", None, "first 7 2"),
        ("100 900 r7 9", None, "first 800 7 2"),
        ("r7 9", None, "first 2"),
        ("100 r50 20 60", None, "first 50 low 10"),
        ("x100/900 r7", None, "first 7"),
    ] {
        assert_eq!(judged(readings, digits), expected, "{readings} {digits:?}");
    }
}

fn some_readings() -> impl Strategy<Value = Vec<Reading>> {
    let value = prop_oneof![4 => 0..300_i64, 1 => 80_000..100_000_i64, 1 => 0..1_000_000_i64];
    let one = (1..40_i64, value, 0..12_u8, 0..200_i64);
    proptest::collection::vec(one, 0..14).prop_map(|parts| {
        let mut day = 0;
        let one = |(step, value, kind, begun): (i64, i64, u8, i64)| {
            day += step;
            let text = match kind {
                0 => format!("x{value}/{begun}"),
                1 => format!("r{value}"),
                _ => value.to_string(),
            };
            reading(day, &text)
        };
        parts.into_iter().map(one).collect()
    })
}

proptest! {
    /// Spans follow one another, and each that is not left out is where the one before it ends or nothing is known.
    #[test]
    fn spans_do_not_overlap(readings in some_readings(), digits in proptest::option::of(1..=9_i16)) {
        let verdicts = judge(&readings, digits);
        prop_assert_eq!(verdicts.len(), readings.len());
        let spans: Vec<Span> = verdicts.iter().filter_map(|verdict| verdict.span()).collect();
        for span in &spans {
            prop_assert!(span.from < span.to);
        }
        for pair in spans.windows(2) {
            prop_assert!(pair[0].to <= pair[1].from);
        }
        prop_assert_eq!(verdicts.first().is_none_or(|first| *first == Verdict::First), true);
    }

    /// A reading that is added changes nothing before the nearest but one that counts, and nothing after it.
    #[test]
    fn a_change_concerns_neighbours_only(
        readings in some_readings(),
        at in 0..600_i64,
        value in 0..300_i64,
        digits in proptest::option::of(1..=9_i16),
    ) {
        let new = reading(at, &value.to_string());
        prop_assume!(readings.iter().all(|one| one.read_at != new.read_at));
        let place = readings.iter().filter(|one| one.read_at < new.read_at).count();
        let before = judge(&readings, digits);
        let mut changed = readings.clone();
        changed.insert(place, new);
        let after = judge(&changed, digits);
        let first = (0..place.saturating_sub(1)).rfind(|at| before[*at].counts()).unwrap_or(0);
        let last = (place + 1..readings.len()).find(|at| before[*at].counts());
        prop_assert_eq!(&before[..first], &after[..first]);
        if let Some(last) = last {
            prop_assert!(after[last + 1].counts());
            prop_assert_eq!(&before[last + 1..], &after[last + 2..]);
        }
    }
}
