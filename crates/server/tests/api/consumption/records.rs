use uuid::Uuid;

use super::*;

#[test]
fn a_record_lives_and_goes() {
    let server = Server::start();
    let ada = server.person("ada");
    let new = json!({"consumption_type": "gas", "amount": 12.345, "unit": "m3", "consumption_date": "2026-01-31", "description": " cellar "});
    let kept = ada.post("/consumption", &new).is(201);
    assert_eq!(kept["user_id"], ada.id);
    for (name, expected) in [
        ("consumption_type", json!("gas")),
        ("amount", json!(12.345)),
        ("unit", json!("m3")),
        ("canonical_amount", json!(138.264)),
        ("canonical_unit", json!("kWh")),
        ("consumption_date", json!("2026-01-31")),
        ("description", json!("cellar")),
    ] {
        assert_eq!(kept[name], expected, "{name}");
    }
    assert_eq!(ada.get(&path(&kept)).ok(), kept);
    let changed = ada.patch(&path(&kept), &json!({"amount": "1e1", "description": ""})).ok();
    assert_eq!((&changed["amount"], &changed["description"]), (&json!(10), &Value::Null));
    assert_eq!((&changed["unit"], &changed["created_at"]), (&kept["unit"], &kept["created_at"]));
    let put = ada.send(Method::PUT, &path(&kept), Some(&electricity(&json!(3), "2026-02-01"))).ok();
    assert_eq!((&put["id"], &put["canonical_amount"]), (&kept["id"], &json!(3)));
    server.verify();
    ada.send(Method::PUT, &path(&kept), Some(&json!({"amount": 1}))).names("consumption_type");
    ada.patch(&path(&kept), &json!({"unit": "L"})).names("unit");
    assert_eq!(ada.get(&path(&kept)).ok(), put);
    ada.delete(&path(&kept)).is(204);
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let body = electricity(&json!(3), "2026-02-01");
        let body = (method != Method::GET && method != Method::DELETE).then_some(&body);
        ada.send(method, &path(&kept), body).fails(404, "CONSUMPTION_NOT_FOUND");
    }
    assert_eq!(ada.get("/consumption").ok(), json!({"consumptions": [], "total": 0, "next_cursor": null}));
    assert_eq!(server.sql("SELECT count(*) FROM consumption_days"), "0");
    server.verify();
}

#[test]
fn amounts_are_exact_from_the_text_to_the_text() {
    let server = Server::start();
    let ada = server.person("ada");
    let send = |amount: &str| {
        let body = format!(
            r#"{{"consumption_type":"electricity","amount":{amount},"unit":"kWh","consumption_date":"2026-01-31"}}"#
        );
        ada.with("content-type", "application/json").raw(Method::POST, "/consumption", body)
    };
    for (sent, told) in [
        ("0", "0"),
        ("-0.0", "0"),
        ("0.001", "0.001"),
        ("0.1", "0.1"),
        ("999999999.999", "999999999.999"),
        ("\"999999999.998\"", "999999999.998"),
        ("1.2500", "1.25"),
        ("12345e-3", "12.345"),
        ("1E+8", "100000000"),
    ] {
        let answer = send(sent);
        assert!(answer.text().contains(&format!("\"amount\":{told},")), "{sent}: {}", answer.text());
        let kept = answer.is(201);
        assert!(ada.get(&path(&kept)).text().contains(&format!("\"amount\":{told},")), "{sent}");
    }
    for wrong in [
        "-1",
        "-0.001",
        "0.0001",
        "0.30000000000000004",
        "1000000000",
        "999999999.9991",
        "1e80000",
        "1e-80000",
        "1e999999999999",
        &"9".repeat(5000),
        "\"NaN\"",
        "\"Infinity\"",
        "\"-inf\"",
        "\"\"",
        "\"1,5\"",
        "\"0x10\"",
        "null",
        "true",
        "[1]",
        "{}",
    ] {
        send(wrong).names("amount");
    }
    for malformed in ["NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1."] {
        send(malformed).fails(400, "MALFORMED_REQUEST");
    }
    let total = ada.get("/consumption/analytics?consumption_type=electricity").text();
    assert!(total.contains("\"total\":2100000013.693,"), "{total}");
    server.verify();
}

