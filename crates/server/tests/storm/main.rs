//! The program under storms: killed, starved of its database, stopped, overrun, run twice, and asked for everything
//! at once.
//!
//! Every test has a directory of its own, in which the real program runs as other processes do ([`place`]). Devices
//! report usage ([`tracker`]) and remember what they were told is kept ([`ledger`]); afterwards the database holds
//! that, once, and nothing else.

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

mod client;
mod ledger;
mod place;
mod tracker;

mod cuts;
mod frozen;
mod killed;
mod locks;
mod login_flood;
mod overrun;
mod stopped;
mod two_servers;
