//! What the README and the documents for client writers say: the README's requests are sent as they stand there, and no
//! operation or code is named that does not exist.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::harness::{Person, Server};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The blocks of shell of the README's section, in order.
fn blocks() -> Vec<String> {
    let readme = read("README.md");
    let section = readme.split("\n## Clients\n").nth(1).unwrap().split("\n## ").next().unwrap();
    section.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// A curl that notes the status of its answer, and otherwise is the one that is installed.
const CURL: &str = r#"#!/bin/sh
PATH=$REAL_PATH
answer=$(mktemp)
curl "$@" --output "$answer" --write-out '%{http_code}\n' >>"$STATUSES" || exit
cat "$answer"
echo
"#;

#[test]
fn the_first_requests_of_each_family() {
    let blocks = blocks();
    let (preamble, families) = blocks.split_first().unwrap();
    assert_eq!(families.len(), 5);
    for family in families {
        let requests = family.matches("curl ").count();
        assert!(requests >= 5, "{family}");
        assert_eq!(family.matches("   # ").count(), requests, "each says its status: {family}");
    }

    let server = Server::start();
    let place = tempfile::tempdir().unwrap();
    let curl = place.path().join("curl");
    std::fs::write(&curl, CURL).unwrap();
    std::fs::set_permissions(&curl, std::fs::Permissions::from_mode(0o755)).unwrap();
    let script =
        [preamble.as_str()].into_iter().chain(families.iter().map(String::as_str)).collect::<String>();
    assert!(script.contains("http://127.0.0.1:8080"));
    let script = script.replace("http://127.0.0.1:8080", &format!("http://{}", server.address));
    let path = std::env::var("PATH").unwrap();
    let done = Command::new("sh")
        .args(["-eu", "-c", &script])
        .current_dir(place.path())
        .env("PATH", format!("{}:{path}", place.path().display()))
        .env("REAL_PATH", path)
        .env("STATUSES", place.path().join("statuses"))
        .env_remove("http_proxy")
        .output()
        .unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    let statuses = std::fs::read_to_string(place.path().join("statuses")).unwrap();
    let expected: Vec<&str> =
        script.lines().filter_map(|line| line.split_once("   # ")).map(|(_, status)| status).collect();
    // The preamble has a remark as well.
    assert_eq!(statuses.lines().collect::<Vec<_>>(), expected[1..], "{said}");

    // They did what they say.
    assert!(said.contains("\"total_seconds\":8100"), "{said}");
    for (login, password, name) in [
        ("ada.l", "test1234", json!(null)),
        ("grace@example.org", "correct horse battery", json!("Grace Murray Hopper")),
        ("alan@example.org", "test1234", json!("Alan Turing")),
        ("mary", "test1234", json!("Mary Fairfax Somerville")),
    ] {
        let person = Person::new(
            &server,
            server.nobody().post("/auth/login", &json!({"username": login, "password": password})).ok(),
        );
        let account = person.get("/users/me").ok();
        assert_eq!(account["name"], name);
        match login {
            "ada.l" => {
                assert_eq!(account["timezone"], "Europe/Berlin");
                let today = person.get("/stats/today?date=2026-11-20").ok();
                assert_eq!((&today["total_seconds"], &today["active_seconds"]), (&json!(8100), &json!(6300)));
            }
            "grace@example.org" => assert_eq!(account["day_start"], "04:00"),
            "alan@example.org" => {
                assert_eq!(account["settings"]["sync_interval"], 60);
                assert_eq!(person.get("/devices").ok()["devices"][0]["platform"], "browser");
                assert_eq!(person.get("/events/count?domain=example.org").ok()["count"], 1);
            }
            _ => {
                assert_eq!(account["week_start"], "sunday");
                // What the clock told, once.
                let tracked = person.get("/time-entries/report?from=2026-11-20&to=2026-11-20").ok();
                assert_eq!((&tracked["entry_count"], &tracked["total_seconds"]), (&json!(1), &json!(5400)));
                assert_eq!(tracked["groups"][0]["name"], "Tide tables");
            }
        }
    }
}

/// The documents for who writes a client.
fn documents() -> Vec<(String, String)> {
    let mut found = vec![("CLIENTS.md".to_owned(), read("docs/CLIENTS.md"))];
    for entry in std::fs::read_dir(root().join("docs/clients")).unwrap().flatten() {
        found.push((entry.path().display().to_string(), std::fs::read_to_string(entry.path()).unwrap()));
    }
    assert_eq!(found.len(), 7);
    found
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split("```").step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2))
}

#[test]
fn what_the_documents_name_exists() {
    let document = serde_json::to_value(http_api::openapi()).unwrap();
    let sources: String = ["http", "service", "domain"]
        .iter()
        .flat_map(|name| files(&root().join("crates").join(name).join("src")))
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    let (mut operations, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for (name, text) in documents() {
        for word in quoted(&text) {
            if let Some((method, path)) = word.split_once(" /")
                && ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method)
            {
                let path = format!("/{}", path.split(['?', ' ']).next().unwrap());
                let known = &document["paths"][&path][method.to_lowercase()];
                assert!(known.is_object(), "{name}: there is no {method} {path}");
                operations.insert(word.to_owned());
            }
            let code = word.len() > 3
                && word.contains('_')
                && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            if code {
                let written = |word: &str| sources.contains(&format!("\"{word}\""));
                let camel: String = word
                    .split('_')
                    .map(|part| format!("{}{}", &part[..1], part[1..].to_lowercase()))
                    .collect();
                let kind = word
                    .strip_suffix("_NOT_FOUND")
                    .is_some_and(|kind| sources.contains(&format!("\"{}\"", kind.to_lowercase())));
                let known = written(word)
                    || sources.contains(&format!("Refusal::{camel}"))
                    || kind
                    || word == "INTERNAL_ERROR";
                assert!(known, "{name}: nothing answers {word}");
                codes.insert(word.to_owned());
            }
        }
    }
    assert!(operations.len() >= 15 && codes.len() >= 15, "{operations:?} {codes:?}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
