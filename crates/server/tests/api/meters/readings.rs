use uuid::Uuid;

use super::*;

#[test]
fn a_reading_lives_and_goes() {
    let server = Server::start();
    let ada = server.person("ada");
    let meter = meter(&ada, "Cellar");
    let readings = format!("{}/readings", path(&meter));
    let new = json!({"read_at": "2026-01-01T01:00:00+01:00", "reading": "12.345", "note": " by hand "});
    let first = ada.post(&readings, &new).is(201);
    for (name, expected) in [
        ("meter_id", meter["id"].clone()),
        ("read_at", json!("2026-01-01T00:00:00Z")),
        ("reading", json!(12.345)),
        ("kind", json!("reading")),
        ("new_reading", Value::Null),
        ("note", json!("by hand")),
        ("status", json!("first")),
        ("reason", Value::Null),
        ("consumption", Value::Null),
    ] {
        assert_eq!(first[name], expected, "{name}");
    }
    let at = |one: &Value| format!("{readings}/{}", one["id"].as_str().unwrap());
    let second = ada.post(&readings, &reading("2026-01-02T00:00:00Z", 15)).is(201);
    assert_eq!((&second["status"], &second["consumption"]), (&json!("counted"), &json!(2.655)));
    assert_eq!(ada.get(&at(&second)).ok(), second);
    assert_eq!(days(&ada), [("2026-01-01".to_owned(), "2.655".to_owned(), false)]);

    let changed = ada.patch(&at(&second), &json!({"reading": 16})).ok();
    assert_eq!((&changed["consumption"], &changed["created_at"]), (&json!(3.655), &second["created_at"]));
    let exchange = ada.patch(&at(&second), &json!({"kind": "exchange", "note": "new one"})).ok();
    assert_eq!((&exchange["new_reading"], &exchange["consumption"]), (&json!(0), &json!(3.655)));
    let exchange = ada.patch(&at(&second), &json!({"new_reading": 3})).ok();
    assert_eq!((&exchange["new_reading"], &exchange["note"]), (&json!(3), &json!("new one")));
    ada.patch(&at(&first), &json!({"new_reading": 3})).names("new_reading");
    ada.patch(&at(&first), &json!({"read_at": "9999-01-01T00:00:00Z"})).names("read_at");
    ada.patch(&at(&first), &json!({"read_at": "2026-01-02T00:00:00Z"})).fails(409, "READING_EXISTS");
    let third = ada.post(&readings, &reading("2026-01-03T00:00:00Z", 4)).is(201);
    assert_eq!(third["consumption"], 1);
    assert_eq!(ada.get(&path(&meter)).ok()["last_reading"]["reading"], 4);
    let put = json!({"read_at": "2026-01-02T00:00:00Z", "reading": 20});
    let put = ada.send(Method::PUT, &at(&second), Some(&put)).ok();
    assert_eq!(
        json!([put["kind"], put["new_reading"], put["note"], put["id"]]),
        json!(["reading", null, null, second["id"]])
    );
    assert_eq!(judged(&ada, &meter), ["first null", "counted 7.655", "suspect null"]);
    server.verify();

    ada.delete(&at(&second)).is(204);
    ada.get(&at(&second)).fails(404, "READING_NOT_FOUND");
    ada.delete(&at(&second)).fails(404, "READING_NOT_FOUND");
    // Sent once more, it does not come back.
    let mut again = reading("2026-01-02T00:00:00Z", 15);
    again["id"] = second["id"].clone();
    ada.post(&readings, &again).fails(409, "READING_DELETED");
    ada.post(&readings, &json!({"readings": [again]})).names("readings[0].id");
    assert_eq!(judged(&ada, &meter), ["first null", "suspect null"]);
    server.verify();
}

#[test]
fn the_same_is_the_same_and_all_are_kept_or_none() {
    let server = Server::start();
    let ada = server.person("ada");
    let meter = meter(&ada, "Cellar");
    let readings = format!("{}/readings", path(&meter));
    let mut new = reading("2026-01-01T00:00:00Z", 5);
    new["id"] = json!(Uuid::now_v7());
    let kept = ada.post(&readings, &new).is(201);
    assert_eq!(ada.post(&readings, &new).is(201), kept);
    // By its instant too, whatever else is said; and an id is one reading for ever.
    assert_eq!(
        ada.post(&readings, &json!({"read_at": "2026-01-01T00:00:00Z", "reading": "5.0", "note": "x"}))
            .is(201),
        kept
    );
    let mut moved = reading("2026-02-01T00:00:00Z", 50);
    moved["id"] = new["id"].clone();
    assert_eq!(ada.post(&readings, &moved).is(201), kept);
    ada.post(&readings, &reading("2026-01-01T00:00:00Z", 6)).fails(409, "READING_EXISTS");
    let other = super::meter(&ada, "Attic");
    ada.post(&format!("{}/readings", path(&other)), &new).fails(409, "READING_ELSEWHERE");

    let list = json!({"readings": [
        reading("2026-01-02T00:00:00Z", 6), reading("2026-01-01T00:00:00Z", 7), reading("9999-01-02T00:00:00Z", 7),
    ]});
    let detail = ada.post(&readings, &list).fails(422, "VALIDATION_ERROR");
    let named: Vec<Value> =
        detail["fields"].as_array().unwrap().iter().map(|one| one["field"].clone()).collect();
    assert_eq!(named, [json!("readings[1].read_at"), json!("readings[2].read_at")]);
    assert_eq!(ada.get(&readings).ok()["total"], 1);
    let twice =
        json!({"readings": [reading("2026-01-03T00:00:00Z", 9), new, reading("2026-01-03T00:00:00Z", 9)]});
    let both = ada.post(&readings, &twice).is(201);
    assert_eq!((&both["readings"][0], &both["readings"][1]["id"]), (&both["readings"][2], &kept["id"]));
    assert_eq!(ada.post(&readings, &json!({"readings": []})).is(201), json!({"readings": [], "total": 0}));
    assert_eq!(judged(&ada, &meter), ["first null", "counted 4"]);
    server.verify();
}

