use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};
use domain::projects::{NewProject, Project};
use domain::time_entries::NewTimeEntry;

use super::*;
use crate::projects;
use crate::testing::{account, migrated, now};

/// An entry of the day before `now`, from and to so many minutes after its midnight.
fn entry(user: UserId, from: i64, to: Option<i64>) -> TimeEntry {
    let midnight = (now() - Duration::days(1)).date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let at = |minutes| midnight + Duration::minutes(minutes);
    let new = NewTimeEntry {
        start_time: Some(at(from)),
        end_time: to.map(at),
        tags: Some(vec!["sea".into(), "moon".into()]),
        ..NewTimeEntry::default()
    };
    new.entry(user, TimeEntryId(Uuid::now_v7()), now()).unwrap()
}

fn project(conn: &mut Conn, user: UserId) -> Project {
    let new = NewProject { title: "Tides".into(), ..NewProject::default() };
    let project = new.project(user, ProjectId(Uuid::now_v7()), now());
    projects::insert(conn, &project).unwrap();
    project
}

fn listed(conn: &mut Conn, user: UserId, filter: &Filter) -> Vec<TimeEntryId> {
    let found = list(conn, user, filter, None, 100).unwrap();
    assert_eq!(count(conn, user, filter).unwrap(), i64::try_from(found.len()).unwrap());
    found.into_iter().map(|entry| entry.id).collect()
}

#[test]
fn entries_are_kept_as_they_are() {
    let mut link = migrated();
    let (alice, bob) = (account(&mut link).user, account(&mut link).user);
    let conn = &mut link.conn;
    let project = project(conn, alice);
    let mut one = entry(alice, 60, Some(90));
    (one.project_id, one.description, one.billable) = (Some(project.id), Some("Tables".into()), true);
    insert(conn, &one, false).unwrap();
    assert_eq!(find(conn, alice, one.id).unwrap().measured(now()), one);
    assert!(matches!(find(conn, bob, one.id), Err(Error::NotFound)));
    let constraint = |error: Error| match error {
        Error::Constraint(name) => name,
        error => panic!("{error}"),
    };
    let of_alice = TimeEntry { project_id: Some(project.id), ..entry(bob, 0, Some(1)) };
    assert_eq!(constraint(insert(conn, &of_alice, false).unwrap_err()), "time_entries_project_fkey");
    assert_eq!(
        constraint(projects::delete(conn, alice, project.id).unwrap_err()),
        "time_entries_project_fkey"
    );
    // Of one account one runs.
    insert(conn, &entry(alice, 100, None), false).unwrap();
    insert(conn, &entry(bob, 100, None), false).unwrap();
    let second = insert(conn, &entry(alice, 200, None), false).unwrap_err();
    assert_eq!(constraint(second), "time_entries_running_key");
    assert!(move_all(conn, bob, project.id, None, now()).unwrap().is_empty());
    assert_eq!(move_all(conn, alice, project.id, None, now()).unwrap(), [one.start_time]);
    projects::delete(conn, alice, project.id).unwrap();
    delete(conn, alice, one.id, now()).unwrap();
    assert!(matches!(delete(conn, alice, one.id, now()), Err(Error::NotFound)));
    assert_eq!(list_deleted(conn, alice, &[one.id]).unwrap(), HashSet::from([one.id]));
    assert!(list_deleted(conn, bob, &[one.id]).unwrap().is_empty());
}

