//! Health, measurements, documents and files.

use super::*;

#[test]
fn health() {
    let server = Server::start();
    for path in ["//health", "/health", "//api/health/"] {
        let health = server.nobody().get(path).ok();
        assert_eq!((&health["status"], &health["database"]), (&json!("ok"), &json!("ok")));
        assert!(health["version"].is_string() && health["uptime_seconds"].is_u64());
    }
    for path in ["//health/live", "//health/ready", "/health/live", "/health/ready"] {
        assert_eq!(server.nobody().get(path).ok(), json!({"status": "ok"}));
    }
}

#[test]
fn without_its_database_it_lives_and_is_not_ready() {
    let server = Server::start();
    let phone = server.device("Phone");
    let database = &server.database;
    crate::harness::psql_elsewhere(&format!("ALTER DATABASE {database} ALLOW_CONNECTIONS false"));
    let kill = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()"
    );
    crate::harness::psql_elsewhere(&kill);
    std::thread::sleep(Duration::from_millis(600));
    let began = Instant::now();
    phone.get("/devices").fails(503, "UNAVAILABLE");
    phone.post("/usage/batch", &json!({"sessions": [{"app": "a", "start": "2026-01-01T10:00:00Z", "end": "2026-01-01T10:01:00Z"}]})).fails(503, "UNAVAILABLE");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(server.nobody().get("//health/live").status, 200);
    assert_eq!(server.nobody().get("//health/ready").is(503), json!({"status": "unavailable"}));
    assert_eq!(server.nobody().get("//health").is(503)["database"], "unavailable");
    crate::harness::psql_elsewhere(&format!("ALTER DATABASE {database} ALLOW_CONNECTIONS true"));
    let back = Instant::now();
    while phone.get("/devices").status != 200 || server.nobody().get("//health/ready").status != 200 {
        assert!(back.elapsed() < Duration::from_secs(2), "back within 2 s");
    }
}

#[test]
fn measurements() {
    let server = Server::start();
    let phone = server.device("Phone");
    phone.upload(
        &json!([{"app": "a", "start": "2026-01-01T10:00:00Z", "end": "2026-01-01T10:01:00Z"}, {"app": ""}]),
    );
    phone.get(&format!("/devices/{}", phone.id)).fails(405, "METHOD_NOT_ALLOWED");
    server.nobody().get("//metrics").fails(401, "TOKEN_MISSING");
    server.nobody().bearer("wrong").get("//metrics").fails(401, "TOKEN_INVALID");
    phone.get("//metrics").fails(401, "TOKEN_INVALID");
    let answer = server.nobody().bearer(METRICS_TOKEN).get("//metrics");
    assert!(answer.header("content-type").starts_with("text/plain"));
    let text = answer.text();
    for line in [
        "almanac_http_requests_total{method=\"POST\",route=\"/usage/batch\",status=\"200\"} 1",
        "almanac_usage_sessions_total{verdict=\"accepted\"} 1",
        "almanac_usage_sessions_total{verdict=\"rejected\"} 1",
        "process_resident_memory_bytes",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains(&phone.id), "no value is without bound");
}

#[test]
fn documents() {
    let server = Server::start();
    let nobody = server.nobody();
    for path in ["//openapi.json", "/openapi.json", "//api/openapi.json"] {
        let document = nobody.get(path).ok();
        assert_eq!(document["openapi"], "3.1.0");
    }
    for path in ["//docs", "//redoc", "/docs/", "//docs/index.html"] {
        let page = nobody.get(path);
        assert_eq!(page.status, 200);
        assert!(page.text().contains("swagger-ui"), "{path}");
        assert!(!page.text().contains("https://"), "nothing from elsewhere");
    }
    assert!(nobody.get("//docs/swagger-initializer.js").text().contains("../openapi.json"));
    nobody.get("//docs/nothing.js").fails(404, "ROUTE_NOT_FOUND");
}

#[test]
fn the_document_is_the_one_that_is_kept() {
    let kept =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json")).unwrap();
    let (kept, made): (Value, Value) =
        (serde_json::from_str(&kept).unwrap(), serde_json::to_value(http_api::openapi()).unwrap());
    assert!(kept == made, "docs/openapi.json is not what the handlers say: make openapi");
}

#[test]
fn the_dashboard_and_nothing_beside_it() {
    let server = Server::with(|settings| {
        settings.web = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/../../web").into())
    });
    let nobody = server.nobody();
    for path in ["//", "//index.html", "//week", "//devices", "//devices/"] {
        let page = nobody.get(path);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert!(!page.header("etag").is_empty(), "{path}");
    }
    for path in [
        "//package.json",
        "//package-lock.json",
        "//scripts/vendor.mjs",
        "//tests/x.js",
        "//node_modules/x.js",
        "//nothing.js",
        "//%2e%2e/Cargo.toml",
        "//..%2fCargo.toml",
        "//.gitignore",
        "//main.js%00",
        "//api-types.d.ts",
    ] {
        let answer = nobody.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        answer.json();
    }
    assert!(nobody.get("//main.js").header("content-type").contains("javascript"));
    nobody.send(Method::POST, "//", None).fails(405, "METHOD_NOT_ALLOWED");
    nobody.get("/week").fails(404, "ROUTE_NOT_FOUND");
}
