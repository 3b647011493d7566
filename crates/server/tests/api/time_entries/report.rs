//! Reports: what entries add up to, as JSON and CSV.

use super::*;

/// Names, seconds and entries of groups.
fn groups(of: &Value) -> Vec<(Option<String>, Value, i64)> {
    let group = |one: &Value| {
        (
            one["name"].as_str().map(ToOwned::to_owned),
            one["seconds"].clone(),
            one["entry_count"].as_i64().unwrap(),
        )
    };
    of["groups"].as_array().unwrap().iter().map(group).collect()
}

fn named(name: &str, seconds: f64, entries: i64) -> (Option<String>, Value, i64) {
    let seconds = if seconds.fract() == 0.0 { json!(seconds as i64) } else { json!(seconds) };
    (Some(name.to_owned()), seconds, entries)
}

/// Somebody in Berlin with some entries.
fn ada(server: &Server) -> Person<'_> {
    let ada = server.person_in("ada", "Europe/Berlin");
    let tides =
        project(&ada, &json!({"title": "Tides", "client": "Harbour", "hourly_rate": 100, "color": "3"}));
    let maps = project(&ada, &json!({"title": "=Maps", "client": "Harbour", "hourly_rate": 33.333}));
    for (from, to, project, tags) in [
        ("2026-03-28T22:30:00Z", "2026-03-29T02:30:00Z", &tides, json!(["night", "sea"])),
        ("2026-03-29T02:00:00Z", "2026-03-29T03:00:00.500Z", &maps, json!(["sea"])),
        ("2026-03-30T10:00:00Z", "2026-03-30T10:07:30Z", &json!(null), json!([])),
    ] {
        let entry = json!({"start_time": from, "end_time": to, "project_id": project, "tags": tags, "billable": !project.is_null()});
        add(&ada, &entry);
    }
    ada
}

#[test]
fn what_entries_add_up_to() {
    let server = Server::start();
    let ada = ada(&server);
    let report = |query: &str| ada.get(&format!("/time-entries/report?to=2026-03-31&{query}")).ok();
    let all = report("");
    for (field, value) in [
        ("from", json!("2026-03-28")),
        ("to", json!("2026-03-31")),
        ("timezone", json!("Europe/Berlin")),
        ("group_by", json!(["project"])),
        ("total_seconds", json!(18_450.5)),
        ("billable_seconds", json!(18_000.5)),
        ("billable_amount", json!(433.34)),
        ("union_seconds", json!(16_650.5)),
        ("entry_count", json!(3)),
    ] {
        assert_eq!(all[field], value, "{field}");
    }
    assert_eq!(groups(&all), [named("Tides", 14_400.0, 1), named("=Maps", 3600.5, 1), (None, json!(450), 1)]);
    let first = &all["groups"][0];
    assert_eq!(
        (&first["client"], &first["color"], &first["billable_amount"]),
        (&json!("Harbour"), &json!("3"), &json!(400))
    );
    assert_eq!((first.get("groups"), &all["groups"][2]["key"]), (None, &json!(null)));
    let days = report("group_by=day");
    assert_eq!(
        groups(&days),
        [named("2026-03-28", 1800.0, 1), named("2026-03-29", 16_200.5, 1), named("2026-03-30", 450.0, 1)]
    );
    // From elsewhere days are others.
    let days = report("group_by=day&tz=America/New_York");
    assert_eq!(groups(&days), [named("2026-03-28", 18_000.5, 2), named("2026-03-30", 450.0, 1)]);
    let crossed = report("group_by=client,day&rounding=up:15&tag=sea");
    assert_eq!(groups(&crossed), [named("Harbour", 14_400.0 + 4500.0, 2)]);
    assert_eq!(
        groups(&crossed["groups"][0]),
        [named("2026-03-28", 1800.0, 1), named("2026-03-29", 17_100.0, 1)]
    );
    assert_eq!(report("billable=false")["total_seconds"], 450);
    assert_eq!(report("client=Harbour&from=2026-03-30")["total_seconds"], 0);
    server.verify();
}

/// Milliseconds of the entries that the list has of these dates.
fn listed(person: &Person<'_>, query: &str) -> i64 {
    let list = person.get(&format!("/time-entries?from=2026-03-28&to=2026-03-31&{query}")).ok();
    let entries = list["time_entries"].as_array().unwrap();
    assert_eq!(list["total"], entries.len());
    let ms = |entry: &Value| (entry["duration_seconds"].as_f64().unwrap() * 1000.0).round() as i64;
    entries.iter().map(ms).sum()
}

