//! `almanac db backup` and `almanac db restore`.

use std::fs;

use crate::harness::{Place, Server, text};

/// Gives the password of the demo's account.
fn demo(place: &Place, server: &Server) -> String {
    let said = place.run(&["demo", "--url", &server.url, "--timezone", "Europe/Berlin"]);
    said.ok().last().unwrap().split_once("  password  ").unwrap().1.to_owned()
}

/// What a person sees, without when it was asked.
fn figures(server: &Server, password: &str) -> String {
    let yesterday =
        server.get_as("demo", password, "/stats/week")["days"][5]["date"].as_str().unwrap().to_owned();
    server.get_as("demo", password, &format!("/stats/week?date={yesterday}")).to_string()
}

#[test]
fn what_was_backed_up_is_restored_to_the_last_row() {
    let (here, there) = (Place::private(), Place::private());
    let server = here.serve();
    let password = demo(&here, &server);
    let (seen, hashes) = (figures(&server, &password), here.hashes());
    let holds = |table: &str| hashes.iter().any(|hash| hash.starts_with(table) && !hash.contains(" 0|"));
    assert!(hashes.len() >= 7 && holds("usage ") && holds("consumption "), "{hashes:?}");

    // Beside a running server.
    let file = there.path("almanac.dump");
    let said = here.run(&["db", "backup", text(&file)]);
    assert!(said.ok()[0].starts_with(&format!("Backed up: {}", file.display())), "{said:?}");
    assert_eq!(there.mode("almanac.dump"), 0o600);
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    drop(server);

    // Without one; in a cluster that knows no role of tenants.
    there.run(&["db", "restore", text(&file)]).ok();
    there.run(&["db", "verify"]).ok();
    let server = there.serve();
    assert_eq!(there.hashes(), hashes);
    assert_eq!(figures(&server, &password), seen);

    // Both walls stand again.
    let user = there.sql("SELECT user_id FROM users LIMIT 1");
    let seen_as = |user: &str| {
        there.sql(&format!("SET ROLE almanac_tenant; SET app.user_id = '{user}'; SELECT count(*) FROM usage"))
    };
    assert_eq!(seen_as(""), "0");
    assert_eq!(seen_as("00000000-0000-7000-8000-000000000000"), "0");
    assert_eq!(seen_as(&user), there.sql("SELECT count(*) FROM usage"));

    // Something else has come in since: it is not overwritten unasked, and then it is gone.
    fs::copy(here.path("data/demo.key"), there.path("data/demo.key")).unwrap();
    demo(&there, &server);
    there.sql(
        "DELETE FROM usage WHERE app = 'cmd.exe'; CREATE TABLE left_over (); CREATE SEQUENCE left_over_too",
    );
    let before = there.hashes();
    assert_ne!(before, hashes);
    there.run(&["db", "restore", text(&file)]).fails("the database is not empty");
    assert_eq!(there.hashes(), before);

    // A file that ends too early, or is none, changes nothing.
    let whole = fs::read(&file).unwrap();
    for (name, part) in
        [("half", &whole[..whole.len() / 2]), ("end", &whole[..whole.len() - 40]), ("none", b"none")]
    {
        let broken = there.file(name, part);
        there
            .run(&["db", "restore", "--force", &broken])
            .fails("could not be restored; the database is as it was");
        assert_eq!(there.hashes(), before, "{name}");
    }
    there.run(&["db", "restore", "--force", text(&file)]).ok();
    assert_eq!(there.hashes(), hashes);
    assert_eq!(there.sql("SELECT count(*) FROM pg_class WHERE relname LIKE 'left_over%'"), "0");
    // The server that ran all the while goes on.
    assert_eq!(figures(&server, &password), seen);
    demo(&there, &server);
    there.run(&["db", "verify"]).ok();
    // A backup of what was restored is one like any other.
    there.run(&["db", "backup", text(&file)]).ok();
    there.run(&["db", "restore", "--force", text(&file)]).ok();
}

#[test]
fn a_database_that_is_named() {
    let (here, there) = (Place::new(), Place::new());
    let server = here.serve();
    let password = demo(&here, &server);
    let file = here.path("almanac.dump");
    here.run(&["db", "backup", text(&file)]).ok();
    let hashes = here.hashes();
    there.run(&["db", "restore", text(&file)]).ok();
    assert_eq!(there.hashes(), hashes);
    there.run(&["db", "restore", text(&file)]).fails("--force replaces what is in it");
    fs::create_dir(there.path("data")).unwrap();
    fs::copy(here.path("data/jwt.key"), there.path("data/jwt.key")).unwrap();
    assert_eq!(figures(&there.serve(), &password), figures(&server, &password));
    // Nothing of PostgreSQL's was made here.
    assert!(!there.path("data/pg").exists());
}

#[test]
fn files_that_cannot_be() {
    let place = Place::new();
    place.run(&["migrate"]).ok();
    place.run(&["db", "backup", "nowhere/file"]).fails("cannot write nowhere/file");
    place.run(&["db", "restore", "nowhere"]).fails("nowhere: No such file");
    let private = Place::private();
    private.run(&["db", "restore", "nowhere"]).fails("nowhere: No such file");
    assert!(!private.path("data").exists());
    // What was there stays until something whole takes its place.
    let file = place.file("file", "precious");
    place.sql("ALTER TABLE usage RENAME COLUMN app TO apps; CREATE VIEW v AS SELECT 1/0");
    place.run(&["db", "backup", &file]).ok();
    assert!(fs::read(&file).unwrap().starts_with(b"PGDMP"));
}
