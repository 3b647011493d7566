//! People register, sign in and out, and change their passwords.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, PASSWORD, Person, Server};

mod refresh;

fn refresh_cookie(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.starts_with("almanac_refresh="), "{cookie}");
    cookie
}

fn login(server: &Server, name: &str, password: &str) -> Answer {
    server.nobody().post("/auth/login", &json!({"username": name, "password": password}))
}

mod register {
    use super::*;

    #[test]
    fn gives_what_the_contract_says() {
        let server = Server::start();
        let new = json!({"username": "ada", "email": "Ada@Example.org", "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace", "timezone": "Europe/London"});
        let answer = server.nobody().post("/auth/register", &new);
        let cookie = refresh_cookie(&answer);
        for part in ["HttpOnly", "SameSite=Strict", "Path=/api/v1/auth", "Max-Age=604800"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let body = answer.is(201);
        let user = &body["user"];
        for (name, value) in [
            ("username", json!("ada")),
            ("email", json!("Ada@Example.org")),
            ("name", json!("Ada Lovelace")),
            ("first_name", json!("Ada")),
            ("last_name", json!("Lovelace")),
            ("role", json!("admin")),
            ("is_active", json!(true)),
            ("lvl", json!(1)),
            ("xp_points", json!(0)),
            ("timezone", json!("Europe/London")),
            (
                "settings",
                json!({"sync_interval": 300, "categorization": {}, "public_profile": true, "calorific_value": 11.2,
                       "timer": null, "keep_queries": false, "keep_incognito": false, "insights": {"provider": null},
                       "overlap": "allow"}),
            ),
        ] {
            assert_eq!(user[name], value, "{name}");
        }
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(900)));
        let ada = Person::new(&server, body.clone());
        for path in ["/auth/me", "/users/me"] {
            assert_eq!(&ada.get(path).ok(), user);
        }
        assert!(!server.sql("SELECT password_hash FROM users").contains(PASSWORD));
    }

    #[test]
    fn by_both_names_under_both_prefixes_with_an_address_and_a_password_alone() {
        let server = Server::start();
        let paths = ["/auth/register", "/signup", "//api/auth/register", "//api/signup/"];
        for (number, path) in paths.into_iter().enumerate() {
            let new = json!({"email": format!("ada.l{number}@example.org"), "password": PASSWORD});
            let user = server.nobody().post(path, &new).is(201)["user"].clone();
            assert_eq!(user["username"], format!("ada.l{number}"));
            assert_eq!(user["role"], if number == 0 { "admin" } else { "user" });
        }
        // Somebody has that name.
        let new = json!({"email": "ada.l0@example.com", "password": PASSWORD});
        let user = server.nobody().post("/signup", &new).is(201)["user"].clone();
        let name = user["username"].as_str().unwrap();
        assert!(name.starts_with("ada.l0") && name != "ada.l0", "{name}");
        // A client that has one field for both.
        let new =
            json!({"username": "grace@example.org", "email": "grace@example.org", "password": PASSWORD});
        assert_eq!(server.nobody().post("/signup", &new).is(201)["user"]["username"], "grace");
    }

    #[test]
    fn names_are_taken_whatever_their_case_and_form() {
        let server = Server::start();
        let register = |username: &str, email: &str| {
            let new = json!({"username": username, "email": email, "password": PASSWORD});
            server.nobody().post("/auth/register", &new)
        };
        register("\u{c9}mile", "emile@example.org").is(201);
        for name in ["\u{c9}mile", "e\u{301}mile", "\u{ff25}\u{301}MILE"] {
            register(name, "other@example.org").fails(409, "USERNAME_TAKEN");
        }
        for email in ["emile@example.org", " EMILE@Example.ORG "] {
            register("other", email).fails(409, "EMAIL_TAKEN");
        }
        register("other", "other@example.org").is(201);
        assert_eq!(server.sql("SELECT count(*) FROM logins"), "4");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let server = Server::start();
        for (change, field) in [
            (json!({"email": "nobody"}), "email"),
            (json!({"email": null}), "email"),
            (json!({"email": 7}), "email"),
            (json!({"password": "short"}), "password"),
            (json!({"password": "x".repeat(73)}), "password"),
            (json!({"password": "é".repeat(37)}), "password"),
            (json!({"password": "Password1"}), "password"),
            (json!({"password": "a\u{0}bcdefgh"}), "password"),
            (json!({"password": null}), "password"),
            (json!({"username": "a b"}), "username"),
            (json!({"username": "ada@example.com"}), "username"),
            (json!({"username": "x".repeat(65)}), "username"),
            (json!({"timezone": "Mars/Base"}), "timezone"),
            (json!({"name": "x".repeat(101)}), "name"),
            (json!({"first_name": "a\u{0}"}), "first_name"),
        ] {
            let mut new = json!({"username": "ada", "email": "ada@example.org", "password": PASSWORD});
            for (name, value) in change.as_object().unwrap() {
                new[name] = value.clone();
            }
            let answer = server.nobody().post("/auth/register", &new);
            assert!(!answer.text().contains("Password1"), "{}", answer.text());
            answer.names(field);
        }
        assert_eq!(server.sql("SELECT count(*) FROM users"), "0");
        // The examples of clients' own documents serve.
        let longest = "x".repeat(72);
        for (name, password) in [("a", "password123"), ("b", "test1234"), ("c", &longest)] {
            let new = json!({"email": format!("{name}@example.org"), "password": password});
            server.nobody().post("/signup", &new).is(201);
            login(&server, name, password).ok();
        }
        login(&server, "c", &"x".repeat(71)).fails(401, "INVALID_CREDENTIALS");
    }

    #[test]
    fn of_many_at_once_one_is_first_and_one_name_is_one_account() {
        let server = Server::start();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let server = &server;
                scope.spawn(move || {
                    let new = json!({"username": "same", "email": format!("n{number}@example.org"), "password": PASSWORD});
                    let same = server.nobody().post("/signup", &new).status;
                    assert!([201, 409].contains(&same), "{same}");
                    let new = json!({"email": format!("m{number}@example.org"), "password": PASSWORD});
                    server.nobody().post("/signup", &new).is(201);
                });
            }
        });
        assert_eq!(server.sql("SELECT count(*) FROM users WHERE role = 'admin'"), "1");
        assert_eq!(server.sql("SELECT count(*) FROM users WHERE username = 'same'"), "1");
    }
}