#[test]
fn wrong_fields_are_named() {
    let server = Server::start();
    let ada = server.person("ada");
    for (field, value) in [
        ("consumption_type", json!("heat")),
        ("unit", json!("L")),
        ("unit", json!("parsec")),
        ("unit", json!("kwh")),
        ("consumption_date", json!("2026-02-30")),
        ("consumption_date", json!("1969-12-31")),
        ("consumption_date", json!("9999-12-31")),
        ("description", json!("x".repeat(501))),
        ("description", json!("a\0b")),
        ("id", json!("7")),
    ] {
        let mut new = electricity(&json!(1), "2026-01-01");
        new[field] = value;
        ada.post("/consumption", &new).names(field);
        let records = json!({"records": [electricity(&json!(1), "2026-01-01"), new]});
        ada.post("/consumption", &records).names(&format!("records[1].{field}"));
    }
    for field in ["consumption_type", "amount", "unit", "consumption_date"] {
        let mut new = electricity(&json!(1), "2026-01-01");
        new.as_object_mut().unwrap().remove(field);
        ada.post("/consumption", &new).names(field);
    }
    assert_eq!(ada.get("/consumption").ok()["total"], 0);
}

#[test]
fn many_are_kept_together_or_not_at_all_and_once() {
    let server = Server::start();
    let ada = server.person("ada");
    let records: Vec<Value> = (0..10_000)
        .map(|n| {
            let date = chrono::NaiveDate::from_ymd_opt(1999, 1, 1).unwrap() + chrono::Days::new(n / 2);
            let mut new = electricity(&json!(n), &date.to_string());
            new["id"] = json!(Uuid::now_v7());
            new
        })
        .collect();
    let kept = add_all(&ada, &records);
    assert_eq!(
        kept.iter().map(|one| &one["id"]).collect::<Vec<_>>(),
        records.iter().map(|one| &one["id"]).collect::<Vec<_>>()
    );
    let figures = || ada.get("/consumption/analytics?group_by=day").ok();
    let before = figures();
    assert_eq!(before["types"][0]["total"], 49_995_000);
    // Again, the other way round, and cut otherwise.
    let mut turned = records.clone();
    turned.reverse();
    for part in turned.chunks(3333) {
        assert_eq!(
            add_all(&ada, part)[0],
            kept[kept.iter().position(|one| one["id"] == part[0]["id"]).unwrap()]
        );
    }
    // One id is one record, whatever else is said, also in one list.
    let mut other = electricity(&json!(5), "2026-01-01");
    other["id"] = records[0]["id"].clone();
    assert_eq!(ada.post("/consumption", &other).is(201), kept[0]);
    let twice = json!(Uuid::now_v7());
    let mut first = electricity(&json!(0), "1999-01-01");
    first["id"] = twice.clone();
    let both = add_all(
        &ada,
        &[first.clone(), {
            let mut second = first;
            second["amount"] = json!(9);
            second
        }],
    );
    assert_eq!((&both[0], &both[0]["amount"]), (&both[1], &json!(0)));
    ada.delete(&path(&both[0])).is(204);
    assert_eq!(figures(), before);

    let mut wrong = records.clone();
    wrong[3]["unit"] = json!("m3");
    wrong[4] = json!(5);
    wrong[5]["amount"] = json!(-1);
    wrong[9999]["consumption_date"] = json!("9999-01-01");
    for (index, one) in wrong.iter_mut().enumerate() {
        if index > 5 && index < 9999 {
            one["id"] = json!(Uuid::now_v7());
        }
    }
    let detail = ada.post("/consumption", &json!({"records": wrong})).fails(422, "VALIDATION_ERROR");
    let fields: Vec<&str> =
        detail["fields"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(
        fields,
        ["records[3].unit", "records[4]", "records[5].amount", "records[9999].consumption_date"]
    );
    let torn = r#"{"records":[{"description":"\ud800"}]}"#;
    ada.with("content-type", "application/json").raw(Method::POST, "/consumption", torn).names("records[0]");
    ada.post("/consumption", &json!({"records": 5})).names("records");
    let too_many: Vec<&Value> = records.iter().chain(&records[..1]).collect();
    ada.post("/consumption", &json!({"records": too_many})).fails(413, "TOO_MANY_RECORDS");
    assert!(add_all(&ada, &[]).is_empty());
    assert_eq!(figures(), before);
    server.verify();
}

#[test]
fn what_was_deleted_does_not_come_back() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let mut new = electricity(&json!(1), "2026-01-01");
    new["id"] = json!(Uuid::now_v7());
    let kept = ada.post("/consumption", &new).is(201);
    ada.delete(&path(&kept)).is(204);
    ada.post("/consumption", &new).fails(409, "CONSUMPTION_DELETED");
    let list = json!({"records": [electricity(&json!(1), "2026-01-01"), new]});
    ada.post("/consumption", &list).names("records[1].id");
    assert_eq!(ada.get("/consumption").ok()["total"], 0);
    // Another account's ids are its own.
    assert_eq!(bob.post("/consumption", &new).is(201)["user_id"], bob.id);
    server.verify();
}

