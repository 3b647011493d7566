//! What is for admins: who gets in, and what they see and decide.

mod audit;
mod figures;
mod invites;
mod last_admin;
mod people;
mod who;

use serde_json::{Value, json};

use crate::harness::{Answer, Caller, Device, PASSWORD, Person, Server};

/// Where an admin finds somebody's account.
fn path(person: &Person<'_>) -> String {
    format!("/admin/users/{}", person.id)
}

/// The same person, signed in once more.
fn again<'a>(server: &'a Server, person: &Person<'_>) -> Person<'a> {
    let credentials = json!({"username": person.username, "password": PASSWORD});
    Person::new(server, server.nobody().post("/auth/login", &credentials).ok())
}

fn register(server: &Server, new: &Value) -> Answer {
    let mut new = new.clone();
    new["password"] = json!(PASSWORD);
    server.nobody().post("/auth/register", &new)
}

/// Names of what a list shows.
fn names(list: &Value, of: &str, name: &str) -> Vec<String> {
    list[of].as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
}

/// All pages of a list, of `limit` rows each: that name of each row.
fn pages(caller: &Caller<'_>, path: &str, limit: usize, of: &str, name: &str) -> Vec<String> {
    let (mut all, mut cursor) = (vec![], String::new());
    loop {
        let page = caller.get(&format!("{path}limit={limit}{cursor}")).ok();
        let rows = names(&page, of, name);
        assert!(rows.len() <= limit);
        all.extend(rows);
        assert!(page["total"].as_u64().unwrap() >= all.len().try_into().unwrap());
        let Some(next) = page["next_cursor"].as_str() else { return all };
        cursor = format!("&cursor={next}");
    }
}

const SESSION: fn() -> Value =
    || json!([{"app": "a", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T10:01:00Z"}]);
