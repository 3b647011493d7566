use chrono::TimeDelta;
use domain::webhooks::{Delivery, DeliveryStatus, Outcome};

use super::deliveries::{Owned, delete_old, find, insert_new, list_statuses, update};
use super::*;
use crate::Link;
use crate::testing::{account, migrated, now};

fn endpoint(link: &mut Link) -> (UserId, EndpointId) {
    let user = account(link).user;
    let known = Known {
        id: EndpointId(Uuid::now_v7()),
        user,
        name: "Home".into(),
        scheme: Scheme::Standard,
        secret: Secret("secret".into()),
    };
    insert(&mut link.conn, &known, now()).unwrap();
    (user, known.id)
}

fn delivery(id: &str, made: Vec<Uuid>) -> Delivery {
    let outcome = Outcome { message: Some(format!("said {id}")), ..Outcome::done(made) };
    Delivery { id: id.into(), kind: None, outcome, received_at: now(), worked_at: now() }
}

fn owned<'a>(&(user, endpoint): &(UserId, EndpointId), delivery: &'a Delivery) -> Owned<'a> {
    Owned { user, endpoint, delivery }
}

#[test]
fn of_deliveries_with_the_same_key_the_first_is_added() {
    let mut link = migrated();
    let (alices, bobs) = (endpoint(&mut link), endpoint(&mut link));
    let conn = &mut link.conn;
    let (one, two) = (delivery("one", vec![Uuid::now_v7(), Uuid::now_v7()]), delivery("one", vec![]));
    let other = delivery("a, {b}", vec![]);
    let new = [
        (owned(&alices, &one), b"first".as_slice()),
        (owned(&alices, &two), b"second"),
        (owned(&bobs, &one), b"\xff\0"),
        (owned(&bobs, &other), b""),
    ];
    let added = insert_new(conn, &new).unwrap();
    let key = |(_, id): (UserId, EndpointId), name: &str| (id, name.to_owned());
    assert_eq!(added, HashSet::from([key(alices, "one"), key(bobs, "one"), key(bobs, "a, {b}")]));
    assert_eq!(find(conn, alices.0, alices.1, "one").unwrap(), (one.clone(), b"first".to_vec()));
    assert_eq!(find(conn, bobs.0, bobs.1, "one").unwrap(), (one.clone(), b"\xff\0".to_vec()));
    assert_eq!(find(conn, bobs.0, bobs.1, "a, {b}").unwrap(), (other.clone(), vec![]));
    // Once more there is nothing to add.
    assert!(insert_new(conn, &new).unwrap().is_empty());

    let failed = Delivery { outcome: Outcome::failed("CODE", "why"), ..one.clone() };
    update(conn, Owned { user: alices.0, endpoint: alices.1, delivery: &failed }).unwrap();
    let asked = [owned(&alices, &one), owned(&bobs, &one), owned(&alices, &other)];
    let found = list_statuses(conn, &asked).unwrap();
    let wanted = [(key(alices, "one"), DeliveryStatus::Failed), (key(bobs, "one"), DeliveryStatus::Done)];
    assert_eq!(found, wanted.into());
    assert!(matches!(update(conn, owned(&alices, &other)), Err(Error::NotFound)));
}

#[test]
fn an_endpoint_takes_deliveries_while_it_and_its_account_are_there() {
    let mut link = migrated();
    let (alices, bobs, carols) = (endpoint(&mut link), endpoint(&mut link), endpoint(&mut link));
    let conn = &mut link.conn;
    delete(conn, bobs.0, bobs.1).unwrap();
    let carol = crate::schema::users::table.find(carols.0.0);
    diesel::update(carol).set(crate::schema::users::disabled_at.eq(Some(now()))).execute(conn).unwrap();
    let anothers = (alices.0, carols.1);
    let open = lock(conn, &BTreeSet::from([alices, bobs, carols, anothers])).unwrap();
    assert_eq!(open, HashSet::from([alices.1]));
}

#[test]
fn what_is_not_old_is_kept_where_there_is_little() {
    let mut link = migrated();
    let alices = endpoint(&mut link);
    let conn = &mut link.conn;
    let aged = |id: &str, days: i64| {
        let received_at = now() - TimeDelta::days(days);
        Delivery { received_at, ..delivery(id, vec![]) }
    };
    let all = [aged("new", 1), aged("past", 8), aged("old", 91)];
    let new: Vec<_> = all.iter().map(|delivery| (owned(&alices, delivery), b"".as_slice())).collect();
    insert_new(conn, &new).unwrap();
    delete_old(conn, alices.0, alices.1, now() - TimeDelta::days(90), now() - TimeDelta::days(7)).unwrap();
    let left = list_statuses(conn, &new.iter().map(|(owned, _)| *owned).collect::<Vec<_>>()).unwrap();
    let ids: HashSet<&str> = left.keys().map(|(_, id)| id.as_str()).collect();
    assert_eq!(ids, HashSet::from(["new", "past"]));
}
