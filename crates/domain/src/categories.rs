//! Categories: what time is spent on, and how much of it a person wants.
//!
//! A person keeps a tree of categories in the settings' `categorization`. Each may have rules over the app, the domain and
//! the title, a colour, and a weight from -2 (very distracting) to 2 (very productive); without one it has that of the
//! category above it. What several rules match belongs to the deepest of their categories; on one level a name comes
//! before an expression, a longer name before a shorter one, and then the first. Who has none of their own has the ones that come with the program ([`defaults`]).
//!
//! Clients of before have maps of their own in `categorization`. Their usual forms are understood as well:
//! `{"productive": ["github.com"]}`, and `{"github.com": 2}`, `{"github.com": "productive"}` or
//! `{"github.com": {"weight": 2}}`. Whatever else is there is kept and means nothing.

use std::cmp::Reverse;
use std::{collections, iter};

use foldhash::HashMap;
use regex::{RegexBuilder, RegexSet, RegexSetBuilder};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::ValidationError;

use crate::usage::Kind;
use crate::valid::FieldError;

pub mod defaults;
pub mod figures;
pub mod score;

/// Categories of a tree at the most.
pub const MOST_CATEGORIES: usize = 200;
/// Rules of a tree at the most.
pub const MOST_RULES: usize = 1000;
/// How deep a tree may be.
pub const DEEPEST: usize = 5;
const NAME: usize = 60;
const PATTERN: usize = 500;
/// Bytes that the compiled expressions of one account may take.
const COMPILED: usize = 10 * 1024 * 1024;

/// A category of somebody's tree, as it is written in `categorization.categories`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Category {
    /// What it is called, once on its level.
    #[schema(max_length = 60, example = "Coding")]
    pub name: String,
    /// A number of the dashboard's palette of ten, or `#rrggbb`; that of the category above it where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "3")]
    pub color: Option<String>,
    /// From -2 (very distracting) to 2 (very productive); that of the category above it where absent, and 0 at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -2, maximum = 2)]
    pub weight: Option<i8>,
    /// What belongs to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What it is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub children: Vec<Category>,
}

/// What belongs to a category. Case does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// An app of exactly this name.
    App(String),
    /// This domain and those below it.
    Domain(String),
    /// An app in whose name this regular expression is found (the syntax of Rust's `regex`, which takes linear time).
    AppRegex(String),
    /// A host in which it is found.
    DomainRegex(String),
    /// A title in which it is found.
    TitleRegex(String),
}

/// What is to be put into a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Subject<'a> {
    /// The app, as it was sent.
    pub app: Option<&'a str>,
    /// The host of a page.
    pub host: Option<&'a str>,
    /// The title of a window or page.
    pub title: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// What a device had in front. Pages without a host, whose website is empty, are of no category.
    #[must_use]
    pub fn of_usage(kind: Kind, app: &'a str) -> Subject<'a> {
        match kind {
            _ if app.is_empty() => Subject::default(),
            Kind::App => Subject { app: Some(app), ..Subject::default() },
            Kind::Website => Subject { host: Some(app), ..Subject::default() },
        }
    }
}

/// A category in its tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Placed {
    /// Its names, from the top down.
    #[schema(example = json!(["Work", "Coding"]))]
    pub path: Vec<String>,
    /// Its colour.
    pub color: Option<String>,
    /// From -2 to 2.
    pub weight: i8,
}

impl Placed {
    /// Its path in one text.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.join(" > ")
    }
}

/// A tree that is ready to be asked.
#[derive(Debug)]
pub struct Categories {
    /// All of them, each after the one above it.
    pub all: Vec<Placed>,
    /// Exact names of apps in lower case, with their categories.
    apps: HashMap<String, usize>,
    /// Domains in lower case, with their categories.
    domains: HashMap<String, usize>,
    of_app: Patterns,
    of_host: Patterns,
    of_title: Patterns,
}

#[derive(Debug, Default)]
struct Patterns {
    set: RegexSet,
    categories: Vec<usize>,
}

