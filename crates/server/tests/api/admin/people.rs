//! People: found, changed, disabled, deleted, and given a link for a new password.

use reqwest::Method;

use super::*;

mod list {
    use super::*;

    #[test]
    fn shows_who_there_is_and_what_they_use() {
        let server = Server::start();
        let ada = server.person("ada");
        server.guest("A guest's");
        let bob = server.person("bob");
        let laptop = bob.device("Laptop", "linux");
        laptop.upload(&SESSION());
        bob.device("Phone", "linux");
        let all = ada.get("/admin/users").ok();
        assert_eq!(
            (names(&all, "users", "username"), &all["total"]),
            (vec!["bob".into(), "ada".into()], &json!(2))
        );
        let seen = &all["users"][0];
        let own = bob.get("/users/me").ok();
        for (name, value) in own.as_object().unwrap().iter().filter(|(name, _)| *name != "settings") {
            assert_eq!(&seen[name], value, "{name}");
        }
        assert!(seen.get("settings").is_none());
        assert_eq!((&seen["device_count"], &seen["session_count"]), (&json!(2), &json!(1)));
        assert!(seen["last_seen_at"].is_string());
        assert_eq!(&ada.get(&path(&bob)).ok(), seen);
        assert_eq!(all["users"][1]["device_count"], 0);
        assert!(!all.to_string().contains("password"));
    }

    #[test]
    fn is_searched_without_regard_to_case() {
        let server = Server::start();
        let ada = server.person("Ada");
        register(&server, &json!({"username": "zo", "email": "Zo.E@Example.org", "name": "Zoë Ölçek"}))
            .is(201);
        register(&server, &json!({"username": "p_r%t", "email": "percent@example.com"})).names("username");
        register(&server, &json!({"username": "p_rt", "email": "under@example.com"})).is(201);
        for (query, found) in [
            ("ADA", vec!["Ada"]),
            ("zo.e@EXAMPLE", vec!["zo"]),
            ("ZOË", vec!["zo"]),
            ("ÖLÇ", vec!["zo"]),
            // As other systems write it.
            ("zoe\u{308}", vec!["zo"]),
            (" example.org ", vec!["zo", "Ada"]),
            ("", vec!["p_rt", "zo", "Ada"]),
            // Nothing of it is a pattern.
            ("%", vec![]),
            ("p_r", vec!["p_rt"]),
            ("a_a", vec![]),
            ("' OR ''='", vec![]),
            ("correct horse", vec![]),
        ] {
            let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
            let list = ada.get(&format!("/admin/users?query={query}")).ok();
            assert_eq!(names(&list, "users", "username"), found, "{query}");
            assert_eq!(list["total"], found.len());
        }
    }

    #[test]
    fn is_filtered_and_cut_into_pages() {
        let server = Server::start();
        let ada = server.person("ada");
        let others: Vec<Person<'_>> = (0..5).map(|number| server.person(&format!("u{number}"))).collect();
        ada.patch(&path(&others[1]), &json!({"role": "admin"})).ok();
        ada.patch(&path(&others[2]), &json!({"is_active": false})).ok();
        let of = |query: &str| names(&ada.get(&format!("/admin/users?{query}")).ok(), "users", "username");
        assert_eq!(of("role=admin"), ["u1", "ada"]);
        assert_eq!(of("role=admin&status=disabled"), Vec::<String>::new());
        assert_eq!(of("status=disabled"), ["u2"]);
        assert_eq!(of("status=active&role=user"), ["u4", "u3", "u0"]);
        assert_eq!(of("query=u&limit=1"), ["u4"]);
        for limit in [1, 2, 6, 7] {
            let all = pages(&ada, "/admin/users?", limit, "users", "username");
            assert_eq!(all, ["u4", "u3", "u2", "u1", "u0", "ada"], "{limit}");
        }
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("cursor=x", "cursor"),
            ("role=king", "role"),
            ("status=asleep", "status"),
            ("query=a&query=b", "query"),
            ("query=%00", "query"),
        ] {
            ada.get(&format!("/admin/users?{query}")).names(field);
        }
    }

    #[test]
    fn a_guest_and_nobody_are_not_found() {
        let server = Server::start();
        let ada = server.person("ada");
        server.guest("A guest's");
        let guest = server.sql("SELECT user_id FROM users WHERE username IS NULL");
        for id in [guest.as_str(), "7", "00000000-0000-0000-0000-000000000000"] {
            let path = format!("/admin/users/{id}");
            ada.get(&path).fails(404, "USER_NOT_FOUND");
            ada.patch(&path, &json!({"role": "admin"})).fails(404, "USER_NOT_FOUND");
            ada.patch(&path, &json!({})).fails(404, "USER_NOT_FOUND");
            ada.delete(&path).fails(404, "USER_NOT_FOUND");
            ada.raw(Method::POST, &format!("{path}/reset-link"), "").fails(404, "USER_NOT_FOUND");
        }
        assert_eq!(server.sql("SELECT count(*) FROM users"), "2");
    }
}