#[test]
fn lists_are_by_what_is_asked() {
    let mut link = migrated();
    let (alice, bob) = (account(&mut link).user, account(&mut link).user);
    let conn = &mut link.conn;
    let project = project(conn, alice);
    let mut entries = [entry(alice, 0, Some(10)), entry(alice, 20, Some(30)), entry(alice, 40, None)];
    entries[0].project_id = Some(project.id);
    (entries[1].tags, entries[1].billable) = (vec!["land".into()], true);
    entries.iter().for_each(|entry| insert(conn, entry, false).unwrap());
    insert(conn, &entry(bob, 5, Some(6)), false).unwrap();
    let ids = entries.each_ref().map(|entry| entry.id);
    let starts = entries.each_ref().map(|entry| entry.start_time);
    assert_eq!(listed(conn, alice, &Filter::default()), [ids[2], ids[1], ids[0]]);
    for (filter, found) in [
        (Filter { from: Some(starts[1]), ..Filter::default() }, vec![ids[2], ids[1]]),
        (Filter { to: Some(starts[1]), ..Filter::default() }, vec![ids[0]]),
        (Filter { project: Some(project.id), ..Filter::default() }, vec![ids[0]]),
        (Filter { tag: Some("land".into()), ..Filter::default() }, vec![ids[1]]),
        (Filter { billable: Some(true), ..Filter::default() }, vec![ids[1]]),
        (Filter { running: Some(true), ..Filter::default() }, vec![ids[2]]),
        (Filter { running: Some(false), ..Filter::default() }, vec![ids[1], ids[0]]),
    ] {
        assert_eq!(listed(conn, alice, &filter), found, "{filter:?}");
    }
    let after = list(conn, alice, &Filter::default(), Some((starts[1], ids[1])), 5).unwrap();
    assert_eq!(after.iter().map(|entry| entry.id).collect::<Vec<_>>(), [ids[0]]);
    let mut seen = vec![];
    each(conn, alice, &Filter::default(), |entry| -> Result<()> {
        seen.push(entry.id);
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, ids);
    assert_eq!(find_running(conn, alice).unwrap().id, ids[2]);
    assert!(matches!(find_running(conn, bob), Err(Error::NotFound)));
}

#[test]
fn exclusive_entries_never_overlap() {
    let mut link = migrated();
    let (alice, bob) = (account(&mut link).user, account(&mut link).user);
    let conn = &mut link.conn;
    let first = entry(alice, 60, Some(120));
    insert(conn, &first, true).unwrap();
    let import = ImportId(Uuid::now_v7());
    let file = [
        entry(alice, 0, Some(60)),
        entry(alice, 30, Some(40)),
        entry(alice, 119, Some(121)),
        entry(alice, 70, Some(70)),
        entry(alice, 120, Some(130)),
        first.clone(),
    ];
    let ids = file.each_ref().map(|entry| entry.id);
    let new = insert_new(conn, alice, &file, Some(import), true).unwrap();
    assert_eq!(new, HashSet::from([ids[0], ids[3], ids[4]]));
    assert_eq!(list_known(conn, alice, &ids).unwrap(), HashSet::from([ids[0], ids[3], ids[4], ids[5]]));
    assert_eq!(find(conn, alice, ids[0]).unwrap().tags, ["sea", "moon"]);
    // Others' do, and those that may.
    insert(conn, &entry(bob, 60, Some(120)), true).unwrap();
    let overlaps = |conn: &mut Conn, from, to| list_overlaps(conn, &entry(alice, from, to), 10).unwrap();
    assert_eq!(overlaps(conn, 119, Some(121)), [first.id, ids[4]]);
    assert!(overlaps(conn, 130, None).is_empty());
    assert!(overlaps(conn, 65, Some(65)).is_empty());
    assert_eq!(overlaps(conn, 125, None), [ids[4]]);
    insert(conn, &entry(alice, 200, None), true).unwrap();
    assert!(overlaps(conn, 130, Some(200)).is_empty());
    assert_eq!(overlaps(conn, 130, Some(201)).len(), 1);
    let later = entry(alice, 300, Some(310));
    assert!(
        matches!(insert(conn, &later, true), Err(Error::Constraint(name)) if name == "time_entries_overlap_excl")
    );
    insert(conn, &later, false).unwrap();
    assert!(matches!(update_exclusive(conn, alice, true), Err(Error::Constraint(_))));
    update_exclusive(conn, alice, false).unwrap();
    insert(conn, &entry(alice, 300, Some(310)), false).unwrap();
    let mut gone = delete_imported(conn, alice, import).unwrap();
    gone.sort();
    assert_eq!(gone, [file[0].start_time, file[3].start_time, file[4].start_time]);
}

#[test]
fn days_are_what_began_on_them_and_has_ended() {
    let mut link = migrated();
    let (alice, bob) = (account(&mut link).user, account(&mut link).user);
    let conn = &mut link.conn;
    let project = project(conn, alice);
    let entries = [entry(alice, 600, Some(2000)), entry(alice, -10, Some(20)), entry(alice, 1439, None)];
    entries.iter().for_each(|entry| insert(conn, entry, false).unwrap());
    insert(conn, &TimeEntry { project_id: Some(project.id), ..entry(alice, 601, Some(602)) }, false).unwrap();
    insert(conn, &entry(bob, 600, Some(610)), false).unwrap();
    let date = entries[0].start_time.date_naive();
    let before = date.pred_opt().unwrap();
    let dates: BTreeSet<NaiveDate> = [before, date, date.succ_opt().unwrap()].into();
    days::derive(conn, alice, &dates).unwrap();
    let spans = |conn: &mut Conn, first, last| -> Vec<i64> {
        let spans = days::list(conn, alice, first, last).unwrap();
        spans.all().iter().map(|span| (span.to - span.from) / 60_000).collect()
    };
    assert_eq!(spans(conn, None, None), [30, 1400, 1]);
    assert_eq!((spans(conn, Some(date), None), spans(conn, None, Some(before))), (vec![1400, 1], vec![30]));
    assert_eq!(days::list_packed(conn, alice).unwrap(), days::count(conn, alice, &dates).unwrap());
    assert!(days::list_packed(conn, bob).unwrap().is_empty());
    delete(conn, alice, entries[1].id, now()).unwrap();
    days::derive(conn, alice, &dates).unwrap();
    assert_eq!(days::list_packed(conn, alice).unwrap().into_keys().collect::<Vec<_>>(), [date]);
}
