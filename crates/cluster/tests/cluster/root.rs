//! A server that is root, and what takes root to try: users, and directories closed to them.

use crate::{
    holder::{Holder, Said},
    load::Load,
    place::{NOBODY, Place, sql, sql_as, within},
};
use nix::{
    sys::signal::Signal,
    unistd::{User, geteuid},
};
use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    process::Command,
    sync::atomic::Ordering,
    time::Duration,
};

/// There is no way to become another user without being root.
fn is_root() -> bool {
    if !geteuid().is_root() {
        eprintln!("not tried: this test becomes other users, and only root can");
    }
    geteuid().is_root()
}

fn runs_as(place: &Place) -> String {
    let uid = fs::metadata(format!("/proc/{}", place.postmaster())).unwrap().uid();
    User::from_uid(uid.into()).unwrap().unwrap().name
}

#[test]
fn postgres_runs_as_the_user_named_or_a_usual_one() {
    if !is_root() {
        return;
    }
    let mut place = Place::new();
    let usual = if User::from_name("postgres").unwrap().is_some() { "postgres" } else { "nobody" };
    drop(place.start());
    let cluster = place.start();
    assert_eq!(runs_as(&place), usual);
    let other = User::from_name("daemon").unwrap().unwrap().uid;
    assert!(sql_as(other.as_raw(), cluster.access(), "SELECT 1").is_err(), "another user gets in");
    drop(cluster);

    place = Place::new();
    place.settings.run_as = Some("nobody".into());
    let cluster = place.start();
    assert_eq!(runs_as(&place), "nobody");
    assert_eq!(sql(cluster.access(), "SELECT 1"), "1");
    assert_eq!(sql_as(NOBODY, cluster.access(), "SELECT 1").unwrap(), "1");
}

#[test]
fn an_ordinary_user() {
    if !is_root() {
        return;
    }
    let place = Place::new();
    fs::create_dir(place.data()).unwrap();
    chown(place.data(), Some(NOBODY), None).unwrap();
    let mut holder = Holder::start_as(NOBODY, &place);
    assert_eq!(runs_as(&place), "nobody");
    assert_eq!(sql_as(NOBODY, &place.attach(), "SELECT current_user").unwrap(), cluster::ROLE);
    let load = Load::start(&place.attach(), Some(NOBODY));
    assert!(within(Duration::from_secs(20), || load.acknowledged.load(Ordering::Relaxed) > 300));
    holder.kill_9();
    let mut holder = Holder::start_as(NOBODY, &place);
    holder.signal(Signal::SIGTERM);
    assert!(holder.exit_status().success());

    // Root runs it as who it belongs to, and is let in.
    let cluster = place.start();
    assert_eq!(runs_as(&place), "nobody");
    load.nothing_is_lost(cluster.access());
    drop(cluster);

    // And the files root left are no obstacle.
    drop(Holder::start_as(NOBODY, &place));
}

#[test]
fn somebody_elses_cluster() {
    if !is_root() {
        return;
    }
    let mut place = Place::new();
    place.settings.run_as = Some("nobody".into());
    drop(place.start());
    place.settings.run_as = Some("daemon".into());
    let refusal = place.refusal();
    assert!(refusal.contains("belongs to nobody, and PostgreSQL would run as daemon"), "{refusal}");
}

#[test]
fn users_that_cannot_run_it() {
    if !is_root() {
        return;
    }
    let mut place = Place::new();
    place.settings.run_as = Some("root".into());
    let refusal = place.refusal();
    assert!(refusal.contains("there is no ordinary user root"), "{refusal}");
    place.settings.run_as = Some("no-such-user".into());
    let refusal = place.refusal();
    assert!(refusal.contains("there is no ordinary user no-such-user"), "{refusal}");

    place.settings.run_as = Some("daemon".into());
    give(&place, NOBODY);
    let Some(Said::Failed(why)) = Holder::spawn(&place, Some(NOBODY)).says() else { panic!("it runs") };
    assert!(why.contains("PG_RUN_AS is daemon, but this server runs as nobody"), "{why}");

    place.settings.run_as = None;
    give(&place, 54321);
    let Some(Said::Failed(why)) = Holder::spawn(&place, Some(54321)).says() else { panic!("it runs") };
    assert!(why.contains("the user id 54321 has no name"), "{why}");
}

/// The data directory, of which there is no more than the lock.
fn give(place: &Place, uid: u32) {
    for path in [place.data().to_owned(), place.data().join("server.lock")] {
        chown(path, Some(uid), None).unwrap();
    }
}

#[test]
fn a_directory_closed_to_postgres() {
    if !is_root() {
        return;
    }
    let mut place = Place::named("closed/data");
    let closed = place.dir().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let refusal = place.refusal();
    assert!(refusal.contains(&format!("cannot enter {}: choose", closed.display())), "{refusal}");
    assert!(!place.cluster().exists());

    fs::set_permissions(&closed, fs::Permissions::from_mode(0o711)).unwrap();
    assert_eq!(sql(place.start().access(), "SELECT 1"), "1", "what the message advises helps");

    // Programs that it cannot get at.
    let bin = closed.join("bin");
    let at = cluster::tools(&place.settings).unwrap().command("psql").unwrap();
    let real = std::path::Path::new(at.get_program()).parent().unwrap().to_owned();
    fs::create_dir(&bin).unwrap();
    for name in ["postgres", "initdb"] {
        std::os::unix::fs::symlink(real.join(name), bin.join(name)).unwrap();
    }
    fs::set_permissions(&bin, fs::Permissions::from_mode(0o700)).unwrap();
    place.settings.bin_dir = Some(bin.clone());
    let refusal = place.refusal();
    assert!(refusal.contains(&format!("cannot execute {}/postgres", bin.display())), "{refusal}");
}

/// A strict umask of root's does not shut PostgreSQL out of what root makes.
#[test]
fn a_strict_umask() {
    if !is_root() {
        return;
    }
    let place = Place::named("two/levels");
    // A process of its own: the umask is the whole process's.
    let held = Holder::spawn_with(&place, |holder| {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "umask 077 && exec \"$0\" \"$@\""])
            .arg(holder.get_program())
            .args(holder.get_args());
        shell
    });
    assert_eq!(held.says(), Some(Said::Ready));
}
