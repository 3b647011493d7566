use super::*;
use crate::consumption::CALORIFIC_VALUE;
use crate::days::Calendar;
use crate::meters::hours::Dates;
use crate::meters::intervals::{Interval, Millionths};

fn meter(what: ConsumptionType, unit: Unit) -> Register {
    let at = "2026-01-01T00:00:00Z".parse().unwrap();
    Register {
        id: MeterId(uuid::Uuid::nil()),
        name: "x".into(),
        consumption_type: what,
        unit,
        digits: None,
        created_at: at,
        updated_at: at,
    }
}

/// Days in UTC of intervals: start, millionths.
fn days(intervals: &[(&str, i64)]) -> impl Iterator<Item = (NaiveDate, Hours)> {
    let calendar = Calendar::in_zone(chrono_tz::UTC);
    let mut dates = Dates::new(&calendar);
    for (start, amount) in intervals {
        let amount = Millionths::new(*amount).unwrap();
        dates.add(Interval { start: start.parse().unwrap(), length: 900, amount });
    }
    dates.sums().into_iter()
}

#[test]
fn hours_of_meters_of_several_units_add_up() {
    let mut profile = Profile::default();
    // 3 January 2026 is a Saturday.
    let fine = meter(ConsumptionType::Electricity, Unit::Wh);
    let coarse = meter(ConsumptionType::Electricity, Unit::KWh);
    let friday = [("2026-01-02T07:00:00Z", 1_000_000), ("2026-01-02T07:15:00Z", 500_000)];
    profile.add(&fine, CALORIFIC_VALUE, days(&friday));
    profile.add(
        &coarse,
        CALORIFIC_VALUE,
        days(&[
            ("2026-01-02T07:30:00Z", 1),
            ("2026-01-03T07:00:00Z", 2_000_000),
            ("2026-01-03T09:00:00Z", 0),
        ]),
    );
    let range = Range::asked(None, None, None, "2026-01-03".parse().unwrap());
    let shown = profile.shown((ConsumptionType::Electricity, Unit::Wh), CALORIFIC_VALUE, range);
    let hour = |hours: &[ProfileHour], hour: usize| serde_json::to_string(&hours[hour]).unwrap();
    assert_eq!((shown.days, shown.weekdays.days, shown.weekends.days), (2, 1, 1));
    assert_eq!(hour(&shown.hours, 7), r#"{"hour":7,"total":2001.501,"mean":1000.751,"count":2}"#);
    assert_eq!(hour(&shown.weekdays.hours, 7), r#"{"hour":7,"total":1.501,"mean":1.501,"count":1}"#);
    assert_eq!(hour(&shown.weekends.hours, 7), r#"{"hour":7,"total":2000,"mean":2000,"count":1}"#);
    assert_eq!(hour(&shown.weekends.hours, 9), r#"{"hour":9,"total":0,"mean":0,"count":1}"#);
    assert_eq!(hour(&shown.hours, 8), r#"{"hour":8,"total":null,"mean":null,"count":0}"#);
    assert_eq!(shown.hours.len(), 24);
}

#[test]
fn a_type_and_a_unit_must_fit() {
    let filter = |what, unit| ProfileFilter { consumption_type: what, unit, ..ProfileFilter::default() };
    use ConsumptionType::{Gas, Water};
    assert_eq!(filter(None, None).check().unwrap_err().field, "consumption_type");
    for (asked, unit, of, shown) in [
        (Some(Gas), None, None, Ok((Gas, Unit::KWh))),
        (None, None, Some(Water), Ok((Water, Unit::M3))),
        (Some(Gas), Some(Unit::M3), Some(Gas), Ok((Gas, Unit::M3))),
        (Some(Gas), None, Some(Water), Err("consumption_type")),
        (Some(Gas), Some(Unit::L), None, Err("unit")),
    ] {
        let found = filter(asked, unit).shown(of).map_err(|error| error.field);
        assert_eq!(found.as_ref().map_err(String::as_str), shown.as_ref().map_err(|field| *field));
    }
}
