//! Use cases: who may do a thing, what else must happen, and in which transaction.
//!
//! Knows neither HTTP nor SQL. A use case takes its [`Context`] (a connection and the time), the [`Actor`]
//! who asks, and input that has been checked; it gives the domain's types.
//!
//! Start reading at [`app`], then [`sign_in`] and [`usage`].

pub mod accounts;
pub mod admin;
pub mod analytics;
pub mod app;
mod audit;
pub mod categories;
pub mod consumption;
pub mod devices;
mod error;
pub mod events;
pub mod focus;
pub mod garden;
pub mod health;
pub mod imports;
pub mod leaderboard;
pub mod limits;
pub mod live;
pub mod meters;
pub mod migrations;
mod pages;
pub mod passwords;
pub mod projects;
mod queue;
mod secrets;
pub mod sign_in;
mod tally;
pub mod time_entries;
pub mod tokens;
pub mod usage;
pub mod verify;

pub use app::{Actor, App, Context, Lives, Reporter, Settings};
pub use error::Error;

/// What a use case gives.
pub type Result<T> = std::result::Result<T, Error>;
