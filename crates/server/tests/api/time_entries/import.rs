//! Import and export: files of other programs become entries; the same file twice, a rehearsal, the way back.

use reqwest::Method;

use super::*;
use crate::harness::Answer;

const TOGGL: &str = "Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n\
    Harbour,Tides,,Tables,Yes,2026-01-05,09:00:00,2026-01-05,10:30:00,01:30:00,\"sea, moon,\"\n\
    Harbour,Tides,,Tables,Yes,2026-01-05,09:00:00,2026-01-05,10:30:00,01:30:00,\"sea, moon,\"\n\
    ,Maps,,,No,2026-01-05,10:00:00,2026-01-05,11:00:00,01:00:00,\n\
    ,,,nothing,No,2026-01-05,23:30:00,2026-01-06,00:30:00,01:00:00,\n\
    ,Maps,,,No,2026-01-07,10:00:00,2026-01-07,10:00:00,00:00:00,\n\
    ,Maps,,,No,2026-01-08,10:00:00,2026-01-08,09:00:00,00:00:00,\n";

/// Sends a file.
fn send(person: &Caller<'_>, query: &str, file: impl Into<Vec<u8>>) -> Answer {
    person.with("content-type", "text/csv").raw(Method::POST, &format!("/time-entries/import?{query}"), file)
}

/// Sends a file that is taken; gives the report.
#[track_caller]
pub(super) fn import(person: &Caller<'_>, query: &str, file: impl Into<Vec<u8>>) -> Value {
    send(person, query, file).ok()
}

/// What became of rows: new, known, rejected.
pub(super) fn counts(report: &Value) -> [u64; 3] {
    ["imported", "duplicates", "rejected_total"].map(|name| report[name].as_u64().unwrap())
}

pub(super) fn undo(person: &Caller<'_>, report: &Value) -> Answer {
    person.delete(&format!("/time-entries/imports/{}", report["import_id"].as_str().unwrap()))
}

/// All that is shown of somebody's time.
pub(super) fn state(person: &Caller<'_>) -> Value {
    let mut all = json!([
        person.get("/time-entries?limit=1000").ok(),
        person.get("/projects?limit=1000").ok(),
        person.get("/time-entries/report?to=2026-12-31&group_by=day,project").ok(),
        person.get("/time-entries/imports").ok()["total"],
    ]);
    for entry in all[0]["time_entries"].as_array_mut().unwrap() {
        for changing in ["project_id", "created_at", "updated_at"] {
            entry[changing] = Value::Null;
        }
    }
    all
}

#[test]
fn a_file_of_entries() {
    let server = Server::start();
    let ada = server.person_in("ada", "Europe/Brussels");
    let tides = project(&ada, &json!({"title": "Tides", "client": "Harbour"}));
    let report = import(&ada, "file_name=a%20file.csv", TOGGL);
    assert_eq!(counts(&report), [4, 1, 1]);
    for (field, value) in [
        ("dry_run", json!(false)),
        ("first_date", json!("2026-01-05")),
        ("last_date", json!("2026-01-07")),
        ("overlaps", json!(1)),
        ("total_seconds", json!(18_000)),
        (
            "rejected",
            json!([{"line": 7, "error_code": "ENDS_BEFORE_START", "message": "ends before it starts, or when it starts"}]),
        ),
        (
            "projects",
            json!([
                {"title": "Tides", "client": "Harbour", "is_new": false, "rows": 2, "seconds": 10_800},
                {"title": null, "client": null, "is_new": false, "rows": 1, "seconds": 3600},
                {"title": "Maps", "client": null, "is_new": true, "rows": 2, "seconds": 3600},
            ]),
        ),
    ] {
        assert_eq!(report[field], value, "{field}");
    }
    assert_eq!(
        (&report["format"]["date_order"], &report["format"]["tz"], &report["format"]["columns"][5]),
        (&json!("ymd"), &json!("Europe/Brussels"), &json!({"header": "Start date", "means": "start_date"}))
    );
    assert_eq!(
        report["sample"][0],
        json!({"line": 2, "start_time": "2026-01-05T08:00:00Z", "end_time": "2026-01-05T09:30:00Z", "project": "Tides",
               "client": "Harbour", "description": "Tables", "tags": ["sea", "moon"], "billable": true})
    );
    let listed = ada.get("/time-entries").ok();
    assert_eq!(listed["total"], 4);
    let first = &listed["time_entries"][3];
    assert_eq!((&first["project_id"], &first["tags"]), (&tides, &json!(["sea", "moon"])));
    assert_eq!(ada.get("/projects").ok()["total"], 2);
    let files = ada.get("/time-entries/imports").ok();
    assert_eq!(
        (&files["imports"][0]["kind"], &files["imports"][0]["file_name"]),
        (&json!("entries"), &json!("a file.csv"))
    );
    assert_eq!(ada.get("/consumption/imports").ok()["total"], 0);
    ada.delete(&format!("/consumption/imports/{}", report["import_id"].as_str().unwrap()))
        .fails(404, "IMPORT_NOT_FOUND");
    server.verify();
}