mod change {
    use super::*;

    #[test]
    fn what_is_not_told_stays_and_nonsense_is_named() {
        let server = Server::start();
        let (ada, bob) = (server.person("ada"), server.person("bob"));
        let before = ada.get(&path(&bob)).ok();
        assert_eq!(ada.patch(&path(&bob), &json!({"username": "x", "email": 7})).ok(), before);
        ada.patch(&path(&bob), &json!({"role": "king"})).names("role");
        ada.patch(&path(&bob), &json!({"is_active": "no"})).names("is_active");
        let admin = ada.patch(&path(&bob), &json!({"role": "admin"})).ok();
        assert_eq!((&admin["role"], &admin["is_active"]), (&json!("admin"), &json!(true)));
        assert_eq!(bob.get("/users/me").ok()["role"], "admin");
    }

    #[test]
    fn who_is_disabled_is_out_at_once_and_devices_go_on_afterwards() {
        let server = Server::start();
        let (ada, bob) = (server.person("ada"), server.person("bob"));
        let laptop = bob.device("Laptop", "linux");
        laptop.upload(&SESSION());
        let code = bob.raw(Method::POST, "/devices/pairing-code", "").is(201)["code"].clone();
        let key = server.nobody().with("x-device-key", &laptop.key);
        let batch = json!({"sessions": SESSION()});
        let large = json!({"sessions": SESSION(), "padding": "x".repeat(100_000)});
        let refresh = |path: &str, token: &str| server.nobody().post(path, &json!({"refresh_token": token}));
        key.post("/usage/batch", &batch).ok();

        assert_eq!(ada.patch(&path(&bob), &json!({"is_active": false})).ok()["is_active"], false);
        for path in ["/users/me", "/devices", "/usage", "/stats/today", "/users/me/sessions"] {
            bob.get(path).fails(401, "TOKEN_REVOKED");
        }
        bob.post("/devices/register", &json!({"platform": "ios"})).fails(401, "TOKEN_REVOKED");
        refresh("/auth/refresh", &bob.refresh).fails(401, "TOKEN_REVOKED");
        let credentials = json!({"username": "bob", "password": PASSWORD});
        server.nobody().post("/auth/login", &credentials).fails(403, "ACCOUNT_DISABLED");
        laptop.get("/devices").fails(401, "TOKEN_REVOKED");
        for body in [&batch, &large] {
            laptop.post("/usage/batch", body).fails(401, "TOKEN_REVOKED");
            key.post("/usage/batch", body).fails(401, "TOKEN_REVOKED");
        }
        refresh("/devices/refresh", &laptop.refresh).fails(401, "TOKEN_REVOKED");
        for new in [
            json!({"platform": "linux", "device_key": laptop.key}),
            json!({"platform": "linux", "pairing_code": code}),
        ] {
            server.nobody().post("/devices/register", &new).fails(403, "ACCOUNT_DISABLED");
        }
        ada.get(&format!("/users/{}", bob.id)).fails(404, "USER_NOT_FOUND");

        ada.patch(&path(&bob), &json!({"is_active": true})).ok();
        // The places were ended; what the devices have still serves.
        bob.get("/users/me").fails(401, "TOKEN_REVOKED");
        refresh("/auth/refresh", &bob.refresh).fails(401, "TOKEN_REVOKED");
        assert_eq!(laptop.upload(&SESSION())["duplicates"], 1);
        key.post("/usage/batch", &batch).ok();
        refresh("/devices/refresh", &laptop.refresh).ok();
        assert_eq!(again(&server, &bob).get("/users/me/sessions").ok()["total"], 1);
    }
}

mod delete {
    use super::*;

