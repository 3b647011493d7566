//! Files that come in and go out: work that takes longer than a request does, few at a time.
//!
//! A file that comes is put on the disk first, so that a slow client holds no connection to the database; the file has no
//! name, and is gone with the request. Then the work on it is done, and its client is told how far it has come if it likes
//! ([`answer`]). One that goes out is put on the disk too, and sent from there.

mod answer;
mod download;
mod spool;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ids::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) use answer::answer;
pub(crate) use download::{Kind, download};
pub(crate) use spool::{ArchiveUpload, Upload, no_room};

use crate::error::Error;
use crate::run::blocking;

/// Imports that are worked on at the same time, where there are connections for them.
const WORKING: usize = 2;
/// Files that may come in at the same time. Each can be half a GiB on the disk, an archive two.
const COMING: usize = 8;
/// Files that may go out at the same time.
const GOING: usize = 16;
/// How long one waits for those that came before, and for a database that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who works on files.
pub(crate) struct Files {
    coming: Arc<Semaphore>,
    going: Arc<Semaphore>,
    imports: Arc<Semaphore>,
    exports: Arc<Semaphore>,
    /// Who imports.
    accounts: Arc<Mutex<HashSet<UserId>>>,
}

/// A turn to import, until it is dropped.
pub(crate) struct Turn {
    _coming: OwnedSemaphorePermit,
    user: UserId,
    accounts: Arc<Mutex<HashSet<UserId>>>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.user);
    }
}

impl Files {
    /// Where as many requests as `places` may use the database at once.
    pub fn new(places: usize) -> Files {
        let working = WORKING.min(places / 2).max(1);
        Files {
            coming: Arc::new(Semaphore::new(COMING)),
            going: Arc::new(Semaphore::new(GOING)),
            imports: Arc::new(Semaphore::new(working)),
            exports: Arc::new(Semaphore::new(working)),
            accounts: Arc::default(),
        }
    }

    /// A turn to import for an account, which has one at a time.
    ///
    /// # Errors
    /// `Overloaded`, at once: nobody should send a large file to be turned away then.
    pub fn turn(&self, user: UserId) -> Result<Turn, Error> {
        if self.imports.available_permits() == 0 {
            return Err(Error::Overloaded);
        }
        let coming = Arc::clone(&self.coming).try_acquire_owned().map_err(|_| Error::Overloaded)?;
        if !self.accounts.lock().unwrap_or_else(PoisonError::into_inner).insert(user) {
            return Err(Error::Overloaded);
        }
        Ok(Turn { _coming: coming, user, accounts: Arc::clone(&self.accounts) })
    }

    /// Works on a file that has come. The turn ends with the work, not with who waits for it.
    ///
    /// # Errors
    /// What `work` says; `Overloaded`, `Panicked`.
    pub async fn import<T, F>(&self, turn: Turn, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, Error> + Send + 'static,
    {
        let place = wait(&self.imports).await?;
        blocking(move || {
            let _held = (turn, place);
            work()
        })
        .await
    }

    /// Makes a file that is to go out.
    ///
    /// # Errors
    /// What `work` says; `Overloaded`, `Panicked`.
    pub async fn export<T, F>(&self, work: F) -> Result<(T, OwnedSemaphorePermit), Error>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, Error> + Send + 'static,
    {
        let going = Arc::clone(&self.going).try_acquire_owned().map_err(|_| Error::Overloaded)?;
        let place = wait(&self.exports).await?;
        let made = blocking(move || {
            let _held = place;
            work()
        });
        Ok((timely(made).await?, going))
    }
}

/// What comes of work that nobody is told the progress of.
pub(crate) async fn timely<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(Error::Late))
}

async fn wait(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Error> {
    match tokio::time::timeout(PATIENCE, Arc::clone(places).acquire_owned()).await {
        Ok(Ok(place)) => Ok(place),
        _ => Err(Error::Overloaded),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[actix_web::test]
    async fn an_account_has_one_turn_and_all_together_two() {
        let files = Files::new(4);
        let [ada, bob, eve] = [1, 2, 3].map(|id| UserId(Uuid::from_u128(id)));
        let first = files.turn(ada).unwrap();
        assert!(matches!(files.turn(ada), Err(Error::Overloaded)));
        drop(first);
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let work = |turn| {
            let gate = Arc::clone(&gate);
            files.import(turn, move || gate.lock().unwrap().recv().map_err(|_| Error::Panicked))
        };
        let (ada_turn, bob_turn) = (files.turn(ada).unwrap(), files.turn(bob).unwrap());
        let both = futures_util::future::join(work(ada_turn), work(bob_turn));
        let asked = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let refused = files.turn(eve).is_err();
            open.send(()).unwrap();
            open.send(()).unwrap();
            refused
        };
        let ((one, two), refused) = futures_util::future::join(both, asked).await;
        assert!(one.is_ok() && two.is_ok() && refused);
        assert!(files.turn(eve).is_ok() && files.turn(ada).is_ok());
    }

    #[actix_web::test]
    async fn a_panic_ends_the_turn() {
        let files = Files::new(1);
        let ada = UserId(Uuid::from_u128(1));
        for _ in 0..3 {
            let turn = files.turn(ada).unwrap();
            let done = files.import(turn, || -> Result<(), Error> { panic!("on purpose") }).await;
            assert!(matches!(done, Err(Error::Panicked)));
        }
    }
}