#[test]
fn the_same_file_twice_changes_nothing_and_is_no_import() {
    let server = Server::start();
    let ada = server.person("ada");
    let rehearsal = import(&ada, "dry_run=true", TOGGL);
    assert_eq!(
        (counts(&rehearsal), &rehearsal["import_id"], &rehearsal["dry_run"]),
        ([4, 1, 1], &json!(null), &json!(true))
    );
    let nothing = state(&ada);
    assert_eq!((&nothing[0]["total"], &nothing[1]["total"], &nothing[3]), (&json!(0), &json!(0), &json!(0)));
    let report = import(&ada, "", TOGGL);
    for name in ["overlaps", "projects", "sample", "rejected", "total_seconds", "format"] {
        assert_eq!(rehearsal[name], report[name], "{name}");
    }
    let before = state(&ada);
    let again =
        import(&ada, "", TOGGL.replace(',', ";").replace("sea; moon;", "moon,sea").replace('\n', "\r\n"));
    assert_eq!((counts(&again), &again["import_id"]), ([0, 5, 1], &json!(null)));
    assert_eq!(state(&ada), before);
    // What was changed since stays changed, and what was deleted stays away.
    let entry = &before[0]["time_entries"][0];
    ada.patch(&path(entry), &json!({"description": "mine"})).ok();
    ada.delete(&path(&before[0]["time_entries"][1])).is(204);
    let again = import(&ada, "", TOGGL);
    assert_eq!(counts(&again), [0, 4, 2]);
    assert_eq!(again["rejected"][0]["error_code"], "TIME_ENTRY_DELETED");
    assert_eq!(ada.get(&path(entry)).ok()["description"], "mine");
    server.verify();
}