    /// Has something delivered to an endpoint.
    fn notify(server: &Server, person: &Person<'_>) {
        let made =
            person.post("/webhook-endpoints", &json!({"name": "Clock", "scheme": "secret-header"})).is(201);
        let path = made["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
        let said = json!({"type": "notification", "data": {"title": "Noon"}});
        server.nobody().with("x-webhook-secret", made["secret"].as_str().unwrap()).post(&path, &said).is(202);
    }

    #[test]
    fn takes_everything_of_theirs_in_any_table() {
        let server = Server::start();
        let (ada, bob, eve) = (server.person("ada"), server.person("bob"), server.person("eve"));
        for person in [&bob, &eve] {
            person.device("Laptop", "linux").upload(&SESSION());
            person.raw(Method::POST, "/devices/pairing-code", "").is(201);
            // Of two months, the first of which is over.
            let event = |id: &str, ts: i64| json!({"_id": id, "type": "IDLE", "ts": ts});
            let events = [event("one", 1_767_225_600_000), event("two", 1_770_000_000_000)];
            person.post("/events/sync", &json!({"events": events})).ok();
            let focus = json!({"started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T10:25:00Z", "completed": true});
            person.post("/sessions", &focus).is(201);
            let consumption = json!({"consumption_type": "gas", "amount": 1, "unit": "m3", "consumption_date": "2026-01-01"});
            person.post("/consumption", &consumption).is(201);
            let gone = person.post("/consumption", &consumption).is(201);
            person.delete(&format!("/consumption/{}", gone["id"].as_str().unwrap())).is(204);
            let meter = json!({"name": "Cellar", "consumption_type": "gas", "unit": "m3"});
            let meter = person.post("/meters", &meter).is(201)["id"].as_str().unwrap().to_owned();
            let reading = json!({"read_at": "2026-01-01T10:00:00Z", "reading": 1});
            person.post(&format!("/meters/{meter}/readings"), &reading).is(201);
            // An hour that a file has said, and which is derived with whatever else changes.
            server.sql(&format!(
                "INSERT INTO imports (user_id, id, number, kind, created_at) VALUES ('{0}', '{0}', 1, 'intervals', now()); \
                 INSERT INTO meter_intervals VALUES ('{0}', '{meter}', '2026-01-05', 1, '\\x00901c01')",
                person.id
            ));
            person.patch(&format!("/meters/{meter}"), &json!({"digits": 5})).ok();
            person.get("/ai/daily-summary?date=2026-01-01").ok();
            // A provider was asked for them.
            server.sql(&format!("INSERT INTO insight_calls VALUES ('{}', '2026-01-01', 1)", person.id));
            let project = person.post("/projects", &json!({"title": "Tides"})).is(201)["id"].clone();
            let entry = json!({"project_id": project, "start_time": "2026-01-01T10:00:00Z", "end_time": "2026-01-01T11:00:00Z"});
            person.post("/time-entries", &entry).is(201);
            let gone = person.post("/time-entries", &entry).is(201);
            person.delete(&format!("/time-entries/{}", gone["id"].as_str().unwrap())).is(204);
            notify(&server, person);
            ada.raw(Method::POST, &format!("{}/reset-link", path(person)), "").is(201);
        }
        // Their standings on the leaderboards are derived, and are due once more.
        ada.get("/leaderboard/xp").ok();
        for person in [&bob, &eve] {
            person.patch("/users/me", &json!({"name": "Another"})).ok();
        }
        let columns = server.sql(
            "SELECT table_name FROM information_schema.columns \
             WHERE table_schema = 'public' AND column_name = 'user_id' ORDER BY 1",
        );
        let rows = |person: &Person<'_>| -> Vec<(String, u32)> {
            let count = |table: &str| {
                let count = format!("SELECT count(*) FROM {table} WHERE user_id = '{}'", person.id);
                (table.to_owned(), server.sql(&count).parse().unwrap())
            };
            columns.lines().map(count).collect()
        };
        let (bobs, eves) = (rows(&bob), rows(&eve));
        assert!(bobs.len() >= 9);
        for (table, rows) in &bobs {
            assert!(*rows > 0, "bob has nothing in {table}, so that it is not seen whether it goes");
        }
        ada.delete(&path(&bob)).is(204);
        assert!(rows(&bob).iter().all(|(_, rows)| *rows == 0), "{:?}", rows(&bob));
        assert_eq!(rows(&eve), eves);
        ada.delete(&path(&bob)).fails(404, "USER_NOT_FOUND");
        bob.get("/users/me").fails(401, "TOKEN_REVOKED");
        server.person("bob").get("/devices").ok();
        server.verify();
    }

