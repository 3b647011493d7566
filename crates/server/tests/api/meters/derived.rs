use super::*;

#[test]
fn what_a_meter_says_is_in_lists_and_figures_and_is_changed_there_alone() {
    let server = Server::start();
    let ada = server.person("ada");
    let new = json!({"name": "Cellar", "consumption_type": "gas", "unit": "m3"});
    let meter = ada.post("/meters", &new).is(201);
    read(&ada, &meter, &[(1, 100.0), (3, 110.0), (4, 114.0)]);
    let list = ada.get("/consumption?sort=date").ok();
    let first = &list["consumptions"][0];
    for (name, expected) in [
        ("meter_id", meter["id"].clone()),
        ("amount", json!(5)),
        ("unit", json!("m3")),
        ("canonical_amount", json!(56)),
        ("estimated", json!(true)),
        ("description", Value::Null),
    ] {
        assert_eq!(first[name], expected, "{name}");
    }
    assert_eq!(list["consumptions"][2]["estimated"], false);
    let record = format!("/consumption/{}", first["id"].as_str().unwrap());
    let other =
        json!({"consumption_type": "gas", "amount": 1, "unit": "m3", "consumption_date": "2026-01-01"});
    ada.patch(&record, &json!({"amount": 1})).fails(409, "CONSUMPTION_DERIVED");
    ada.send(Method::PUT, &record, Some(&other)).fails(409, "CONSUMPTION_DERIVED");
    let detail = ada.delete(&record).fails(409, "CONSUMPTION_DERIVED");
    assert!(detail["message"].as_str().unwrap().contains("Cellar"), "{detail}");

    // With a record of the same day they add up.
    let by_hand = ada.post("/consumption", &other).is(201);
    assert_eq!((&by_hand["estimated"], &by_hand["meter_id"]), (&json!(false), &Value::Null));
    let figures = || {
        let all = ada.get("/consumption/analytics?consumption_type=gas&unit=m3&group_by=day").ok();
        let gas = &all["types"][0];
        let days: Vec<String> = gas["series"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| format!("{} {}", day["total"], day["estimated_days"]))
            .collect();
        (json!([gas["total"], gas["count"], gas["days"], gas["estimated_days"]]), days)
    };
    assert_eq!(figures(), (json!([15, 4, 3, 2]), vec!["6 1".into(), "5 1".into(), "4 0".into()]));
    // Another calorific value concerns what the meter says as it does records.
    ada.patch("/users/me", &json!({"settings": {"calorific_value": 10}})).ok();
    server.verify();
    assert_eq!(ada.get(&record).ok()["canonical_amount"], 50);
    assert_eq!(ada.get("/consumption/analytics?consumption_type=gas").ok()["types"][0]["total"], 150);
    assert_eq!(figures().0, json!([15, 4, 3, 2]));
}

#[test]
fn a_late_an_edited_and_a_deleted_reading_concern_their_neighbours_only() {
    let server = Server::start();
    let ada = server.person("ada");
    let meter = meter(&ada, "Cellar");
    read(&ada, &meter, &(1..=20).map(|day| (day, f64::from(day * 10))).collect::<Vec<_>>());
    let stamps = || -> Vec<Value> {
        let list = ada.get("/consumption?sort=date&limit=1000").ok();
        list["consumptions"].as_array().unwrap().iter().map(|one| one["updated_at"].clone()).collect()
    };
    let before = stamps();
    let late = ada.post(&format!("{}/readings", path(&meter)), &reading("2026-01-10T12:00:00Z", 109)).is(201);
    assert_eq!(days(&ada)[9], ("2026-01-10".to_owned(), "10".to_owned(), false));
    assert_eq!(stamps(), before, "the day adds up to the same, and nothing was written");
    let at = format!("{}/readings/{}", path(&meter), late["id"].as_str().unwrap());
    // Past the next reading: the one in between does not fit any more.
    ada.patch(&at, &json!({"read_at": "2026-01-11T12:00:00Z", "reading": 118.5})).ok();
    ada.patch(&at, &json!({"reading": 109})).ok();
    let changed: Vec<usize> = stamps()
        .iter()
        .zip(&before)
        .enumerate()
        .filter(|(_, (now, was))| now != was)
        .map(|(n, _)| n)
        .collect();
    assert!(changed.iter().all(|n| (9..=11).contains(n)), "{changed:?}");
    server.verify();
    ada.delete(&at).is(204);
    assert!(days(&ada).iter().all(|(_, amount, estimated)| amount == "10" && !estimated));
    server.verify();
}

#[test]
fn another_calendar_cuts_days_anew() {
    let server = Server::start();
    let ada = server.person_in("ada", "UTC");
    let meter = meter(&ada, "Cellar");
    // Half a day in UTC is within one; in Auckland it reaches over midnight.
    let readings = [("2026-03-01T00:00:00Z", 0), ("2026-03-02T00:00:00Z", 24), ("2026-03-03T00:00:00Z", 48)];
    let list: Vec<Value> = readings.iter().map(|(at, shown)| reading(at, shown)).collect();
    ada.post(&format!("{}/readings", path(&meter)), &json!({"readings": list})).is(201);
    let said = |parts: &[(&str, &str, bool)]| -> Vec<(String, String, bool)> {
        parts
            .iter()
            .map(|(date, amount, estimated)| ((*date).to_owned(), (*amount).to_owned(), *estimated))
            .collect()
    };
    let in_utc = said(&[("2026-03-01", "24", false), ("2026-03-02", "24", false)]);
    assert_eq!(days(&ada), in_utc);
    let change = |zone: &str, from: &str| {
        ada.patch("/users/me", &json!({"timezone": zone, "effective_from": from})).ok();
        server.verify();
        days(&ada)
    };
    // 13 hours ahead: the day there begins at 11:00 UTC.
    assert_eq!(
        change("Pacific/Auckland", "2020-01-01T00:00:00Z"),
        said(&[("2026-03-01", "11", true), ("2026-03-02", "24", true), ("2026-03-03", "13", true)])
    );
    assert_eq!(change("UTC", "2020-01-01T00:00:00Z"), in_utc);
    // A flight on the way: the date does not go back.
    let flown = change("America/New_York", "2026-03-02T00:00:00Z");
    let sum: f64 = flown.iter().map(|(_, amount, _)| amount.parse::<f64>().unwrap()).sum();
    assert!((sum - 48.0).abs() < 1e-9, "{flown:?}");
}