impl Patterns {
    fn new(patterns: &[(String, usize)]) -> Result<Patterns, regex::Error> {
        let texts = patterns.iter().map(|(pattern, _)| pattern);
        let set = RegexSetBuilder::new(texts).case_insensitive(true).size_limit(COMPILED).build()?;
        Ok(Patterns { set, categories: patterns.iter().map(|(_, category)| *category).collect() })
    }

    fn matching(&self, text: Option<&str>) -> impl Iterator<Item = usize> {
        let found = text.filter(|_| !self.categories.is_empty()).map(|text| self.set.matches(text));
        found
            .into_iter()
            .flat_map(|found| found.iter().collect::<Vec<_>>())
            .filter_map(|place| self.categories.get(place).copied())
    }
}

impl Categories {
    /// What an account's `categorization` says; [`defaults`] where it says nothing.
    #[must_use]
    pub fn of(categorization: &Map<String, Value>) -> Categories {
        let tree = read(categorization).unwrap_or_default();
        let own = if tree.is_empty() { None } else { Categories::new(&tree).ok() };
        own.or_else(|| Categories::new(&defaults::tree()).ok()).unwrap_or_else(Categories::none)
    }

    fn none() -> Categories {
        Categories {
            all: vec![],
            apps: HashMap::default(),
            domains: HashMap::default(),
            of_app: Patterns::default(),
            of_host: Patterns::default(),
            of_title: Patterns::default(),
        }
    }

    /// A tree of categories.
    ///
    /// # Errors
    /// What is wrong with it, by its place.
    pub fn new(tree: &[Category]) -> Result<Categories, Vec<FieldError>> {
        let mut flat = Flat::default();
        flat.add_all(tree, "categories", &Placed { path: vec![], color: None, weight: 0 });
        if flat.all.len() > MOST_CATEGORIES {
            flat.complain("categories", "has more than 200 categories", "CATEGORIES_TOO_MANY");
        }
        if flat.rules > MOST_RULES {
            flat.complain("categories", "has more than 1000 rules", "RULES_TOO_MANY");
        }
        if !flat.wrong.is_empty() {
            return Err(flat.wrong);
        }
        let set = |patterns: &[(String, usize)]| {
            Patterns::new(patterns).map_err(|_| {
                vec![FieldError::new(
                    "categories",
                    "has regular expressions that are too large together",
                    "REGEX_INVALID",
                )]
            })
        };
        let (of_app, of_host, of_title) =
            (set(&flat.app_patterns)?, set(&flat.host_patterns)?, set(&flat.title_patterns)?);
        Ok(Categories { all: flat.all, apps: flat.apps, domains: flat.domains, of_app, of_host, of_title })
    }

    /// Whether titles matter to it: they are not read otherwise.
    #[must_use]
    pub fn reads_titles(&self) -> bool {
        !self.of_title.categories.is_empty()
    }

    /// The category of something, by its place in `all`; none where no rule matches.
    #[must_use]
    pub fn find(&self, subject: Subject<'_>) -> Option<usize> {
        let app = subject.app.map(str::to_lowercase);
        let host = subject.host.map(str::to_lowercase);
        let by_app = app.iter().filter_map(|app| self.apps.get_key_value(app));
        let above = host.iter().flat_map(|host| with_those_above(host));
        let by_domain = above.filter_map(|domain| self.domains.get_key_value(domain));
        let named = by_app.chain(by_domain).map(|(name, category)| (name.len(), *category));
        let patterns = self.of_app.matching(subject.app).chain(self.of_host.matching(subject.host));
        let patterns = patterns.chain(self.of_title.matching(subject.title)).map(|category| (0, category));
        let first = named.chain(patterns).min_by_key(|(length, category)| {
            let depth = self.all.get(*category).map_or(0, |placed| placed.path.len());
            (Reverse(depth), Reverse(*length), *category)
        });
        first.map(|(_, category)| category)
    }

    /// How much of it is wanted: nothing is known of what is in no category.
    #[must_use]
    pub fn weight(&self, subject: Subject<'_>) -> Option<i8> {
        self.find(subject).and_then(|category| self.all.get(category)).map(|placed| placed.weight)
    }
}

