//! A dwelling's register, read every Monday, gives exactly what is expected of it; and so does the profile of hours.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::*;

fn data(name: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/household").join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Thousandths of an amount with at most three decimals, by its text.
fn thousandths(amount: &Value) -> i64 {
    let text = amount.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{part:0<3}").parse().unwrap()
}

#[test]
fn of_weekly_readings() {
    let name = "meter_readings_9afa_weekly.csv";
    let expected: Value = serde_json::from_str(&data("expected.json")).unwrap();
    let expected = &expected["files"][name];
    let server = Server::start();
    let ada = server.person_in("ada", "Europe/Brussels");
    let meter = meter(&ada, "9afa");
    let text = data(name);
    let rows: Vec<BTreeMap<String, String>> =
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.unwrap()).collect();
    let told: Vec<Value> = rows.iter().map(|row| reading(&row["read_at"], &row["reading"])).collect();
    // The last first, one by one at the end.
    let readings = format!("{}/readings", path(&meter));
    for part in told[9..].chunks(10).rev() {
        ada.post(&readings, &json!({"readings": part})).is(201);
    }
    for one in told[..9].iter().rev() {
        ada.post(&readings, one).is(201);
    }
    server.verify();
    let list = ada.get(&format!("{readings}?limit=1000")).ok();
    assert_eq!(list["total"], expected["readings"]);
    let consumption: Vec<i64> = list["readings"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .skip(1)
        .map(|one| {
            assert_eq!(one["status"], "counted");
            thousandths(&one["consumption"])
        })
        .collect();
    let between = expected["consumption_between_readings"].as_array().unwrap();
    assert_eq!(consumption, between.iter().map(|one| thousandths(&one["amount"])).collect::<Vec<_>>());
    // Each week adds up, in figures too; the whole does.
    let total = |query: &str| {
        let all = ada.get(&format!("/consumption/analytics?consumption_type=electricity{query}")).ok();
        (
            thousandths(&all["types"][0]["total"]),
            all["types"][0]["days"].clone(),
            all["types"][0]["estimated_days"].clone(),
        )
    };
    for one in between {
        let date = |name: &str| -> chrono::NaiveDate { one[name].as_str().unwrap()[..10].parse().unwrap() };
        let days = (date("to") - date("from")).num_days();
        let last = date("to").pred_opt().unwrap();
        let found = total(&format!("&start_date={}&end_date={last}", date("from")));
        // The last stretch is of one day or several: a whole day is measured.
        let estimated = if days == 1 { 0 } else { days };
        assert_eq!(found, (thousandths(&one["amount"]), json!(days), json!(estimated)), "{last}");
    }
    assert_eq!(total("").0, thousandths(&expected["sum_between_readings"]));
}

/// The intervals of a file, put where an import would put them; whatever changes the meter derives its days.
fn put_intervals(server: &Server, person: &crate::harness::Person<'_>, meter: &Value, name: &str) {
    use domain::meters::intervals::{Interval, Millionths, pack};
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/household").join(name);
    let rows = flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap());
    let mut dates: BTreeMap<chrono::NaiveDate, Vec<Interval>> = BTreeMap::new();
    for row in csv::Reader::from_reader(rows).deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        let at = |name: &str| chrono::DateTime::parse_from_rfc3339(&row[name]).unwrap().to_utc();
        let thousandths: i64 = thousandths(&serde_json::from_str(&row["amount"]).unwrap());
        let (start, amount) = (at("start"), Millionths::new(thousandths * 1000).unwrap());
        let length = u32::try_from((at("end") - start).num_seconds()).unwrap();
        dates.entry(start.date_naive()).or_default().push(Interval { start, length, amount });
    }
    let values: Vec<String> = dates
        .into_iter()
        .map(|(date, intervals)| {
            let hex: String =
                pack(date, intervals.into_iter()).iter().map(|byte| format!("{byte:02x}")).collect();
            format!(
                "('{}', {}, '{date}', 1, '\\x{hex}')",
                person.id,
                meter["id"].to_string().replace('"', "'")
            )
        })
        .collect();
    server.sql(&format!(
        "INSERT INTO imports (user_id, id, number, kind, created_at) VALUES ('{0}', '{0}', 1, 'intervals', now())",
        person.id
    ));
    for some in values.chunks(200) {
        server.sql(&format!("INSERT INTO meter_intervals VALUES {}", some.join(",")));
    }
    person.patch(&path(meter), &json!({"digits": 5})).ok();
    server.verify();
}