#[test]
fn an_import_is_undone() {
    let server = Server::start();
    let ada = server.person("ada");
    add(&ada, &entry("12:00:00", "13:00:00"));
    let before = state(&ada);
    let report = import(&ada, "", TOGGL);
    // A project that was changed is its person's.
    let projects = ada.get("/projects").ok();
    let titled = |title: &str| {
        let all = projects["projects"].as_array().unwrap();
        all.iter().find(|one| one["title"] == title).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (tides, maps) = (titled("Tides"), titled("Maps"));
    ada.patch(&format!("/projects/{tides}"), &json!({"color": "3"})).ok();
    // A changed entry goes all the same, and its project stays with another's.
    add(
        &ada,
        &json!({"start_time": "2026-01-09T10:00:00Z", "end_time": "2026-01-09T11:00:00Z", "project_id": maps}),
    );
    undo(&ada, &report).is(204);
    undo(&ada, &report).is(204);
    assert_eq!((total(&ada), ada.get("/projects").ok()["total"].clone()), (2, json!(2)));
    server.verify();
    let again = import(&ada, "", TOGGL);
    assert_eq!(counts(&again), [4, 1, 1]);
    undo(&ada, &again).is(204);
    for path in [format!("/projects/{tides}"), format!("/projects/{maps}")] {
        ada.delete(&path).is(204);
    }
    let last = ada.get("/time-entries").ok()["time_entries"][0].clone();
    ada.delete(&path(&last)).is(204);
    let mut after = state(&ada);
    after[3] = json!(0);
    assert_eq!(after, before);
    assert!(
        ada.get("/time-entries/imports").ok()["imports"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| !one["undone_at"].is_null())
    );
    server.verify();
}

#[test]
fn what_overlaps_is_refused_where_that_is_forbidden() {
    let server = Server::start();
    let ada = server.person("ada");
    ada.patch("/users/me", &json!({"settings": {"overlap": "forbid"}})).ok();
    add(&ada, &entry("10:50:00", "10:55:00"));
    let report = import(&ada, "", TOGGL);
    // The third row overlaps the first, and what was there.
    assert_eq!(counts(&report), [3, 1, 2]);
    assert_eq!(
        (&report["rejected"][0]["line"], &report["rejected"][0]["error_code"], &report["overlaps"]),
        (&json!(4), &json!("TIME_ENTRIES_OVERLAP"), &json!(0))
    );
    assert_eq!(counts(&import(&ada, "", TOGGL)), [0, 4, 2]);
    assert_eq!(total(&ada), 4);
    server.verify();
}

#[test]
fn what_has_to_be_told_is_asked() {
    let server = Server::start();
    let ada = server.person("ada");
    let clockify = "\"Project\",\"Client\",\"Description\",\"Task\",\"User\",\"Tags\",\"Billable\",\"Start Date\",\"Start Time\",\"End Date\",\"End Time\",\"Duration (h)\",\"Duration (decimal)\"\n\
        \"Tides\",\"Harbour\",\"Tables\",\"Drawing\",\"Ada\",\"sea\",\"Yes\",\"03/04/2026\",\"09:00:00 AM\",\"03/04/2026\",\"01:30:00 PM\",\"04:30:00\",\"4.50\"\n";
    send(&ada, "", clockify).names("date_order");
    let starts = |order: &str, zone: &str| {
        let query = format!("dry_run=true&date_order={order}&tz={zone}");
        import(&ada, &query, clockify)["sample"][0]["start_time"].clone()
    };
    assert_eq!(starts("dmy", "UTC"), "2026-04-03T09:00:00Z");
    assert_eq!(starts("mdy", "America/New_York"), "2026-03-04T14:00:00Z");
    send(&ada, "tz=Mars", TOGGL).names("tz");
    send(&ada, "date_order=ydm", TOGGL).names("date_order");
    for file in ["", "PK\u{3}\u{4}\0\0", "amount,date\n1,2026-01-01\n", "date,duration\n2026-01-01,1:00\n"] {
        send(&ada, "", file).names("body");
    }
    ada.post("/time-entries/import", &json!({})).fails(415, "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(total(&ada), 0);
}

#[test]
fn clocks_that_are_changed() {
    let server = Server::start();
    let ada = server.person("ada");
    let kimai = "Datum;Beginn;Ende;Dauer;Kunde;Projekt;Tätigkeit;Beschreibung\n\
        25.10.2026;02:30;02:40;1:10;;Nacht;;\n\
        28.03.2026;23:30;03:30;3:00;;Nacht;;\n\
        29.03.2026;02:30;03:30;1:00;;Nacht;;\n";
    let report = import(&ada, "tz=Europe/Berlin", kimai.as_bytes());
    assert_eq!(counts(&report), [2, 0, 1]);
    assert_eq!(
        (&report["rejected"][0]["line"], &report["rejected"][0]["error_code"]),
        (&json!(4), &json!("TIME_NOT_THERE"))
    );
    let listed = ada.get("/time-entries").ok();
    let times: Vec<_> = listed["time_entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["start_time"].as_str().unwrap(), one["duration_minutes"].as_i64().unwrap()))
        .collect();
    assert_eq!(times, [("2026-10-25T00:30:00Z", 70), ("2026-03-28T22:30:00Z", 180)]);
}

#[test]
fn what_is_exported_can_be_imported() {
    let server = Server::start();
    let ada = server.person_in("ada", "Europe/Berlin");
    import(&ada, "", TOGGL);
    let odd = project(&ada, &json!({"title": "=HYPERLINK(\"x\")", "client": "+a, b"}));
    add(
        &ada,
        &json!({"start_time": "2026-01-09T10:00:00.125Z", "end_time": "2026-01-09T11:00:00.250Z", "project_id": odd,
                      "description": "-1\n\"two\"", "tags": ["@one"], "billable": true}),
    );
    add(&ada, &json!({"description": "runs, and is left out"}));
    let file = ada.get("/time-entries/export");
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let text = file.text();
    assert!(
        text.starts_with(
            "start_time,end_time,duration_seconds,project,client,description,tags,billable,id\r\n"
        )
    );
    let line = "2026-01-09T10:00:00.125Z,2026-01-09T11:00:00.250Z,3600.125,\"'=HYPERLINK(\"\"x\"\")\",\"'+a, b\",\"'-1\n\"\"two\"\"\",'@one,true,";
    assert!(text.contains(line), "{text}");
    // To who has it all it says nothing new.
    assert_eq!(counts(&import(&ada, "", file.body.clone())), [0, 5, 0]);
    let bob = server.person_in("bob", "Asia/Tokyo");
    let report = import(&bob, "", file.body);
    assert_eq!(counts(&report), [5, 0, 0]);
    let entries = |person: &Caller<'_>| {
        let mut all = person.get("/time-entries?running=false").ok()["time_entries"].clone();
        for one in all.as_array_mut().unwrap() {
            for name in ["user_id", "project_id", "created_at", "updated_at"] {
                one[name] = Value::Null;
            }
        }
        all
    };
    assert_eq!(entries(&bob), entries(&ada));
    let names = |person: &Caller<'_>| {
        let report = person.get("/time-entries/report?to=2026-01-31&tz=UTC").ok();
        report["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!([one["name"], one["client"], one["seconds"]]))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&bob), names(&ada));
    assert_eq!(
        ada.get("/time-entries/export?from=2026-01-09&to=2026-01-09").text().matches("\r\n").count(),
        2
    );
    ada.get("/time-entries/export?from=never").names("from");
    server.verify();
}