#[test]
fn statuses_say_what_a_register_did() {
    let server = Server::start();
    let ada = server.person("ada");
    for (digits, readings, expected) in [
        (Value::Null, "5 9 9", "first null, counted 4, counted 0"),
        (Value::Null, "99990 5 8", "first null, rollover 15, counted 3"),
        (json!(5), "60000 5000", "first null, rollover 45000"),
        (Value::Null, "60000 5000 5001", "first null, suspect null, counted 1"),
        (Value::Null, "5 900 9 10", "first null, suspect null, counted 4, counted 1"),
        (Value::Null, "500 9 510", "first null, suspect null, counted 10"),
        (Value::Null, "500 x510/7 9", "first null, counted 10, counted 2"),
        (Value::Null, "500 r7 9", "first null, counted 7, counted 2"),
    ] {
        let name = format!("{readings} {digits}");
        let new = json!({"name": name, "consumption_type": "water", "unit": "m3", "digits": digits});
        let meter = ada.post("/meters", &new).is(201);
        let list: Vec<Value> = (1..)
            .zip(readings.split(' '))
            .map(|(day, text)| {
                let read_at = format!("2026-01-{day:02}T00:00:00Z");
                match (text.strip_prefix('x'), text.strip_prefix('r')) {
                    (Some(both), _) => {
                        let (old, new) = both.split_once('/').unwrap();
                        json!({"read_at": read_at, "reading": old, "kind": "exchange", "new_reading": new})
                    }
                    (_, Some(shown)) => json!({"read_at": read_at, "reading": shown, "kind": "reset"}),
                    _ => json!({"read_at": read_at, "reading": text}),
                }
            })
            .collect();
        ada.post(&format!("{}/readings", path(&meter)), &json!({"readings": list})).is(201);
        assert_eq!(judged(&ada, &meter).join(", "), expected, "{name}");
        let list = ada.get(&format!("{}/readings", path(&meter))).ok();
        for one in list["readings"].as_array().unwrap() {
            assert_eq!(one["reason"].is_string(), one["status"] == "suspect", "{one}");
        }
    }
    server.verify();
    // Once its digits are known, what was a slip or another register may be a rollover, and the other way round.
    let list = ada.get("/meters?limit=1000").ok();
    let suspect = list["meters"].as_array().unwrap().iter().find(|one| one["name"] == "60000 5000 5001 null");
    let suspect = suspect.unwrap();
    ada.patch(&path(suspect), &json!({"digits": 5})).ok();
    assert_eq!(judged(&ada, suspect), ["first null", "rollover 45000", "counted 1"]);
    server.verify();
}

#[test]
fn lists_are_cut_into_pages_and_each_reading_is_what_it_is_in_the_whole() {
    let server = Server::start();
    let ada = server.person("ada");
    let meter = meter(&ada, "Cellar");
    // Up and down: of many in a row none counts.
    let shown =
        [100.0, 200.0, 150.0, 300.0, 250.0, 400.0, 350.0, 500.0, 450.0, 600.0, 90.0, 95.0, 700.0, 96.0, 97.0];
    let readings: Vec<(u32, f64)> = (1..).zip(shown).collect();
    read(&ada, &meter, &readings);
    let whole = ada.get(&format!("{}/readings", path(&meter))).ok();
    for limit in [1, 2, 4] {
        let (mut found, mut cursor) = (vec![], String::new());
        loop {
            let page = ada.get(&format!("{}/readings?limit={limit}{cursor}", path(&meter))).ok();
            assert_eq!(page["total"], 15);
            found.extend(page["readings"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(json!(found), whole["readings"], "{limit}");
    }
    for one in whole["readings"].as_array().unwrap() {
        assert_eq!(&ada.get(&format!("{}/readings/{}", path(&meter), one["id"].as_str().unwrap())).ok(), one);
    }
    ada.get(&format!("{}/readings?cursor=x", path(&meter))).names("cursor");
}

#[test]
fn at_once_they_are_derived_as_one_after_another() {
    let server = Server::start();
    let ada = server.person("ada");
    let meter = meter(&ada, "Cellar");
    std::thread::scope(|threads| {
        for start in 0..4_u32 {
            let (ada, meter): (&Caller<'_>, &Value) = (&ada, &meter);
            threads.spawn(move || {
                for n in 0..5 {
                    let day = 1 + n * 4 + start;
                    read(ada, meter, &[(day, f64::from(day * 10))]);
                }
            });
        }
    });
    assert_eq!(
        days(&ada),
        (1..20).map(|day| (format!("2026-01-{day:02}"), "10".to_owned(), false)).collect::<Vec<_>>()
    );
    server.verify();
}
