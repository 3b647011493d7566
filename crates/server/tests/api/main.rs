//! The API as clients see it: a real server, on a real PostgreSQL, over real HTTP.
//!
//! Every test has a server and a database of its own, cloned from a template in one private cluster that lives
//! as long as the run: start reading at `harness.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

mod accounts;
mod admin;
mod analytics;
mod bad_input;
mod categories;
mod clients;
mod consumption;
mod devices;
mod events;
mod figures;
mod focus;
mod harness;
mod hostile;
mod leaderboard;
mod limits;
mod live;
mod meters;
mod platform;
mod projects;
mod scope;
mod sign_in;
mod stats;
mod time_entries;
mod usage;
mod walls;
mod zones;
