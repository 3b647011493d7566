use chrono_tz::Tz;

use super::analytics::{AnalyticsFilter, ConsumptionAnalytics, GroupBy, Known, Range, Sum};
use super::*;
use crate::days::Calendar;
use crate::valid::Valid;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn range(first: &str, last: &str) -> Range {
    Range { first: date(first), last: date(last) }
}

const NOW: DateTime<Utc> = DateTime::from_timestamp(1_795_348_800, 0).expect("2026-11-22T12:00:00Z");

fn record(json: &str) -> Result<Record, String> {
    let new: NewConsumption = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let new = Valid::check(new).map_err(|fields| fields[0].code.clone())?;
    let (user, id) = (UserId(uuid::Uuid::nil()), ConsumptionId(uuid::Uuid::nil()));
    new.record(user, id, NOW).map_err(|field| format!("{}: {}", field.field, field.code))
}

#[test]
fn records_are_of_days_that_have_begun_and_units_of_their_type() {
    let json = |what: &str, unit: &str, date: &str| {
        format!(
            r#"{{"consumption_type":"{what}","amount":1,"unit":"{unit}","consumption_date":"{date}","description":" "}}"#
        )
    };
    let good = record(&json("gas", "m³", "2026-11-22")).unwrap();
    assert_eq!((good.unit, good.description.as_deref()), (Unit::M3, None));
    assert_eq!(good.canonical(CALORIFIC_VALUE).figure(), Figure(11_200));
    record(&json("water", "gal", "2026-11-23")).unwrap();
    for (what, unit, date, why) in [
        ("water", "kWh", "2026-01-01", "unit: UNIT_INVALID"),
        ("electricity", "therm", "2026-01-01", "unit: UNIT_INVALID"),
        ("electricity", "kWh", "2026-11-24", "consumption_date: DATE_IN_FUTURE"),
        ("electricity", "kWh", "1969-12-31", "DATE_INVALID"),
        ("electricity", "kWh", "+10000-01-01", "DATE_INVALID"),
    ] {
        assert_eq!(record(&json(what, unit, date)).unwrap_err(), why);
    }
    for (what, unit, date) in
        [("heat", "kWh", "2026-01-01"), ("gas", "J", "2026-01-01"), ("gas", "m3", "2026-02-30")]
    {
        assert!(record(&json(what, unit, date)).is_err(), "{what} {unit} {date}");
    }
}

