//! Files that are no archives, are not whole, or that somebody has bent: nothing of them is kept.

use super::*;

/// What is complained of: the field and its code.
#[track_caller]
fn refused(person: &Caller<'_>, lines: &[String]) -> (String, String) {
    let detail = send(person, "", lines).fails(422, "VALIDATION_ERROR");
    let first = &detail["fields"][0];
    (first["field"].as_str().unwrap().to_owned(), first["code"].as_str().unwrap().to_owned())
}

fn said(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

const ID: &str = "00000000-0000-4000-8000-000000000001";
const OTHER: &str = "00000000-0000-4000-8000-000000000002";
const AT: &str = "2026-01-01T00:00:00Z";

fn device() -> Value {
    json!({"device": {"device_id": ID, "name": "Phone", "platform": "android", "created_at": AT}})
}

fn import(number: i32) -> Value {
    let id = format!("00000000-0000-4000-8000-0000000001{number:02}");
    json!({"import": {"id": id, "number": number, "kind": "intervals", "imported": 1, "changed": 0, "duplicates": 0, "rejected": 0, "created_at": AT}})
}

fn meter() -> Value {
    json!({"meter": {"id": ID, "name": "m", "consumption_type": "gas", "unit": "m3", "digits": 5, "created_at": AT, "updated_at": AT}})
}

fn intervals(date: &str, import: i32, intervals: Value) -> Value {
    json!({"intervals": {"meter_id": ID, "date": date, "import": import, "intervals": intervals}})
}

/// `thing` with a field of it otherwise.
fn with(thing: &Value, field: &str, value: Value) -> Value {
    let mut thing = thing.clone();
    let kind = thing.as_object().unwrap().keys().next().unwrap().clone();
    thing[&kind][field] = value;
    thing
}

#[test]
fn what_is_cut_off_is_known_as_such() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    fill::few(&ada);
    let lines = export(&ada);
    for kept in [1, 2, lines.len() / 2, lines.len() - 1] {
        assert_eq!(refused(&bob, &lines[..kept]), said("body", "ARCHIVE_CUT"), "{kept}");
    }
    let without_one = [&lines[..lines.len() - 2], &lines[lines.len() - 1..]].concat();
    assert_eq!(refused(&bob, &without_one), said("body", "ARCHIVE_CUT"));
    let twice = [&lines[..], &lines[lines.len() - 1..]].concat();
    assert_eq!(refused(&bob, &twice), said(&format!("lines[{}]", twice.len()), "LINE_INVALID"));
    // Cut off within a line, or within what is packed.
    let gz = bob.with("content-type", "application/gzip");
    let all = text(&lines);
    let half = gzip(&all[..all.floor_char_boundary(all.len() / 2)]);
    gz.raw(Method::POST, "/import", half).fails(422, "VALIDATION_ERROR");
    let packed = gzip(&all);
    gz.raw(Method::POST, "/import", &packed[..packed.len() - 9]).fails(400, "MALFORMED_REQUEST");
    assert_eq!(rows(&server, &bob.id), 0);
}

#[test]
fn what_is_no_archive() {
    let server = Server::start();
    let ada = server.person("ada");
    for first in [
        "",
        "{}",
        "[]",
        "null",
        "a,b",
        "{\"almanac\": \"1\"}",
        "\u{feff}{\"almanac\": 1}",
        "{\"almanac\": 1, \"almanac\": 1}",
    ] {
        assert_eq!(refused(&ada, &[first.to_owned()]), said("body", "ARCHIVE_INVALID"), "{first}");
    }
    assert_eq!(refused(&ada, &["{\"almanac\": 2}".to_owned()]), said("body", "ARCHIVE_VERSION"));
    let json = ada.with("content-type", "application/json");
    json.raw(Method::POST, "/import", "{}").fails(415, "UNSUPPORTED_MEDIA_TYPE");
    let gz = ada.with("content-type", "application/gzip");
    gz.raw(Method::POST, "/import", "{}").fails(400, "MALFORMED_REQUEST");
    gz.with("content-encoding", "gzip")
        .raw(Method::POST, "/import", gzip("{}"))
        .fails(415, "UNSUPPORTED_MEDIA_TYPE");
    let plain = ada.with("content-type", "application/x-ndjson");
    let long = format!("{}\n{{\"usage\": \"{}\"}}\n", header(), "a".repeat(4 * 1024 * 1024));
    plain.raw(Method::POST, "/import", long).names("lines[2]");
    plain.raw(Method::POST, "/import", [header().as_bytes(), b"\n\xff\xfe\n"].concat()).names("lines[2]");
}

