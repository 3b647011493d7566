//! Out and in: all that is shown is the same, on the same server and on another.

use super::*;

/// All pages of a list.
fn pages(person: &Caller<'_>, path: &str, name: &str) -> Value {
    let (mut all, mut cursor) = (vec![], String::new());
    loop {
        let page = person.get(&format!("{path}?limit=1000{cursor}")).ok();
        all.extend(page[name].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else { break json!([page["total"], all]) };
        cursor = format!("&cursor={next}");
    }
}

/// All that is shown of an account, whoever it is.
fn shown(person: &Person<'_>) -> Vec<(String, Value)> {
    let mut shown = vec![];
    let mut account = person.get("/users/me").ok();
    for own in ["id", "username", "email", "role", "created_at", "updated_at"] {
        account[own] = Value::Null;
    }
    shown.push(("/users/me".to_owned(), account));
    for (path, name) in [
        ("/devices", "devices"),
        ("/usage", "sessions"),
        ("/events", "events"),
        ("/sessions", "sessions"),
        ("/garden", "gardens"),
        ("/consumption", "consumptions"),
        ("/consumption/imports", "imports"),
        ("/meters", "meters"),
        ("/projects", "projects"),
        ("/time-entries", "time_entries"),
    ] {
        let mut list = pages(person, path, name);
        for one in list[1].as_array_mut().unwrap() {
            // When what a meter says was derived is not told.
            if one["meter_id"].is_string() {
                (one["created_at"], one["updated_at"]) = (Value::Null, Value::Null);
            }
        }
        shown.push((path.to_owned(), list));
    }
    let meters = person.get("/meters").ok();
    for meter in meters["meters"].as_array().unwrap() {
        let path = format!("/meters/{}/readings", meter["id"].as_str().unwrap());
        shown.push((path.clone(), pages(person, &path, "readings")));
    }
    let mut paths: Vec<String> = [
        "/stats/me",
        "/stats/daily/366?to=2024-12-31",
        "/stats/daily/366",
        "/stats/trends",
        "/stats/hours?from=2024-01-01&to=2024-12-31",
        "/garden/species",
        "/categories",
        "/events/count",
        "/events/domains?days=366",
        "/analytics/dashboard?days=30",
        "/analytics/dashboard?days=30&tz=Asia/Tokyo",
        "/analytics/time-spent?days=30",
        "/consumption/analytics?group_by=day",
        "/consumption/analytics?group_by=month&start_date=2015-01-01&end_date=2026-12-31",
        "/time-entries/report?from=2026-01-01&to=2026-01-31&group_by=project",
        "/time-entries/report?from=2026-01-01&to=2026-01-31&group_by=tag",
    ]
    .map(ToOwned::to_owned)
    .into();
    let days = person.server.sql(&format!("SELECT day FROM usage_days WHERE user_id = '{}'", person.id));
    for day in days.lines().collect::<std::collections::BTreeSet<_>>() {
        paths.push(format!("/stats/today?date={day}"));
        paths.push(format!("/stats/today?date={day}&tz=Pacific/Auckland"));
        paths.push(format!("/stats/week?date={day}"));
    }
    for path in paths {
        let mut answer = person.get(&path).ok();
        if path == "/stats/me" {
            answer["updated_at"] = Value::Null;
        }
        shown.push((path, answer));
    }
    let of_somebody = |value: &Value| -> Value {
        serde_json::from_str(&value.to_string().replace(&person.id, "somebody")).unwrap()
    };
    shown.into_iter().map(|(path, answer)| (path, of_somebody(&answer))).collect()
}

/// That both show the same, in every answer.
fn same(one: &Person<'_>, other: &Person<'_>) {
    for is_last in [false, true] {
        let (ours, theirs) = (shown(one), shown(other));
        // Once more, should it have become another day in between.
        if ours != theirs && !is_last {
            continue;
        }
        assert_eq!(ours.len(), theirs.len());
        for ((path, ours), (_, theirs)) in ours.iter().zip(&theirs) {
            assert!(ours == theirs, "{path}\n{ours}\n{theirs}");
        }
        return;
    }
}

/// Takes somebody's account in, and compares.
fn check(ada: &Person<'_>, bob: &Person<'_>) {
    let lines = export(ada);
    let report = send(bob, "", &lines).ok();
    let end: Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!(report["counts"], end["end"]);
    bob.server.verify();
    same(ada, bob);
    // What comes out again is the same, but for whose it is and when it was written.
    let again = export(bob);
    assert_eq!(again.len(), lines.len());
    for (again, line) in again.iter().zip(&lines).skip(1) {
        assert_eq!(again, line);
    }
    let account = |lines: &[String]| -> Value {
        let mut first: Value = serde_json::from_str(&lines[0]).unwrap();
        (first["exported_at"], first["account"]["username"]) = (Value::Null, Value::Null);
        first
    };
    assert_eq!(account(&again), account(&lines));
}

#[test]
fn a_little_of_everything() {
    let server = Server::start();
    let (ada, bob) = (server.person_in("ada", "America/St_Johns"), server.person("bob"));
    fill::few(&ada);
    let kinds: std::collections::BTreeSet<String> =
        export(&ada).iter().map(|line| line.split('"').nth(1).unwrap().to_owned()).collect();
    assert_eq!(kinds.len(), 15, "{kinds:?}");
    check(&ada, &bob);
    // What was deleted does not come back there either.
    let gone = |id: &str| format!("00000000-0000-4000-8000-000000000{id}");
    let record = json!({"consumption_type": "gas", "amount": 1, "unit": "m3", "consumption_date": "2026-01-02", "id": gone("002")});
    bob.post("/consumption", &record).fails(409, "CONSUMPTION_DELETED");
    let entry =
        json!({"start_time": "2026-01-03T09:00:00Z", "end_time": "2026-01-03T10:00:00Z", "id": gone("103")});
    bob.post("/time-entries", &entry).fails(409, "TIME_ENTRY_DELETED");
    let session: String =
        server.sql("SELECT DISTINCT source_id FROM xp_ledger WHERE reason = 'session_deleted'");
    let session = json!({"started_at": "2026-01-04T10:00:00Z", "ended_at": "2026-01-04T10:25:00Z", "completed": true, "id": session});
    bob.post("/sessions", &session).fails(409, "SESSION_DELETED");
    // What an import changed is taken back by undoing it, and a session gives back what it earned.
    for person in [&ada, &bob] {
        let imports = person.get("/consumption/imports").ok();
        assert_eq!(imports["imports"][0]["file_name"], "second.csv");
        person
            .delete(&format!("/consumption/imports/{}", imports["imports"][0]["id"].as_str().unwrap()))
            .is(204);
        let sessions = person.get("/sessions?completed=true").ok();
        person.delete(&format!("/sessions/{}", sessions["sessions"][0]["id"].as_str().unwrap())).is(204);
    }
    let mut undone = [shown(&ada), shown(&bob)];
    for list in undone.iter_mut().flatten().filter(|(path, _)| path == "/consumption/imports") {
        list.1[1][0]["undone_at"] = Value::Null;
    }
    assert_eq!(undone[0], undone[1]);
    server.verify();
}

#[test]
fn what_was_measured_on_another_server() {
    let (here, there) = (Server::start(), Server::start());
    let (ada, eve) = (here.person_in("ada", "Europe/Brussels"), there.person("eve"));
    fill::much(&ada);
    check(&ada, &eve);
    let account = eve.get("/users/me").ok();
    assert_eq!((&account["timezone"], &account["name"]), (&json!("Asia/Kathmandu"), &json!("Ada L")));
    assert_eq!(account["settings"]["categorization"]["of_a_client"], json!([1, null]));
    // It goes on there as it would have here.
    for person in [&ada, &eve] {
        let overlapping = json!({"start_time": "2026-01-01T09:30:00Z", "end_time": "2026-01-01T11:00:00Z"});
        person.post("/time-entries", &overlapping).fails(409, "TIME_ENTRIES_OVERLAP");
        let hour = "start,meter,gas kWh\n2027-01-01 00:00,313b,7\n";
        person.with("content-type", "text/csv").raw(Method::POST, "/consumption/import", hour).ok();
    }
    there.verify();
}
