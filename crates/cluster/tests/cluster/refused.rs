//! What no cluster can be started from, and what is said of it.

use crate::place::{Place, sql};
use cluster::{Error, tools};
use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Without this machine's PostgreSQL.
fn bare_place() -> Place {
    let mut place = Place::new();
    place.settings.system_dirs = vec![];
    place
}

/// A directory with programs that only tell a version.
fn pretend(dir: PathBuf, version: &str) -> PathBuf {
    fs::create_dir_all(&dir).unwrap();
    for name in ["postgres", "initdb", "psql", "pg_dump", "pg_restore"] {
        let program = dir.join(name);
        fs::write(&program, format!("#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    dir
}

#[test]
fn no_postgres_installed() {
    let mut place = bare_place();
    place.settings.path = OsString::from(format!("{0}:{0}/none:", place.dir().display()));
    let refusal = place.refusal();
    assert!(refusal.contains("no PostgreSQL server was found on this machine"), "{refusal}");
    for way_out in ["apt-get install postgresql", "PG_BINDIR", "DATABASE_URL"] {
        assert!(refusal.contains(way_out), "{refusal}");
    }
    assert!(!place.cluster().exists());
    assert!(matches!(tools(&place.settings), Err(Error::NoClient)));
}

#[test]
fn only_an_old_postgres_installed() {
    let mut place = bare_place();
    place.settings.path = pretend(place.dir().join("old"), "13.4 (Debian 13.4-1)").into();
    let refusal = place.refusal();
    assert!(refusal.contains("PostgreSQL 15 or newer is needed"), "{refusal}");
    assert!(refusal.contains(&format!("13 in {}/old", place.dir().display())), "{refusal}");
}

#[test]
fn a_bin_dir_without_postgres() {
    let mut place = Place::new();
    place.settings.bin_dir = Some(place.dir().to_owned());
    let refusal = place.refusal();
    assert!(refusal.contains("and there is no postgres in it"), "{refusal}");
}

/// The newest is taken for a new cluster, and the cluster's own for an old one.
#[test]
fn a_cluster_of_another_release() {
    let mut place = Place::new();
    drop(place.start());
    let version = place.cluster().join("PG_VERSION");
    let installed = fs::read_to_string(&version).unwrap();
    place.settings.system_dirs.insert(0, place.dir().join("releases"));
    pretend(place.dir().join("releases/99/bin"), "99.1");
    assert_eq!(sql(place.start().access(), "SELECT 1"), "1", "its own release is there");

    fs::write(&version, "98\n").unwrap();
    let refusal = place.refusal();
    assert!(refusal.contains("was written by PostgreSQL 98"), "{refusal}");
    assert!(refusal.contains(&format!("99 in {}/releases/99/bin", place.dir().display())), "{refusal}");
    assert!(refusal.contains(&format!("{} in ", installed.trim())), "{refusal}");
    fs::write(&version, installed).unwrap();
    assert_eq!(sql(place.start().access(), "SELECT 1"), "1", "the refusal left it as it was");
}

#[test]
fn files_that_are_not_a_cluster() {
    let place = Place::new();
    fs::create_dir_all(place.cluster()).unwrap();
    fs::write(place.cluster().join("precious"), "data").unwrap();
    if nix::unistd::geteuid().is_root() {
        give(&place.cluster(), "nobody");
    }
    let refusal = place.refusal();
    assert!(refusal.contains("it is not a PostgreSQL cluster"), "{refusal}");
    assert_eq!(fs::read_to_string(place.cluster().join("precious")).unwrap(), "data");
}

fn give(path: &Path, user: &str) {
    let user = nix::unistd::User::from_name(user).unwrap().unwrap();
    std::os::unix::fs::chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
}
