//! Consumption: records, one by one and many at once; what they add up to; real data.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Caller, Person, Server};

mod analytics;
mod figures;
mod import;
mod records;

fn electricity(amount: &Value, date: &str) -> Value {
    json!({"consumption_type": "electricity", "amount": amount, "unit": "kWh", "consumption_date": date})
}

fn path(of: &Value) -> String {
    format!("/consumption/{}", of["id"].as_str().unwrap())
}

/// Adds records; gives them as they were kept.
fn add_all(person: &Caller<'_>, records: &[Value]) -> Vec<Value> {
    let kept = person.post("/consumption", &json!({"records": records})).is(201);
    assert_eq!(kept["total"], records.len());
    kept["records"].as_array().unwrap().clone()
}

/// What one type adds up to.
fn analytics(person: &Caller<'_>, query: &str) -> Value {
    let all = person.get(&format!("/consumption/analytics?{query}")).ok();
    assert_eq!(all["types"].as_array().unwrap().len(), 1, "{query}");
    all["types"][0].clone()
}