mod log_in {
    use super::*;

    #[test]
    fn with_either_name_in_either_field() {
        let server = Server::start();
        server.person("Ada");
        for path in ["/auth/login", "/login", "//api/login", "//api/auth/login"] {
            for (field, name) in [
                ("username", "ada"),
                ("email", "ADA@example.org"),
                ("username", "Ada@Example.org"),
                ("email", "\u{ff21}DA"),
            ] {
                let answer = server.nobody().post(path, &json!({field: name, "password": PASSWORD}));
                refresh_cookie(&answer);
                assert_eq!(answer.ok()["user"]["username"], "Ada");
            }
        }
    }

    #[test]
    fn wrong_and_unknown_are_told_alike() {
        let server = Server::start();
        server.person("ada");
        let told = |name: &str, password: &str| {
            let mut detail = login(&server, name, password).fails(401, "INVALID_CREDENTIALS");
            detail["request_id"] = Value::Null;
            detail["timestamp"] = Value::Null;
            detail
        };
        let wrong = told("ada", "another horse");
        assert_eq!(told("nobody", "another horse"), wrong);
        assert_eq!(told("ada", &format!("{PASSWORD} ")), wrong);
        assert_eq!(told("ada", &"x".repeat(1000)), wrong);
        server.nobody().post("/auth/login", &json!({"password": PASSWORD})).names("username");
        server.nobody().post("/auth/login", &json!({"username": "ada"})).names("password");
    }
}

mod places {
    use super::*;

    #[test]
    fn are_listed_and_ended() {
        let server = Server::start();
        let ada = server.person("ada");
        ada.device("Phone", "ios");
        let body = json!({"username": "ada", "password": PASSWORD});
        let there = server.nobody().with("user-agent", "Browser of there").post("/login", &body).ok();
        let there = Person::new(&server, there);
        let listed = ada.get("/users/me/sessions").ok();
        assert_eq!(listed["total"], 2, "a device is no signed-in place");
        let sessions = listed["sessions"].as_array().unwrap();
        let other = sessions.iter().find(|place| place["current"] == false).unwrap();
        assert_eq!(other["user_agent"], "Browser of there");
        assert!(other["created_at"].is_string() && other["last_used_at"].is_string());
        let path = format!("/users/me/sessions/{}", other["id"].as_str().unwrap());
        server.person("eve").delete(&path).fails(404, "SESSION_NOT_FOUND");
        ada.delete(&path).is(204);
        ada.delete(&path).fails(404, "SESSION_NOT_FOUND");
        there.get("/users/me").fails(401, "TOKEN_REVOKED");
        ada.get("/users/me").ok();
        assert_eq!(ada.get("/users/me/sessions").ok()["total"], 1);
    }

    #[test]
    fn signing_out_is_signing_out_however_often() {
        let server = Server::start();
        let ada = server.person("ada");
        let cookie = server.nobody().with("cookie", &format!("almanac_refresh={}", ada.refresh));
        for answer in [
            cookie.raw(Method::POST, "/auth/logout", ""),
            server.nobody().bearer(&ada.refresh).raw(Method::POST, "/auth/logout", ""),
            server.nobody().post("/auth/logout", &json!({"refresh_token": "nonsense"})),
        ] {
            assert!(answer.header("set-cookie").contains("Max-Age=0"), "{}", answer.header("set-cookie"));
            answer.is(204);
        }
        server.nobody().raw(Method::POST, "/auth/logout", "").is(204);
        ada.get("/users/me").fails(401, "TOKEN_REVOKED");
        let body = json!({"refresh_token": ada.refresh});
        server.nobody().post("/auth/refresh", &body).fails(401, "TOKEN_REVOKED");
    }
}

