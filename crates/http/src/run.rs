//! The one place where blocking work enters actix.
//!
//! As many requests use the database at once as it has connections for; some more wait for a place; the rest
//! are refused at once. Nobody waits longer than the deadline: the thread of a request may hang on a frozen
//! database, and keeps its place while it does, but the answer does not hang.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Error;

/// Requests that may wait for a place.
const WAITING: usize = 64;
/// From the moment the work is handed over: with the reading of a body, every request ends within 5 s of it.
const DEADLINE: Duration = Duration::from_millis(4500);
/// Bytes of large bodies that may be in memory at the same time, in KiB.
const MEMORY: usize = 64 * 1024;

/// Places for work that blocks.
pub(crate) struct Places {
    admitted: Arc<Semaphore>,
    working: Arc<Semaphore>,
    memory: Arc<Semaphore>,
}

impl Places {
    pub fn new(places: usize) -> Places {
        let places = places.max(1);
        Places {
            admitted: Arc::new(Semaphore::new(places + WAITING)),
            working: Arc::new(Semaphore::new(places)),
            memory: Arc::new(Semaphore::new(MEMORY)),
        }
    }

    /// Runs `work` on a thread where it may block.
    ///
    /// # Errors
    /// What `work` says; `Overloaded` when too many wait, `Late` past the deadline, `Panicked`.
    pub async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, Error> + Send + 'static,
    {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| Error::Overloaded)?;
        let done = async {
            let working = Arc::clone(&self.working).acquire_owned().await.map_err(|_| Error::Overloaded)?;
            blocking(move || {
                let _held = (admitted, working);
                work()
            })
            .await
        };
        tokio::time::timeout(DEADLINE, done).await.unwrap_or(Err(Error::Late))
    }

    /// Memory for a body of so many bytes, until what it gives is dropped.
    ///
    /// # Errors
    /// `Overloaded` when other bodies have it all.
    pub fn memory(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Error> {
        let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX);
        Arc::clone(&self.memory).try_acquire_many_owned(kib).map_err(|_| Error::Overloaded)
    }
}

/// Runs `work` on a thread where it may block, with no regard for how many others do.
#[allow(clippy::disallowed_methods, reason = "the one place")]
pub(crate) async fn blocking<T, F>(work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Error> + Send + 'static,
{
    web::block(work).await.unwrap_or(Err(Error::Panicked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_panic_is_an_error_and_frees_its_place() {
        let places = Places::new(1);
        for _ in 0..3 {
            let done = places.run(|| -> Result<(), Error> { panic!("on purpose") }).await;
            assert!(matches!(done, Err(Error::Panicked)));
        }
        assert_eq!(places.run(|| Ok(7)).await.unwrap(), 7);
    }

    #[actix_web::test]
    async fn more_than_wait_are_refused_at_once_and_the_rest_are_served() {
        let places = Arc::new(Places::new(2));
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let gate = Arc::new(std::sync::Mutex::new(gate));
        let tasks: Vec<_> = (0..2 + WAITING + 10)
            .map(|_| {
                let (places, gate) = (places.clone(), gate.clone());
                actix_web::rt::spawn(async move {
                    let work = move || gate.lock().unwrap().recv().map_err(|_| Error::Panicked);
                    places.run(work).await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let refused = tasks.iter().filter(|task| task.is_finished()).count();
        assert_eq!(refused, 10);
        for _ in 0..2 + WAITING {
            open.send(()).unwrap();
        }
        let mut served = 0;
        for task in tasks {
            served += usize::from(task.await.unwrap().is_ok());
        }
        assert_eq!(served, 2 + WAITING);
    }

    #[actix_web::test(start_paused = false)]
    async fn a_hanging_thread_keeps_its_place_and_the_answer_does_not_hang() {
        let places = Places::new(1);
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let began = std::time::Instant::now();
        let first = places.run(move || gate.recv().map_err(|_| Error::Panicked));
        let second = places.run(|| Ok(()));
        let (first, second) = futures_util::future::join(first, second).await;
        assert!(matches!(first, Err(Error::Late)));
        assert!(matches!(second, Err(Error::Late)));
        assert!(began.elapsed() < Duration::from_secs(5));
        open.send(()).unwrap();
        assert!(places.run(|| Ok(())).await.is_ok());
    }

    #[test]
    fn memory_is_given_back() {
        let places = Places::new(1);
        let all: Vec<_> = std::iter::from_fn(|| places.memory(8 << 20).ok()).collect();
        assert_eq!(all.len(), 7);
        drop(all);
        assert!(places.memory(8 << 20).is_ok());
    }
}
