//! `almanac admin`: makes an admin where nobody can, in the server's own database or the one that DATABASE_URL names.
//!
//! The password is typed, or comes from the standard input. A command line is everybody's to read.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand};
use domain::accounts::NewAccount;
use domain::passwords::{MOST_BYTES, Password};
use domain::valid::{FieldError, Valid};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::config::{Passwords, Place};
use crate::database::{Database, bring_up_to_date};
use crate::logging::tell;

/// What `almanac admin` can do.
#[derive(Subcommand)]
pub enum Command {
    /// Make an account of an admin, whoever may register
    ///
    /// Asks for the password without showing it, or reads it, as one line, from the standard input. May run beside a
    /// server, and before the first start of one. The audit log tells of it.
    Create(Create),
}

/// What `almanac admin create` is told.
#[derive(Args)]
pub struct Create {
    /// What they are called
    #[arg(long, value_name = "NAME")]
    username: String,
    /// Their e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// Their name, such as "Ada Lovelace"
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    passwords: Passwords,
    #[command(flatten)]
    place: Place,
}

/// Does it.
///
/// # Errors
/// A name is taken, the password is refused, or the database cannot be reached.
pub fn run(command: &Command) -> anyhow::Result<()> {
    let Command::Create(Create { username, email, name, passwords, place }) = command;
    let password = if io::stdin().is_terminal() { typed()? } else { line(&mut io::stdin().lock())? };
    let new = NewAccount {
        username: Some(username.clone()),
        email: email.clone(),
        password: Password::new(password),
        name: name.clone(),
        first_name: None,
        last_name: None,
        timezone: None,
        invite_code: None,
    };
    let new = Valid::check(new).map_err(|fields| refused(&fields))?;
    let rules = service::passwords::Passwords::new(passwords.bcrypt_cost, passwords.blocklist());

    let database = Database::open(place)?;
    bring_up_to_date(&database)?;
    let made = service::sign_in::create_admin(&database.url(), rules, &new).map_err(|error| match error {
        service::Error::Invalid(fields) => refused(&fields),
        service::Error::Conflict(_, message) => anyhow!("{message}"),
        error => database.hide(&error),
    });
    database.stop();
    let account = made?;
    tell(&format!("{} <{}> is an admin.", account.username, account.email))?;
    Ok(())
}

/// What is wrong with what was given.
fn refused(fields: &[FieldError]) -> anyhow::Error {
    let each: Vec<String> = fields.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
    anyhow!("{}", each.join("; "))
}

/// The password as somebody types it, twice.
fn typed() -> anyhow::Result<String> {
    let first = unseen("Password: ")?;
    if unseen("Again: ")? != first {
        bail!("these were two different passwords");
    }
    Ok(first)
}

/// A line that the terminal does not show while it is typed.
fn unseen(prompt: &str) -> anyhow::Result<String> {
    let stdin = io::stdin();
    let shown = tcgetattr(&stdin).context("the terminal")?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&stdin, OptionalActions::Flush, &hidden).context("the terminal")?;
    // Only now: who types at once is not shown either.
    write!(io::stderr(), "{prompt}")?;
    let line = line(&mut stdin.lock());
    tcsetattr(&stdin, OptionalActions::Flush, &shown).context("the terminal")?;
    writeln!(io::stderr())?;
    line
}

/// The first line of `from`, without its end. No more is read than a password may have, and then some.
fn line(from: &mut impl BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    let most = u64::try_from(MOST_BYTES)? * 2;
    from.take(most).read_line(&mut line).context("the password")?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        bail!("there is no password on the standard input");
    }
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_line() {
        let of = |text: &str| line(&mut text.as_bytes()).map_err(|error| error.to_string());
        for (text, password) in
            [("secret", "secret"), ("secret\n", "secret"), ("a b \r\nrest", "a b "), (" x\n\n", " x")]
        {
            assert_eq!(of(text), Ok(password.to_owned()), "{text:?}");
        }
        for nothing in ["", "\n", "\r\nx"] {
            assert!(of(nothing).unwrap_err().contains("no password"), "{nothing:?}");
        }
        assert_eq!(of(&"x".repeat(1000)).unwrap().len(), 2 * MOST_BYTES);
    }
}