mod password {
    use super::*;

    #[test]
    fn a_change_ends_every_other_place() {
        let server = Server::start();
        let ada = server.person("ada");
        let phone = ada.device("Phone", "ios");
        let there = Person::new(&server, login(&server, "ada", PASSWORD).ok());
        let change = |current: &str, new: &str| {
            ada.patch("/users/me/password", &json!({"current_password": current, "new_password": new}))
        };
        change("another horse", "staple and battery").fails(403, "PASSWORD_WRONG");
        change(PASSWORD, "short").names("new_password");
        change(PASSWORD, "password1").names("new_password");
        there.get("/users/me").ok();
        change(PASSWORD, "staple and battery").is(204);
        there.get("/users/me").fails(401, "TOKEN_REVOKED");
        let body = json!({"refresh_token": there.refresh});
        server.nobody().post("/auth/refresh", &body).fails(401, "TOKEN_REVOKED");
        ada.get("/users/me").ok();
        phone.get("/devices").ok();
        login(&server, "ada", PASSWORD).fails(401, "INVALID_CREDENTIALS");
        login(&server, "ada", "staple and battery").ok();
    }

    fn delete(person: &Person<'_>, password: &str) -> Answer {
        person.send(Method::DELETE, "/users/me", Some(&json!({"password": password})))
    }

    #[test]
    fn is_asked_for_before_everything_goes() {
        let server = Server::start();
        let (admin, ada, eve) = (server.person("admin"), server.person("ada"), server.person("eve"));
        let phone = ada.device("Phone", "ios");
        let row =
            json!([{"app": "a", "started_at": "2026-01-01T10:00:00Z", "ended_at": "2026-01-01T11:00:00Z"}]);
        phone.upload(&row);
        for caller in [&*phone, &*ada] {
            caller
                .post(
                    "/events/sync",
                    &json!({"events": [{"_id": "one", "type": "IDLE", "ts": 1_767_225_600_000_i64}]}),
                )
                .ok();
        }
        eve.device("Phone", "ios").upload(&row);
        ada.post("/devices/pairing-code", &json!(null)).is(201);
        delete(&ada, "another horse").fails(403, "PASSWORD_WRONG");
        assert_eq!(ada.get("/usage").ok()["total"], 1);
        delete(&ada, PASSWORD).is(204);
        ada.get("/users/me").fails(401, "TOKEN_REVOKED");
        phone.post("/usage/batch", &json!({"sessions": row})).fails(401, "TOKEN_REVOKED");
        login(&server, "ada", PASSWORD).fails(401, "INVALID_CREDENTIALS");
        let tables = server.sql(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'user_id' AND table_schema = 'public'",
        );
        assert!(tables.lines().count() >= 8, "{tables}");
        for table in tables.lines() {
            let left = server.sql(&format!("SELECT count(*) FROM {table} WHERE user_id = '{}'", ada.id));
            assert_eq!(left, "0", "{table}");
        }
        // The name is free again, and others keep what is theirs.
        server.person("ada");
        assert_eq!(eve.get("/usage").ok()["total"], 1);
        delete(&admin, PASSWORD).fails(403, "LAST_ADMIN");
    }

    #[test]
    fn uploads_under_way_leave_nothing_behind() {
        let server = Server::start();
        server.person("admin");
        let ada = &server.person("ada");
        let phones: Vec<_> = (0..3).map(|n| ada.device(&n.to_string(), "ios")).collect();
        std::thread::scope(|scope| {
            for phone in &phones {
                scope.spawn(move || {
                    for n in 0..60 {
                        let row = json!({"app": "a", "started_at": format!("2026-01-01T10:{n:02}:00Z"), "ended_at": format!("2026-01-01T10:{n:02}:30Z")});
                        let status = phone.post("/usage/batch", &json!({"sessions": [row]})).status;
                        assert!([200, 401].contains(&status), "{status}");
                        // By the device and by its person, so that both wait for the end.
                        for caller in [&**phone, &**ada] {
                            let event = json!({"_id": uuid::Uuid::now_v7(), "type": "IDLE", "ts": 1_767_225_600_000_i64 + n});
                            let status = caller.post("/events/sync", &json!({"events": [event]})).status;
                            assert!([200, 401].contains(&status), "{status}");
                        }
                        let record = json!({"consumption_type": "water", "amount": 1, "unit": "L", "consumption_date": "2026-01-01"});
                        let status = ada.post("/consumption", &record).status;
                        // The account may go between the question for access and its lock.
                        assert!([201, 401, 404].contains(&status), "{status}");
                    }
                });
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
            delete(ada, PASSWORD).is(204);
        });
        for table in [
            "usage",
            "usage_days",
            "events",
            "browser_days",
            "browser_months",
            "consumption",
            "consumption_days",
            "devices",
            "device_keys",
            "token_families WHERE device_id IS NOT NULL",
        ] {
            assert_eq!(server.sql(&format!("SELECT count(*) FROM {table}")), "0", "{table}");
        }
        server.verify();
    }
}
