use proptest::prelude::*;
use serde_json::json;

use super::*;

fn of(categorization: &Value) -> Categories {
    Categories::of(categorization.as_object().unwrap())
}

fn app(name: &str) -> Subject<'_> {
    Subject { app: Some(name), ..Subject::default() }
}

fn host(host: &str) -> Subject<'_> {
    Subject { host: Some(host), ..Subject::default() }
}

fn name(categories: &Categories, subject: Subject<'_>) -> Option<String> {
    categories.find(subject).map(|found| categories.all[found].path.join(" > "))
}

fn own() -> Value {
    json!({"categories": [
        {"name": "Work", "color": "0", "weight": 2, "rules": [{"domain": "example.com"}, {"app_regex": "^code"}, {"app": "slack"}, {"domain": "review.example.com"}], "children": [
            {"name": "Review", "rules": [{"title_regex": "pull request #\\d+"}, {"domain": "review.example.com"}]},
            {"name": "Chat", "weight": -1, "color": "#112233", "rules": [{"app": "Slack"}, {"domain_regex": "^chat\\."}]},
        ]},
        {"name": "Rest", "weight": -2, "rules": [{"domain": "www.example.org"}, {"app": "slack"}, {"domain": "talks.example.com"}]},
    ]})
}

#[test]
fn the_deepest_rule_wins_and_then_the_first() {
    let own = of(&own());
    for (subject, expected) in [
        (host("example.com"), Some("Work")),
        (host("deep.below.EXAMPLE.com"), Some("Work")),
        (host("notexample.com"), None),
        (host("review.example.com"), Some("Work > Review")),
        (host("chat.example.com"), Some("Work > Chat")),
        (host("example.org"), Some("Rest")),
        (host("talks.example.com"), Some("Rest")),
        (host("org"), None),
        (host(".example.org"), Some("Rest")),
        (app("SLACK"), Some("Work > Chat")),
        (app("Code - Insiders"), Some("Work")),
        (app("barcode"), None),
        (Subject { title: Some("Pull Request #7: more"), ..host("example.org") }, Some("Work > Review")),
        (Subject { title: Some("Pull request"), ..host("example.org") }, Some("Rest")),
        (Subject::default(), None),
    ] {
        assert_eq!(name(&own, subject).as_deref(), expected, "{subject:?}");
    }
    assert_eq!(own.weight(host("review.example.com")), Some(2), "that of the category above");
    assert_eq!(own.weight(app("slack")), Some(-1));
    assert_eq!(own.weight(app("unknown")), None);
    assert_eq!(own.all[1].color.as_deref(), Some("0"));
    assert!(own.reads_titles());
}

#[test]
fn who_has_none_has_those_of_the_program() {
    let given = of(&json!({}));
    for (subject, expected, weight) in [
        (host("github.com"), "Work > Coding", 2),
        (host("en.wikipedia.org"), "Learning > Courses and reference", 1),
        (host("mail.google.com"), "Communication > Mail", 0),
        (host("docs.google.com"), "Work > Writing and reading", 2),
        (host("music.youtube.com"), "Leisure > Music and podcasts", 0),
        (host("youtube.com"), "Leisure > Video", -2),
        (app("com.reddit.frontpage"), "Leisure > Social media", -2),
        (app("Code.exe"), "Work > Coding", 2),
    ] {
        assert_eq!(name(&given, subject).as_deref(), Some(expected), "{subject:?}");
        assert_eq!(given.weight(subject), Some(weight), "{subject:?}");
    }
    assert!(!given.reads_titles());
    for nothing in
        [json!({"theme": "dark"}), json!({"categories": []}), json!({"categories": 7}), json!({"a": null})]
    {
        assert_eq!(of(&nothing).all, given.all, "{nothing}");
    }
}

