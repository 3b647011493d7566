//! Whether standings are what they are derived from, and what is kept of them what they add up to. Nothing is changed:
//! who is due is about to be derived anew, and may differ until then.

use domain::ids::UserId;
use domain::leaderboard::counts::Changes;
use domain::leaderboard::{Periods, Standing};
use persistence::leaderboard::{self as rows, verify};
use persistence::{Conn, Link, transaction};

use crate::{Error, Result};

/// People compared in one transaction.
const AT_ONCE: usize = 1000;

/// What differs, in words, of these accounts and altogether.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn run(link: &mut Link, users: &[UserId]) -> Result<Vec<String>> {
    let mut differences = Vec::new();
    for some in users.chunks(AT_ONCE) {
        differences.extend(transaction::system(link, |conn| compare(conn, some))?);
    }
    differences.extend(transaction::system(link, add_up)?);
    Ok(differences)
}

/// Nobody derives standings meanwhile: whoever changes what they are derived from is among those that are due.
fn periods(conn: &mut Conn) -> Result<Periods> {
    rows::lock(conn, true)?.ok_or(Error::Internal("the row of focus_summary is missing".into()))
}

fn compare(conn: &mut Conn, users: &[UserId]) -> Result<Vec<String>> {
    let periods = periods(conn)?;
    let kept = rows::list(conn, users)?;
    let derived = rows::derive(conn, users, &periods)?;
    let due = verify::list_due(conn, users)?;
    let find = |among: &[Standing], user: UserId| {
        among.iter().find(|one| one.user == user).cloned().map(|one| one.in_periods(&periods))
    };
    let differ = |user: &&UserId| find(&kept, **user) != find(&derived, **user) && !due.contains(user);
    let tell = |user: &UserId| {
        let (kept, derived) = (find(&kept, *user), find(&derived, *user));
        format!("account {user}: the standing is {kept:?}, it derives to {derived:?}")
    };
    Ok(users.iter().filter(differ).map(tell).collect())
}

fn add_up(conn: &mut Conn) -> Result<Vec<String>> {
    let periods = periods(conn)?;
    let orphans = verify::list_orphans(conn)?.into_iter();
    let mut differences: Vec<String> =
        orphans.map(|user| format!("account {user}: a standing of nobody")).collect();
    let mut sums = Changes::default();
    verify::each(conn, |standing| sums.add(&standing, &periods))?;
    let (kept, sums) = (verify::find_sums(conn)?, sums.trimmed());
    let of = |sums: &Changes| (sums.people, sums.visible, sums.sessions, sums.focus_min);
    if of(&kept) != of(&sums) {
        differences.push(format!(
            "the summary of focus (people, visible, sessions, minutes) is {:?}, the standings add up to {:?}",
            of(&kept),
            of(&sums)
        ));
    }
    if kept.days != sums.days {
        differences.push("how many people were active on which day is not what the standings say".to_owned());
    }
    if kept.counts != sums.counts {
        differences.push("how many people have how much is not what the standings say".to_owned());
    }
    Ok(differences)
}
