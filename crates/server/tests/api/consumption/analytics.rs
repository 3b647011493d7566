use super::*;

#[test]
fn gaps_are_gaps_and_changes_compare() {
    let server = Server::start();
    let ada = server.person("ada");
    let mut records = vec![];
    for (date, amount) in [
        ("2025-02-10", "4"),
        ("2026-01-15", "10"),
        ("2026-02-01", "1.5"),
        ("2026-02-01", "2.5"),
        ("2026-02-03", "0"),
    ] {
        records.push(electricity(&json!(amount), date));
    }
    add_all(&ada, &records);
    let february = analytics(
        &ada,
        "consumption_type=electricity&start_date=2026-02-01&end_date=2026-02-28&group_by=day",
    );
    for (name, expected) in [
        ("total", json!(4)),
        ("mean", json!(1.333)),
        ("min", json!(0)),
        ("max", json!(2.5)),
        ("count", json!(3)),
        ("days", json!(2)),
        ("share", json!(1)),
        ("unit", json!("kWh")),
    ] {
        assert_eq!(february[name], expected, "{name}");
    }
    assert_eq!(
        february["previous"],
        json!({"start_date": "2026-01-01", "end_date": "2026-01-31", "total": 10, "count": 1, "change": {"amount": -6, "percent": -60}})
    );
    assert_eq!(
        february["last_year"],
        json!({"start_date": "2025-02-01", "end_date": "2025-02-28", "total": 4, "count": 1, "change": {"amount": 0, "percent": 0}})
    );
    let days = february["series"].as_array().unwrap();
    assert_eq!(days.len(), 28);
    let totals: Vec<&Value> = days.iter().take(4).map(|day| &day["total"]).collect();
    assert_eq!(totals, [&json!(4), &Value::Null, &json!(0), &Value::Null]);
    let gap = json!({"period": "2026-02-02", "start_date": "2026-02-02", "end_date": "2026-02-02", "total": null, "mean": null, "min": null, "max": null, "count": 0, "days": 0, "estimated_days": 0});
    assert_eq!(days[1], gap);

    // Without dates it is all there is.
    let all = ada.get("/consumption/analytics").ok();
    assert_eq!(
        (&all["start_date"], &all["end_date"], &all["group_by"]),
        (&json!("2025-02-10"), &json!("2026-02-03"), &json!("month"))
    );
    assert_eq!((&all["types"][0]["total"], all["types"].as_array().unwrap().len()), (&json!(18), 3));
    assert_eq!(all["types"][0]["series"].as_array().unwrap().len(), 13);
    assert_eq!((&all["types"][1]["total"], &all["types"][1]["share"]), (&Value::Null, &Value::Null));
}

#[test]
fn weeks_are_the_accounts() {
    let server = Server::start();
    let ada = server.person("ada");
    add_all(&ada, &[electricity(&json!(1), "2026-02-01"), electricity(&json!(2), "2026-02-02")]);
    let weeks = || {
        let weeks = analytics(&ada, "consumption_type=electricity&group_by=week");
        let told = weeks["series"].as_array().unwrap().iter();
        told.map(|week| (week["period"].as_str().unwrap().to_owned(), week["total"].to_string()))
            .collect::<Vec<_>>()
    };
    assert_eq!(weeks(), [("2026-01-26".into(), "1".into()), ("2026-02-02".into(), "2".into())]);
    ada.patch("/users/me", &json!({"week_start": "sunday", "effective_from": "2020-01-01T00:00:00Z"})).ok();
    assert_eq!(weeks(), [("2026-02-01".to_owned(), "3".to_owned())]);
}

#[test]
fn units_add_up_exactly() {
    let server = Server::start();
    let ada = server.person("ada");
    let record = |what: &str, amount: &str, unit: &str| json!({"consumption_type": what, "amount": amount, "unit": unit, "consumption_date": "2026-01-01"});
    let mut records: Vec<Value> =
        ["m3", "ft3", "ccf", "kWh", "MWh", "therm"].iter().map(|unit| record("gas", "1", unit)).collect();
    records.extend((0..1000).map(|_| record("water", "0.001", "L")));
    records.extend((0..1000).map(|_| record("water", "0.001", "gal")));
    records.extend((0..3).map(|_| record("electricity", "0.333", "Wh")));
    add_all(&ada, &records);
    let total = |query: &str| analytics(&ada, query)["total"].to_string();
    // 11.2 + 0.3171486818304 + 31.71486818304 + 1 + 1000 + 29.3001111…
    assert_eq!(total("consumption_type=gas"), "1073.532");
    assert_eq!(total("consumption_type=gas&unit=MWh"), "1.074");
    assert_eq!(total("consumption_type=water&unit=L"), "4.785");
    assert_eq!(total("consumption_type=water"), "0.005");
    assert_eq!(total("consumption_type=electricity&unit=Wh"), "0.999");
    assert_eq!(total("consumption_type=electricity"), "0.001");
    let shares = ada.get("/consumption/analytics?unit=L").ok();
    let units: Vec<&Value> = shares["types"].as_array().unwrap().iter().map(|one| &one["unit"]).collect();
    assert_eq!(units, ["kWh", "L", "kWh"]);
    assert_eq!((&shares["types"][1]["share"], &shares["types"][2]["share"]), (&json!(1), &json!(1)));
    server.verify();
}

