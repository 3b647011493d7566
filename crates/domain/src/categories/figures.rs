//! Time by category.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::score::Weighed;
use super::*;
use crate::analytics::productivity::time::Name;
use crate::numbers::{Seconds, Share};
use crate::usage::Kind;

/// A category's part of some time. What belongs to the categories below it is theirs, not its own.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryFigure {
    /// Its names, from the top down.
    #[schema(example = json!(["Work", "Coding"]))]
    pub path: Vec<String>,
    /// Its colour.
    pub color: Option<String>,
    /// From -2 (very distracting) to 2 (very productive).
    pub weight: i8,
    /// Its time.
    pub seconds: Seconds,
    /// Its part of the whole.
    pub share: Share,
}

/// Some time by category.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryFigures {
    /// 0 (all very distracting) to 100 (all very productive); none where less than 5 minutes are of a category.
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<i64>,
    /// Time of weights above 0.
    pub productive_seconds: Seconds,
    /// Time of weight 0.
    pub neutral_seconds: Seconds,
    /// Time of weights below 0.
    pub distracting_seconds: Seconds,
    /// Time of no category.
    pub uncategorized_seconds: Seconds,
    /// Each category that has time, longest first.
    pub by_category: Vec<CategoryFigure>,
}

/// The categories of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryTree {
    /// As they are written in the settings' `categorization`, or those of the program.
    pub categories: Vec<Category>,
    /// Whether the account has categories of its own.
    pub own: bool,
}

impl CategoryTree {
    /// What an account's `categorization` says.
    #[must_use]
    pub fn of(categorization: &Map<String, Value>) -> CategoryTree {
        let own = read(categorization).unwrap_or_default();
        // Of a tree that is none, those of the program count.
        match Categories::new(&own) {
            Ok(_) if !own.is_empty() => CategoryTree { categories: own, own: true },
            _ => CategoryTree { categories: defaults::tree(), own: false },
        }
    }
}

/// A tree that is tried.
#[derive(Clone, Debug, Deserialize, ToSchema, validator::Validate)]
pub struct CategoryTrial {
    /// The tree.
    pub categories: Vec<Category>,
    /// Days of usage to try it on, 1 to 31 (7), up to today.
    #[validate(range(min = 1, max = 31, code = "DAYS_INVALID", message = "must be 1 to 31"))]
    #[schema(minimum = 1, maximum = 31)]
    pub days: Option<u16>,
}

/// An app in a tree that is tried.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TriedApp {
    /// Which app or website.
    pub app: String,
    /// What it is.
    pub kind: Kind,
    /// Its time.
    pub seconds: Seconds,
    /// Its category now.
    pub before: Option<String>,
    /// Its category by the tree that is tried.
    pub after: Option<String>,
}

/// What a tree would make of the last days.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TriedCategories {
    /// The first day.
    pub start_date: NaiveDate,
    /// The last.
    pub end_date: NaiveDate,
    /// By the categories as they are.
    pub before: CategoryFigures,
    /// By the tree that is tried.
    pub after: CategoryFigures,
    /// Each app and website, longest first.
    pub apps: Vec<TriedApp>,
}

impl TriedCategories {
    /// What `tried` makes, in place of `kept`, of the milliseconds that names have on the dates `start..=end`.
    #[must_use]
    pub fn new(
        (start_date, end_date): (NaiveDate, NaiveDate),
        kept: &Categories,
        tried: &Categories,
        names: &BTreeMap<Name<'_>, i64>,
    ) -> TriedCategories {
        let (mut before, mut after) = (Sorting::new(kept), Sorting::new(tried));
        let mut apps: Vec<TriedApp> = vec![];
        for ((kind, app), ms) in names {
            let subject = Subject::of_usage(*kind, app);
            apps.push(TriedApp {
                app: (*app).to_owned(),
                kind: *kind,
                seconds: Seconds(*ms),
                before: before.add(subject, *ms).map(Placed::name),
                after: after.add(subject, *ms).map(Placed::name),
            });
        }
        apps.retain(|one| !one.app.is_empty());
        apps.sort_by_key(|app| Reverse(app.seconds));
        TriedCategories { start_date, end_date, before: before.figures(), after: after.figures(), apps }
    }
}

/// Puts time into categories.
#[derive(Debug)]
pub struct Sorting<'a> {
    categories: &'a Categories,
    weighed: Weighed,
    /// Milliseconds by the category's place in the tree.
    sums: Vec<i64>,
}

impl<'a> Sorting<'a> {
    /// Nothing yet.
    #[must_use]
    pub fn new(categories: &'a Categories) -> Sorting<'a> {
        Sorting { categories, weighed: Weighed::default(), sums: vec![0; categories.all.len()] }
    }

    /// Adds time. Gives the category to which it goes.
    pub fn add(&mut self, subject: Subject<'_>, ms: i64) -> Option<&'a Placed> {
        let place = self.categories.find(subject);
        let placed = place.and_then(|place| self.categories.all.get(place));
        self.weighed.add(ms, placed.map(|placed| placed.weight));
        if let Some(sum) = place.and_then(|place| self.sums.get_mut(place)) {
            *sum += ms;
        }
        placed
    }

    /// What it adds up to.
    #[must_use]
    pub fn figures(&self) -> CategoryFigures {
        let total = self.weighed.total_ms();
        let figure = |(Placed { path, color, weight }, ms): (&Placed, i64)| CategoryFigure {
            path: path.clone(),
            color: color.clone(),
            weight: *weight,
            seconds: Seconds(ms),
            share: Share::of(ms, total),
        };
        let used = self.categories.all.iter().zip(self.sums.iter().copied()).filter(|(_, ms)| *ms > 0);
        let mut by_category: Vec<CategoryFigure> = used.map(figure).collect();
        // Those of the same time stay in the order of the tree.
        by_category.sort_by_key(|one| Reverse(one.seconds));
        CategoryFigures {
            score: self.weighed.score(),
            productive_seconds: Seconds(self.weighed.productive_ms),
            neutral_seconds: Seconds(self.weighed.neutral_ms),
            distracting_seconds: Seconds(self.weighed.distracting_ms),
            uncategorized_seconds: Seconds(self.weighed.uncategorized_ms),
            by_category,
        }
    }
}
