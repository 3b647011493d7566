//! Use cases: who may do a thing, what else must happen, and in which transaction.
//!
//! Knows neither HTTP nor SQL. A use case takes its [`Context`] (a connection and the time), the [`Actor`]
//! who asks, and input that has been checked; it gives the domain's types.
//!
//! Start reading at [`app`], then [`usage`].

pub mod accounts;
pub mod app;
pub mod devices;
mod error;
pub mod health;
pub mod migrations;
pub mod tokens;
pub mod usage;
pub mod verify;

pub use app::{Actor, App, Context, Settings};
pub use error::Error;

/// What a use case gives.
pub type Result<T> = std::result::Result<T, Error>;
