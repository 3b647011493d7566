//! Import: files become records, intervals and readings; the same file twice, a rehearsal, the way back.

use std::io::Write;

use super::*;
use crate::harness::Answer;

mod bad_files;
mod figures;
mod progress;
mod round_trip;

/// Sends a file.
fn send(person: &Caller<'_>, query: &str, file: impl Into<Vec<u8>>) -> Answer {
    person.with("content-type", "text/csv").raw(Method::POST, &format!("/consumption/import?{query}"), file)
}

/// Sends a file that is taken; gives the report.
#[track_caller]
fn import(person: &Caller<'_>, query: &str, file: impl Into<Vec<u8>>) -> Value {
    send(person, query, file).ok()
}

/// What became of rows: new, changed, known, rejected.
fn counts(report: &Value) -> [u64; 4] {
    ["imported", "changed", "duplicates", "rejected_total"].map(|name| report[name].as_u64().unwrap())
}

fn undo(person: &Caller<'_>, report: &Value) {
    person.delete(&format!("/consumption/imports/{}", report["import_id"].as_str().unwrap())).is(204);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// All that is shown of somebody's consumption.
fn state(person: &Caller<'_>) -> (Value, Value) {
    let mut records = person.get("/consumption?limit=1000").ok();
    // A record that came back is a new one.
    for record in records["consumptions"].as_array_mut().unwrap() {
        for changing in ["id", "meter_id", "created_at", "updated_at"] {
            record[changing] = Value::Null;
        }
    }
    (records, person.get("/consumption/analytics?group_by=day").ok())
}

const FILE: &str = "consumption_type,amount,unit,consumption_date,description\n\
    gas,12.5,m3,2026-01-31,cellar\n\
    gas,,m3,2026-02-01,cellar\n\
    electricity,3.25,kWh,2026-02-01,\n\
    electricity,3.25,kWh,2026-02-01,\n\
    water,7,L,2026-02-30,\n";

#[test]
fn a_file_of_records() {
    let server = Server::start();
    let ada = server.person_in("ada", "Europe/Brussels");
    let report = import(&ada, "file_name=a%20file.csv", FILE);
    assert_eq!(counts(&report), [2, 0, 1, 2]);
    assert_eq!((&report["kind"], &report["dry_run"]), (&json!("records"), &json!(false)));
    assert_eq!((&report["first_date"], &report["last_date"]), (&json!("2026-01-31"), &json!("2026-02-01")));
    assert_eq!(
        report["rejected"],
        json!([
            {"line": 3, "error_code": "AMOUNT_MISSING", "message": "amount: is empty"},
            {"line": 6, "error_code": "DATE_INVALID", "message": "date: \"2026-02-30\" is no date or time as 2026-12-31 is one"},
        ])
    );
    assert_eq!(
        report["totals"],
        json!([
            {"consumption_type": "electricity", "unit": "kWh", "meter": null, "amount": 6.5, "rows": 2},
            {"consumption_type": "gas", "unit": "m3", "meter": null, "amount": 12.5, "rows": 1},
        ])
    );
    assert_eq!(
        report["format"],
        json!({
            "delimiter": ",", "decimal": "point", "thousands": null, "date_order": "ymd", "tz": "Europe/Brussels",
            "columns": [
                {"header": "consumption_type", "means": "consumption_type"},
                {"header": "amount", "means": "amount"},
                {"header": "unit", "means": "unit"},
                {"header": "consumption_date", "means": "date"},
                {"header": "description", "means": "description"},
            ],
        })
    );
    assert_eq!(
        report["sample"][0],
        json!({"line": 2, "consumption_type": "gas", "unit": "m3", "amount": 12.5, "consumption_date": "2026-01-31", "description": "cellar"})
    );
    assert_eq!(ada.get("/consumption").ok()["total"], 2);
    server.verify();

    let listed = ada.get("/consumption/imports").ok();
    assert_eq!((&listed["total"], &listed["next_cursor"]), (&json!(1), &Value::Null));
    let file = &listed["imports"][0];
    for (name, value) in [
        ("id", &report["import_id"]),
        ("file_name", &json!("a file.csv")),
        ("kind", &json!("records")),
        ("imported", &json!(2)),
        ("changed", &json!(0)),
        ("duplicates", &json!(1)),
        ("rejected", &json!(2)),
        ("first_date", &json!("2026-01-31")),
        ("last_date", &json!("2026-02-01")),
        ("undone_at", &Value::Null),
    ] {
        assert_eq!(&file[name], value, "{name}");
    }
}

/// What a file shares its days with is told, whether it is kept or not.
#[test]
fn days_that_are_there_from_elsewhere_are_told() {
    let server = Server::start();
    let ada = server.person_in("ada", "Europe/Brussels");
    let overlaps = |query: &str, file: &str| {
        let told = |query: &str| import(&ada, query, file)["overlaps"].clone();
        let told_before = told(&format!("dry_run=true&{query}"));
        assert_eq!(told(query), told_before);
        told_before
    };
    let records = |days: std::ops::Range<u32>, amount: u32| -> String {
        let line = |day| format!("electricity,{amount},kWh,2026-01-{day:02}\ngas,1,m3,2026-01-{day:02}\n");
        std::iter::once("consumption_type,amount,unit,consumption_date\n".to_owned())
            .chain(days.map(line))
            .collect()
    };
    let hours = |days: std::ops::Range<u32>, meter: &str| -> String {
        let line = |day| {
            format!("{meter},electricity,kWh,2026-01-{day:02}T11:00:00Z,2026-01-{day:02}T12:00:00Z,0.5\n")
        };
        std::iter::once("meter_id,type,unit,start,end,amount\n".to_owned()).chain(days.map(line)).collect()
    };
    let days = |what: &str, days: u32| json!({"consumption_type": what, "days": days});
    // Nobody else's count.
    import(&server.person("bob"), "", records(1..29, 3));
    assert_eq!(overlaps("", &records(1..11, 3)), json!([]));
    // What is known is not there twice.
    assert_eq!(overlaps("", &records(1..11, 3)), json!([]));
    // Records of three days that say something else, and of some that are new.
    assert_eq!(
        overlaps("", &records(8..15, 4).replace("gas,1", "gas,2")),
        json!([days("electricity", 3), days("gas", 3)])
    );
    // The hours of a meter; and those of another beside it.
    assert_eq!(overlaps("", &hours(12..20, "Main")), json!([days("electricity", 3)]));
    assert_eq!(overlaps("", &hours(18..22, "Main")), json!([]));
    let both = hours(20..24, "Main") + hours(20..24, "Night").split_once('\n').unwrap().1;
    assert_eq!(overlaps("", &both), json!([]));
    assert_eq!(overlaps("", &hours(23..26, "Cellar")), json!([days("electricity", 1)]));
    // A register, whose days lie between its readings.
    let register = "meter_id,type,unit,read_at,reading\n\
        Garden,electricity,kWh,2026-01-24T23:00:00Z,100\nGarden,electricity,kWh,2026-01-28T23:00:00Z,140\n";
    assert_eq!(overlaps("", register), json!([days("electricity", 1)]));
    assert_eq!(overlaps("", &records(27..32, 3)), json!([days("electricity", 2)]));
    server.verify();
}

#[test]
fn the_same_file_twice_changes_nothing_and_is_no_import() {
    let server = Server::start();
    let ada = server.person("ada");
    import(&ada, "", FILE);
    let before = state(&ada);
    let again = import(&ada, "", FILE.replace(',', ";").replace("3.25", "3.250").replace('\n', "\r\n"));
    assert_eq!(counts(&again), [0, 0, 3, 2]);
    assert_eq!(again["import_id"], Value::Null);
    assert_eq!(state(&ada), before);
    assert_eq!(ada.get("/consumption/imports").ok()["total"], 1);
    // Of several that are the same only what is new is added.
    let more = import(&ada, "", format!("{FILE}gas,1,m3,2026-03-01,\n"));
    assert_eq!(counts(&more), [1, 0, 3, 2]);
    server.verify();
}

#[test]
fn a_rehearsal_says_the_same_and_keeps_nothing() {
    let server = Server::start();
    let ada = server.person("ada");
    let readings =
        "meter,type,unit,date,reading\ncellar,gas,m3,2026-01-01,100\ncellar,gas,m3,2026-01-05,110\n";
    let intervals = "start,electricity kWh\n2026-01-01 00:00,1\n2026-01-01 01:00,2\n";
    for file in [FILE, readings, intervals] {
        let empty = state(&ada);
        let mut rehearsal = import(&ada, "dry_run=true", file);
        assert_eq!((&rehearsal["import_id"], &rehearsal["dry_run"]), (&Value::Null, &json!(true)));
        assert_eq!(state(&ada), empty);
        for table in
            ["imports", "meters", "meter_readings", "meter_intervals", "consumption", "consumption_days"]
        {
            assert_eq!(server.sql(&format!("SELECT count(*) FROM {table}")), "0", "{table}");
        }
        let done = import(&ada, "dry_run=false", file);
        for name in ["import_id", "dry_run"] {
            rehearsal[name] = done[name].clone();
        }
        assert_eq!(rehearsal, done);
        server.verify();
        undo(&ada, &done);
        server.sql("DELETE FROM imports");
    }
}

#[test]
fn what_cannot_be_known_is_asked_by_name() {
    let server = Server::start();
    let ada = server.person("ada");
    let asks = |query: &str, file: &str| -> Vec<(String, String)> {
        let detail = send(&ada, query, file).fails(422, "VALIDATION_ERROR");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let fields = detail["fields"].as_array().unwrap().iter();
        fields.map(|field| (text(&field["field"]), text(&field["code"]))).collect()
    };
    let one = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    let of = "consumption_type=gas&unit=m3";
    let file = "date;amount\n01/02/2026;1,234\n";
    assert_eq!(asks(of, file).len(), 2);
    assert_eq!(asks(&format!("{of}&decimal=comma"), file), one("date_order", "DATE_ORDER_AMBIGUOUS"));
    assert_eq!(asks(&format!("{of}&date_order=mdy"), file), one("decimal", "DECIMAL_AMBIGUOUS"));
    assert_eq!(
        asks("unit=m3", "date,amount\n2026-01-02,1\n"),
        one("consumption_type", "CONSUMPTION_TYPE_UNKNOWN")
    );
    assert_eq!(asks("", "date,gas usage\n2026-01-02,1\n"), one("unit", "UNIT_UNKNOWN"));
    assert_eq!(asks("", "what,is,this\n1,2,3\n"), one("body", "HEADER_UNKNOWN"));
    let too_few = "start,amount\n2026-01-02 00:15,1\n";
    assert_eq!(asks(of, too_few), one("body", "INTERVAL_LENGTH_UNKNOWN"));
    for (query, field) in [
        ("tz=Mars", "tz"),
        ("tz=%00", "tz"),
        ("date_order=ydm", "date_order"),
        ("decimal=dot", "decimal"),
        ("consumption_type=heat", "consumption_type"),
        ("unit=kwh", "unit"),
        ("consumption_type=gas&unit=L", "unit"),
        ("dry_run=maybe", "dry_run"),
        ("meter=%20", "meter"),
        (&format!("meter={}", "x".repeat(101)), "meter"),
        (&format!("file_name={}", "x".repeat(256)), "file_name"),
        ("decimal=point&decimal=comma", "decimal"),
    ] {
        send(&ada, query, FILE).names(field);
    }
    let told = import(&ada, &format!("{of}&date_order=mdy&decimal=comma"), file);
    assert_eq!(told["sample"][0]["consumption_date"], "2026-01-02");
    assert_eq!((&told["sample"][0]["amount"], &told["format"]["date_order"]), (&json!(1.234), &json!("mdy")));
    let other = import(&ada, &format!("{of}&date_order=dmy&decimal=point"), file);
    assert_eq!((&other["sample"][0]["amount"], &other["format"]["thousands"]), (&json!(1234), &json!(",")));
    assert_eq!(counts(&other), [1, 0, 0, 0]);
}

#[test]
fn undone_all_is_as_before() {
    let server = Server::start();
    let ada = server.person("ada");
    ada.post("/consumption", &electricity(&json!(1), "2026-02-01")).is(201);
    let before = state(&ada);
    let report = import(&ada, "", FILE);
    let records = ada.get("/consumption?consumption_type=gas").ok();
    // Also what was changed since.
    ada.patch(&path(&records["consumptions"][0]), &json!({"amount": 99, "consumption_date": "2026-03-01"}))
        .ok();
    undo(&ada, &report);
    assert_eq!(state(&ada), before);
    server.verify();
    undo(&ada, &report);
    let listed = ada.get("/consumption/imports").ok();
    assert_ne!(listed["imports"][0]["undone_at"], Value::Null);
    let again = import(&ada, "", FILE);
    assert_eq!(counts(&again), [2, 0, 1, 2]);
    assert_eq!(ada.get("/consumption").ok()["total"], 3);
    server.verify();
    // What somebody deleted does not come back.
    let records = ada.get("/consumption?consumption_type=gas").ok();
    ada.delete(&path(&records["consumptions"][0])).is(204);
    let third = import(&ada, "", FILE);
    assert_eq!(counts(&third), [0, 0, 2, 3]);
    assert_eq!(third["rejected"][0]["error_code"], "CONSUMPTION_DELETED");
    server.verify();
}

#[test]
fn of_the_same_interval_the_newest_file_counts() {
    let server = Server::start();
    let ada = server.person("ada");
    let file = |amounts: [&str; 3]| {
        let rows = amounts.iter().enumerate();
        let rows: String = rows.map(|(hour, amount)| format!("2026-01-01 0{hour}:00,{amount}\n")).collect();
        format!("start,electricity kWh\n{rows}")
    };
    let total = || analytics(&ada, "consumption_type=electricity")["total"].clone();
    let first = import(&ada, "", file(["1", "2", "3"]));
    assert_eq!((counts(&first), total()), ([3, 0, 0, 0], json!(6)));
    assert_eq!(first["totals"][0]["meter"], "electricity");
    let second = import(&ada, "", file(["1", "2", "4.5"]));
    assert_eq!((counts(&second), total()), ([0, 1, 2, 0], json!(7.5)));
    let overlapping = import(
        &ada,
        "",
        "start,end,electricity kWh\n2026-01-01 00:30,2026-01-01 01:30,1\n2026-01-01 03:00,2026-01-01 04:00,1\n",
    );
    assert_eq!((counts(&overlapping), total()), ([1, 0, 0, 1], json!(8.5)));
    assert_eq!(overlapping["rejected"][0]["error_code"], "INTERVAL_OVERLAPS");
    undo(&ada, &second);
    assert_eq!(total(), json!(7));
    undo(&ada, &first);
    assert_eq!(total(), json!(1));
    undo(&ada, &overlapping);
    assert_eq!(total(), Value::Null);
    assert_eq!(server.sql("SELECT count(*) FROM meters"), "0");
    server.verify();
}

#[test]
fn a_meter_keeps_its_unit() {
    let server = Server::start();
    let ada = server.person("ada");
    import(&ada, "meter=cellar", "start,electricity kWh\n2026-01-01 00:00,1\n2026-01-01 01:00,2\n");
    let other =
        import(&ada, "meter=cellar", "start,electricity Wh\n2026-01-02 00:00,1\n2026-01-02 01:00,2\n");
    assert_eq!((counts(&other), &other["import_id"]), ([0, 0, 0, 2], &Value::Null));
    assert_eq!(other["rejected"][1]["error_code"], "UNIT_INVALID");
    server.verify();
}

#[test]
fn another_account_sees_nothing_of_it() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let report = import(&ada, "", FILE);
    bob.delete(&format!("/consumption/imports/{}", report["import_id"].as_str().unwrap()))
        .fails(404, "IMPORT_NOT_FOUND");
    bob.delete("/consumption/imports/nothing").fails(404, "IMPORT_NOT_FOUND");
    assert_eq!(bob.get("/consumption/imports").ok(), json!({"imports": [], "total": 0, "next_cursor": null}));
    // The same file is theirs as well.
    assert_eq!(counts(&import(&bob, "", FILE)), [2, 0, 1, 2]);
    assert_eq!(ada.get("/consumption").ok()["total"], 2);
    server.verify();
}

#[test]
fn imports_are_listed_page_by_page() {
    let server = Server::start();
    let ada = server.person("ada");
    for day in 1..=3 {
        import(&ada, &format!("file_name={day}"), format!("date,gas kWh\n2026-01-0{day},1\n"));
    }
    let first = ada.get("/consumption/imports?limit=2").ok();
    let names = |page: &Value| -> Vec<Value> {
        page["imports"].as_array().unwrap().iter().map(|one| one["file_name"].clone()).collect()
    };
    assert_eq!((names(&first), &first["total"]), (vec![json!("3"), json!("2")], &json!(3)));
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = ada.get(&format!("/consumption/imports?limit=2&cursor={cursor}")).ok();
    assert_eq!((names(&second), &second["next_cursor"]), (vec![json!("1")], &Value::Null));
    ada.get("/consumption/imports?cursor=x").names("cursor");
}
