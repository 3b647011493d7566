//! `almanac admin create`.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::{Value, json};

use crate::harness::{Place, Said, Server};

const CREATE: [&str; 6] = ["admin", "create", "--username", "ada", "--email", "ada@example.org"];
const PASSWORD: &str = "correct horse battery";

fn sign_in(server: &Server, username: &str) -> Value {
    let credentials = json!({"username": username, "password": PASSWORD});
    let client = reqwest::blocking::Client::new();
    let answer = client.post(format!("{}/api/auth/login", server.url)).json(&credentials).send().unwrap();
    answer.json().unwrap()
}

#[test]
fn before_a_server_starts_and_beside_it() {
    for place in [Place::private(), Place::new()] {
        let said = place
            .run_with_input(&[&CREATE[..], &["--name", "Ada Lovelace"]].concat(), &format!("{PASSWORD}\n"));
        assert_eq!(said.ok(), ["ada <ada@example.org> is an admin."], "{said:?}");
        let server = place.serve();
        let ada = &sign_in(&server, "ADA")["user"];
        assert_eq!((&ada["role"], &ada["name"]), (&json!("admin"), &json!("Ada Lovelace")));
        // Without the end of the line, and while nobody may register.
        place.sql("UPDATE server_settings SET registration = 'closed'");
        let other = ["admin", "create", "--username", "bob", "--email", "bob@example.org"];
        place.run_with_input(&other, PASSWORD).ok();
        assert_eq!(sign_in(&server, "bob@example.org")["user"]["role"], "admin");
        let log = place.sql("SELECT actor_id, actor_name, action, target_name, after FROM audit ORDER BY at");
        let line = |name: &str| format!(r#"|command line|admin.create|{name}|{{"role": "admin"}}"#);
        assert_eq!(log, format!("{}\n{}", line("ada"), line("bob")));
    }
}

#[test]
fn what_is_wrong_is_told_and_nothing_is_made() {
    let place = Place::new();
    place.run_with_input(&CREATE, PASSWORD).ok();
    let create = |username: &str, email: &str, input: &str| {
        place.run_with_input(&["admin", "create", "--username", username, "--email", email], input)
    };
    for (username, email, password, why) in [
        ("ADA", "new@example.org", PASSWORD, "This username is taken"),
        ("new", "Ada@Example.org", PASSWORD, "There is an account with this e-mail address"),
        ("new", "new@example.org", "short", "password"),
        ("new", "new@example.org", "password", "password is one of the passwords that are tried first"),
        ("new", "new@example.org", &"x".repeat(73), "password"),
        ("new", "new@example.org", &"x".repeat(1000), "password"),
        ("new", "new@example.org", "", "there is no password on the standard input"),
        ("new", "new@example.org", "\nsecond line", "there is no password on the standard input"),
        ("new", "nowhere", PASSWORD, "email is not an e-mail address"),
        ("n ew", "new@example.org", PASSWORD, "username must have"),
    ] {
        let said = create(username, email, password);
        said.fails(why);
        assert!(password.is_empty() || password == "password" || !said.err.contains(password), "{said:?}");
    }
    // A command line is everybody's to read.
    assert_eq!(place.run(&[&CREATE[..], &["--password", PASSWORD]].concat()).code, 2);
    assert_eq!(place.sql("SELECT count(*) FROM users"), "1");
    assert_eq!(place.sql("SELECT count(*) FROM audit"), "1");
}

/// Runs it on a terminal, where somebody types `first`, then `again`: what it said, and what the terminal showed.
fn typed(place: &Place, first: &str, again: &str) -> (Said, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let terminal = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let terminal = File::options().read(true).write(true).open(terminal).unwrap();
    let mut command = place.almanac(&CREATE);
    command
        .stdin(terminal.as_fd().try_clone_to_owned().unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut prompts = child.stderr.take().unwrap();
    let mut master = File::from(master);
    let mut asked = String::new();
    for (prompt, line) in [("Password: ", first), ("Again: ", again)] {
        while !asked.ends_with(prompt) {
            let mut byte = [0];
            prompts.read_exact(&mut byte).unwrap();
            asked.push(byte[0].into());
        }
        master.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
    let mut err = String::new();
    prompts.read_to_string(&mut err).unwrap();
    let mut said = Said::of(child.wait_with_output().unwrap());
    said.err = err;
    // Something that is shown, to know where to stop reading; echo is on again.
    master.write_all(b"the end\n").unwrap();
    let mut shown = String::new();
    while !shown.contains("the end") {
        let mut byte = [0];
        master.read_exact(&mut byte).unwrap();
        shown.push(byte[0].into());
    }
    (said, shown)
}

#[test]
fn a_typed_password_is_not_shown() {
    let place = Place::new();
    let (said, shown) = typed(&place, PASSWORD, "correct horse batter");
    said.fails("these were two different passwords");
    assert!(!shown.contains("horse") && !said.err.contains("horse"), "{shown:?} {said:?}");
    let (said, shown) = typed(&place, PASSWORD, PASSWORD);
    said.ok();
    assert!(!shown.contains("horse") && !said.err.contains("horse"), "{shown:?} {said:?}");
    assert_eq!(sign_in(&place.serve(), "ada")["user"]["username"], "ada");
}
