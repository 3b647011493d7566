use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ids::UserId;
use domain::live::{Event, Kind};
use uuid::Uuid;

use super::outbox::{Next, Outbox};
use super::readers::{Readers, State};
use super::{Figures, Reader, Turn};
use crate::app::{Actor, now};
use crate::live::message::Part;

const LONG: Duration = Duration::from_secs(600);
/// Within it comes what is waited for, and nothing of what is not.
const SOON: Duration = Duration::from_millis(50);

fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

fn actor(number: u128) -> Actor {
    Actor { user: user(number), device: None, family: None }
}

fn event(kind: Kind, number: u128) -> Event {
    Event::new(kind, Uuid::from_u128(number), now())
}

async fn soon(reader: &mut Reader) -> Option<Turn> {
    tokio::time::timeout(SOON, reader.next()).await.unwrap_or(Some(Turn::Nothing))
}

async fn is_greeted(reader: &mut Reader, number: u128) {
    assert!(matches!(soon(reader).await, Some(Turn::Hello(id, _)) if id == user(number)));
}

/// With a thread that hears others, and some who look on.
async fn heard(users: &[u128]) -> (Arc<Readers>, Vec<Reader>) {
    let readers = Arc::new(Readers::default());
    readers.greet();
    let mut all = Vec::new();
    for number in users {
        let mut reader = readers.open(actor(*number), LONG).unwrap();
        is_greeted(&mut reader, *number).await;
        all.push(reader);
    }
    (readers, all)
}

#[tokio::test]
async fn only_the_account_is_told() {
    let (readers, mut all) = heard(&[1, 1, 2]).await;
    let told = event(Kind::UsageSynced, 9);
    readers.tell(user(1), told);
    assert_eq!(soon(&mut all[0]).await, Some(Turn::Event(told)));
    assert_eq!(soon(&mut all[1]).await, Some(Turn::Event(told)));
    assert_eq!(soon(&mut all[2]).await, Some(Turn::Nothing));
    assert_eq!(readers.figures(), Figures { readers: 3, sent: 5, dropped: 0 });
    drop(all);
    assert_eq!(readers.figures().readers, 0);
    assert_eq!(readers.state(), State::Nobody);
}

#[tokio::test]
async fn the_same_comes_at_once_and_again_when_a_moment_is_over() {
    let (readers, mut all) = heard(&[1]).await;
    let reader = &mut all[0];
    let began = Instant::now();
    readers.tell(user(1), event(Kind::UsageSynced, 9));
    assert!(matches!(soon(reader).await, Some(Turn::Event(_))));
    let mut last = event(Kind::UsageSynced, 9);
    for _ in 0..1000 {
        last = event(Kind::UsageSynced, 9);
        readers.tell(user(1), last);
    }
    // Something else does not wait for it.
    let other = event(Kind::UsageSynced, 10);
    readers.tell(user(1), other);
    assert_eq!(soon(reader).await, Some(Turn::Event(other)));
    assert_eq!(reader.next().await, Some(Turn::Event(last)));
    assert!(began.elapsed() >= Duration::from_millis(190));
    assert_eq!(soon(reader).await, Some(Turn::Nothing));
}

#[tokio::test]
async fn nothing_is_told_before_others_are_heard() {
    let readers = Arc::new(Readers::default());
    let mut reader = readers.open(actor(1), LONG).unwrap();
    readers.tell(user(1), event(Kind::UsageSynced, 9));
    assert_eq!(soon(&mut reader).await, Some(Turn::Nothing));
    readers.greet();
    is_greeted(&mut reader, 1).await;
    // When others could not be heard for a while, all are greeted again, and who came meanwhile once.
    readers.deaf();
    let mut second = readers.open(actor(1), LONG).unwrap();
    assert_eq!(soon(&mut second).await, Some(Turn::Nothing));
    let told = event(Kind::UsageSynced, 9);
    readers.tell(user(1), told);
    assert_eq!(soon(&mut reader).await, Some(Turn::Event(told)));
    readers.greet();
    is_greeted(&mut reader, 1).await;
    is_greeted(&mut second, 1).await;
    assert_eq!(soon(&mut second).await, Some(Turn::Nothing));
}

#[tokio::test]
async fn to_whom_too_much_happens_at_once_anything_may_have() {
    let (readers, mut all) = heard(&[1]).await;
    for number in 0..10_000 {
        readers.tell(user(1), event(Kind::SessionCompleted, number));
    }
    is_greeted(&mut all[0], 1).await;
    assert_eq!(soon(&mut all[0]).await, Some(Turn::Nothing));
    let told = event(Kind::UsageSynced, 9);
    readers.tell(user(1), told);
    assert_eq!(soon(&mut all[0]).await, Some(Turn::Event(told)));
    assert_eq!(readers.figures().dropped, 0);
}