#[test]
fn accounts_that_cannot_be() {
    let server = Server::start();
    let ada = server.person("ada");
    let change = |field: &str, value: Value| {
        let mut first: Value = serde_json::from_str(&header()).unwrap();
        first["account"][field] = value;
        refused(&ada, &[first.to_string()])
    };
    for (field, value, named) in [
        ("name", json!("a".repeat(101)), "account.name"),
        ("first_name", json!("\0"), "account.first_name"),
        ("settings", json!({"calorific_value": 0}), "account.settings.calorific_value"),
        ("settings", json!({"categorization": {"a": "\0"}}), "account.settings.categorization"),
        ("settings", json!({"timer": {"duration_min": 0}}), "account.settings.timer.duration_min"),
        ("settings", json!([]), ""),
        ("calendar", json!([]), ""),
        ("calendar", json!([{"from": null, "timezone": "Mars/Olympus"}]), ""),
        ("calendar", json!([{"from": AT, "timezone": "UTC"}]), ""),
        (
            "calendar",
            json!([{"from": null, "timezone": "UTC"}, {"from": "2100-01-01T00:00:00Z", "timezone": "UTC"}]),
            "account.calendar",
        ),
    ] {
        assert_eq!(change(field, value.clone()).0, named, "{value}");
    }
    assert_eq!(ada.get("/users/me").ok()["timezone"], "UTC");
}

