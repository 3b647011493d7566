//! Two terms of a student's time give exactly the figures that are expected of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::import::{counts, import, state, undo};
use super::*;

fn data(name: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/time_entries").join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Figures by name, those of zero left out; what has no name is called so.
fn told(of: &Value, none: &str) -> BTreeMap<String, i64> {
    let groups = of["groups"].as_array().unwrap().iter();
    groups
        .map(|one| (one["name"].as_str().unwrap_or(none).to_owned(), one["seconds"].as_i64().unwrap()))
        .filter(|(_, seconds)| *seconds > 0)
        .collect()
}

fn expected_sums(of: &Value) -> BTreeMap<String, i64> {
    of.as_object().unwrap().iter().map(|(name, seconds)| (name.clone(), seconds.as_i64().unwrap())).collect()
}

fn check(name: &str) {
    let expected: Value = serde_json::from_str(&data("expected.json")).unwrap();
    let expected = &expected["files"][name];
    let zone = expected["timezone"].as_str().unwrap();
    let server = Server::start();
    // The zone is told with the file, and is not the account's.
    let ada = server.person("ada");
    let before = state(&ada);
    let file = data(name);
    let all = expected["entries"].as_u64().unwrap();
    let rehearsal = import(&ada, &format!("tz={zone}&dry_run=true"), file.clone());
    let imported = import(&ada, &format!("tz={zone}"), file.clone());
    assert_eq!((counts(&imported), counts(&rehearsal)), ([all, 0, 0], [all, 0, 0]));
    assert_eq!(imported["total_seconds"], expected["total_seconds"]);
    assert_eq!(imported["overlaps"], expected["overlaps"].as_array().unwrap().len());
    server.verify();

    let report = |query: &str| ada.get(&format!("/time-entries/report?tz={zone}&{query}")).ok();
    let projects = report("group_by=project");
    assert_eq!(projects["total_seconds"], expected["total_seconds"]);
    assert_eq!(projects["union_seconds"], expected["union_seconds"]);
    assert_eq!(projects["entry_count"], expected["entries"]);
    assert_eq!(told(&projects, ""), expected_sums(&expected["per_project_seconds"]));
    let entries: BTreeMap<String, i64> = projects["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap().to_owned(), one["entry_count"].as_i64().unwrap()))
        .collect();
    assert_eq!(entries, expected_sums(&expected["per_project_entries"]));
    assert_eq!(
        told(&report("group_by=client"), "(no client)"),
        expected_sums(&expected["per_client_seconds"])
    );
    assert_eq!(told(&report("group_by=tag"), "(no tag)"), expected_sums(&expected["per_tag_seconds"]));
    assert_eq!(told(&report("group_by=month"), ""), expected_sums(&expected["per_month_seconds"]));
    let days = report("group_by=day");
    let by_date: BTreeMap<String, Value> = days["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["key"].as_str().unwrap().to_owned(),
                json!({"seconds": one["seconds"], "entries_started": one["entry_count"]}),
            )
        })
        .collect();
    assert_eq!(json!(by_date), expected["per_local_date"]);
    let crossed = report("group_by=project,week");
    for project in crossed["groups"].as_array().unwrap() {
        let weeks = &expected["per_project_per_week_seconds"][project["name"].as_str().unwrap()];
        assert_eq!(told(project, ""), expected_sums(weeks));
    }
    assert_eq!(report("rounding=up:15")["total_seconds"], expected["total_seconds_rounded_up_15min"]);
    assert_eq!(report("rounding=nearest:6")["total_seconds"], expected["total_seconds_nearest_6min"]);
    let floored = expected["sum_of_whole_minutes_floored_per_entry"].as_i64().unwrap();
    assert_eq!(report("rounding=down:1&group_by=tag")["total_seconds"], floored * 60);
    let table = ada.get(&format!("/time-entries/report?tz={zone}&format=csv")).text();
    for (project, hours) in expected["per_project_hours_2dp"].as_object().unwrap() {
        let line = table.lines().find(|line| line.starts_with(&format!("{project},"))).unwrap();
        assert_eq!(line.split(',').nth(2).unwrap(), hours.to_string(), "{project}");
    }

    // Entries themselves say the same.
    let listed = ada.get("/time-entries?limit=1000").ok();
    let listed = listed["time_entries"].as_array().unwrap();
    let zero = listed.iter().filter(|one| one["duration_seconds"] == 0).count();
    assert_eq!(zero, expected["zero_length_entries"]);
    let instant = |at: &Value| at.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert_eq!(instant(&listed[listed.len() - 1]["start_time"]), instant(&expected["first_start"]));
    assert_eq!(
        listed.iter().map(|one| instant(&one["end_time"])).max().unwrap(),
        instant(&expected["last_end"])
    );
    let mut tasks: BTreeMap<String, i64> = BTreeMap::new();
    for one in listed {
        *tasks.entry(one["description"].as_str().unwrap().to_owned()).or_default() +=
            one["duration_seconds"].as_i64().unwrap();
    }
    assert_eq!(tasks.len(), expected["distinct_descriptions"]);
    for (task, seconds) in expected_sums(&expected["top_10_descriptions_seconds"]) {
        assert_eq!(tasks[&task], seconds, "{task}");
    }

    let after = state(&ada);
    assert_eq!(counts(&import(&ada, &format!("tz={zone}"), file)), [0, all, 0]);
    assert_eq!(state(&ada), after);
    undo(&ada, &imported).is(204);
    let mut undone = state(&ada);
    undone[3] = json!(0);
    assert_eq!(undone, before);
    server.verify();
}

#[test]
fn of_the_spring_of_2023() {
    check("toggl_student_2023_spring.csv");
}

#[test]
fn of_the_spring_of_2024() {
    check("toggl_student_2024_spring.csv");
}
