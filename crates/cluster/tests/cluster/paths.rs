//! Data directories with names that some part of PostgreSQL does not like.

use crate::place::{Place, answer, sql};
use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt, os::unix::fs::MetadataExt, path::PathBuf};

/// Starts there, connects in every way, stops, and does so again.
fn serves(place: &Place) {
    for _ in 0..2 {
        let cluster = place.start();
        assert_eq!(sql(cluster.access(), "SELECT 1"), "1");
        assert_eq!(sql(&place.attach(), "SELECT 2"), "2");
        let mut psql = cluster::tools(&place.settings).unwrap().command("psql").unwrap();
        psql.arg(cluster.url(cluster::DATABASE));
        assert_eq!(answer(psql, "SELECT 3").unwrap(), "3");
    }
}

#[test]
fn odd_characters() {
    serves(&Place::named("my data's \"100%\" \\ $(home) é #1 = @x?&"));
}

#[test]
fn what_libpq_takes_for_several() {
    serves(&Place::named("one,two"));
}

#[test]
fn not_even_unicode() {
    let mut place = Place::new();
    place.settings.data = place.dir().join(OsStr::from_bytes(b"caf\xe9"));
    serves(&place);
}

#[test]
fn too_long_for_a_socket() {
    let place = Place::named(&"long/".repeat(30));
    serves(&place);
    assert!(!outside(&place).exists(), "the socket's directory stays");
}

#[test]
fn a_socket_directory_that_others_can_use_is_refused() {
    let place = Place::named(&"long/".repeat(30));
    drop(place.start());
    fs::create_dir(outside(&place)).unwrap();
    let refusal = place.refusal();
    fs::remove_dir(outside(&place)).unwrap();
    assert!(
        refusal.contains("is to hold PostgreSQL's socket, but it is not a directory that only"),
        "{refusal}"
    );
    drop(place.start());
}

fn outside(place: &Place) -> PathBuf {
    let data = fs::metadata(place.data()).unwrap();
    PathBuf::from(format!("/tmp/almanac-{:x}-{:x}", data.dev(), data.ino()))
}

#[test]
fn a_relative_path_and_a_link() {
    let mut place = Place::new();
    fs::create_dir(place.dir().join("real")).unwrap();
    std::os::unix::fs::symlink("real", place.data()).unwrap();
    serves(&place);
    let up = "../".repeat(std::env::current_dir().unwrap().components().count());
    place.settings.data = PathBuf::from(format!("{up}{}", place.dir().join("real").display()));
    serves(&place);
}

#[test]
fn a_line_break_is_refused() {
    let refusal = Place::named("two\nlines").refusal();
    assert!(refusal.contains("has a line break in its path"), "{refusal}");
}
