//! The situations a private cluster gets into, each with a real PostgreSQL in a directory of its own.
//!
//! What needs a server that can be killed runs in another process: this test binary, started again as a holder (see
//! `holder.rs`). Run as root, the tests cover both a root server and an ordinary user's. Run as an ordinary user, they
//! cover the ordinary user's only: the tests in `root.rs` need root to become somebody else, and say so and end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

mod holder;
mod killed;
mod load;
mod paths;
mod place;
mod refused;
mod root;
mod running;
mod start;
mod stop;