/// A host, and each domain that it is below.
fn with_those_above(host: &str) -> impl Iterator<Item = &str> {
    iter::successors(Some(host), |domain| domain.split_once('.').map(|(_, above)| above))
}

/// A tree as a list, and what is wrong with it.
#[derive(Default)]
struct Flat {
    all: Vec<Placed>,
    rules: usize,
    apps: HashMap<String, usize>,
    domains: HashMap<String, usize>,
    app_patterns: Vec<(String, usize)>,
    host_patterns: Vec<(String, usize)>,
    title_patterns: Vec<(String, usize)>,
    wrong: Vec<FieldError>,
}

impl Flat {
    fn complain(&mut self, field: &str, message: &str, code: &str) {
        self.wrong.push(FieldError::new(field, message, code));
    }

    fn add_all(&mut self, siblings: &[Category], at: &str, above: &Placed) {
        let mut names: Vec<&str> = vec![];
        for (place, category) in siblings.iter().enumerate() {
            let at = format!("{at}[{place}]");
            let name = category.name.trim();
            let length = name.chars().count();
            if length == 0 || length > NAME || name.contains('\0') {
                self.complain(&format!("{at}.name"), "must have 1 to 60 characters", "NAME_INVALID");
            }
            if names.contains(&name) {
                self.complain(&format!("{at}.name"), "is there twice", "NAME_TAKEN");
            }
            names.push(name);
            if category.weight.is_some_and(|weight| !(-2..=2).contains(&weight)) {
                self.complain(&format!("{at}.weight"), "must be -2 to 2", "WEIGHT_INVALID");
            }
            if category.color.as_deref().is_some_and(|color| !is_color(color)) {
                self.complain(&format!("{at}.color"), "must be 0 to 9, or #rrggbb", "COLOR_INVALID");
            }
            let placed = Placed {
                path: above.path.iter().cloned().chain([name.to_owned()]).collect(),
                color: category.color.clone().or_else(|| above.color.clone()),
                weight: category.weight.unwrap_or(above.weight),
            };
            if placed.path.len() > DEEPEST {
                return self.complain(&at, "is more than 5 levels deep", "CATEGORIES_TOO_DEEP");
            }
            let number = self.all.len();
            self.all.push(placed.clone());
            for (place, rule) in category.rules.iter().enumerate() {
                self.add_rule(rule, &format!("{at}.rules[{place}]"), number);
            }
            self.add_all(&category.children, &format!("{at}.children"), &placed);
        }
    }

    fn add_rule(&mut self, rule: &Rule, at: &str, category: usize) {
        self.rules += 1;
        let (Rule::App(text)
        | Rule::Domain(text)
        | Rule::AppRegex(text)
        | Rule::DomainRegex(text)
        | Rule::TitleRegex(text)) = rule;
        if text.trim().is_empty() || text.chars().count() > PATTERN || text.contains('\0') {
            return self.complain(at, "must have 1 to 500 characters", "RULE_INVALID");
        }
        let into = match rule {
            Rule::App(name) => {
                return keep_deepest(&self.all, &mut self.apps, name.trim().to_lowercase(), category);
            }
            Rule::Domain(domain) => {
                let domain = domain.trim().trim_start_matches("*.").trim_start_matches("www.");
                return keep_deepest(&self.all, &mut self.domains, domain.to_lowercase(), category);
            }
            Rule::AppRegex(_) => &mut self.app_patterns,
            Rule::DomainRegex(_) => &mut self.host_patterns,
            Rule::TitleRegex(_) => &mut self.title_patterns,
        };
        match RegexBuilder::new(text).case_insensitive(true).size_limit(COMPILED / 10).build() {
            Ok(_) => into.push((text.clone(), category)),
            Err(regex::Error::CompiledTooBig(_)) => {
                self.complain(at, "is too large an expression", "REGEX_INVALID")
            }
            Err(_) => self.complain(at, "is no regular expression", "REGEX_INVALID"),
        }
    }
}