#[test]
fn of_hours() {
    let expected: Value = serde_json::from_str(&data("expected.json")).unwrap();
    let expected = &expected["files"]["electricity_9afa_hourly_2016.csv.gz"];
    let server = Server::start();
    let ada = server.person_in("ada", "Europe/Brussels");
    let meter = meter(&ada, "9afa");
    put_intervals(&server, &ada, &meter, "electricity_9afa_hourly_2016.csv.gz");
    let answer = ada.get("/consumption/profile?consumption_type=electricity");
    let tag = answer.header("etag").to_owned();
    let profile = answer.ok();
    assert_eq!(
        json!([profile["unit"], profile["start_date"], profile["end_date"], profile["days"]]),
        json!(["kWh", "2016-01-01", "2017-01-01", 367])
    );
    let totals = |of: &Value| -> Vec<i64> {
        of["hours"].as_array().unwrap().iter().map(|hour| thousandths(&hour["total"])).collect()
    };
    let expected_hours: Vec<i64> =
        expected["per_local_hour_of_day"].as_array().unwrap().iter().map(thousandths).collect();
    assert_eq!(totals(&profile), expected_hours);
    let (weekdays, weekends) = (totals(&profile["weekdays"]), totals(&profile["weekends"]));
    let both: Vec<i64> = weekdays.iter().zip(&weekends).map(|(a, b)| a + b).collect();
    assert_eq!(both, expected_hours);
    assert_eq!((&profile["weekdays"]["days"], &profile["weekends"]["days"]), (&json!(261), &json!(106)));
    // The clocks skip two o'clock once a year, and the last day has midnight's hour alone.
    let counts: Vec<&Value> =
        profile["hours"].as_array().unwrap().iter().map(|hour| &hour["count"]).collect();
    assert_eq!(counts[..4], [&json!(367), &json!(366), &json!(365), &json!(366)]);
    ada.with("if-none-match", &tag).get("/consumption/profile?consumption_type=electricity").is(304);
    let of_meter = format!("/consumption/profile?meter_id={}", meter["id"].as_str().unwrap());
    assert_eq!(ada.get(&of_meter).ok(), profile);
    let day = ada.get(&format!("{of_meter}&start_date=2016-03-27&end_date=2016-03-27&unit=Wh")).ok();
    let sum: i64 = day["hours"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|hour| !hour["total"].is_null())
        .map(|hour| thousandths(&hour["total"]))
        .sum();
    assert_eq!(sum, thousandths(&expected["per_local_date"]["2016-03-27"][0]) * 1000);
    let none = ada.get("/consumption/profile?consumption_type=water").ok();
    assert_eq!((&none["days"], &none["hours"][0]["total"]), (&json!(0), &Value::Null));

    let figures = ada.get("/consumption/analytics?consumption_type=electricity&group_by=day").ok();
    let figures = &figures["types"][0];
    assert_eq!(
        (thousandths(&figures["total"]), &figures["estimated_days"]),
        (thousandths(&expected["total"]), &json!(0))
    );
    for day in figures["series"].as_array().unwrap() {
        let expected = &expected["per_local_date"][day["period"].as_str().unwrap()][0];
        assert_eq!(thousandths(&day["total"]), thousandths(expected), "{day}");
    }
    // Elsewhere the same hours are on other days.
    ada.patch(
        "/users/me",
        &json!({"timezone": "America/New_York", "effective_from": "2000-01-01T00:00:00Z"}),
    )
    .ok();
    server.verify();
    let moved = ada.get("/consumption/profile?consumption_type=electricity").ok();
    assert_eq!(moved["start_date"], "2015-12-31");
    assert_eq!(totals(&moved).iter().sum::<i64>(), expected_hours.iter().sum::<i64>());
    assert_ne!(totals(&moved), expected_hours);
}
