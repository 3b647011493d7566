//! The commands as people run them: the real program, a real server, a real PostgreSQL.
//!
//! Every test has a directory and a database of its own, in one private cluster that lives as long as the run: start
//! reading at `harness.rs`.

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

mod admin;
mod backup;
mod demo;
mod device;
mod elsewhere;
mod harness;
mod retries;
mod verify;