#[test]
fn a_change_is_one_of_a_whole_record() {
    let json = r#"{"consumption_type":"gas","amount":1.5,"unit":"m3","consumption_date":"2026-01-01","description":"cellar"}"#;
    let gas = record(json).unwrap();
    let patch = |json: &str| gas.changed(&serde_json::from_str(json).unwrap(), NOW);
    assert_eq!(patch("{}").unwrap(), gas);
    assert_eq!(patch(r#"{"description":""}"#).unwrap().description, None);
    assert_eq!(patch(r#"{"amount":"2"}"#).unwrap().amount, Amount::of_thousandths(2000).unwrap());
    assert_eq!(patch(r#"{"amount":null}"#).unwrap().amount, gas.amount);
    assert_eq!(patch(r#"{"consumption_type":"water"}"#).unwrap().unit, Unit::M3);
    assert_eq!(patch(r#"{"consumption_type":"electricity"}"#).unwrap_err().field, "unit");
}

#[test]
fn what_a_range_is_compared_with() {
    for (dates, before, last_year) in [
        (
            range("2026-03-01", "2026-03-31"),
            range("2026-02-01", "2026-02-28"),
            range("2025-03-01", "2025-03-31"),
        ),
        (
            range("2025-02-01", "2025-02-28"),
            range("2025-01-01", "2025-01-31"),
            range("2024-02-01", "2024-02-29"),
        ),
        (
            range("2026-01-01", "2026-12-31"),
            range("2025-01-01", "2025-12-31"),
            range("2025-01-01", "2025-12-31"),
        ),
        (
            range("2026-03-02", "2026-03-08"),
            range("2026-02-23", "2026-03-01"),
            range("2025-03-02", "2025-03-08"),
        ),
        (
            range("2024-02-29", "2024-02-29"),
            range("2024-02-28", "2024-02-28"),
            range("2023-02-28", "2023-02-28"),
        ),
    ] {
        assert_eq!((dates.before(), dates.last_year()), (before, last_year), "{dates:?}");
    }
}

#[test]
fn periods_are_those_with_a_date_that_was_asked_for() {
    let calendar = Calendar::in_zone(Tz::UTC);
    let periods = |by, first: &str, last: &str| -> Vec<String> {
        let starts = range(first, last).periods(by, &calendar).unwrap();
        starts.iter().map(ToString::to_string).collect()
    };
    assert_eq!(periods(GroupBy::Day, "2024-02-28", "2024-02-29"), ["2024-02-28", "2024-02-29", "2024-03-01"]);
    assert_eq!(
        periods(GroupBy::Week, "2016-01-01", "2016-01-04"),
        ["2015-12-28", "2016-01-04", "2016-01-11"]
    );
    assert_eq!(
        periods(GroupBy::Month, "2025-12-31", "2026-01-01"),
        ["2025-12-01", "2026-01-01", "2026-02-01"]
    );
    assert_eq!(periods(GroupBy::Year, "2025-12-31", "2025-12-31"), ["2025-01-01", "2026-01-01"]);
    let ever = range("1970-01-01", "9999-12-31");
    assert_eq!(ever.periods(GroupBy::Month, &calendar).unwrap_err().code, "PERIODS_TOO_MANY");
    assert_eq!(ever.periods(GroupBy::Year, &calendar).unwrap().len(), 8031);
}

#[test]
fn figures_of_periods_gaps_and_changes() {
    let calendar = Calendar::in_zone(Tz::UTC);
    let asked = range("2026-01-01", "2026-03-31");
    let filter = AnalyticsFilter { unit: Some(Unit::Wh), ..AnalyticsFilter::default() };
    let of = |kwh: i128, records| Sum {
        total: Canonical(kwh * 1_000_000_000_000_000_000),
        minimum: Canonical(1_000_000_000_000_000_000),
        maximum: Canonical(kwh * 1_000_000_000_000_000_000),
        records,
        days: records,
        estimated_days: records - 1,
    };
    let starts = asked.periods(GroupBy::Month, &calendar).unwrap();
    let known = Known {
        range: asked,
        starts: &starts,
        sums: vec![
            (ConsumptionType::Electricity, 0, of(10, 3)),
            (ConsumptionType::Electricity, 2, of(20, 1)),
            (ConsumptionType::Gas, 1, of(10, 1)),
        ],
        before: vec![(ConsumptionType::Electricity, 0, of(40, 1))],
        last_year: vec![],
    };
    let told = ConsumptionAnalytics::new(&filter, CALORIFIC_VALUE, &known);
    let told = serde_json::to_value(&told).unwrap();
    let [electricity, water, gas] = [0, 1, 2].map(|place| &told["types"][place]);
    for (name, expected) in [
        ("unit", "\"Wh\""),
        ("total", "30000"),
        ("mean", "7500"),
        ("min", "1000"),
        ("max", "20000"),
        ("count", "4"),
        ("estimated_days", "2"),
        ("share", "0.75"),
    ] {
        assert_eq!(electricity[name].to_string(), expected, "{name}");
    }
    assert_eq!(electricity["previous"]["start_date"], "2025-10-01");
    assert_eq!(electricity["previous"]["change"].to_string(), r#"{"amount":-10000,"percent":-25}"#);
    assert_eq!(electricity["last_year"]["change"], serde_json::Value::Null);
    let totals: Vec<String> =
        electricity["series"].as_array().unwrap().iter().map(|one| one["total"].to_string()).collect();
    assert_eq!(totals, ["10000", "null", "20000"]);
    assert_eq!((gas["unit"].as_str(), gas["total"].to_string()), (Some("kWh"), "10".to_owned()));
    assert_eq!((&water["total"], &water["share"]), (&serde_json::Value::Null, &serde_json::Value::Null));
}
