use proptest::prelude::*;

use super::*;

/// An interval that starts so many seconds after midnight of 1 January 2026, UTC.
fn interval(start: i64, length: u32, amount: i64) -> Interval {
    let midnight: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let start = midnight + chrono::Duration::seconds(start);
    Interval { start, length, amount: Millionths::new(amount).unwrap() }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn amounts_are_millionths_up_to_a_thousand_million() {
    assert_eq!(Millionths::new(999_999_999_999_999).map(Millionths::get), Some(999_999_999_999_999));
    assert_eq!((Millionths::new(-1), Millionths::new(1_000_000_000_000_000)), (None, None));
}

#[test]
fn what_becomes_of_an_interval() {
    use Added::{Changed, Duplicate, New, Overlaps};
    let mut known = Intervals::default();
    known.keep(1, interval(3600, 3600, 5));
    known.keep(1, interval(7200, 3600, 6));
    for (start, length, amount, outcome) in [
        (0, 3600, 1, New),
        (0, 3600, 1, Duplicate),
        // The same file says of an interval two things: the first counts.
        (0, 3600, 2, Overlaps),
        (3600, 3600, 5, Duplicate),
        (3600, 3600, 7, Changed),
        (3600, 3600, 7, Duplicate),
        (3600, 3600, 8, Overlaps),
        (7200, 1800, 6, Overlaps),
        (7200, 7200, 6, Overlaps),
        (9000, 1800, 6, Overlaps),
        (10_799, 1, 6, Overlaps),
        (10_800, 1, 6, New),
        (-3600, 3601, 6, Overlaps),
        (-3600, 3600, 6, New),
    ] {
        assert_eq!(known.add(2, interval(start, length, amount)), outcome, "{start} {length} {amount}");
    }
    let amounts: Vec<i64> = known.iter().map(|one| one.amount.get()).collect();
    assert_eq!(amounts, [6, 1, 7, 6, 6]);
    let new: Vec<Interval> = known.of_import(2, date("2026-01-01")).collect();
    assert_eq!(new, [interval(0, 3600, 1), interval(3600, 3600, 7), interval(10_800, 1, 6)]);
    assert_eq!(known.of_import(2, date("2025-12-31")).count(), 1);
}

#[test]
fn bytes_that_are_none_are_not_read() {
    let date = date("2026-01-01");
    assert_eq!(unpack(date, &[]), Some(vec![]));
    for bytes in [&[1][..], &[1, 2], &[0x80], &[0, 1, 0, 0], &[0xff; 30]] {
        assert_eq!(unpack(date, bytes), None, "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn what_is_packed_is_unpacked(parts in proptest::collection::vec((0..4000_i64, 1..=LONGEST, 0..=LARGEST), 0..40)) {
        let (mut end, mut intervals) = (0, vec![]);
        for (gap, length, amount) in parts {
            if end + gap >= 86_400 {
                break;
            }
            intervals.push(interval(end + gap, length, amount));
            end += gap + i64::from(length);
        }
        let date = date("2026-01-01");
        let bytes = pack(date, intervals.iter().copied());
        prop_assert_eq!(unpack(date, &bytes), Some(intervals));
    }

    /// Whatever is added, no instant is measured twice.
    #[test]
    fn nothing_overlaps(parts in proptest::collection::vec((1..4, -90_000..90_000_i64, 1..=LONGEST, 0..9_i64), 0..60)) {
        let mut known = Intervals::default();
        let mut import = 0;
        for (step, start, length, amount) in parts {
            import += step;
            known.add(import, interval(start, length, amount));
        }
        let all: Vec<Interval> = known.iter().collect();
        for pair in all.windows(2) {
            prop_assert!(pair[0].start + chrono::Duration::seconds(pair[0].length.into()) <= pair[1].start);
        }
    }
}