#[test]
fn lines_that_cannot_be() {
    let server = Server::start();
    let ada = server.person("ada");
    let usage = json!({"usage": {"device_id": ID, "app": "a", "kind": "app", "started_at": AT, "ended_at": "2026-01-01T01:00:00Z"}});
    let event = json!({"event": {"device_id": null, "_id": "e", "v": 1, "type": "IDLE", "ts": 1_767_225_600_000_i64, "payload": {}}});
    let session = json!({"focus_session": {"id": ID, "started_at": AT, "ended_at": "2026-01-01T00:25:00Z", "duration_min": 25, "label": null, "completed": true, "created_at": AT}});
    let plant = json!({"plant": {"id": ID, "session_id": ID, "plant_num": 1, "plant_type": "rose", "growth_stage": 5, "withered": false, "chosen": true, "created_at": AT}});
    let reading = json!({"reading": {"id": ID, "meter_id": ID, "read_at": AT, "reading": 1, "kind": "reading", "created_at": AT, "updated_at": AT}});
    let record = json!({"consumption": {"id": ID, "consumption_type": "gas", "amount": 1.5, "unit": "m3", "consumption_date": "2026-01-01", "estimated": false, "created_at": AT, "updated_at": AT}});
    let project =
        json!({"project": {"id": ID, "title": "p", "archived": false, "created_at": AT, "updated_at": AT}});
    let entry = json!({"time_entry": {"id": ID, "project_id": ID, "start_time": AT, "end_time": "2026-01-01T01:00:00Z", "tags": [], "billable": false, "created_at": AT, "updated_at": AT}});
    let gone = json!({"deleted": {"kind": "consumption", "id": OTHER, "deleted_at": AT}});
    let hours = intervals("2026-01-01", 1, json!([[0, 3600, 5], [3600, 3600, 5]]));
    let good = [
        device(),
        usage.clone(),
        event.clone(),
        session.clone(),
        plant.clone(),
        import(1),
        import(2),
        meter(),
        reading.clone(),
        hours.clone(),
        record.clone(),
        project.clone(),
        entry.clone(),
        gone.clone(),
    ];
    send(&ada, "?dry_run=true", &archive(&good)).ok();

    let long = |most: usize| json!("a".repeat(most + 1));
    let future = json!("2100-01-01T00:00:00Z");
    let bent: Vec<(Value, &str)> = vec![
        (with(&device(), "name", long(100)), "device.name"),
        (with(&device(), "model", json!("\0")), "device.model"),
        (with(&device(), "platform", json!("toaster")), ""),
        (with(&device(), "created_at", json!("1999-01-01T00:00:00Z")), "device.created_at"),
        (with(&device(), "device_id", json!("00000000-0000-0000-0000-000000000000")), "device.device_id"),
        (with(&usage, "device_id", json!(OTHER)), "usage.device_id"),
        (with(&usage, "device_id", Value::Null), "usage.device_id"),
        (with(&usage, "app", json!("")), "usage"),
        (with(&usage, "title", json!("\0")), "usage"),
        (with(&usage, "ended_at", future.clone()), "usage"),
        (with(&usage, "ended_at", json!("2025-01-01T00:00:00Z")), "usage"),
        (with(&event, "device_id", json!(OTHER)), "event.device_id"),
        (with(&event, "type", long(64)), "event"),
        (with(&event, "ts", json!(-1)), "event"),
        (with(&event, "payload", json!({"url": "no address"})), "event"),
        (with(&session, "label", long(200)), "focus_session.label"),
        (with(&session, "duration_min", json!(481)), "focus_session.duration_min"),
        (with(&session, "ended_at", json!("2025-01-01T00:00:00Z")), "focus_session.ended_at"),
        (with(&session, "ended_at", Value::Null), "focus_session.ended_at"),
        (with(&session, "started_at", future.clone()), "focus_session.started_at"),
        (with(&plant, "growth_stage", json!(6)), "plant.growth_stage"),
        (with(&plant, "plant_type", json!(" ")), "plant.plant_type"),
        (with(&plant, "session_id", json!(OTHER)), "plant"),
        (with(&import(3), "number", json!(i32::MAX)), "import.number"),
        (with(&import(3), "file_name", long(255)), "import.file_name"),
        (with(&import(3), "first_date", json!("1900-01-01")), "import.first_date"),
        (import(1), "import"),
        (with(&meter(), "name", json!(" ")), "meter.name"),
        (with(&meter(), "unit", json!("kWh2")), ""),
        (with(&meter(), "unit", json!("Wh")), "meter.unit"),
        (with(&meter(), "import_id", json!(OTHER)), "meter.import_id"),
        (with(&meter(), "id", json!(OTHER)), "meter"),
        (with(&reading, "meter_id", json!(OTHER)), "reading.meter_id"),
        (with(&reading, "reading", json!(100_000)), "reading.reading"),
        (with(&reading, "note", long(500)), "reading.note"),
        (with(&reading, "new_reading", json!(1)), "reading.new_reading"),
        (with(&reading, "read_at", json!("1960-01-01T00:00:00Z")), "reading.read_at"),
        (intervals("2026-01-02", 9, json!([[0, 60, 1]])), "intervals.import"),
        (intervals("2026-01-01", 1, json!([[0, 60, 1]])), "intervals.date"),
        (intervals("2026-01-01", 2, json!([[1800, 3600, 1]])), "intervals.intervals"),
        (intervals("2026-01-02", 1, json!([[0, 60, -1]])), "intervals.intervals"),
        (intervals("2026-01-02", 1, json!([[0, 0, 1]])), "intervals.intervals"),
        (intervals("2026-01-02", 1, json!([[0, 90_001, 1]])), "intervals.intervals"),
        (intervals("2026-01-02", 1, json!([[86_400, 60, 1]])), "intervals.intervals"),
        (intervals("2026-01-02", 1, json!([[60, 60, 1], [0, 60, 1]])), "intervals.intervals"),
        (intervals("2026-01-02", 1, json!([])), "intervals.intervals"),
        (intervals("9999-01-02", 1, json!([[0, 60, 1]])), "intervals.date"),
        (with(&record, "amount", json!(-1)), ""),
        (with(&record, "amount", json!(1.2345)), ""),
        (with(&record, "unit", json!("L")), "consumption.unit"),
        (with(&record, "consumption_date", json!("9000-01-01")), "consumption.consumption_date"),
        (with(&record, "description", long(500)), "consumption.description"),
        (with(&record, "updated_at", future.clone()), "consumption.updated_at"),
        (with(&project, "title", json!("")), "project.title"),
        (with(&project, "color", json!("red")), "project.color"),
        (project.clone(), "project"),
        (with(&entry, "project_id", json!(OTHER)), "time_entry"),
        (with(&entry, "tags", json!(["a,b"])), "time_entry.tags"),
        (with(&entry, "end_time", json!("2025-01-01T00:00:00Z")), "time_entry.end_time"),
        (entry.clone(), "time_entry"),
        (with(&gone, "kind", json!("user")), ""),
        (with(&gone, "deleted_at", future), "deleted.deleted_at"),
        (gone.clone(), "deleted"),
        (json!({"password": "x"}), ""),
        (json!({"device": {}, "usage": {}}), ""),
        (json!([]), ""),
    ];
    let place = good.len() + 2;
    for (line, named) in &bent {
        let lines = [&archive(&good)[..=good.len()], &[line.to_string()]].concat();
        let (field, _) = refused(&ada, &lines);
        let expected = format!("lines[{place}].{named}");
        assert_eq!(field, expected.trim_end_matches('.'), "{line}");
    }
    // What waits to be kept is looked at when it is: the line is that of the last of them, or nearly.
    for again in [&usage, &event, &session, &reading, &record, &plant, &device()] {
        let lines = archive(&[&good[..], std::slice::from_ref(again)].concat());
        let (field, code) = refused(&ada, &lines);
        assert!(field.starts_with(&format!("lines[{place}]")), "{again}: {field} {code}");
    }
    assert_eq!(rows(&server, &ada.id), 0);
    assert_eq!(send(&ada, "", &archive(&good)).ok()["counts"]["devices"], 1);
    server.verify();
}

#[test]
fn texts_are_texts_and_depth_has_an_end() {
    let server = Server::start();
    let ada = server.person("ada");
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    for line in [
        deep.clone(),
        format!("{{\"usage\": {deep}}}"),
        format!("{{\"device\": {deep}}}"),
        "{\"usage\": {\"app\": \"\\ud800\"}}".into(),
    ] {
        let (field, _) = refused(&ada, &[header(), line]);
        assert!(field.starts_with("lines[2]"), "{field}");
    }
    assert_eq!(rows(&server, &ada.id), 0);
}