#[test]
fn maps_of_other_clients_are_understood() {
    for map in [
        json!({"github.com": 2, "youtube.com": -2, "Slack": 0}),
        json!({"github.com": {"weight": 2}, "youtube.com": {"category": "very distracting"}, "Slack": "neutral"}),
        json!({"very_productive": ["github.com"], "very-distracting": ["youtube.com", 7], "neutral": ["Slack"]}),
    ] {
        let categories = of(&map);
        assert_eq!(categories.weight(host("gist.github.com")), Some(2), "{map}");
        assert_eq!(categories.weight(host("m.youtube.com")), Some(-2), "{map}");
        assert_eq!(categories.weight(app("slack")), Some(0), "{map}");
        assert_eq!(categories.weight(host("reddit.com")), None, "{map}");
    }
    assert_eq!(
        of(&json!({"productive": ["a.example"], "unproductive": ["b.example"]})).weight(host("b.example")),
        Some(-1)
    );
}

#[test]
fn what_is_wrong_is_named_by_its_place() {
    let category = |change: Value| {
        let mut category = json!({"name": "A"});
        category.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!([{"name": "Top", "children": [category]}])
    };
    let mut deep = json!({"name": "6"});
    for level in (1..6).rev() {
        deep = json!({"name": level.to_string(), "children": [deep]});
    }
    for (tree, field, code) in [
        (category(json!({"name": " "})), "categories[0].children[0].name", "NAME_INVALID"),
        (category(json!({"name": "x".repeat(61)})), "categories[0].children[0].name", "NAME_INVALID"),
        (category(json!({"weight": 3})), "categories[0].children[0].weight", "WEIGHT_INVALID"),
        (category(json!({"color": "red"})), "categories[0].children[0].color", "COLOR_INVALID"),
        (category(json!({"rules": [{"domain": ""}]})), "categories[0].children[0].rules[0]", "RULE_INVALID"),
        (
            category(json!({"rules": [{"app": "a"}, {"title_regex": "("}]})),
            "categories[0].children[0].rules[1]",
            "REGEX_INVALID",
        ),
        (
            category(json!({"rules": [{"title_regex": "(a{1000}){1000}"}]})),
            "categories[0].children[0].rules[0]",
            "REGEX_INVALID",
        ),
        (
            category(json!({"rules": [{"title_regex": "(a)\\1"}]})),
            "categories[0].children[0].rules[0]",
            "REGEX_INVALID",
        ),
        (json!([{"name": "A"}, {"name": "A"}]), "categories[1].name", "NAME_TAKEN"),
        (
            json!([deep]),
            "categories[0].children[0].children[0].children[0].children[0].children[0]",
            "CATEGORIES_TOO_DEEP",
        ),
    ] {
        let tree: Vec<Category> = serde_json::from_value(tree).unwrap();
        let wrong = Categories::new(&tree).unwrap_err();
        assert_eq!(
            wrong.iter().map(|one| (one.field.as_str(), one.code.as_str())).collect::<Vec<_>>(),
            [(field, code)]
        );
    }
    let many: Vec<Category> =
        (0..201).map(|number| Category { name: number.to_string(), ..Category::default() }).collect();
    assert_eq!(Categories::new(&many).unwrap_err()[0].code, "CATEGORIES_TOO_MANY");
}

#[test]
fn the_tree_of_the_program_is_one() {
    let tree = defaults::tree();
    let categories = Categories::new(&tree).unwrap();
    assert!(categories.all.len() > 15);
    let read = json!({ "categories": tree });
    assert_eq!(of(&read).all, categories.all);
    // Each name is found under its own category: none is hidden by another.
    let text = serde_json::to_string(&tree).unwrap();
    assert_eq!(categories.apps.len(), text.matches("\"app\":").count());
    assert_eq!(categories.domains.len(), text.matches("\"domain\":").count());
    for (name, number) in &categories.apps {
        assert_eq!(categories.find(app(name)), Some(*number), "{name}");
    }
}

proptest! {
    #[test]
    fn any_categorization_is_read(text in ".{0,40}", number in any::<i64>()) {
        let map = json!({ text.clone(): number, "categories": [{"name": text.clone(), "rules": [{"title_regex": text.clone()}]}] });
        let categories = of(&map);
        let _ = categories.find(Subject { app: Some(&text), host: Some(&text), title: Some(&text) });
    }
}
