//! What is for admins: who gets in, and what they see and decide.

mod audit;
mod figures;
mod invites;
mod last_admin;
mod people;
mod who;

use serde_json::{Value, json};

use crate::harness::{Answer, Caller, Device, Server};

const PASSWORD: &str = "correct horse battery";

/// Somebody who is signed in. The first of a server is its admin.
struct Someone<'a> {
    id: String,
    username: String,
    refresh: String,
    caller: Caller<'a>,
}

impl<'a> Someone<'a> {
    fn of(server: &'a Server, answer: &Value) -> Someone<'a> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Someone {
            id: text(&answer["user"]["id"]),
            username: text(&answer["user"]["username"]),
            refresh: text(&answer["refresh_token"]),
            caller: server.nobody().bearer(answer["access_token"].as_str().unwrap()),
        }
    }

    /// The same account, signed in once more.
    fn again(&self) -> Someone<'a> {
        let credentials = json!({"username": self.username, "password": PASSWORD});
        let server = self.caller.server;
        Someone::of(server, &server.nobody().post("/auth/login", &credentials).ok())
    }

    /// Where an admin finds the account.
    fn path(&self) -> String {
        format!("/admin/users/{}", self.id)
    }

    /// A device of theirs.
    fn device(&self, name: &str) -> Device<'a> {
        let new = json!({"name": name, "platform": "linux"});
        Device::new(self.caller.clone(), self.post("/devices/register", &new).is(201))
    }
}

impl<'a> std::ops::Deref for Someone<'a> {
    type Target = Caller<'a>;
    fn deref(&self) -> &Caller<'a> {
        &self.caller
    }
}

fn register(server: &Server, new: &Value) -> Answer {
    let mut new = new.clone();
    new["password"] = json!(PASSWORD);
    server.nobody().post("/auth/register", &new)
}

fn someone<'a>(server: &'a Server, username: &str) -> Someone<'a> {
    let new = json!({"username": username, "email": format!("{username}@example.org")});
    Someone::of(server, &register(server, &new).is(201))
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