#[test]
fn lists_are_filtered_sorted_and_cut_into_pages() {
    let server = Server::start();
    let ada = server.person("ada");
    let records: Vec<Value> = (1..=9)
        .map(|day| electricity(&json!((day * 7) % 10), &format!("2026-01-0{day}")))
        .chain([json!({"consumption_type": "electricity", "amount": 6500, "unit": "Wh", "consumption_date": "2026-01-05"})])
        .chain([json!({"consumption_type": "water", "amount": 80, "unit": "L", "consumption_date": "2026-01-05"})])
        .collect();
    add_all(&ada, &records);
    let list = |query: &str| -> Vec<Value> {
        let all = ada.get(&format!("/consumption?limit=1000{query}")).ok();
        let all_at_once = all["consumptions"].as_array().unwrap().clone();
        assert_eq!(all["total"], all_at_once.len());
        let (mut found, mut cursor) = (vec![], String::new());
        loop {
            let page = ada.get(&format!("/consumption?limit=3{query}{cursor}")).ok();
            assert_eq!(page["total"], all["total"]);
            found.extend(page["consumptions"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(found, all_at_once, "{query}");
        found
    };
    let dates = |records: &[Value]| -> Vec<String> {
        records.iter().map(|one| one["consumption_date"].as_str().unwrap()[8..].to_owned()).collect()
    };
    let newest = list("");
    assert_eq!(dates(&newest), ["09", "08", "07", "06", "05", "05", "05", "04", "03", "02", "01"]);
    let mut oldest = list("&sort=date");
    oldest.reverse();
    assert_eq!((oldest, list("&sort=-date")), (newest.clone(), newest));
    let largest = list("&sort=-amount&consumption_type=electricity");
    let amounts: Vec<String> = largest.iter().map(|one| one["canonical_amount"].to_string()).collect();
    assert_eq!(amounts, ["9", "8", "7", "6.5", "6", "5", "4", "3", "2", "1"]);
    let mut smallest = list("&sort=amount&consumption_type=electricity");
    smallest.reverse();
    assert_eq!(smallest, largest);
    assert_eq!(dates(&list("&start_date=2026-01-03&end_date=2026-01-05")), ["05", "05", "05", "04", "03"]);
    assert_eq!(list("&consumption_type=water&start_date=2026-01-05").len(), 1);
    assert!(list("&consumption_type=gas").is_empty());

    let cursor = ada.get("/consumption?limit=1&sort=amount").ok()["next_cursor"].as_str().unwrap().to_owned();
    ada.get(&format!("/consumption?cursor={cursor}")).names("cursor");
    for (query, field) in [
        ("sort=size", "sort"),
        ("consumption_type=heat", "consumption_type"),
        ("start_date=2026-02-30", "start_date"),
        ("start_date=2026-02-01&end_date=2026-01-01", "start_date"),
        ("end_date=%2B10000-01-01", "end_date"),
        ("cursor=x", "cursor"),
        ("limit=0", "limit"),
    ] {
        ada.get(&format!("/consumption?{query}")).names(field);
    }
}

#[test]
fn anothers_records_are_not_there() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let kept = ada.post("/consumption", &electricity(&json!(7), "2026-01-01")).is(201);
    bob.get(&path(&kept)).fails(404, "CONSUMPTION_NOT_FOUND");
    bob.patch(&path(&kept), &json!({"amount": 1})).fails(404, "CONSUMPTION_NOT_FOUND");
    bob.delete(&path(&kept)).fails(404, "CONSUMPTION_NOT_FOUND");
    assert_eq!(bob.get("/consumption").ok()["total"], 0);
    assert_eq!(analytics(&bob, "consumption_type=electricity")["total"], Value::Null);
    // The same id is another record there.
    let mut same = electricity(&json!(1), "2026-01-01");
    same["id"] = kept["id"].clone();
    assert_eq!(bob.post("/consumption", &same).is(201)["amount"], 1);
    assert_eq!(ada.get(&path(&kept)).ok(), kept);
    server.nobody().get("/consumption").fails(401, "TOKEN_MISSING");
}

#[test]
fn at_once_they_count_as_one_after_another() {
    let server = Server::start();
    let ada = server.person("ada");
    let records: Vec<Value> =
        (0..20).map(|n| electricity(&json!(n), &format!("2026-01-0{}", n % 2 + 1))).collect();
    std::thread::scope(|threads| {
        for part in records.chunks(5) {
            let ada: &Person<'_> = &ada;
            threads.spawn(move || {
                for one in part {
                    let kept = ada.post("/consumption", one).is(201);
                    ada.patch(&path(&kept), &json!({"consumption_date": "2026-01-03"})).ok();
                }
            });
        }
    });
    assert_eq!(analytics(&ada, "consumption_type=electricity")["total"], 190);
    server.verify();
}
