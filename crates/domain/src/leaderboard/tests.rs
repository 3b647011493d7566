use proptest::prelude::*;
use uuid::Uuid;

use super::counts::{Changes, count_above};
use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn place(number: u128, value: i64) -> Place {
    Place {
        user: UserId(Uuid::from_u128(number)),
        username: format!("user{number}"),
        xp_points: value,
        value,
    }
}

fn board(limit: usize, others: &[(u128, i64)], own: (u128, i64), listed: bool) -> Leaderboard {
    let others: Vec<Place> = others.iter().map(|(number, value)| place(*number, *value)).collect();
    let ahead = ahead(&others, own.1).unwrap();
    let own = Own { place: place(own.0, own.1), listed };
    Leaderboard::new(Board::Xp, Period::All, limit, others, own, ahead, 9)
}

#[test]
fn who_has_the_same_shares_a_rank_and_own_rows_are_in_their_place() {
    type Case = (&'static [(u128, i64)], (u128, i64), &'static [(i64, u128)], i64);
    let cases: [Case; 7] = [
        (&[], (5, 0), &[(1, 5)], 1),
        (&[(1, 30), (2, 30), (3, 10)], (5, 0), &[(1, 1), (1, 2), (3, 3), (4, 5)], 4),
        (&[(1, 30), (2, 30), (3, 10)], (5, 30), &[(1, 1), (1, 2), (1, 5), (4, 3)], 1),
        (&[(7, 30), (8, 30), (9, 10)], (5, 30), &[(1, 5), (1, 7), (1, 8), (4, 9)], 1),
        (&[(1, 30), (2, 20), (3, 10)], (5, 40), &[(1, 5), (2, 1), (3, 2), (4, 3)], 1),
        (&[(1, 30), (2, 20), (3, 10)], (5, 25), &[(1, 1), (2, 5), (3, 2), (4, 3)], 2),
        (&[(1, 0), (9, 0)], (5, 0), &[(1, 1), (1, 5), (1, 9)], 1),
    ];
    for (others, own, expected, rank) in cases {
        let shown = board(10, others, own, true);
        let rows: Vec<(i64, u128)> =
            shown.leaderboard.iter().map(|row| (row.rank, row.user_id.0.as_u128())).collect();
        assert_eq!((rows.as_slice(), shown.current_user_rank), (expected, rank), "{others:?} {own:?}");
        let found = shown.leaderboard.iter().find(|row| row.user_id == shown.current_user.user_id);
        assert_eq!(found, Some(&shown.current_user));
        // Hidden: the same without them, and the same rank.
        let hidden = board(10, others, own, false);
        assert_eq!(hidden.leaderboard.len(), others.len());
        assert_eq!((hidden.current_user_rank, hidden.current_user), (rank, shown.current_user));
    }
}

#[test]
fn the_own_rank_goes_beyond_the_limit() {
    let shown = board(2, &[(1, 30), (2, 20), (3, 10)], (5, 5), true);
    assert_eq!(shown.leaderboard.len(), 2);
    assert_eq!((shown.current_user_rank, shown.current_user.xp_points), (4, Some(5)));
    let many: Vec<Place> =
        (0..100).map(|number| place(number, 500 - i64::try_from(number).unwrap())).collect();
    assert_eq!((ahead(&many, 450), ahead(&many, 600)), (Some(50), Some(0)));
    assert_eq!(ahead(&many, 400), None, "others may follow");
    let own = Own { place: place(500, 10), listed: true };
    let shown = Leaderboard::new(Board::Streak, Period::All, 100, many, own, 12_345, 99_999);
    assert_eq!((shown.leaderboard.len(), shown.current_user_rank), (100, 12_346));
    assert!(shown.leaderboard.iter().all(|row| row.user_id != shown.current_user.user_id));
    assert_eq!((shown.current_user.best_streak, shown.current_user.xp_points), (Some(10), None));
}