#[tokio::test]
async fn who_does_not_keep_up_is_dropped() {
    let (readers, mut all) = heard(&[1, 1]).await;
    let mut told = 0;
    let began = Instant::now();
    while readers.figures().dropped == 0 {
        assert!(began.elapsed() < Duration::from_secs(20));
        readers.tell(user(1), event(Kind::SessionCompleted, told));
        told += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
        // The other keeps up.
        while !matches!(
            tokio::time::timeout(Duration::from_millis(1), all[1].next()).await,
            Err(_) | Ok(None)
        ) {}
    }
    assert_eq!(all[0].next().await, None);
    assert_eq!(readers.of(user(1)).len(), 1);
    readers.tell(user(1), event(Kind::UsageSynced, 9));
    assert!(matches!(soon(&mut all[1]).await, Some(Turn::Event(_))));
    assert_eq!(readers.figures().dropped, 1);
}

#[tokio::test]
async fn the_oldest_of_too_many_goes() {
    let (readers, mut all) = heard(&[1; 32]).await;
    let mut other = readers.open(actor(2), LONG).unwrap();
    let mut one_more = readers.open(actor(1), LONG).unwrap();
    assert_eq!(soon(&mut all[0]).await, None);
    assert_eq!(soon(&mut all[1]).await, Some(Turn::Nothing));
    is_greeted(&mut one_more, 1).await;
    is_greeted(&mut other, 2).await;
    assert_eq!(readers.figures().dropped, 1);
}

#[tokio::test]
async fn of_all_there_are_only_so_many() {
    let readers = Arc::new(Readers::default());
    let all: Vec<Reader> = (0..10_000).map(|number| readers.open(actor(number), LONG).unwrap()).collect();
    assert!(readers.open(actor(1), LONG).is_err());
    drop(all);
    assert!(readers.open(actor(1), LONG).is_ok());
}

#[tokio::test]
async fn a_reader_ends_with_its_time_its_access_and_the_server() {
    let (readers, mut all) = heard(&[1, 2]).await;
    let mut short = readers.open(actor(1), Duration::from_millis(20)).unwrap();
    is_greeted(&mut short, 1).await;
    assert_eq!(short.next().await, None);
    for seat in readers.of(user(1)) {
        readers.end(&seat);
    }
    assert_eq!(all[0].next().await, None);
    assert!(!readers.has(user(1)));
    assert_eq!(soon(&mut all[1]).await, Some(Turn::Nothing));
    readers.close();
    assert_eq!(all[1].next().await, None);
    assert!(readers.open(actor(1), LONG).is_err());
    assert_eq!(readers.state(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn who_is_told_nothing_hears_that_somebody_is_there() {
    let readers = Arc::new(Readers::default());
    let mut reader = readers.open(actor(1), LONG).unwrap();
    let began = tokio::time::Instant::now();
    for turn in 1..4 {
        assert_eq!(reader.next().await, Some(Turn::Nothing));
        assert_eq!(began.elapsed().as_secs(), turn * 15);
    }
}

mod outbox {
    use super::*;

    fn parts(outbox: &Outbox, turn: Instant) -> Option<usize> {
        match outbox.next(turn, Instant::now()) {
            Next::Work(work) => Some(work.parts().count()),
            Next::Tick => None,
            Next::End(_) => panic!("it was not closed"),
        }
    }

    #[test]
    fn the_same_waits_once_and_what_is_urgent_does_not() {
        let outbox = Outbox::default();
        let later = Instant::now() + LONG;
        assert_eq!(parts(&outbox, Instant::now()), None);
        for _ in 0..100 {
            outbox.put(user(1), &[event(Kind::UsageSynced, 1), event(Kind::UsageSynced, 2)]);
            outbox.put(user(2), &[event(Kind::UsageSynced, 1)]);
        }
        assert_eq!(parts(&outbox, later), None);
        outbox.put_access(user(3));
        assert_eq!(parts(&outbox, later), Some(4));
        assert_eq!(parts(&outbox, Instant::now()), None);
    }

    #[test]
    fn what_could_not_be_told_waits_on_and_of_too_much_it_is_said_that_it_was_much() {
        let outbox = Outbox::default();
        for number in 0..20_000 {
            outbox.put(user(1), &[event(Kind::UsageSynced, number)]);
        }
        let Next::Work(work) = outbox.next(Instant::now(), Instant::now()) else { panic!() };
        assert_eq!(work.parts().count(), 20_000);
        outbox.put(user(1), &[event(Kind::UsageSynced, 20_000)]);
        outbox.put_back(work);
        let Next::Work(work) = outbox.next(Instant::now(), Instant::now()) else { panic!() };
        assert_eq!(work.parts().collect::<Vec<_>>(), [Part::Everything]);
    }

    #[test]
    fn announcing_costs_nothing_to_speak_of() {
        let live = crate::live::Live { readers: Arc::default(), outbox: Arc::default() };
        let turns = 200_000;
        let began = Instant::now();
        for number in 0..turns {
            live.announce(user(1), event(Kind::UsageSynced, number % 1000));
        }
        let each = began.elapsed() / u32::try_from(turns).unwrap();
        println!("{each:?} each");
        assert!(each < Duration::from_micros(50), "{each:?}");
    }
}
