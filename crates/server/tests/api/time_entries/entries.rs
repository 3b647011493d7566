//! Entries: added, changed, copied, listed, deleted; and what is none.

use reqwest::Method;

use super::*;

#[test]
fn an_entry_is_added_changed_and_deleted() {
    let server = Server::start();
    let ada = server.person("ada");
    let tides = project(&ada, &json!({"title": "Tides"}));
    let kept = add(&ada, &entry("09:00:00", "09:29:30.250"));
    assert_eq!((&kept["duration_seconds"], &kept["duration_minutes"]), (&json!(1770.25), &json!(30)));
    assert_eq!(
        (&kept["start_time"], &kept["end_time"]),
        (&json!("2026-01-05T09:00:00Z"), &json!("2026-01-05T09:29:30.250Z"))
    );
    assert_eq!(kept.get("warnings"), None);
    let patched = ada.patch(&path(&kept), &json!({"project_id": tides, "tags": ["sea"]})).ok();
    assert_eq!((&patched["project_id"], &patched["tags"]), (&tides, &json!(["sea"])));
    assert_eq!(patched["duration_seconds"], 1770.25);
    let put = json!({"project_id": null, "start_time": "2026-01-06T00:30:00+01:00", "end_time": "2026-01-06T00:00:00", "billable": true});
    let put = ada.send(Method::PUT, &path(&kept), Some(&put)).ok();
    assert_eq!((&put["project_id"], &put["start_time"]), (&json!(null), &json!("2026-01-05T23:30:00Z")));
    assert_eq!(
        (&put["duration_minutes"], &put["tags"], &put["billable"]),
        (&json!(30), &json!(["sea"]), &json!(true))
    );
    assert_eq!(ada.get(&path(&kept)).ok(), put);
    // An entry that ended stays ended.
    assert_eq!(ada.patch(&path(&kept), &json!({"end_time": null})).ok()["end_time"], put["end_time"]);
    server.verify();
    ada.delete(&path(&kept)).is(204);
    ada.get(&path(&kept)).fails(404, "TIME_ENTRY_NOT_FOUND");
    assert_eq!(ada.get("/time-entries/report").ok()["total_seconds"], 0);
    server.verify();
}

#[test]
fn what_is_no_entry() {
    let server = Server::start();
    let ada = server.person("ada");
    let soon = chrono::Utc::now() + chrono::Duration::minutes(10);
    for (body, field) in [
        (entry("09:00:00", "08:59:59"), "end_time"),
        (json!({"end_time": "2026-01-05T09:00:00Z"}), "start_time"),
        (json!({"start_time": soon}), "start_time"),
        (json!({"start_time": "2026-01-05T09:00:00Z", "end_time": soon}), "end_time"),
        (json!({"start_time": "1999-01-05T09:00:00Z", "end_time": "2026-01-05T09:00:00Z"}), "start_time"),
        (json!({"start_time": "2020-01-05T09:00:00Z"}), "start_time"),
        (json!({"start_time": "yesterday"}), "start_time"),
        (json!({"tags": ["a,b"]}), "tags"),
        (json!({"tags": "a"}), "tags"),
        (json!({"tags": vec!["x"; 51]}), "tags"),
        (json!({"description": "x".repeat(3001)}), "description"),
        (json!({"description": "\u{0}"}), "description"),
        (json!({"billable": 1}), "billable"),
        (json!({"id": "7"}), "id"),
    ] {
        ada.post("/time-entries", &body).names(field);
    }
    let nobodys = "01a20000-0000-7000-8000-000000000000";
    ada.post("/time-entries", &json!({"project_id": nobodys})).fails(404, "PROJECT_NOT_FOUND");
    let bobs = project(&server.person("bob"), &json!({"title": "Private"}));
    ada.post("/time-entries", &json!({"project_id": bobs})).fails(404, "PROJECT_NOT_FOUND");
    let kept = add(&ada, &entry("09:00:00", "10:00:00"));
    ada.patch(&path(&kept), &json!({"project_id": bobs})).fails(404, "PROJECT_NOT_FOUND");
    ada.patch(&path(&kept), &json!({"start_time": "2026-01-05T10:00:01Z"})).names("end_time");
    ada.get("/time-entries?from=yesterday").names("from");
    ada.get("/time-entries?limit=0").names("limit");
    ada.get("/time-entries?cursor=x").names("cursor");
    assert_eq!(total(&ada), 1);
}

