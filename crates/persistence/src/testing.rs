//! A real PostgreSQL for the tests: one private cluster a run, one database a test.

use std::os::unix::fs::PermissionsExt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use cluster::{Cluster, Settings};
use diesel::connection::SimpleConnection;
use domain::days::Calendar;
use domain::devices::NewDevice;
use domain::ids::{DeviceId, FamilyId, UserId};
use uuid::Uuid;

use crate::transaction::Tenant;
use crate::{Link, accounts, connect, devices, migrate, tokens};

static CLUSTER: OnceLock<(Cluster, tempfile::TempDir)> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

fn cluster() -> &'static Cluster {
    let (cluster, _) = CLUSTER.get_or_init(|| {
        let data = tempfile::tempdir().unwrap();
        // PostgreSQL's own user has to pass where the tests run as root.
        std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
        let cluster = Cluster::start(&Settings::new(data.path())).unwrap();
        migrate(&mut connect(&cluster.url(cluster::DATABASE)).unwrap()).unwrap();
        (cluster, data)
    });
    cluster
}

/// A database of its own, without tables.
pub fn empty() -> Link {
    database("template1")
}

/// A migrated database of its own.
pub fn migrated() -> Link {
    database(cluster::DATABASE)
}

fn database(template: &str) -> Link {
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let cluster = cluster();
    let _copying = ONE_AT_A_TIME.lock();
    let mut link = connect(&cluster.url("postgres")).unwrap();
    link.conn.batch_execute("SET statement_timeout = 0").unwrap();
    link.conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
    connect(&cluster.url(&name)).unwrap()
}

/// The address of a database.
pub fn url(name: &str) -> String {
    cluster().url(name)
}

/// 21 November 2026, noon.
pub fn now() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// An account with one device and its tokens.
pub fn account(link: &mut Link) -> Tenant {
    let (user, device, family) = (UserId(Uuid::now_v7()), DeviceId(Uuid::now_v7()), FamilyId(Uuid::now_v7()));
    let conn = &mut link.conn;
    let new: NewDevice = serde_json::from_str(r#"{"platform":"linux","name":"Laptop"}"#).unwrap();
    accounts::insert(conn, user, None, &Calendar::in_zone(chrono_tz::Europe::Berlin), now()).unwrap();
    devices::insert(conn, user, device, &new, device.0.as_bytes(), now()).unwrap();
    tokens::insert(conn, user, family, Some(device), None, now() + chrono::Duration::days(30), now())
        .unwrap();
    Tenant { user, device: Some(device), family: Some(family), calendar: None }
}