/// Of a name that several categories have, the deepest of them counts, and of those the first.
fn keep_deepest(all: &[Placed], names: &mut HashMap<String, usize>, name: String, category: usize) {
    let depth = |category: usize| all.get(category).map_or(0, |placed| placed.path.len());
    let kept = names.entry(name).or_insert(category);
    if depth(*kept) < depth(category) {
        *kept = category;
    }
}

pub(crate) fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#');
    match digits {
        Some(digits) => digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()),
        None => text.len() == 1 && text.bytes().all(|digit| digit.is_ascii_digit()),
    }
}

/// The tree in a `categorization`, where there is one.
///
/// # Errors
/// `categories` is there and is no tree.
pub fn read(categorization: &Map<String, Value>) -> Result<Vec<Category>, FieldError> {
    match categorization.get("categories") {
        Some(tree) => serde_json::from_value(tree.clone())
            .map_err(|error| FieldError::new("categories", error.to_string(), "CATEGORIES_INVALID")),
        None => Ok(of_other_clients(categorization)),
    }
}

/// That the tree in a `categorization`, where there is one, may be kept.
///
/// # Errors
/// The first thing that is wrong with it, by its place.
pub fn check(categorization: &Map<String, Value>) -> Result<(), ValidationError> {
    if !categorization.contains_key("categories") {
        return Ok(());
    }
    let wrong = match read(categorization).map(|tree| Categories::new(&tree)) {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(wrong)) => wrong.into_iter().next(),
        Err(wrong) => Some(wrong),
    };
    let wrong = wrong.unwrap_or_else(|| FieldError::new("categories", "is no tree", "CATEGORIES_INVALID"));
    let code = std::borrow::Cow::Owned(wrong.code);
    let message = format!("{} {}", wrong.field, wrong.message).into();
    Err(ValidationError { code, message: Some(message), params: collections::HashMap::new() })
}

/// How other clients call weights.
const WORDS: [(&str, i8, &str); 5] = [
    ("very_productive", 2, "Very productive"),
    ("productive", 1, "Productive"),
    ("neutral", 0, "Neutral"),
    ("distracting", -1, "Distracting"),
    ("very_distracting", -2, "Very distracting"),
];

/// Maps from words to domains and from domains to weights, as a tree of five categories.
fn of_other_clients(map: &Map<String, Value>) -> Vec<Category> {
    let word = |text: &str| {
        let text = text.trim().to_lowercase().replace([' ', '-'], "_");
        WORDS.iter().find(|(word, ..)| *word == text || text == "unproductive" && *word == "distracting")
    };
    let weight_of = |value: &Value| -> Option<i8> {
        let value = value.get("weight").or_else(|| value.get("category")).unwrap_or(value);
        match value {
            Value::Number(number) => {
                number.as_i64().and_then(|number| i8::try_from(number.clamp(-2, 2)).ok())
            }
            Value::String(text) => word(text).map(|(_, weight, _)| *weight),
            _ => None,
        }
    };
    let mut weighed: Vec<(i8, String)> = vec![];
    for (key, value) in map {
        match (word(key), value) {
            (Some((_, weight, _)), Value::Array(domains)) => {
                weighed.extend(
                    domains.iter().filter_map(Value::as_str).map(|domain| (*weight, domain.to_owned())),
                );
            }
            (None, value) => weighed.extend(weight_of(value).map(|weight| (weight, key.clone()))),
            _ => {}
        }
    }
    let category = |(_, weight, name): &(&str, i8, &str)| {
        let names = || weighed.iter().filter(|(of, _)| of == weight).map(|(_, name)| name);
        let rules: Vec<Rule> = names()
            .flat_map(|name| {
                if name.contains('.') {
                    vec![Rule::Domain(name.clone()), Rule::App(name.clone())]
                } else {
                    vec![Rule::App(name.clone())]
                }
            })
            .collect();
        (!rules.is_empty()).then(|| Category {
            name: (*name).to_owned(),
            weight: Some(*weight),
            rules,
            ..Category::default()
        })
    };
    WORDS.iter().filter_map(category).collect()
}

#[cfg(test)]
mod tests;