#[test]
fn what_is_wrong_is_found() {
    let server = Server::start();
    let ada = server.person("ada");
    let meter = meter(&ada, "Cellar");
    read(&ada, &meter, &[(1, 100.0), (3, 110.0)]);
    server.verify();
    let url = crate::harness::CLUSTER.url(&server.database);
    let differs = |sql: &str| {
        server.sql(sql);
        !service::verify::run(&url).unwrap().differences.is_empty()
    };
    assert!(differs("UPDATE consumption SET amount = 6 WHERE consumption_date = '2026-01-01'"));
    assert!(!differs("UPDATE consumption SET amount = 5 WHERE consumption_date = '2026-01-01'"));
    assert!(differs("UPDATE consumption SET estimated = false"));
    assert!(!differs("UPDATE consumption SET estimated = true"));
    assert!(differs("UPDATE consumption_days SET estimated = 0"));
    assert!(!differs("UPDATE consumption_days SET estimated = 1"));
    assert!(differs("UPDATE meter_readings SET reading = 111 WHERE reading = 110"));
    assert!(!differs("UPDATE meter_readings SET reading = 110 WHERE reading = 111"));
    assert!(differs(
        "UPDATE consumption SET consumption_date = '2026-02-01' WHERE consumption_date = '2026-01-01'"
    ));
    assert!(!differs(
        "UPDATE consumption SET consumption_date = '2026-01-01' WHERE consumption_date = '2026-02-01'"
    ));
    assert!(differs(&format!(
        "INSERT INTO meter_days VALUES ('{}', '{}', '2026-01-01', '\\x0101')",
        ada.id,
        meter["id"].as_str().unwrap()
    )));
    assert!(!differs("DELETE FROM meter_days"));
    assert!(differs("DELETE FROM meters"));
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Each change derives its neighbours alone, and what comes of many is what the whole gives: `verify` derives it all.
#[test]
fn whatever_is_changed_in_whatever_order_gives_what_the_whole_does() {
    let server = Server::start();
    let ada = server.person_in("ada", "Europe/Brussels");
    let meter = meter(&ada, "Cellar");
    let readings = format!("{}/readings", path(&meter));
    let mut numbers = Numbers(7);
    let told = |numbers: &mut Numbers| {
        // Hours of about a quarter, over both changes of the clocks; now and then next to nothing fits.
        let hour = numbers.below(24 * 280);
        let read_at =
            chrono::DateTime::from_timestamp(1_769_000_000 + i64::try_from(hour * 3600).unwrap(), 0).unwrap();
        let shown = match numbers.below(6) {
            0 => numbers.below(100_000),
            1 => 99_900 + numbers.below(100),
            _ => 1000 + hour + numbers.below(60),
        };
        let mut new = reading(&read_at.to_rfc3339(), format!("{shown}.{:03}", numbers.below(1000)));
        match numbers.below(12) {
            0 => new["kind"] = json!("reset"),
            1 => {
                new["kind"] = json!("exchange");
                new["new_reading"] = json!(numbers.below(50));
            }
            _ => {}
        }
        new
    };
    let mut known: Vec<String> = vec![];
    for step in 0..160 {
        let one = usize::try_from(numbers.below(known.len().max(1) as u64)).unwrap();
        let answer = match numbers.below(10) {
            0..5 => ada.post(&readings, &told(&mut numbers)),
            5..8 if !known.is_empty() => {
                ada.send(Method::PUT, &format!("{readings}/{}", known[one]), Some(&told(&mut numbers)))
            }
            _ if !known.is_empty() => ada.delete(&format!("{readings}/{}", known.swap_remove(one))),
            _ => continue,
        };
        match answer.status {
            201 => known.push(answer.json()["id"].as_str().unwrap().to_owned()),
            200 | 204 => {}
            // Two of the same instant.
            _ => drop(answer.fails(409, "READING_EXISTS")),
        }
        if step % 16 == 0 {
            server.verify();
        }
    }
    server.verify();
    assert!(known.len() > 20);
    // The same readings at once, for somebody else.
    let bob = server.person_in("bob", "Europe/Brussels");
    let same = super::meter(&bob, "Cellar");
    let list = ada.get(&format!("{readings}?limit=1000")).ok();
    let list: Vec<Value> = list["readings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let mut told = json!({"read_at": one["read_at"], "reading": one["reading"], "kind": one["kind"]});
            if one["kind"] == "exchange" {
                told["new_reading"] = one["new_reading"].clone();
            }
            told
        })
        .collect();
    bob.post(&format!("{}/readings", path(&same)), &json!({"readings": list})).is(201);
    assert_eq!(judged(&ada, &meter), judged(&bob, &same));
    assert_eq!(days(&ada), days(&bob));
    assert!(days(&ada).iter().all(|(_, amount, _)| !amount.starts_with('-')));
}
