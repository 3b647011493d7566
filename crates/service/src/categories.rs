//! Categories: shown, and tried on the last days before they are kept. They are kept with the account's settings.

use std::collections::BTreeMap;

use domain::categories::figures::{CategoryTree, CategoryTrial, Sorting, TriedApp, TriedCategories};
use domain::categories::{Categories, Placed, Subject};
use domain::days;
use domain::numbers::Seconds;
use domain::usage::Kind;
use domain::valid::Valid;
use persistence::accounts;
use persistence::usage::figures;

use crate::accounts::with_categories;
use crate::app::{Actor, Context};
use crate::error::missing;
use crate::{Error, Result};

/// Days that a tree is tried on where it is not said.
const DAYS: u16 = 7;

/// The categories of who asks.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn show(cx: &mut Context, actor: &Actor) -> Result<CategoryTree> {
    cx.tenant(actor, |conn| {
        let settings = accounts::find_settings(conn, actor.user).map_err(missing("account"))?;
        Ok(CategoryTree::of(&settings.categorization))
    })
}

/// What a tree would make of the last days. Nothing is kept.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn preview(cx: &mut Context, actor: &Actor, trial: &Valid<CategoryTrial>) -> Result<TriedCategories> {
    let tried = Categories::new(&trial.categories).map_err(Error::Invalid)?;
    let (date, rows, now) = with_categories(cx, actor, |conn, calendar, categories, now| {
        let date = calendar.date_at(now);
        let first = days::plus(date, 1 - i64::from(trial.days.unwrap_or(DAYS)));
        let rows = figures::find(conn, actor.user, None, first, first, date)?;
        Ok(((first, date), rows, categories.clone()))
    })?;
    let mut sums: BTreeMap<(Kind, &str), i64> = BTreeMap::new();
    for (kind, app, tally) in rows.iter().flat_map(|row| row.day.apps.iter()) {
        *sums.entry((kind, app)).or_default() += tally.duration_ms;
    }
    let (mut before, mut after) = (Sorting::new(&now), Sorting::new(&tried));
    let mut apps: Vec<TriedApp> = vec![];
    for ((kind, app), ms) in sums {
        let subject = Subject::of_usage(kind, app);
        apps.push(TriedApp {
            app: app.to_owned(),
            kind,
            seconds: Seconds(ms),
            before: before.add(subject, ms).map(Placed::name),
            after: after.add(subject, ms).map(Placed::name),
        });
    }
    apps.sort_by_key(|app| std::cmp::Reverse(app.seconds));
    let (start_date, end_date) = date;
    Ok(TriedCategories { start_date, end_date, before: before.figures(), after: after.figures(), apps })
}
