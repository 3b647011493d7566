//! Projects: made, changed, archived, deleted with or without where their entries go.

use serde_json::{Value, json};

use crate::harness::{Caller, Server};

fn path(of: &Value) -> String {
    format!("/projects/{}", of["id"].as_str().unwrap())
}

fn add(person: &Caller<'_>, title: &str) -> Value {
    person.post("/projects", &json!({"title": title})).is(201)
}

/// An hour of a project, so many hours after midnight.
fn hour(person: &Caller<'_>, project: &Value, hours: u32) -> Value {
    let entry = json!({
        "project_id": project["id"], "start_time": format!("2026-01-05T{hours:02}:00:00Z"),
        "end_time": format!("2026-01-05T{:02}:00:00Z", hours + 1),
    });
    person.post("/time-entries", &entry).is(201)
}

#[test]
fn a_project_is_made_changed_and_deleted() {
    let server = Server::start();
    let ada = server.person("ada");
    let new = json!({"title": " Tides ", "client": "Harbour", "color": "#1f7a8c", "hourly_rate": 85.125, "description": "Tables"});
    let project = ada.post("/projects", &new).is(201);
    for (field, value) in [
        ("owner_id", json!(ada.id)),
        ("title", json!("Tides")),
        ("client", json!("Harbour")),
        ("color", json!("#1f7a8c")),
        ("hourly_rate", json!(85.125)),
        ("description", json!("Tables")),
        ("archived", json!(false)),
        ("total_seconds", json!(0)),
        ("entry_count", json!(0)),
    ] {
        assert_eq!(project[field], value, "{field}");
    }
    assert_eq!(ada.get(&path(&project)).ok(), project);
    let changed = ada.patch(&path(&project), &json!({"archived": true, "hourly_rate": null})).ok();
    assert_eq!((&changed["archived"], &changed["hourly_rate"]), (&json!(true), &json!(null)));
    assert_eq!(changed["client"], "Harbour");
    let put = ada.send(reqwest::Method::PUT, &path(&project), Some(&json!({"title": "Moons", "client": ""})));
    let put = put.ok();
    assert_eq!(
        (&put["title"], &put["client"], &put["archived"]),
        (&json!("Moons"), &json!(null), &json!(true))
    );
    let other = add(&ada, "Maps");
    let listed = |query: &str| {
        let list = ada.get(&format!("/projects{query}")).ok();
        let titles = list["projects"].as_array().unwrap().iter().map(|one| one["title"].clone());
        (titles.collect::<Vec<_>>(), list["total"].as_i64().unwrap())
    };
    assert_eq!(listed(""), (vec![json!("Maps"), json!("Moons")], 2));
    assert_eq!(listed("?archived=false"), (vec![json!("Maps")], 1));
    assert_eq!(listed("?archived=true"), (vec![json!("Moons")], 1));
    ada.delete(&path(&other)).is(204);
    ada.get(&path(&other)).fails(404, "PROJECT_NOT_FOUND");
    ada.delete(&path(&other)).fails(404, "PROJECT_NOT_FOUND");
    assert_eq!(listed("").1, 1);
}

#[test]
fn what_is_no_project() {
    let server = Server::start();
    let ada = server.person("ada");
    for (body, field) in [
        (json!({}), "title"),
        (json!({"title": "  "}), "title"),
        (json!({"title": "x".repeat(201)}), "title"),
        (json!({"title": "a\u{0}b"}), "title"),
        (json!({"title": "x", "color": "red; background: url(x)"}), "color"),
        (json!({"title": "x", "hourly_rate": -1}), "hourly_rate"),
        (json!({"title": "x", "hourly_rate": 0.0001}), "hourly_rate"),
        (json!({"title": "x", "hourly_rate": "1e80000"}), "hourly_rate"),
        (json!({"title": "x", "archived": "yes"}), "archived"),
    ] {
        ada.post("/projects", &body).names(field);
    }
    let project = add(&ada, "x");
    ada.patch(&path(&project), &json!({"title": ""})).names("title");
    ada.delete(&format!("{}?entries=move", path(&project))).names("to");
    ada.delete(&format!("{}?entries=burn", path(&project))).names("entries");
    let nobodys = "01a20000-0000-7000-8000-000000000000";
    ada.delete(&format!("{}?entries=move&to={nobodys}", path(&project))).fails(404, "PROJECT_NOT_FOUND");
    ada.get(&path(&project)).ok();
}

#[test]
fn its_entries_stay_or_move() {
    let server = Server::start();
    let ada = server.person("ada");
    let [tides, maps, moons] = ["Tides", "Maps", "Moons"].map(|title| add(&ada, title));
    let first = hour(&ada, &tides, 1);
    let second = hour(&ada, &maps, 2);
    let runs = ada.post("/time-entries", &json!({"project_id": maps["id"]})).is(201);
    assert_eq!(ada.get(&path(&tides)).ok()["total_seconds"], 3600);
    assert_eq!(ada.get(&path(&maps)).ok()["entry_count"], 2);
    assert!(ada.get(&path(&maps)).ok()["total_seconds"].as_f64().unwrap() >= 3600.0);

    ada.delete(&path(&tides)).is(204);
    let entry = |of: &Value| ada.get(&format!("/time-entries/{}", of["id"].as_str().unwrap())).ok();
    assert_eq!(entry(&first)["project_id"], json!(null));
    ada.delete(&format!("{}?entries=move&to={}", path(&maps), moons["id"].as_str().unwrap())).is(204);
    assert_eq!((&entry(&second)["project_id"], &entry(&runs)["project_id"]), (&moons["id"], &moons["id"]));
    ada.post(&format!("/time-entries/{}/stop", runs["id"].as_str().unwrap()), &json!({})).ok();
    assert_eq!(ada.get(&path(&moons)).ok()["entry_count"], 2);
    let report = ada.get("/time-entries/report?from=2026-01-05&to=2026-01-05").ok();
    assert_eq!(report["total_seconds"], 7200);
    let names: Vec<_> =
        report["groups"].as_array().unwrap().iter().map(|group| group["name"].clone()).collect();
    assert_eq!(names, [json!(null), json!("Moons")]);
    server.verify();
}