#[test]
fn weeks_begin_on_mondays_and_boards_of_points_have_none() {
    // 22 November 2026 is a Sunday, 1 January 2027 a Friday.
    for (day, month, week) in [
        ("2026-11-22", "2026-11-01", "2026-11-16"),
        ("2026-11-23", "2026-11-01", "2026-11-23"),
        ("2027-01-01", "2027-01-01", "2026-12-28"),
    ] {
        assert_eq!(Periods::of(date(day)), Periods { month: date(month), week: date(week) }, "{day}");
    }
    let ends = Periods::of(date("2026-11-29"));
    for (last, again) in [
        (None, None),
        (Some("2026-11-29"), None),
        (Some("2026-11-30"), Some("2026-11-30")),
        (Some("2026-12-01"), Some("2026-11-30")),
    ] {
        assert_eq!(ends.again_on(last.map(date)), again.map(date), "{last:?}");
    }
    assert_eq!(Periods::of(date("2026-11-30")).again_on(Some(date("2026-12-01"))), Some(date("2026-12-01")));
    for (board, period, good) in [
        (Board::Xp, Period::All, true),
        (Board::Xp, Period::Week, false),
        (Board::Streak, Period::Month, false),
        (Board::FocusTime, Period::Week, true),
        (Board::Sessions, Period::Month, true),
    ] {
        assert_eq!(board.check(period).is_ok(), good, "{board:?} {period:?}");
    }
}

fn standing(number: u128, hidden: bool, value: i64) -> Standing {
    let periods = Periods::of(date("2026-11-22"));
    let within = |since| InPeriod { since, focus_min: value, sessions: i64::from(value > 0) };
    Standing {
        user: UserId(Uuid::from_u128(number)),
        username: "ada".into(),
        hidden,
        xp_points: value,
        focus_min: value,
        sessions: i64::from(value > 0),
        best_streak: value.min(1),
        month: within(periods.month),
        week: within(periods.week),
        active_on: (value > 0).then_some(date("2026-11-22")),
        again_on: None,
    }
}

#[test]
fn what_a_period_that_is_over_holds_counts_no_more() {
    let (old, new) = (Periods::of(date("2026-11-22")), Periods::of(date("2026-11-23")));
    let mut changes = Changes::default();
    changes.remove(&standing(1, false, 10), &new);
    let of = |name: &str| changes.counts.keys().filter(|key| key.0 == name).count();
    assert_eq!((of("focus-time"), of("focus-time/month"), of("focus-time/week")), (5, 5, 0));
    let kept = standing(1, false, 10).in_periods(&new);
    assert_eq!((kept.month.focus_min, kept.week.focus_min, kept.week.since), (10, 0, new.week));
    assert_eq!(standing(1, false, 10).in_periods(&old), standing(1, false, 10));
}

proptest! {
    #[test]
    fn counts_tell_how_many_have_more(
        values in prop::collection::vec((any::<bool>(), prop_oneof![0..200_i64, 0..20_000_i64, 0..100_000_000_000_i64]), 0..60),
        asked in prop_oneof![0..200_i64, 0..20_000_i64, 0..100_000_000_000_i64],
        gone in 0..60_usize,
    ) {
        let periods = Periods::of(date("2026-11-22"));
        let all: Vec<Standing> = values.iter().zip(1..).map(|((hidden, value), number)| standing(number, *hidden, *value)).collect();
        let mut changes = Changes::default();
        all.iter().for_each(|one| changes.add(one, &periods));
        all.iter().take(gone).for_each(|one| changes.remove(one, &periods));
        let left = all.get(gone..).unwrap_or_default();
        let mut whole = Changes::default();
        left.iter().for_each(|one| whole.add(one, &periods));
        prop_assert_eq!(changes.clone().trimmed(), whole.trimmed());
        let more = left.iter().filter(|one| !one.hidden && one.xp_points > asked).count();
        let found = count_above(&changes.counts, ("xp", FIRST), asked);
        prop_assert_eq!(found, i64::try_from(more).unwrap());
    }
}
