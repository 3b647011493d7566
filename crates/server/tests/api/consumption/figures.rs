//! A household's measured days give exactly the figures that are expected of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::*;

pub(super) fn data(name: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/household").join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The rows of a file as records, their amounts as they are written there.
fn records(name: &str) -> Vec<Value> {
    let text = data(name);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    rows.deserialize::<BTreeMap<String, String>>().map(|row| json!(row.unwrap())).collect()
}

/// Thousandths of an amount with at most three decimals, by its text.
pub(super) fn thousandths(amount: &Value) -> i64 {
    let text = amount.as_str().map_or_else(|| amount.to_string(), ToOwned::to_owned);
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{part:0<3}").parse().unwrap()
}

/// Totals by period, without the gaps.
pub(super) fn totals(person: &Caller<'_>, query: &str) -> BTreeMap<String, i64> {
    let found = analytics(person, query);
    let series = found["series"].as_array().unwrap().iter().filter(|one| !one["total"].is_null());
    series.map(|one| (one["period"].as_str().unwrap().to_owned(), thousandths(&one["total"]))).collect()
}

pub(super) fn expected_totals(of: &Value) -> BTreeMap<String, i64> {
    of.as_object().unwrap().iter().map(|(period, total)| (period.clone(), thousandths(total))).collect()
}

fn check_file(name: &str) {
    let expected: Value = serde_json::from_str(&data("expected.json")).unwrap();
    let expected = &expected["files"][name];
    let (what, unit) = (expected["type"].as_str().unwrap(), expected["unit"].as_str().unwrap());
    let server = Server::start();
    let ada = server.person_in("ada", "Europe/Brussels");
    let records = records(name);
    // The last first, cut in parts.
    for part in records.chunks(100).rev() {
        add_all(&ada, part);
    }
    server.verify();
    let query = format!("consumption_type={what}&unit={unit}");
    let all = analytics(&ada, &query);
    for (name, figure) in [("total", "sum"), ("min", "min"), ("max", "max")] {
        assert_eq!(thousandths(&all[name]), thousandths(&expected[figure]), "{name}");
    }
    assert_eq!(all["count"], expected["count"]);
    // The mean is rounded to three decimals, the expected one to six.
    let (mean, six) = (thousandths(&all["mean"]), expected["mean"].as_f64().unwrap());
    assert_eq!(mean, (six * 1000.0).round() as i64);
    for (by, figure) in [("week", "per_week_starting_monday"), ("month", "per_month"), ("year", "per_year")] {
        assert_eq!(
            totals(&ada, &format!("{query}&group_by={by}")),
            expected_totals(&expected[figure]),
            "{by}"
        );
    }
    let days: BTreeMap<String, i64> = records
        .iter()
        .map(|row| (row["consumption_date"].as_str().unwrap().to_owned(), thousandths(&row["amount"])))
        .collect();
    let told = totals(&ada, &format!("{query}&group_by=day"));
    assert_eq!(told, days);
    let largest = told.iter().rev().max_by_key(|(_, amount)| **amount).unwrap();
    assert_eq!(expected["max_date"], json!(largest.0));

    // What is listed adds up to the same, of the whole and of a month.
    for dates in
        ["", "&start_date=2016-02-01&end_date=2016-02-29", "&start_date=2015-03-29&end_date=2016-03-27"]
    {
        let listed = ada.get(&format!("/consumption?limit=1000&consumption_type={what}{dates}")).ok();
        let listed = listed["consumptions"].as_array().unwrap();
        let figures = analytics(&ada, &format!("{query}{dates}"));
        assert_eq!(figures["count"], listed.len());
        let sum: i64 = listed.iter().map(|one| thousandths(&one["amount"])).sum();
        match listed.len() {
            0 => assert_eq!(figures["total"], Value::Null),
            _ => assert_eq!(thousandths(&figures["total"]), sum, "{dates}"),
        }
    }
    server.verify();
}

#[test]
fn of_electricity() {
    check_file("electricity_9afa_daily_2016.csv");
    check_file("electricity_e1de_daily_2016.csv");
}

#[test]
fn of_gas() {
    check_file("gas_313b_daily_2016.csv");
}

#[test]
fn of_water() {
    check_file("water_6616_daily_2015-03.csv");
}
