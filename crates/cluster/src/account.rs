//! Who runs PostgreSQL. It refuses to be root, so a root server has an ordinary user run it.

use crate::{
    Settings,
    child::{self, OnOurDeath},
    error::{During, Error},
};
use nix::unistd::{Uid, User, geteuid};
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, lchown},
    os::unix::process::CommandExt,
    path::Path,
    process::Command,
};

/// Tried in turn when this process is root and nobody said who is to run PostgreSQL.
const USUAL: [&str; 2] = ["postgres", "nobody"];

#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// The user that runs PostgreSQL.
    user: User,
    /// This process's own user.
    me: User,
}

impl Account {
    /// `cluster` belongs to the user that made it, and nobody else can run it.
    pub fn choose(settings: &Settings, cluster: &Path) -> Result<Self, Error> {
        let me = geteuid();
        let me = by_uid(me)?.ok_or(Error::NoName { uid: me.as_raw() })?;
        let owner = fs::symlink_metadata(cluster).ok().map(|m| Uid::from_raw(m.uid()));
        let user = match &settings.run_as {
            _ if !me.uid.is_root() => {
                if let Some(wanted) = settings.run_as.as_ref().filter(|wanted| **wanted != me.name) {
                    return Err(Error::NotRoot { wanted: wanted.clone(), user: me.name });
                }
                me.clone()
            }
            Some(name) => ordinary(&[name.as_str()])?,
            None => match owner.filter(|uid| !uid.is_root()) {
                Some(uid) => by_uid(uid)?.ok_or(Error::NoName { uid: uid.as_raw() })?,
                None => ordinary(&USUAL)?,
            },
        };
        match owner {
            Some(uid) if uid != user.uid => Err(Error::Owner {
                dir: cluster.to_owned(),
                owner: by_uid(uid)?.map_or_else(|| format!("the user id {uid}"), |u| u.name),
                user: user.name,
            }),
            _ => Ok(Self { user, me }),
        }
    }

    pub fn name(&self) -> &str {
        &self.user.name
    }

    /// The users that may connect: who runs PostgreSQL, and who runs this process.
    pub fn names(&self) -> Vec<&str> {
        let mut names = vec![self.name(), self.me.name.as_str()];
        names.dedup();
        names
    }

    fn changes(&self) -> bool {
        self.user.uid != self.me.uid
    }

    /// A command run as this user, in a plain environment, that ends with this process.
    pub fn command(&self, program: &Path, on_our_death: OnOurDeath) -> Command {
        let mut command = child::plain(program);
        if self.changes() {
            command.uid(self.user.uid.as_raw()).gid(self.user.gid.as_raw());
        }
        child::ends_with_us(&mut command, on_our_death);
        command
    }

    /// Makes a directory and those above it, through which PostgreSQL's user can pass; nobody else's to list.
    pub fn make_passage(dir: &Path) -> Result<(), Error> {
        let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        let missing: Vec<_> =
            dir.ancestors().take_while(|d| !d.as_os_str().is_empty() && !d.exists()).collect();
        for dir in missing.into_iter().rev() {
            match fs::create_dir(dir) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => continue,
                made => made.during(|| format!("cannot create the directory {}", dir.display()))?,
            }
            // Said outright, because the process's umask has taken its part off.
            fs::set_permissions(dir, fs::Permissions::from_mode(mode))
                .during(|| format!("cannot set the permissions of {}", dir.display()))?;
        }
        Ok(())
    }

    /// A directory that only PostgreSQL's user can use; it may exist, if it is such a one.
    pub fn make_private_dir(&self, dir: &Path) -> Result<(), Error> {
        match fs::DirBuilder::new().mode(0o700).create(dir) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                let found = fs::symlink_metadata(dir).during(|| dir.display().to_string())?;
                let private =
                    found.is_dir() && found.mode() & 0o077 == 0 && found.uid() == self.user.uid.as_raw();
                return if private {
                    Ok(())
                } else {
                    Err(Error::SocketDir { dir: dir.to_owned(), user: self.user.name.clone() })
                };
            }
            made => made.during(|| format!("cannot create the directory {}", dir.display()))?,
        }
        if self.changes() {
            lchown(dir, Some(self.user.uid.as_raw()), Some(self.user.gid.as_raw()))
                .during(|| format!("cannot give {} to {}", dir.display(), self.user.name))?;
        }
        Ok(())
    }

    /// /root is the classic place that PostgreSQL's user cannot enter. Tried for real, since ACLs and mounts have a say;
    /// the permission bits then name the culprit.
    pub fn can_enter(&self, data: &Path, program: &Path) -> Result<(), Error> {
        let run =
            |cwd: &Path| self.command(program, OnOurDeath::Kill).arg("--version").current_dir(cwd).output();
        if let Err(source) = run(Path::new("/")) {
            return Err(Error::NotExecutable {
                user: self.user.name.clone(),
                program: program.to_owned(),
                source,
            });
        }
        let Err(refused) = run(data) else { return Ok(()) };
        let closed = data.ancestors().filter(|dir| {
            fs::metadata(dir).is_ok_and(|m| {
                let bit = if m.uid() == self.user.uid.as_raw() {
                    0o100
                } else if m.gid() == self.user.gid.as_raw() {
                    0o010
                } else {
                    0o001
                };
                m.mode() & bit == 0
            })
        });
        log::debug!("{} cannot enter {}: {refused}", self.user.name, data.display());
        let dir = closed.last().unwrap_or(data).to_owned();
        Err(Error::Unreachable { user: self.user.name.clone(), dir })
    }
}

fn by_uid(uid: Uid) -> Result<Option<User>, Error> {
    User::from_uid(uid).during(|| format!("cannot look up the user id {uid}"))
}

fn ordinary(names: &[&str]) -> Result<User, Error> {
    for name in names {
        let found = User::from_name(name).during(|| format!("cannot look up the user {name}"))?;
        if let Some(user) = found.filter(|user| !user.uid.is_root()) {
            return Ok(user);
        }
    }
    Err(Error::NoUser { names: names.join(" or ") })
}
