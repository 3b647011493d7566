//! How people and devices sign in.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::parse;

/// How people and devices sign in.
#[derive(Args, Clone)]
pub struct SignIn {
    /// Life of a person's access token
    #[arg(long, env = "ACCESS_TOKEN_TTL", value_name = "TIME", default_value = "15m", value_parser = parse::duration)]
    access_token_ttl: Duration,
    /// Life of a person's refresh token
    #[arg(long, env = "REFRESH_TOKEN_TTL", value_name = "TIME", default_value = "7d", value_parser = parse::duration)]
    refresh_token_ttl: Duration,
    /// Life of a device's access token
    #[arg(long, env = "DEVICE_ACCESS_TOKEN_TTL", value_name = "TIME", default_value = "24h", value_parser = parse::duration)]
    device_access_token_ttl: Duration,
    /// Life of a device's refresh token
    #[arg(long, env = "DEVICE_REFRESH_TOKEN_TTL", value_name = "TIME", default_value = "30d", value_parser = parse::duration)]
    device_refresh_token_ttl: Duration,
    /// Which passwords people may have, and how they are kept
    #[command(flatten)]
    pub passwords: Passwords,
}

/// Which passwords people may have, and how they are kept.
#[derive(Args, Clone)]
pub struct Passwords {
    /// bcrypt's cost of passwords, 10 to 16: each step doubles the work
    #[arg(long, env = "BCRYPT_COST", value_name = "STEPS", default_value = "12", value_parser = parse::bcrypt_cost)]
    pub bcrypt_cost: u32,
    /// Which passwords are refused as too common
    #[arg(long, env = "PASSWORD_BLOCKLIST", value_enum, default_value = "common")]
    password_blocklist: PasswordBlocklist,
}

/// Which passwords are refused as too common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PasswordBlocklist {
    /// The 400 most common
    Common,
    /// The 20,000 most common
    Strict,
}

impl SignIn {
    /// Lives of tokens.
    ///
    /// # Errors
    /// One is too long for a calendar.
    pub fn lives(&self) -> anyhow::Result<service::Lives> {
        let life = chrono::Duration::from_std;
        Ok(service::Lives {
            access: life(self.access_token_ttl)?,
            refresh: life(self.refresh_token_ttl)?,
            device_access: life(self.device_access_token_ttl)?,
            device_refresh: life(self.device_refresh_token_ttl)?,
        })
    }
}

impl Passwords {
    /// Which passwords are refused.
    pub fn blocklist(&self) -> domain::passwords::Blocklist {
        match self.password_blocklist {
            PasswordBlocklist::Common => domain::passwords::Blocklist::Common,
            PasswordBlocklist::Strict => domain::passwords::Blocklist::Strict,
        }
    }
}
