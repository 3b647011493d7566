//! A PostgreSQL elsewhere, which is reached over TLS.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use cluster::{Cluster, DATABASE, ROLE, Settings};

use crate::harness::{Place, Said, psql, text};

#[test]
fn it_proves_who_it_is() {
    let place = Place::private();
    // A loopback address of its own, whatever else has PostgreSQL's port on this machine.
    let [.., a, b] = std::process::id().to_be_bytes();
    let address = format!("127.54.{a}.{b}");
    let settings = Settings::new(place.path("elsewhere"));
    let cluster = Cluster::start(&settings).unwrap();
    let cluster_dir = place.path("elsewhere/pg");
    let key = certify(&cluster_dir, &address);
    let ways_in =
        place.file("pg_hba.conf", "local all all peer map=owner\nhostssl all all 127.0.0.0/8 trust\n");
    fs::set_permissions(&ways_in, fs::Permissions::from_mode(0o644)).unwrap();
    let owner = fs::metadata(&cluster_dir).unwrap();
    chown(&key, Some(owner.uid()), Some(owner.gid())).unwrap();
    for set in [
        &format!("listen_addresses = '{address}'"),
        "ssl = on",
        "ssl_key_file = 'server.key'",
        &format!("hba_file = '{ways_in}'"),
    ] {
        psql(cluster.access(), DATABASE, &format!("ALTER SYSTEM SET {set}"));
    }
    cluster.stop();
    let _cluster = Cluster::start(&settings).unwrap();

    let known = place.file("known.crt", fs::read(cluster_dir.join("server.crt")).unwrap());
    certify(&place.path(""), &address);
    let strange = place.path("server.crt");
    let migrate = |tls: &str| {
        let url = format!("postgres://{ROLE}@{address}/{DATABASE}?{tls}");
        Said::of(place.almanac(&["migrate"]).env("DATABASE_URL", url).output().unwrap())
    };
    migrate("sslmode=disable").fails("no encryption");
    migrate(&format!("sslmode=verify-full&sslrootcert={}", text(&strange)))
        .fails("certificate verify failed");
    migrate(&format!("sslmode=verify-full&sslrootcert={known}")).ok();
}

/// A key and a certificate for a server at `address`, as `server.key` and `server.crt`. Gives where the key is.
fn certify(dir: &Path, address: &str) -> PathBuf {
    let request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=elsewhere";
    let mut openssl = Command::new("openssl");
    openssl.args(request.split(' ')).args(["-addext", &format!("subjectAltName = IP:{address}")]);
    openssl.args(["-keyout", "server.key", "-out", "server.crt"]);
    let made = openssl.current_dir(dir).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    fs::set_permissions(dir.join("server.crt"), fs::Permissions::from_mode(0o644)).unwrap();
    dir.join("server.key")
}