#[test]
fn volumes_of_gas_follow_the_calorific_value() {
    let server = Server::start();
    let ada = server.person("ada");
    let gas = |amount: &str, unit: &str, date: &str| json!({"consumption_type": "gas", "amount": amount, "unit": unit, "consumption_date": date});
    let kept = add_all(
        &ada,
        &[gas("2", "m3", "2026-01-01"), gas("0.5", "ccf", "2026-01-02"), gas("7", "kWh", "2026-01-02")],
    );
    let value = ada.get("/users/me").ok()["settings"]["calorific_value"].clone();
    assert_eq!(value, json!(11.2));
    let changed = ada.patch("/users/me", &json!({"settings": {"calorific_value": 10.957}})).ok();
    assert_eq!(changed["settings"]["calorific_value"], json!(10.957));
    assert_eq!(ada.get("/users/me").ok()["settings"]["calorific_value"], json!(10.957));
    server.verify();
    assert_eq!(ada.get(&path(&kept[0])).ok()["canonical_amount"], json!(21.914));
    // 21.914 + 15.51338440571… + 7
    assert_eq!(analytics(&ada, "consumption_type=gas")["total"], json!(44.427));
    assert_eq!(analytics(&ada, "consumption_type=gas&unit=m3&end_date=2026-01-01")["total"], json!(2));
    for wrong in [json!(0), json!(0.999), json!(50.001), json!("1e80000"), json!(11.20001), json!(-11)] {
        ada.patch("/users/me", &json!({"settings": {"calorific_value": wrong}}))
            .names("settings.calorific_value");
    }
    server.verify();
}

#[test]
fn who_has_the_figures_is_not_sent_them_again() {
    let server = Server::start();
    let ada = server.person("ada");
    let new = ada.post("/consumption", &electricity(&json!(1), "2026-01-01")).is(201);
    let query = "/consumption/analytics?start_date=2026-01-01&end_date=2026-01-31";
    let answer = ada.get(query);
    let known = ada.with("if-none-match", answer.header("etag"));
    assert_eq!(known.get(query).status, 304);
    ada.patch(&path(&new), &json!({"amount": 2})).ok();
    assert_eq!(known.get(query).status, 200);
}

#[test]
fn wrong_questions_are_named() {
    let server = Server::start();
    let ada = server.person("ada");
    for (query, field) in [
        ("group_by=hour", "group_by"),
        ("unit=parsec", "unit"),
        ("consumption_type=water&unit=kWh", "unit"),
        ("consumption_type=heat", "consumption_type"),
        ("start_date=2026-02-01&end_date=2026-01-01", "start_date"),
        ("start_date=0001-01-01", "start_date"),
        ("start_date=1970-01-01&end_date=9999-12-31&group_by=day", "group_by"),
    ] {
        ada.get(&format!("/consumption/analytics?{query}")).names(field);
    }
    ada.get("/consumption/analytics?start_date=1970-01-01&end_date=9999-12-31&group_by=year").ok();
    ada.get("/consumption/analytics?start_date=2016-01-01&end_date=2026-01-01&group_by=day").ok();
}

/// What an answer costs depends on the days that are asked for. A daily record of three types for ten years; run with
/// `--release --ignored --nocapture` it says how long each takes.
#[test]
#[ignore = "it measures"]
fn ten_years() {
    let server = Server::start();
    let ada = server.person("ada");
    let day =
        |n: u64| (chrono::NaiveDate::from_ymd_opt(2016, 1, 1).unwrap() + chrono::Days::new(n)).to_string();
    for (what, unit) in [("electricity", "kWh"), ("water", "L"), ("gas", "m3")] {
        let records: Vec<Value> = (0..3653)
            .map(|n| json!({"consumption_type": what, "unit": unit, "amount": format!("{}.{:03}", n % 40, n % 1000), "consumption_date": day(n)}))
            .collect();
        let began = std::time::Instant::now();
        add_all(&ada, &records);
        println!("{what}: 3653 records in {:?}", began.elapsed());
    }
    for query in [
        "start_date=2025-12-01&end_date=2025-12-31&group_by=day",
        "start_date=2025-01-01&end_date=2025-12-31&group_by=month",
        "group_by=year",
        "group_by=month",
        "group_by=month&consumption_type=gas&unit=m3",
        "group_by=week",
        "group_by=day",
    ] {
        let mut times: Vec<_> = (0..21)
            .map(|_| {
                let began = std::time::Instant::now();
                ada.get(&format!("/consumption/analytics?{query}")).ok();
                began.elapsed()
            })
            .collect();
        times.sort();
        println!("{query}: {:?}", times[10]);
    }
    server.verify();
}
