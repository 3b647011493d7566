//! Bodies and queries that are wrong, at every operation of the document that takes one: too large by a byte, bombs,
//! other media types, wrong types by name, the same field or parameter twice.

use std::io::Write;

use reqwest::Method;
use serde_json::{Value, json};

use super::{operations_with_bodies, send};
use crate::harness::{Answer, Caller, Device, Person, Server};

/// Who may ask an operation, and its path with ids that are there.
struct Callers<'a> {
    ada: Person<'a>,
    phone: Device<'a>,
}

impl<'a> Callers<'a> {
    fn new(server: &'a Server) -> Callers<'a> {
        let ada = server.person(&format!("ada{}", uuid::Uuid::now_v7().simple()));
        let phone = ada.device("Phone", "android");
        // Who may do everything is refused nothing but the body.
        server.sql(&format!("UPDATE users SET role = 'admin' WHERE user_id = '{}'", ada.id));
        Callers { ada, phone }
    }

    fn of(&self, path: &str) -> (&Caller<'a>, String) {
        let path = path
            .replace("{device_id}", &self.phone.id)
            .replace("{user_id}", &self.ada.id)
            .replace("{session_id}", &uuid::Uuid::now_v7().to_string())
            .replace("{plant_id}", &uuid::Uuid::now_v7().to_string())
            .replace("{consumption_id}", &uuid::Uuid::now_v7().to_string())
            .replace("{meter_id}", &uuid::Uuid::now_v7().to_string())
            .replace("{reading_id}", &uuid::Uuid::now_v7().to_string())
            .replace("{import_id}", &uuid::Uuid::now_v7().to_string())
            .replace("{project_id}", &uuid::Uuid::now_v7().to_string())
            .replace("{time_entry_id}", &uuid::Uuid::now_v7().to_string());
        if path == "/usage/batch" { (&self.phone, path) } else { (&self.ada, path) }
    }
}

/// Fields that take one of several words, without an example of their own.
const WORDS: [(&str, &str); 4] =
    [("platform", "ios"), ("consumption_type", "electricity"), ("unit", "kWh"), ("kind", "reading")];

/// The ordinary limit of a body, and that of a batch.
fn limit(path: &str) -> usize {
    let batch =
        ["/usage/batch", "/events/sync", "/consumption"].contains(&path) || path.ends_with("/readings");
    if batch { 8 << 20 } else { 64 << 10 }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An object with a field that nobody knows, `size` bytes long.
fn sized(size: usize) -> Vec<u8> {
    let mut body = b"{\"sent_to_fill\":\"".to_vec();
    body.resize(size - 2, b'x');
    body.extend_from_slice(b"\"}");
    body
}

/// What is answered to a body that was read: whatever it says, it is not too large and not malformed.
#[track_caller]
fn was_read(answer: &Answer, word: &str) {
    let known = [200, 201, 204, 401, 403, 404, 409, 422];
    assert!(known.contains(&answer.status), "{word}: {} {}", answer.status, answer.text());
}

#[test]
fn one_byte_over() {
    let server = Server::start();
    for (method, path, _) in operations_with_bodies() {
        // What reads its body may sign out or cut off: each has somebody of its own.
        let callers = Callers::new(&server);
        let (caller, path) = callers.of(&path);
        let most = limit(&path);
        let word = format!("{method} {path}");
        let zipped =
            |bytes: &[u8]| send(&caller.with("content-encoding", "gzip"), &method, &path, gzip(bytes));
        send(caller, &method, &path, sized(most + 1)).fails(413, "PAYLOAD_TOO_LARGE");
        zipped(&sized(most + 1)).fails(413, "PAYLOAD_TOO_LARGE");
        zipped(&vec![b' '; 40 << 20]).fails(413, "PAYLOAD_TOO_LARGE");
        zipped(&gzip(&sized(100))).fails(400, "MALFORMED_REQUEST");
        let half = gzip(&sized(1000));
        send(&caller.with("content-encoding", "gzip"), &method, &path, &half[..half.len() / 2])
            .fails(400, "MALFORMED_REQUEST");
        send(&caller.with("content-encoding", "gzip"), &method, &path, "{}").fails(400, "MALFORMED_REQUEST");
        was_read(&send(caller, &method, &path, sized(most)), &word);
        was_read(&zipped(&sized(most)), &word);
    }
}

#[test]
fn other_media_types() {
    let server = Server::start();
    let callers = Callers::new(&server);
    for (method, path, _) in operations_with_bodies() {
        let (caller, path) = callers.of(&path);
        for kind in [
            "",
            "text/plain",
            "application/jsonp",
            "application/json-seq",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/html, application/json",
            "*/*",
        ] {
            caller
                .with("content-type", kind)
                .raw(method.clone(), &path, "[]")
                .fails(415, "UNSUPPORTED_MEDIA_TYPE");
        }
        caller.raw(method.clone(), &path, "[]").fails(415, "UNSUPPORTED_MEDIA_TYPE");
        for encoding in ["br", "deflate", "zstd", "gzip, gzip", "identity, gzip", "x", ""] {
            send(&caller.with("content-encoding", encoding), &method, &path, "[]")
                .fails(415, "UNSUPPORTED_MEDIA_TYPE");
        }
        for kind in ["application/json", "Application/JSON; charset=utf-8", " application/json ;x=y"] {
            let answer = caller.with("content-type", kind).raw(method.clone(), &path, "[]");
            assert_eq!(answer.status, 422, "{method} {path} {kind}: {}", answer.text());
        }
    }
}

#[test]
fn what_is_no_json() {
    let server = Server::start();
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    for (method, path, object) in operations_with_bodies() {
        let callers = Callers::new(&server);
        let (caller, path) = callers.of(&path);
        // A text of the object, if it has one, for what only a text can be wrong in.
        let properties = object["properties"].as_object().unwrap();
        let text = properties
            .iter()
            .find(|(_, schema)| types(schema).contains(&"string".to_owned()))
            .map(|(name, _)| name);
        let mut bodies: Vec<Vec<u8>> = [
            "\u{feff}{}",
            "{} {}",
            "{}\0",
            "{\u{0}}",
            "{\"a\":NaN}",
            "{\"a\":Infinity}",
            "{'a':1}",
            "{a:1}",
            "{\"a\":1,}",
            "{\"a\":01}",
            "{\"a\":.5}",
            "{\"a\":+1}",
            "{\"a\":\"\n\"}",
            "//\n{}",
            "{",
            "nul",
        ]
        .map(|body| body.as_bytes().to_vec())
        .into();
        bodies.push(b"{\"a\":\"\xff\"}".to_vec());
        bodies.push(b"{\"a\":\"\xed\xa0\x80\"}".to_vec());
        bodies.push("{}".encode_utf16().flat_map(u16::to_le_bytes).collect());
        if let Some(name) = text {
            bodies.push(format!("{{{name:?}:\"\\ud800\"}}").into());
            bodies.push(format!("{{{name:?}:\"\\udc00\\ud800\"}}").into());
            bodies.push(format!("{{{name:?}:\"\\u00\"}}").into());
        }
        for body in bodies {
            let answer = send(caller, &method, &path, body.clone());
            let said = String::from_utf8_lossy(&body).into_owned();
            // What lacks a field may be told so before what comes after it, or in what is skipped, is looked at.
            let late = said.starts_with("{}") || ["/usage/batch", "/events/sync"].contains(&path.as_str());
            if late && answer.status == 422 {
                answer.fails(422, "VALIDATION_ERROR");
            } else {
                assert_eq!(answer.status, 400, "{method} {path} {said}: {}", answer.text());
                answer.fails(400, "MALFORMED_REQUEST");
            }
        }
        // Nested past all measure, in a field that nobody knows: skipped, or refused, and answered at once.
        for levels in [127, 129, 20_000] {
            let body = format!("{{\"nobody_knows\":{}}}", deep(levels));
            let answer = send(caller, &method, &path, body);
            if (200..300).contains(&answer.status) {
                continue;
            }
            assert!((400..500).contains(&answer.status), "{method} {path} {levels}: {}", answer.text());
        }
    }
}

/// The JSON types that a property's schema takes.
fn types(schema: &Value) -> Vec<String> {
    let of = |schema: &Value| -> Vec<String> {
        match &schema["type"] {
            Value::String(one) => vec![one.clone()],
            Value::Array(several) => several.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
            _ => vec![],
        }
    };
    let mut found = of(schema);
    for one in schema["oneOf"].as_array().into_iter().flatten().chain([schema]) {
        found.extend(of(one));
        if let Some(name) = one["$ref"].as_str() {
            let document = serde_json::to_value(http_api::openapi()).unwrap();
            found.extend(of(&document["components"]["schemas"][name.rsplit('/').next().unwrap()]));
        }
    }
    assert!(!found.is_empty(), "{schema}");
    found
}

/// A value that a property may have, as far as its schema shows one.
fn example(schema: &Value) -> Value {
    let is_list = types(schema).contains(&"array".to_owned());
    let plain = || if is_list { json!([]) } else { json!("correct horse battery") };
    schema.get("example").cloned().unwrap_or_else(plain)
}

#[test]
fn wrong_types_are_named() {
    let server = Server::start();
    let callers = Callers::new(&server);
    let mut tried = 0;
    for (method, path, object) in operations_with_bodies() {
        if path == "/usage/batch" {
            continue; // whose rows are judged one by one: see bad_input.rs
        }
        let (caller, path) = callers.of(&path);
        for (name, schema) in object["properties"].as_object().unwrap() {
            let takes = types(schema);
            for (kind, value) in [
                ("null", json!(null)),
                ("boolean", json!(true)),
                ("integer", json!(7)),
                ("number", json!(7.5)),
                ("number", json!(-1e300)),
                ("string", json!("x")),
                ("array", json!([])),
                ("array", json!([[1]])),
                ("object", json!({})),
                ("object", json!({"$ne": null})),
            ] {
                let fits = takes.iter().any(|one| one == kind || (one == "number" && kind == "integer"));
                // Left out or null is one thing where the field is not asked for.
                let required =
                    object["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
                if fits || (kind == "null" && !required) {
                    continue;
                }
                // What is not in question is right, as far as an example goes.
                let mut body = json!({ name: value });
                for other in
                    object["required"].as_array().into_iter().flatten().filter(|other| *other != name)
                {
                    let other = other.as_str().unwrap();
                    body[other] = example(&object["properties"][other]);
                }
                for (word, known) in WORDS {
                    if !body[word].is_null() && name != word {
                        body[word] = json!(known);
                    }
                }
                let word = format!("{method} {path} {body}");
                let detail = send(caller, &method, &path, body.to_string()).fails(422, "VALIDATION_ERROR");
                let named =
                    detail["fields"].as_array().unwrap().iter().any(|field| field["field"] == json!(name));
                assert!(named, "{word}: {detail}");
                tried += 1;
            }
        }
    }
    assert!(tried > 250, "{tried}");
}

#[test]
fn numbers_past_their_range() {
    let server = Server::start();
    let ada = server.person("ada");
    for number in [
        "-1",
        "4294967296",
        "1e10",
        "300.5",
        "1e-400",
        "99999999999999999999999999",
        "\"300\"",
        "null",
        "[300]",
    ] {
        let body = format!("{{\"settings\":{{\"sync_interval\":{number}}}}}");
        let answer = send(&ada, &Method::PATCH, "/users/me", body);
        if number == "null" { drop(answer.ok()) } else { answer.names("settings.sync_interval") }
    }
    send(&ada, &Method::PATCH, "/users/me", "{\"settings\":[60,{},true]}").names("settings");
    for body in [
        "{\"settings\":{\"sync_interval\":1e100000}}",
        "{\"settings\":{\"categorization\":{\"a\":-1e100000}}}",
    ] {
        send(&ada, &Method::PATCH, "/users/me", body).fails(400, "MALFORMED_REQUEST");
    }
    // In a field that nobody knows it is not even read.
    send(&ada, &Method::PATCH, "/users/me", "{\"nobody_knows\":1e100000}").ok();
    let most = ada.patch("/users/me", &json!({"settings": {"sync_interval": u32::MAX}})).ok();
    assert_eq!(most["settings"]["sync_interval"], u32::MAX);
    // A client's own numbers are kept as they are.
    let categories = json!({"a": 1e300, "b": -1.5, "c": i64::MIN, "d": u64::MAX, "e": [0.1, -2, true, null]});
    let kept = ada.patch("/users/me", &json!({"settings": {"categorization": categories}})).ok();
    assert_eq!(kept["settings"]["categorization"], categories);
    assert_eq!(ada.get("/users/me").ok()["settings"]["categorization"], categories);
}

#[test]
fn a_field_twice() {
    let server = Server::start();
    let callers = Callers::new(&server);
    for (method, path, object) in operations_with_bodies() {
        if ["/usage/batch", "/events/sync"].contains(&path.as_str()) {
            continue;
        }
        let (caller, path) = callers.of(&path);
        for (name, schema) in object["properties"].as_object().unwrap() {
            let takes = types(schema);
            let value = match schema.get("example") {
                Some(example) => example.clone(),
                None if WORDS.iter().any(|(word, _)| name == word) => {
                    json!(WORDS.iter().find(|(word, _)| name == word).unwrap().1)
                }
                None if name == "week_start" => json!("monday"),
                None if name == "registration" => json!("open"),
                None if name == "role" => json!("user"),
                None if schema["format"] == "date-time" => json!("2026-01-01T00:00:00Z"),
                None if name == "id" || name.ends_with("_id") => json!(callers.phone.id),
                None if takes.contains(&"boolean".to_owned()) => json!(true),
                None if takes.contains(&"integer".to_owned()) => json!(1),
                None if takes.contains(&"object".to_owned()) => json!({}),
                None if takes.contains(&"array".to_owned()) => json!([]),
                None => json!("correct horse battery"),
            };
            let body = format!("{{{name:?}:{value},{name:?}:{value}}}");
            let detail = send(caller, &method, &path, body).fails(422, "VALIDATION_ERROR");
            assert_eq!(detail["fields"][0]["code"], "FIELD_TWICE", "{method} {path} {name}: {detail}");
            assert_eq!(detail["fields"][0]["field"], json!(name));
        }
    }
}

#[test]
fn a_parameter_twice() {
    let server = Server::start();
    let callers = Callers::new(&server);
    let document = serde_json::to_value(http_api::openapi()).unwrap();
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] != "query" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            let value = match name {
                "limit" => "10",
                "from" | "to" | "date" => "2026-01-01",
                "tz" => "UTC",
                "calendar" => "true",
                "scope" => "all",
                "device_id" => callers.phone.id.as_str(),
                _ => "x",
            };
            let (caller, path) = callers.of(path);
            let answer = caller.get(&format!("{path}?{name}={value}&{name}={value}"));
            let detail = answer.fails(422, "VALIDATION_ERROR");
            assert_eq!(detail["fields"][0]["field"], json!(name), "{path}: {detail}");
            for wrong in ["%00", "1e9999", "-1", "%ff", "99999999999999999999"] {
                let answer = caller.get(&format!("{path}?{name}={wrong}"));
                assert!(matches!(answer.status, 200 | 422), "{path} {name} {wrong}: {}", answer.text());
            }
            tried += 1;
        }
    }
    assert!(tried >= 12, "{tried}");
}
