//! Input that is made to break things: none of it gets past a check, none is answered with a 5xx, and what is
//! accepted is stored as it came.

mod bodies;
mod json;
mod strings;
mod tokens;

use std::path::Path;

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Answer, Caller};

/// A file of `tests/data`.
fn data(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every operation of the document that takes a body: method, path, and the schema of the body's object.
fn operations_with_bodies() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(http_api::openapi()).unwrap();
    let mut found = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            // What is signed is looked at by its signature before anything else: see webhooks.rs.
            let id = operation["operationId"].as_str().unwrap();
            if schema.is_null() || id.starts_with("receive_webhook") {
                continue;
            }
            let named = [schema].into_iter().chain(schema["oneOf"].as_array().into_iter().flatten());
            let name = named.filter_map(|one| one["$ref"].as_str()).next().unwrap();
            let object = &document["components"]["schemas"][name.rsplit('/').next().unwrap()];
            assert!(object["properties"].is_object(), "{method} {path}");
            found.push((method.to_uppercase().parse().unwrap(), path.clone(), object.clone()));
        }
    }
    assert!(found.len() >= 15, "{found:?}");
    found
}

/// Sends a body as JSON, whatever it is.
fn send(caller: &Caller<'_>, method: &Method, path: &str, body: impl Into<Vec<u8>>) -> Answer {
    caller.with("content-type", "application/json").raw(method.clone(), path, body)
}