#[test]
fn a_filter_chooses_what_it_chooses_of_the_list() {
    let server = Server::start();
    let ada = ada(&server);
    let (bob, path) = (server.person("bob"), "/time-entries/report?from=2026-03-28&to=2026-03-31");
    let bobs = project(&bob, &json!({"title": "Tides", "client": "Harbour"}));
    add(
        &bob,
        &json!({"start_time": "2026-03-29T10:00:00Z", "end_time": "2026-03-29T11:00:00Z", "project_id": bobs, "tags": ["sea"]}),
    );
    let projects = ada.get("/projects").ok()["projects"].clone();
    let [maps, tides] = [&projects[0], &projects[1]].map(|project| project["id"].as_str().unwrap());
    for (query, ms) in [
        (String::new(), 18_450_500),
        (format!("project_id={tides}"), 14_400_000),
        (format!("project_id={maps}&billable=true&tag=sea"), 3_600_500),
        (format!("project_id={maps}&tag=night"), 0),
        ("tag=sea".into(), 18_000_500),
        ("tag=night&billable=true".into(), 14_400_000),
        ("tag=night&billable=false".into(), 0),
        ("billable=false".into(), 450_000),
        // Another's is as one that nobody has.
        (format!("project_id={}", bobs.as_str().unwrap()), 0),
        ("project_id=01a20000-0000-7000-8000-000000000000".into(), 0),
    ] {
        let report = ada.get(&format!("{path}&{query}")).ok();
        let total = (report["total_seconds"].as_f64().unwrap() * 1000.0).round() as i64;
        assert_eq!((total, listed(&ada, &query)), (ms, ms), "{query}");
        let sum = groups(&report).iter().map(|(_, seconds, _)| seconds.as_f64().unwrap()).sum::<f64>();
        assert_eq!((sum * 1000.0).round() as i64, ms, "{query}");
    }
    // A client's is that of their projects.
    let of_client = ada.get(&format!("{path}&client=Harbour")).ok();
    assert_eq!(of_client["total_seconds"], 18_000.5);
    let csv = ada.get(&format!("{path}&client=Harbour&tag=night&group_by=client&format=csv")).text();
    assert_eq!(csv.lines().skip(1).collect::<Vec<_>>(), ["Harbour,4,14400,14400,400,1"]);
    let days = "group_by=day,project";
    let [another, none] = [bobs.as_str().unwrap(), "01a20000-0000-7000-8000-000000000000"]
        .map(|id| ada.get(&format!("{path}&{days}&project_id={id}")).ok());
    assert_eq!(another, none);
}

#[test]
fn the_same_answer_is_not_sent_again() {
    let server = Server::start();
    let ada = ada(&server);
    let path = "/time-entries/report?from=2026-03-01&to=2026-03-31";
    let tag = ada.get(path).header("etag").to_owned();
    assert_eq!(ada.with("if-none-match", &tag).get(path).status, 304);
    add(&ada, &json!({"start_time": "2026-03-30T11:00:00Z", "end_time": "2026-03-30T12:00:00Z"}));
    assert_eq!(ada.with("if-none-match", &tag).get(path).ok()["total_seconds"], 22_050.5);
}

#[test]
fn as_csv() {
    let server = Server::start();
    let ada = ada(&server);
    let answer = ada.get("/time-entries/report?to=2026-03-31&group_by=project,tag&format=csv");
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"time-2026-03-28-2026-03-31.csv\""
    );
    assert_eq!(
        answer.text().lines().collect::<Vec<_>>(),
        [
            "project,project_client,tag,hours,seconds,billable_seconds,billable_amount,entries",
            "Tides,Harbour,night,4,14400,14400,400,1",
            "Tides,Harbour,sea,4,14400,14400,400,1",
            "'=Maps,Harbour,sea,1,3600.5,3600.5,33.34,1",
            ",,,0.13,450,0,0,1",
        ]
    );
}

#[test]
fn what_cannot_be_asked() {
    let server = Server::start();
    let ada = server.person("ada");
    for (query, field) in [
        ("group_by=colour", "group_by"),
        ("group_by=day,day", "group_by"),
        ("rounding=15", "rounding"),
        ("rounding=up:0", "rounding"),
        ("tz=Mars", "tz"),
        ("from=2026-02-30", "from"),
        ("from=2026-02-02&to=2026-02-01", "from"),
        ("to=10000-01-01", "to"),
        ("format=pdf", "format"),
        ("project_id=7", "project_id"),
        ("billable=perhaps", "billable"),
    ] {
        ada.get(&format!("/time-entries/report?{query}")).names(field);
    }
    let all = ada.get("/time-entries/report?from=1970-01-01&to=9999-12-31&group_by=day,tag").ok();
    assert_eq!((&all["total_seconds"], &all["groups"]), (&json!(0), &json!([])));
}
