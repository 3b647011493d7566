//! The first start, and those after.

use crate::{
    holder::{Holder, Said},
    place::{Place, answer, sql, try_sql},
};
use cluster::{Cluster, DATABASE, Error, ROLE, tools};
use nix::sys::signal::Signal;
use std::{fs, os::unix::fs::MetadataExt, time::Duration};

#[test]
fn cold_then_warm() {
    let place = Place::new();
    let cold = Holder::start(&place);
    let access = place.attach();
    assert_eq!(sql(&access, "SELECT current_database(), current_user"), format!("{DATABASE}|{ROLE}"));
    sql(&access, "CREATE TABLE kept AS SELECT 42 AS answer");
    cold.signal(Signal::SIGTERM);
    assert!({ cold }.exit_status().success());
    assert!(place.is_empty_within(Duration::ZERO), "PostgreSQL outlives its server");

    let warm = Holder::start(&place);
    assert_eq!(sql(&place.attach(), "SELECT answer FROM kept"), "42");
    assert!(warm.took < Duration::from_secs(5), "a warm start took {:?}", warm.took);
}

#[test]
fn it_is_durable_private_and_fitted() {
    let place = Place::new();
    let cluster = place.start();
    let show = |name: &str| sql(cluster.access(), &format!("SHOW {name}"));
    for name in ["fsync", "synchronous_commit", "full_page_writes", "data_checksums"] {
        assert_eq!(show(name), "on", "{name}");
    }
    assert_eq!(show("listen_addresses"), "");
    assert_eq!(show("jit"), "off");
    assert_eq!(show("max_connections"), "100");
    assert_eq!(show("server_encoding"), "UTF8");
    assert_eq!(show("TimeZone"), "UTC");
    assert_ne!(show("shared_buffers"), "128MB", "the default, whatever the machine");
    let letters = "SELECT lower('ÀÉ'), 'a' < 'B' COLLATE \"default\"";
    assert_eq!(sql(cluster.access(), letters), "àé|f", "letters are Unicode's, their order the code points'");
    let socket = fs::metadata(place.data().join("run")).unwrap();
    assert_eq!(socket.mode() & 0o777, 0o700);
    let log = fs::metadata(place.data().join("postgres.log")).unwrap();
    assert_eq!(log.mode() & 0o777, 0o600);
}

#[test]
fn nothing_relaxes_durability() {
    let place = Place::new();
    let cluster = place.start();
    for name in ["fsync", "synchronous_commit", "full_page_writes"] {
        sql(cluster.access(), &format!("ALTER SYSTEM SET {name} = off"));
    }
    sql(cluster.access(), "ALTER SYSTEM SET max_connections = 42");
    cluster.stop();
    let cluster = place.start();
    for name in ["fsync", "synchronous_commit", "full_page_writes"] {
        assert_eq!(sql(cluster.access(), &format!("SHOW {name}")), "on", "{name}");
    }
    assert_eq!(sql(cluster.access(), "SHOW max_connections"), "42", "the rest is the operator's to change");
}

#[test]
fn a_second_server_is_refused_and_the_first_unharmed() {
    let place = Place::new();
    let first = Holder::start(&place);
    let postmaster = place.postmaster();
    let refusal = place.refusal();
    assert!(refusal.starts_with("another server is already running on "), "{refusal}");
    assert!(refusal.contains(&format!("(process {})", first.pid())), "{refusal}");
    assert_eq!(sql(&place.attach(), "SELECT 1"), "1");
    assert_eq!(place.postmaster(), postmaster);
}

#[test]
fn of_two_first_starts_at_once_one_wins() {
    let place = Place::new();
    let mut both = [Holder::spawn(&place, None), Holder::spawn(&place, None)];
    let said = both.each_ref().map(|holder| holder.says().unwrap());
    let winner = said.iter().position(|said| *said == Said::Ready).expect("none is ready");
    let Said::Failed(why) = &said[1 - winner] else { panic!("{said:?}") };
    assert!(why.contains("another server is already running"), "{why}");
    assert_eq!(both[1 - winner].exit_status().code(), Some(1));
    assert_eq!(sql(&place.attach(), "SELECT 1"), "1");
}

#[test]
fn the_directory_is_free_again_at_once() {
    let place = Place::new();
    for _ in 0..3 {
        drop(place.start());
        assert!(place.is_empty_within(Duration::ZERO), "dropping it leaves PostgreSQL running");
    }
    assert!(cluster::attach(&place.settings).unwrap().is_none());
}

#[test]
fn client_programs_back_up_and_restore() {
    let place = Place::new();
    let cluster = place.start();
    sql(cluster.access(), "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
    let file = place.dir().join("backup");
    let dump = cluster.tool("pg_dump").unwrap().args(["-Fc", "-f"]).arg(&file).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    sql(cluster.access(), "DROP TABLE kept");
    let restore = cluster.tool("pg_restore").unwrap().args(["-d", DATABASE]).arg(&file).output().unwrap();
    assert!(restore.status.success(), "{}", String::from_utf8_lossy(&restore.stderr));
    assert_eq!(sql(cluster.access(), "SELECT sum(n) FROM kept"), "500500");

    let psql = cluster.tool("psql").unwrap();
    assert!(
        psql.get_envs().any(|(name, value)| name == "PGHOSTADDR" && value.is_none()),
        "it may go elsewhere"
    );
    let mut psql = tools(&place.settings).unwrap().command("psql").unwrap();
    psql.arg(cluster.url("postgres"));
    assert_eq!(answer(psql, "SELECT current_database()").unwrap(), "postgres");
    assert!(matches!(cluster.tool("pg_nothing"), Err(Error::NoTool { .. })));
}

#[test]
fn the_log_is_kept_small_and_holds_no_statement() {
    let place = Place::new();
    drop(place.start());
    let log = place.data().join("postgres.log");
    let old = place.data().join("postgres.log.1");
    fs::OpenOptions::new().append(true).open(&log).unwrap().set_len(11 << 20).unwrap();
    let cluster = place.start();
    assert_eq!(fs::metadata(&old).unwrap().len(), 11 << 20);
    assert!(fs::metadata(&log).unwrap().len() < 10_000);

    sql(cluster.access(), "CREATE TABLE secrets (word text PRIMARY KEY)");
    sql(cluster.access(), "INSERT INTO secrets VALUES ('hunter2')");
    assert!(try_sql(cluster.access(), "INSERT INTO secrets VALUES ('hunter2')").is_err());
    assert!(try_sql(cluster.access(), "DO $$BEGIN RAISE EXCEPTION 'hunter2'; END$$").is_err());
    drop(cluster);
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("shut down"), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
}

#[test]
fn a_setting_that_postgres_refuses_is_shown() {
    let place = Place::new();
    drop(place.start());
    let auto = place.cluster().join("postgresql.auto.conf");
    fs::write(auto, "work_mem = 'plenty'\n").unwrap();
    match Cluster::start(&place.settings) {
        Err(e @ Error::DidNotStart { .. }) => assert!(e.to_string().contains("work_mem"), "{e}"),
        other => panic!("{other:?}"),
    }
}
