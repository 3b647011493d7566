use super::*;

#[test]
fn levels_are_the_roots_of_fiftieths() {
    for (points, expected) in
        [(-5, 1), (0, 1), (199, 1), (200, 2), (1249, 4), (1250, 5), (4999, 9), (5000, 10)]
    {
        assert_eq!(level(points), expected, "{points}");
    }
}

#[test]
fn others_see_who_is_active_and_does_not_hide() {
    let entry = *Calendar::in_zone(Tz::UTC).current();
    let account = |is_active, public_profile| Account {
        id: UserId(uuid::Uuid::nil()),
        username: "ada".into(),
        email: "ada@example.org".into(),
        name: None,
        first_name: None,
        last_name: None,
        role: Role::User,
        is_active,
        lvl: 2,
        xp_points: 200,
        timezone: entry.timezone,
        day_start: entry.day_start,
        week_start: entry.week_start,
        settings: Settings { public_profile, ..Settings::default() },
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    };
    for (is_active, public, seen) in
        [(true, true, true), (true, false, false), (false, true, false), (false, false, false)]
    {
        assert_eq!(account(is_active, public).profile().is_some(), seen, "{is_active} {public}");
    }
}

#[test]
fn logins_are_the_same_whatever_their_case_and_form() {
    for (a, b) in [
        ("Ada", "aDA"),
        (" ada ", "ada"),
        ("\u{e9}mile", "E\u{301}MILE"),
        ("STRASSE", "straße"),
        ("\u{ff21}da", "ada"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ] {
        assert_eq!(fold(a), fold(b), "{a} {b}");
    }
    assert_ne!(fold("ada"), fold("adá"));
}

#[test]
fn usernames_are_chosen_or_made_of_the_address() {
    let new = |json| serde_json::from_value::<NewAccount>(json).unwrap();
    let of = |username: &str| {
        new(serde_json::json!({"username": username, "email": "Ada.L+x@Example.org", "password": "12345678"}))
    };
    assert_eq!(of("ada").chosen_username(), Ok(Some("ada")));
    assert_eq!(of("  ").chosen_username(), Ok(None));
    assert_eq!(of("ada.l+X@example.org").chosen_username(), Ok(None));
    for wrong in ["a b", "a@b", "a/b", "\u{200b}", &"x".repeat(65)] {
        assert!(of(wrong).chosen_username().is_err(), "{wrong:?}");
    }
    assert_eq!(of("").derived_username(), "Ada.L+x");
    assert_eq!(whole_name(None, Some("Ada "), Some("Lovelace")).as_deref(), Some("Ada Lovelace"));
    assert_eq!(whole_name(Some(" "), None, None), None);
}

#[test]
fn a_change_holds_from_now_or_from_when_it_says_and_only_once() {
    let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
    let berlin = Calendar::in_zone(chrono_tz::Europe::Berlin);
    let patch = |json: &str| serde_json::from_str::<AccountPatch>(json).unwrap();
    assert_eq!(patch("{}").apply(&berlin, now), None);
    assert_eq!(patch(r#"{"timezone":"Europe/Berlin"}"#).apply(&berlin, now), None);
    let moved = patch(r#"{"timezone":"Asia/Kolkata"}"#).apply(&berlin, now).unwrap();
    assert_eq!((moved.current().from, moved.current().timezone), (Some(now), chrono_tz::Asia::Kolkata));
    let corrected = patch(r#"{"timezone":"Asia/Kolkata","effective_from":"2026-11-01T00:00:00Z"}"#);
    let once = corrected.apply(&moved, now).unwrap();
    assert_eq!(Vec::from(once.clone()).len(), 2);
    assert_eq!(corrected.apply(&once, now), None);
}
