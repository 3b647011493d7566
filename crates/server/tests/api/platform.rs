//! What surrounds the features: errors, headers, hosts, origins, limits, compression, health, documents.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{METRICS_TOKEN, Server};

/// Sends bytes as they are, and gives what comes until the connection is closed.
fn talk(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

mod errors {
    use super::*;

    #[test]
    fn unknown_paths_and_methods() {
        let server = Server::start();
        let (nobody, phone) = (server.nobody(), server.device("Phone"));
        for path in
            ["/nothing", "//nothing", "//api/v2/devices", "/devices/1/2/3", "//API/V1/devices", "/Devices"]
        {
            phone.get(path).fails(404, "ROUTE_NOT_FOUND");
        }
        for (method, path, allow) in [
            (Method::PUT, "/devices", "GET, HEAD"),
            (Method::POST, "/devices/0/", "PATCH, DELETE"),
            (Method::GET, "/devices/register", "PATCH, DELETE, POST"),
            (Method::DELETE, "/stats/today", "GET, HEAD"),
            (Method::POST, "//health", "GET, HEAD"),
            (Method::OPTIONS, "/users/me", "GET, PATCH, HEAD"),
        ] {
            let answer = nobody.send(method.clone(), path, None);
            let allowed: std::collections::HashSet<String> =
                answer.header("allow").split(", ").map(Into::into).collect();
            answer.fails(405, "METHOD_NOT_ALLOWED");
            for method in allow.split(", ").filter(|_| path != "/devices/register") {
                assert!(allowed.contains(method), "{path}: {allowed:?}");
            }
        }
    }

    #[test]
    fn bodies_that_are_none() {
        let server = Server::start();
        let phone = server.device("Phone");
        let json = phone.with("content-type", "application/json; charset=utf-8");
        for path in ["/users/me", &format!("/devices/{}", phone.id)] {
            json.raw(Method::PATCH, path, "{").fails(400, "MALFORMED_REQUEST");
            json.raw(Method::PATCH, path, "").fails(400, "MALFORMED_REQUEST");
            phone.raw(Method::PATCH, path, "{}").fails(415, "UNSUPPORTED_MEDIA_TYPE");
            phone
                .with("content-type", "text/json")
                .raw(Method::PATCH, path, "{}")
                .fails(415, "UNSUPPORTED_MEDIA_TYPE");
            json.with("content-encoding", "br")
                .raw(Method::PATCH, path, "{}")
                .fails(415, "UNSUPPORTED_MEDIA_TYPE");
            json.with("content-encoding", "gzip")
                .raw(Method::PATCH, path, "{}")
                .fails(400, "MALFORMED_REQUEST");
            json.raw(Method::PATCH, path, vec![b' '; (64 << 10) + 1]).fails(413, "PAYLOAD_TOO_LARGE");
            json.raw(Method::PATCH, path, "[]").fails(422, "VALIDATION_ERROR");
        }
    }

    #[test]
    fn the_limit_is_exact_and_counts_inflated_bytes() {
        let server = Server::start();
        let phone = server.device("Phone").with("content-type", "application/json");
        let body = |size: usize| {
            let mut body = json!({"sessions": []}).to_string().into_bytes();
            body.resize(size, b' ');
            body
        };
        let gzip = |bytes: &[u8]| {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(bytes).unwrap();
            gzip.finish().unwrap()
        };
        phone.raw(Method::POST, "/usage/batch", body(8 << 20)).ok();
        phone.raw(Method::POST, "/usage/batch", body((8 << 20) + 1)).fails(413, "PAYLOAD_TOO_LARGE");
        let phone = phone.with("content-encoding", "gzip");
        phone.raw(Method::POST, "/usage/batch", gzip(&body(8 << 20))).ok();
        phone.raw(Method::POST, "/usage/batch", gzip(&body((8 << 20) + 1))).fails(413, "PAYLOAD_TOO_LARGE");
        phone.raw(Method::POST, "/usage/batch", gzip(&vec![0; 200 << 20])).fails(413, "PAYLOAD_TOO_LARGE");
    }

    #[test]
    fn too_many_rows() {
        let server = Server::start();
        let phone = server.device("Phone");
        let row = json!({"app": ""});
        phone.post("/usage/batch", &json!({"sessions": vec![&row; 10_001]})).fails(413, "TOO_MANY_SESSIONS");
        let receipt = phone.post("/usage/batch", &json!({"sessions": vec![&row; 10_000]})).ok();
        assert_eq!(receipt["rejected"].as_array().unwrap().len(), 10_000);
    }

    #[test]
    fn a_wrong_length_ends_the_connection_and_nothing_hangs() {
        let server = Server::start();
        let phone = server.device("Phone");
        let head = format!(
            "POST /api/v1/usage/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n",
            phone.access
        );
        let answer = talk(
            &server,
            &format!("{head}Content-Length: 5\r\nConnection: close\r\n\r\n{{\"sessions\":[]}}"),
        );
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        for (wrong, status) in [
            ("Content-Length: x\r\n", "400"),
            ("Content-Length: 5\r\nContent-Length: 6\r\n", "400"),
            ("Transfer-Encoding: nonsense\r\n", "400"),
        ] {
            let answer = talk(&server, &format!("{head}{wrong}\r\n{{}}"));
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{wrong}: {answer}");
        }
        // A chunked body without a length is counted as it comes.
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        let answer =
            talk(&server, &format!("{head}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(129)));
        assert!(answer.starts_with("HTTP/1.1 413"), "{}", &answer[..answer.len().min(200)]);
    }

    #[test]
    fn a_head_that_trickles_is_cut_off() {
        let server = Server::start();
        let began = Instant::now();
        let answer = talk(&server, "GET /api/v1/devices HTTP/1.1\r\nHost: loc");
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!((9..14).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    }

    #[test]
    fn a_body_that_trickles_is_cut_off() {
        let server = Server::start();
        let phone = server.device("Phone");
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "PATCH /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n", phone.access).unwrap();
        let began = Instant::now();
        let mut answer = [0; 12];
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        while stream.read(&mut answer).is_err() {
            assert!(began.elapsed() < Duration::from_secs(40));
            stream.write_all(b" ").unwrap();
        }
        assert_eq!(&answer, b"HTTP/1.1 408");
        assert!(began.elapsed() > Duration::from_secs(28), "{:?}", began.elapsed());
    }
}

mod paths {
    use super::*;

    #[test]
    fn slashes_make_no_difference_and_no_way_round() {
        let server = Server::start();
        let phone = server.device("Phone");
        for path in [
            "/devices",
            "/devices/",
            "//api/devices",
            "//api//v1///devices//",
            "/%64evices",
            "//api/v1/devices?",
        ] {
            phone.get(path).ok();
            server.nobody().get(path).fails(401, "TOKEN_MISSING");
        }
        for path in [
            "//api/v1/./devices",
            "//api/v1/x/../devices",
            "//api/v1/%2e/devices",
            "//api/v1/devices%00",
            "//api/v1/devices;x",
            "//api/v1%2fdevices",
        ] {
            for (caller, name) in [(server.nobody(), "nobody"), ((*phone).clone(), "phone")] {
                let target = path.trim_start_matches('/');
                let mut request =
                    format!("GET /{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
                for (header, value) in &caller.headers {
                    request += &format!("{header}: {value}\r\n");
                }
                let answer = talk(&server, &format!("{request}\r\n"));
                assert!(
                    answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"),
                    "{name} {path}: {answer}"
                );
            }
        }
    }

    #[test]
    fn head_is_get_without_a_body() {
        let server = Server::start();
        let phone = server.device("Phone");
        let (head, get) = (phone.send(Method::HEAD, "/devices", None), phone.get("/devices"));
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("content-length"), get.body.len().to_string());
    }

    #[test]
    fn another_base_path() {
        let server = Server::with(|settings| settings.base_path = "/record/api/v1".into());
        let phone = server.nobody();
        phone.get("//record/api/v1/health").ok();
        phone.get("//api/health").ok();
        phone.get("//record/api/v1/devices/").fails(401, "TOKEN_MISSING");
        phone.get("//api/v1/devices").fails(404, "ROUTE_NOT_FOUND");
        assert_eq!(phone.get("//openapi.json").ok()["servers"][0]["url"], "/record/api/v1");
    }
}

mod headers {
    use super::*;

    #[test]
    fn every_answer_is_dressed() {
        let server = Server::with(|settings| {
            settings.web = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/../../web").into())
        });
        let phone = server.device("Phone");
        for (path, cache) in [
            ("/devices", "no-store"),
            ("/nothing", "no-store"),
            ("/devices?limit=0", "no-store"),
            ("/stats/today", "private, no-cache"),
            ("/users/me", "private, no-cache"),
            ("//health", "no-store"),
            ("//", "no-cache"),
            ("//main.js", "no-cache"),
            ("//week", "no-cache"),
            ("//docs/index.html", "no-cache"),
            ("//openapi.json", "no-store"),
        ] {
            let answer = phone.get(path);
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(answer.header("cache-control"), cache, "{path}");
            let policy = answer.header("content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{path}: {policy}"
            );
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("script-src 'self' 'unsafe"),
                "{path}: {policy}"
            );
            assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
            assert_eq!(answer.header("server"), "");
        }
    }

    #[test]
    fn ids_of_requests() {
        let server = Server::start();
        let nobody = server.nobody();
        assert_eq!(
            nobody.with("x-request-id", "my-id.7_").get("/nothing").fails(404, "ROUTE_NOT_FOUND")["request_id"],
            "my-id.7_"
        );
        for insane in ["a b", "<script>", &"x".repeat(65), "a;b"] {
            assert_ne!(nobody.with("x-request-id", insane).get("/health").header("x-request-id"), insane);
        }
    }

    #[test]
    fn tags() {
        let server = Server::start();
        let phone = server.device("Phone");
        for path in ["/users/me", "/stats/today?date=2026-01-01", "/stats/week?date=2026-01-01"] {
            let answer = phone.get(path);
            let tag = answer.header("etag").to_owned();
            assert!(tag.starts_with("W/\""), "{tag}");
            for known in
                [tag.clone(), tag.trim_start_matches("W/").to_owned(), format!("\"x\", {tag}"), "*".into()]
            {
                let again = phone.with("if-none-match", &known).get(path);
                assert_eq!(
                    (again.status, again.body.len(), again.header("etag")),
                    (304, 0, tag.as_str()),
                    "{path} {known}"
                );
            }
            assert_eq!(phone.with("if-none-match", "\"x\"").get(path).status, 200);
            server.nobody().with("if-none-match", &tag).get(path).fails(401, "TOKEN_MISSING");
        }
        phone.with("if-none-match", "*").patch("/users/me", &json!({"day_start": "04:00"})).ok();
        let tag = phone.get("/stats/today?date=2026-01-01").header("etag").to_owned();
        phone.upload(&json!([{"app": "a", "start": "2026-01-01T10:00:00Z", "end": "2026-01-01T10:01:00Z"}]));
        assert_eq!(phone.with("if-none-match", &tag).get("/stats/today?date=2026-01-01").status, 200);
    }

    #[test]
    fn compression() {
        let server = Server::start();
        let phone = server.device("Phone");
        let plain = phone.get("//openapi.json");
        assert_eq!(plain.header("content-encoding"), "");
        for encoding in ["gzip", "br"] {
            let answer = phone.with("accept-encoding", encoding).get("//openapi.json");
            assert_eq!(answer.header("content-encoding"), encoding);
            assert!(answer.header("vary").to_lowercase().contains("accept-encoding"));
            assert!(answer.body.len() < plain.body.len() / 4);
        }
        let mut inflated = String::new();
        let answer = phone.with("accept-encoding", "gzip").get("//openapi.json");
        flate2::read::GzDecoder::new(&answer.body[..]).read_to_string(&mut inflated).unwrap();
        assert_eq!(inflated.as_bytes(), plain.body);
        phone.with("accept-encoding", "gzip").get("/nothing").fails(404, "ROUTE_NOT_FOUND");
    }
}

mod who_may_ask {
    use super::*;

    #[test]
    fn our_hosts_only() {
        let server = Server::start();
        for (host, ours) in [
            ("localhost", true),
            ("LOCALHOST:99", true),
            ("127.0.0.1", true),
            ("evil.example.org", false),
            ("localhost.evil.example.org", false),
            ("127.0.0.1.evil.example.org:80", false),
        ] {
            let answer = server.nobody().with("host", host).get("/health");
            if ours {
                answer.ok();
            } else {
                answer.fails(421, "HOST_NOT_ALLOWED");
            }
        }
        let answer = server
            .nobody()
            .with("host", "evil.example.org")
            .with("x-forwarded-host", "localhost")
            .get("/health");
        answer.fails(421, "HOST_NOT_ALLOWED");
        let behind = Server::with(|settings| settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]);
        behind.nobody().with("host", "inside").with("x-forwarded-host", "localhost").get("/health").ok();
        assert!(talk(&server, "GET /health HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 421"));
    }

    #[test]
    fn pages_of_listed_origins_only() {
        let server =
            Server::with(|settings| settings.allowed_origins = vec!["https://almanac.example.org".into()]);
        let phone = server.device("Phone");
        let ours = phone.with("origin", "https://almanac.example.org");
        let answer = ours.get("/devices");
        assert_eq!(answer.header("access-control-allow-origin"), "https://almanac.example.org");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert!(answer.header("vary").to_lowercase().contains("origin"));
        let preflight = |origin: &str| {
            let caller = server
                .nobody()
                .with("origin", origin)
                .with("access-control-request-method", "PATCH")
                .with("access-control-request-headers", "authorization,content-type");
            caller.send(Method::OPTIONS, "/users/me", None)
        };
        let allowed = preflight("https://almanac.example.org");
        assert_eq!(
            (allowed.status, allowed.header("access-control-allow-origin")),
            (200, "https://almanac.example.org")
        );
        assert!(allowed.header("access-control-allow-methods").contains("PATCH"));
        for other in [
            "https://evil.example.org",
            "http://almanac.example.org",
            "https://almanac.example.org.evil.org",
            "null",
        ] {
            assert_eq!(preflight(other).header("access-control-allow-origin"), "", "{other}");
            let answer = phone.with("origin", other).get("/devices");
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""), "{other}");
        }
        // Without a list there are no such headers at all.
        let closed = Server::start();
        assert_eq!(
            closed
                .nobody()
                .with("origin", "https://almanac.example.org")
                .get("/health")
                .header("access-control-allow-origin"),
            ""
        );
    }

    #[test]
    fn any_origin_never_with_credentials() {
        let server = Server::with(|settings| settings.allowed_origins = vec!["*".into()]);
        let answer = server.nobody().with("origin", "https://anywhere.example.org").get("/health");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }

    #[test]
    fn so_often_and_no_more() {
        let server = Server::with(|settings| {
            settings.rate_limit = std::num::NonZeroU32::new(30);
            settings.register_rate_limit = std::num::NonZeroU32::new(3);
        });
        let phone = server.device("Phone");
        let other = server.device("Other");
        server.device("Third");
        let answer = server.nobody().post("/devices/register", &json!({"platform": "ios"}));
        assert_eq!((answer.header("ratelimit-limit"), answer.header("ratelimit-remaining")), ("", ""));
        answer.fails(429, "RATE_LIMITED");
        server
            .nobody()
            .post("/devices/refresh", &json!({"refresh_token": phone.refresh}))
            .fails(429, "RATE_LIMITED");
        for left in (0..30).rev() {
            let answer = phone.get("/users/me");
            assert_eq!(
                (answer.header("ratelimit-limit"), answer.header("ratelimit-remaining")),
                ("30", left.to_string().as_str())
            );
            assert!(answer.header("ratelimit-reset").parse::<u32>().unwrap() <= 60);
            answer.ok();
        }
        phone.get("/users/me").fails(429, "RATE_LIMITED");
        other.get("/users/me").ok();
        phone.get("/health").ok();
        for _ in 0..30 {
            server.nobody().bearer("nonsense").get("/users/me").fails(401, "TOKEN_INVALID");
        }
        server.nobody().bearer("nonsense").get("/users/me").fails(429, "RATE_LIMITED");
        other.get("/users/me").ok();
    }
}

mod for_operators {
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
        phone.upload(&json!([{"app": "a", "start": "2026-01-01T10:00:00Z", "end": "2026-01-01T10:01:00Z"}, {"app": ""}]));
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
}
