//! Every operation of the document that asks for an access token, and what their paths are filled with.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller};

/// Operations that ask for no access token.
const OPEN: [&str; 20] = [
    "register",
    "sign_up",
    "login",
    "log_in",
    "refresh_session",
    "logout",
    "reset_password",
    "register_device",
    "refresh_device",
    // Who delivers signs what they deliver: see webhooks.rs.
    "receive_webhook",
    "receive_webhook_by_header",
    "show_health",
    "show_health_at_base",
    "show_liveness",
    "show_liveness_at_base",
    "show_readiness",
    "show_readiness_at_base",
    "show_metrics",
    "show_document",
    "show_reader",
];

/// An operation of the document.
pub struct Operation {
    pub method: Method,
    pub path: String,
    pub id: String,
    /// Schemes of credentials that it takes.
    pub takes: Vec<String>,
    /// It is for admins.
    pub admin: bool,
    /// It takes a body.
    pub body: bool,
    /// Ids that its query takes.
    pub in_query: Vec<String>,
}

impl Operation {
    pub fn takes(&self, scheme: &str) -> bool {
        self.takes.iter().any(|one| one == scheme)
    }

    /// Its path with ids in it, also in its query.
    pub fn path(&self, ids: &[(&str, &str)]) -> String {
        let mut path = self.path.clone();
        for (name, id) in ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        assert!(!path.contains('{'), "the matrix does not know how to fill {}", self.path);
        let query: Vec<String> = ids
            .iter()
            .filter(|(name, _)| self.in_query.iter().any(|one| one == name))
            .map(|(name, id)| format!("{name}={id}"))
            .collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// Asks with a body where it takes one.
    pub fn ask(&self, caller: &Caller<'_>, path: &str, body: &Value) -> Answer {
        caller.send(self.method.clone(), path, self.body.then_some(body))
    }
}

/// Every operation that asks for an access token.
pub fn protected() -> Vec<Operation> {
    let document = serde_json::to_value(http_api::openapi()).unwrap();
    let mut operations = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let security = operation["security"].as_array().cloned().unwrap_or_default();
            let takes: Vec<String> =
                security.iter().flat_map(|one| one.as_object().unwrap().keys().cloned()).collect();
            let open = security.is_empty() || security.contains(&json!({})) || takes == ["metrics_token"];
            assert_eq!(open, OPEN.contains(&id.as_str()), "{id} is open to everybody, or is said to be");
            if open {
                continue;
            }
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_query = parameters
                .iter()
                .filter(|one| one["in"] == "query" && one["name"].as_str().unwrap().ends_with("_id"))
                .map(|one| one["name"].as_str().unwrap().to_owned());
            operations.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                id,
                takes,
                admin: operation["tags"][0] == "admin",
                body: operation.get("requestBody").is_some(),
                in_query: in_query.collect(),
            });
        }
    }
    assert!(operations.len() >= 18);
    operations
}

/// Ids that nobody has.
pub fn unused() -> [(&'static str, &'static str); 14] {
    all(["01a20000-0000-7000-8000-000000000000"; 12])
}

/// What paths are filled with.
pub fn all(
    [
        device,
        session,
        user,
        invite,
        plant,
        consumption,
        meter,
        reading,
        import,
        project,
        entry,
        endpoint,
    ]: [&str; 12],
) -> [(&'static str, &str); 14] {
    [
        ("device_id", device),
        ("session_id", session),
        ("user_id", user),
        ("invite_id", invite),
        ("plant_id", plant),
        ("consumption_id", consumption),
        ("meter_id", meter),
        ("reading_id", reading),
        ("import_id", import),
        ("project_id", project),
        ("time_entry_id", entry),
        ("endpoint_id", endpoint),
        // Of their endpoint.
        ("delivery_id", "private"),
        ("days", "7"),
    ]
}