#[test]
fn copies() {
    let server = Server::start();
    let ada = server.person("ada");
    let mut new = entry("09:00:00", "09:30:00");
    new["tags"] = json!(["sea"]);
    let kept = add(&ada, &new);
    let copied = ada.raw(Method::POST, &format!("{}/duplicate", path(&kept)), "").is(201);
    assert_ne!(copied["id"], kept["id"]);
    for field in ["start_time", "end_time", "tags", "project_id", "billable", "description"] {
        assert_eq!(copied[field], kept[field], "{field}");
    }
    let later = json!({"start_time": "2026-01-06T12:00:00Z"});
    let later = ada.post(&format!("{}/duplicate", path(&kept)), &later).is(201);
    assert_eq!(later["end_time"], "2026-01-06T12:30:00Z");
    let runs = add(&ada, &json!({}));
    ada.post(&format!("{}/duplicate", path(&runs)), &json!({})).fails(409, "TIMER_RUNNING");
    server.verify();
}

#[test]
fn lists_are_newest_first_and_by_what_is_asked() {
    let server = Server::start();
    let ada = server.person_in("ada", "Europe/Berlin");
    let tides = project(&ada, &json!({"title": "Tides"}));
    for (from, to, tag, project) in [
        ("2026-01-04T22:59:00Z", "2026-01-05T10:00:00Z", "sea", json!(null)),
        ("2026-01-04T23:00:00Z", "2026-01-05T00:00:00Z", "sea", tides.clone()),
        ("2026-01-05T22:59:59Z", "2026-01-05T23:30:00Z", "moon", tides.clone()),
    ] {
        add(
            &ada,
            &json!({"start_time": from, "end_time": to, "tags": [tag, "all"], "project_id": project, "billable": tag == "sea"}),
        );
    }
    let listed = |query: &str| {
        let list = ada.get(&format!("/time-entries?{query}")).ok();
        let starts: Vec<String> = list["time_entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["start_time"].as_str().unwrap()[8..16].to_owned())
            .collect();
        assert_eq!(list["total"], starts.len(), "{query}");
        starts
    };
    let all = ["05T22:59", "04T23:00", "04T22:59"];
    assert_eq!(listed(""), all);
    assert_eq!(listed("from=2026-01-05&to=2026-01-05"), all[..2]);
    assert_eq!(listed("to=2026-01-04"), all[2..]);
    assert_eq!(listed("from=2026-01-05T00:00:00Z"), all[..1]);
    assert_eq!(listed("tag=sea"), all[1..]);
    assert_eq!(listed("tag=other"), [""; 0]);
    assert_eq!(listed("billable=false"), all[..1]);
    assert_eq!(listed(&format!("project_id={}", tides.as_str().unwrap())), all[..2]);
    assert_eq!(listed("running=true"), [""; 0]);
    let first = ada.get("/time-entries?limit=2").ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = ada.get(&format!("/time-entries?limit=2&cursor={cursor}")).ok();
    assert_eq!(
        (&second["time_entries"][0]["start_time"], &second["next_cursor"]),
        (&json!("2026-01-04T22:59:00Z"), &json!(null))
    );
}

#[test]
fn go_with_their_account() {
    let server = Server::start();
    server.person("admin");
    let ada = server.person("ada");
    let tides = project(&ada, &json!({"title": "Tides"}));
    let mut new = entry("09:00:00", "10:00:00");
    new["project_id"] = tides;
    let gone = add(&ada, &new);
    add(&ada, &new);
    ada.delete(&path(&gone)).is(204);
    add(&ada, &json!({}));
    let bob = server.person("bob");
    add(&bob, &new_of(&bob));
    ada.send(Method::DELETE, "/users/me", Some(&json!({"password": crate::harness::PASSWORD}))).is(204);
    for (table, left) in
        [("projects", "1"), ("time_entries", "1"), ("time_entries_deleted", "0"), ("time_days", "1")]
    {
        assert_eq!(server.sql(&format!("SELECT count(*) FROM {table}")), left, "{table}");
    }
    server.verify();
}

#[test]
fn what_is_packed_wrong_is_found() {
    let server = Server::start();
    let ada = server.person("ada");
    add(&ada, &entry("09:00:00", "10:00:00"));
    server.sql("UPDATE time_entries SET ended_at = ended_at + interval '1 second'");
    let found = || service::verify::run(&crate::harness::CLUSTER.url(&server.database)).unwrap().differences;
    assert_eq!(found().len(), 1, "{:?}", found());
    server.sql("DELETE FROM time_days");
    assert_eq!(found().len(), 1);
}

fn new_of(person: &Caller<'_>) -> Value {
    let mut new = entry("09:00:00", "10:00:00");
    new["project_id"] = project(person, &json!({"title": "Maps"}));
    new
}
