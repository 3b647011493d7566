use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn span(from: &str, to: &str, amount: &str) -> Span {
    Span { from: at(from), to: at(to), amount: Amount::read(amount).unwrap() }
}

fn on(zone: Tz, spans: &[Span]) -> Vec<(String, i64, bool)> {
    let calendar = Calendar::in_zone(zone);
    let range = (calendar.date_at(spans[0].from), calendar.date_at(spans[spans.len() - 1].to));
    allocate(&calendar, spans, range)
        .into_iter()
        .map(|(date, part)| (date.to_string(), part.thousandths, part.estimated))
        .collect()
}

fn days(parts: &[(&str, i64, bool)]) -> Vec<(String, i64, bool)> {
    parts.iter().map(|(date, part, estimated)| ((*date).to_owned(), *part, *estimated)).collect()
}

#[test]
fn spans_are_put_on_days_by_time() {
    let brussels = chrono_tz::Europe::Brussels;
    for (spans, parts) in [
        // Ten thousandths on three days: 3.33, 6.67 and 10 are rounded.
        (
            vec![span("2026-01-01T00:00:00+01:00", "2026-01-04T00:00:00+01:00", "0.010")],
            days(&[("2026-01-01", 3, true), ("2026-01-02", 4, true), ("2026-01-03", 3, true)]),
        ),
        // A whole day, and a part of one, are measured.
        (
            vec![
                span("2026-01-01T00:00:00+01:00", "2026-01-02T00:00:00+01:00", "5"),
                span("2026-01-02T08:00:00+01:00", "2026-01-02T20:00:00+01:00", "7"),
            ],
            days(&[("2026-01-01", 5000, false), ("2026-01-02", 7000, false)]),
        ),
        // A measured part and an estimated one make an estimated day.
        (
            vec![
                span("2026-01-01T06:00:00+01:00", "2026-01-01T12:00:00+01:00", "1"),
                span("2026-01-01T12:00:00+01:00", "2026-01-02T12:00:00+01:00", "2"),
            ],
            days(&[("2026-01-01", 2000, true), ("2026-01-02", 1000, true)]),
        ),
        // The day in March has 23 hours of the 47, that in October 25 of 49.
        (
            vec![span("2026-03-29T00:00:00+01:00", "2026-03-31T00:00:00+02:00", "47")],
            days(&[("2026-03-29", 23_000, true), ("2026-03-30", 24_000, true)]),
        ),
        (
            vec![span("2026-10-25T00:00:00+02:00", "2026-10-27T00:00:00+01:00", "49")],
            days(&[("2026-10-25", 25_000, true), ("2026-10-26", 24_000, true)]),
        ),
        // Nothing consumed is known too; what lies between two spans is not.
        (
            vec![
                span("2026-01-01T00:00:00+01:00", "2026-01-03T00:00:00+01:00", "0"),
                span("2026-01-05T00:00:00+01:00", "2026-01-06T00:00:00+01:00", "1"),
            ],
            days(&[("2026-01-01", 0, true), ("2026-01-02", 0, true), ("2026-01-05", 1000, false)]),
        ),
    ] {
        assert_eq!(on(brussels, &spans), parts, "{spans:?}");
    }
}

#[test]
fn a_date_that_is_jumped_over_has_nothing() {
    // Samoa had no 30 December 2011.
    let spans = [span("2011-12-29T00:00:00-10:00", "2012-01-01T00:00:00+14:00", "48")];
    let parts = on(chrono_tz::Pacific::Apia, &spans);
    assert_eq!(parts, days(&[("2011-12-29", 24_000, true), ("2011-12-31", 24_000, true)]));
}

fn zones() -> impl Strategy<Value = Tz> {
    prop_oneof![
        Just(chrono_tz::Europe::Brussels),
        Just(chrono_tz::America::New_York),
        Just(chrono_tz::Asia::Kathmandu),
        Just(chrono_tz::Australia::Lord_Howe),
        Just(chrono_tz::Pacific::Apia),
        Just(Tz::UTC),
    ]
}

proptest! {
    /// Days add up to the spans to the thousandth, none is below zero, and it does not matter how the dates are cut.
    #[test]
    fn totals_are_kept(
        zone in zones(),
        start in 1_200_000_000..1_700_000_000_i64,
        parts in proptest::collection::vec((1..4_000_000_i64, 0..=999_999_999_999_i64), 1..12),
        cut in 0..200_i64,
    ) {
        let calendar = Calendar::in_zone(zone);
        let mut from = DateTime::from_timestamp(start, 0).unwrap();
        let mut spans = vec![];
        for (seconds, amount) in parts {
            let to = from + chrono::Duration::seconds(seconds);
            spans.push(Span { from, to, amount: Amount::of_thousandths(amount).unwrap() });
            from = to;
        }
        let range = (calendar.date_at(spans[0].from), calendar.date_at(from));
        let all = allocate(&calendar, &spans, range);
        prop_assert!(all.iter().all(|(_, part)| part.thousandths >= 0));
        let sum: i64 = all.iter().map(|(_, part)| part.thousandths).sum();
        prop_assert_eq!(sum, spans.iter().map(|span| span.amount.thousandths()).sum::<i64>());
        let middle = crate::days::plus(range.0, cut).min(range.1);
        let mut pieces = allocate(&calendar, &spans, (range.0, crate::days::plus(middle, -1)));
        pieces.extend(allocate(&calendar, &spans, (middle, range.1)));
        prop_assert_eq!(pieces, all);
    }
}
