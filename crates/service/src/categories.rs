//! Categories: shown, and tried on the last days before they are kept. They are kept with the account's settings.

use std::collections::BTreeMap;

use domain::analytics::productivity::time::{self, Name};
use domain::categories::Categories;
use domain::categories::figures::{CategoryTree, CategoryTrial, TriedCategories};
use domain::days::plus;
use domain::valid::Valid;
use persistence::accounts;
use persistence::events::days;
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

/// What a tree would make of the last days, of which apps and pages count as in productivity. Nothing is kept.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn preview(cx: &mut Context, actor: &Actor, trial: &Valid<CategoryTrial>) -> Result<TriedCategories> {
    let tried = Categories::new(&trial.categories).map_err(Error::Invalid)?;
    with_categories(cx, actor, |conn, calendar, kept, now| {
        let last = calendar.date_at(now);
        let first = plus(last, 1 - i64::from(trial.days.unwrap_or(DAYS)));
        let apps = figures::find(conn, actor.user, None, first, first, last)?;
        let pages = days::list(conn, actor.user, first, last)?;
        let mut sums: BTreeMap<Name<'_>, i64> = BTreeMap::new();
        for (name, ms) in time::days(calendar, &apps, &pages).into_values().flat_map(|day| day.names) {
            *sums.entry(name).or_default() += ms;
        }
        Ok(TriedCategories::new((first, last), kept, &tried, &sums))
    })
}
