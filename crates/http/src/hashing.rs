//! Threads for passwords: few, of low priority, and with a short queue, so that a flood of sign-ins takes what nobody
//! else needs of the processor and is turned away beyond that. They hold no connection.
//!
//! A password that comes while no other is there has a thread of its own, which gets a share of a busy processor.
//! All others run only while a processor has nothing else to do.
//!
//! Whoever is going to bring a password waits for a [`turn`](Hashing::turn) at the database first. Few have one at a
//! time, and who would find the queue full is turned away before.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id,
};
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

use crate::error::Error;

/// Passwords that may wait for each thread: what it gets through in the time a request may take.
const WAITING: usize = 8;
/// How long they wait at the most. Who would wait longer, on a machine that has other things to do, is turned away.
const LONGEST: Duration = Duration::from_secs(3);
/// When the answer comes at the latest: a thread that the machine never gets round to keeps nobody waiting.
const DEADLINE: Duration = Duration::from_millis(4500);
/// Who may be at the database at the same time before their passwords are.
const TURNS: usize = 2;
/// Who may wait for that.
const MOST_IN_LINE: usize = 256;

type Work = Box<dyn FnOnce() + Send>;

/// The threads.
pub(crate) struct Hashing {
    /// To the thread of who comes alone.
    alone: Sender<Work>,
    /// To the others.
    queue: Sender<Work>,
    /// How many places there are.
    places: usize,
    /// Places for passwords: on a thread, or waiting for one.
    room: Arc<Semaphore>,
    line: Semaphore,
    turns: Semaphore,
}

impl Hashing {
    /// Starts half as many threads as there are processors, and the one of who comes alone.
    pub fn start() -> Hashing {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = (processors / 2).max(1);
        let places = (1 + WAITING) * threads;
        Hashing {
            alone: start_threads("password", 1, Priority::Low),
            queue: start_threads("passwords", threads, Priority::Idle),
            places,
            room: Arc::new(Semaphore::new(places)),
            line: Semaphore::new(MOST_IN_LINE),
            turns: Semaphore::new(TURNS),
        }
    }

    /// A turn at the database, to be dropped after it. Those in line are turned away as soon as there is no room.
    ///
    /// # Errors
    /// `Overloaded`.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        self.check_room()?;
        let _in_line = self.line.try_acquire().map_err(|_| Error::Overloaded)?;
        let turn = self.turns.acquire().await.map_err(|_| Error::Overloaded)?;
        self.check_room()?;
        Ok(turn)
    }

    fn check_room(&self) -> Result<(), Error> {
        if self.room.available_permits() == 0 { Err(Error::Overloaded) } else { Ok(()) }
    }

    /// Runs `work` on one of the threads.
    ///
    /// # Errors
    /// `Overloaded` when too many wait, and past the deadline; `Panicked`.
    pub async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let place = Arc::clone(&self.room).try_acquire_owned().map_err(|_| Error::Overloaded)?;
        let alone = self.room.available_permits() + 1 == self.places;
        let (answer, done) = oneshot::channel();
        let since = Instant::now();
        let work: Work = Box::new(move || {
            let _held = place;
            // Who has gone away meanwhile needs no answer.
            if !answer.is_closed() {
                drop(answer.send(if since.elapsed() < LONGEST {
                    Ok(work())
                } else {
                    Err(Error::Overloaded)
                }));
            }
        });
        let queue = if alone { &self.alone } else { &self.queue };
        queue.send(work).map_err(|_| Error::Overloaded)?;
        match tokio::time::timeout(DEADLINE, done).await {
            Ok(done) => done.unwrap_or(Err(Error::Panicked)),
            Err(_) => Err(Error::Overloaded),
        }
    }
}

/// What a thread gets of a processor that others want too.
#[derive(Clone, Copy)]
enum Priority {
    /// A small share: niceness 15.
    Low,
    /// Next to nothing: `SCHED_IDLE`, see sched(7).
    Idle,
}

impl Priority {
    /// Gives it to this thread.
    fn take(self) -> Result<(), String> {
        match self {
            Priority::Low => {
                let thread = Some(rustix::thread::gettid());
                rustix::process::setpriority_process(thread, 15).map_err(|error| error.to_string())
            }
            Priority::Idle => {
                let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
                set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle)
                    .map_err(|error| error.to_string())
            }
        }
    }
}

fn start_threads(name: &str, threads: usize, priority: Priority) -> Sender<Work> {
    let (queue, waiting) = channel();
    let waiting = Arc::new(Mutex::new(waiting));
    for number in 0..threads {
        let waiting = Arc::clone(&waiting);
        let thread = std::thread::Builder::new().name(format!("{name}-{number}"));
        if let Err(error) = thread.spawn(move || serve(&waiting, priority)) {
            log::error!("no thread to compare passwords with: {error}");
        }
    }
    queue
}

fn serve(waiting: &Mutex<Receiver<Work>>, priority: Priority) {
    if let Err(error) = priority.take() {
        log::debug!("passwords are compared at the usual priority: {error}");
    }
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_panic_is_an_error_and_the_thread_goes_on() {
        let hashing = Hashing::start();
        for _ in 0..3 {
            let done = hashing.run(|| -> () { panic!("on purpose") }).await;
            assert!(matches!(done, Err(Error::Panicked)));
        }
        assert_eq!(hashing.run(|| 7).await.unwrap(), 7);
    }

    #[actix_web::test]
    async fn what_cannot_wait_is_turned_away_at_once() {
        let hashing = Arc::new(Hashing::start());
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let tasks: Vec<_> = (0..200)
            .map(|_| {
                let (hashing, gate) = (Arc::clone(&hashing), Arc::clone(&gate));
                let work = move || gate.lock().unwrap().recv().is_ok();
                actix_web::rt::spawn(async move { hashing.run(work).await })
            })
            .collect();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let refused = tasks.iter().filter(|task| task.is_finished()).count();
        assert!((1..200).contains(&refused), "{refused}");
        for _ in refused..200 {
            open.send(()).unwrap();
        }
        let mut served = 0;
        for task in tasks {
            served += usize::from(matches!(task.await.unwrap(), Ok(true)));
        }
        assert_eq!(served + refused, 200);
    }
}