    #[test]
    fn uploads_in_flight_leave_nothing() {
        let server = Server::start();
        let (ada, bob) = (server.person("ada"), server.person("bob"));
        let devices: Vec<_> = (0..3).map(|number| bob.device(&number.to_string(), "linux")).collect();
        std::thread::scope(|scope| {
            for device in &devices {
                scope.spawn(move || {
                    for minute in 0..600 {
                        let (hour, minute) = (minute / 60, minute % 60);
                        let row = json!([{"app": "a", "started_at": format!("2026-01-01T{hour:02}:{minute:02}:00Z"), "ended_at": format!("2026-01-01T{hour:02}:{minute:02}:30Z")}]);
                        if device.post("/usage/batch", &json!({"sessions": row})).status == 401 {
                            return;
                        }
                    }
                    panic!("nobody deleted it");
                });
            }
            std::thread::sleep(std::time::Duration::from_millis(150));
            ada.delete(&path(&bob)).is(204);
        });
        for table in ["usage", "usage_days", "devices", "device_keys", "token_families"] {
            let count = format!("SELECT count(*) FROM {table} WHERE user_id = '{}'", bob.id);
            assert_eq!(server.sql(&count), "0", "{table}");
        }
        server.verify();
    }
}

mod reset_link {
    use super::*;

    #[test]
    fn sets_a_password_once() {
        let server = Server::start();
        let (ada, bob) = (server.person("ada"), server.person("bob"));
        let laptop = bob.device("Laptop", "linux");
        let link = || ada.raw(Method::POST, &format!("{}/reset-link", path(&bob)), "").is(201);
        let set = |token: &Value, password: &str| {
            server.nobody().post("/auth/reset", &json!({"token": token, "new_password": password}))
        };
        let sign_in = |password: &str| {
            server.nobody().post("/auth/login", &json!({"username": "bob", "password": password}))
        };
        let (first, second) = (link(), link());
        assert_eq!(second["url_path"], format!("/reset#{}", second["token"].as_str().unwrap()));
        let life = second["expires_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let hours = (life - chrono::Utc::now()).num_minutes();
        assert!((23 * 60..=24 * 60).contains(&hours), "{hours}");
        // Kept as a hash alone, and said in no entry.
        let secret = second["token"].as_str().unwrap();
        assert!(!ada.get("/admin/audit").text().contains(secret));
        assert_eq!(
            server.sql(&format!("SELECT count(*) FROM password_resets p WHERE p::text LIKE '%{secret}%'")),
            "0"
        );

        set(&first["token"], "another good one").names("token");
        set(&second["token"], "short").names("new_password");
        bob.get("/users/me").ok();
        set(&second["token"], "another good one").is(204);
        bob.get("/users/me").fails(401, "TOKEN_REVOKED");
        laptop.get("/devices").ok();
        sign_in(PASSWORD).fails(401, "INVALID_CREDENTIALS");
        sign_in("another good one").ok();
        set(&second["token"], "yet another one").names("token");
        set(&json!(""), "yet another one").names("token");
        sign_in("another good one").ok();
    }

    #[test]
    fn in_parallel_one_is_it_and_it_runs_out() {
        let server = Server::start();
        let (ada, bob) = (server.person("ada"), server.person("bob"));
        let link =
            || ada.raw(Method::POST, &format!("{}/reset-link", path(&bob)), "").is(201)["token"].clone();
        let set = |token: &Value, password: &str| {
            server.nobody().post("/auth/reset", &json!({"token": token, "new_password": password})).status
        };
        let token = link();
        let done: Vec<u16> = std::thread::scope(|scope| {
            let each = |number: usize| {
                let (set, token) = (&set, &token);
                scope.spawn(move || set(token, &format!("a good one, {number}")))
            };
            let all: Vec<_> = (0..8).map(each).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|status| **status == 204).count(), 1, "{done:?}");
        let token = link();
        server.sql("UPDATE password_resets SET expires_at = now()");
        assert_eq!(set(&token, "another good one"), 422);
        // Whoever changes the password takes the link back.
        let token = link();
        set(&link(), PASSWORD);
        let bob = again(&server, &bob);
        let change = json!({"current_password": PASSWORD, "new_password": "another good one"});
        let last = link();
        bob.patch("/users/me/password", &change).is(204);
        assert_eq!((set(&token, "yet another one"), set(&last, "yet another one")), (422, 422));
    }
}
