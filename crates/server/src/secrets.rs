//! Secrets that the server makes for itself, once, and keeps in its data directory.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use secrecy::SecretString;

/// Keys that documents and examples print: everybody knows them.
const WELL_KNOWN: [&str; 6] = [
    "a-string-secret-at-least-256-bits-long",
    "your-256-bit-secret",
    "your-super-secret-jwt-key-change-in-production",
    "your-secret-key-change-in-production",
    "change-this-secret-key-in-production",
    "supersecretsupersecretsupersecret",
];

/// Whether tokens may be signed with `key`.
///
/// # Errors
/// What it may be.
pub fn check_key(key: &str) -> anyhow::Result<()> {
    let mut different = [false; 256];
    for byte in key.bytes() {
        if let Some(seen) = different.get_mut(usize::from(byte)) {
            *seen = true;
        }
    }
    if key.len() < 32 {
        bail!("has {} bytes and may be 32 or more of chance: openssl rand -base64 48", key.len());
    }
    let plain = key.to_ascii_lowercase().replace('_', "-");
    if different.iter().filter(|seen| **seen).count() < 8
        || WELL_KNOWN.iter().any(|known| plain.starts_with(known))
    {
        bail!("is known or easy to guess and may be 32 bytes or more of chance: openssl rand -base64 48");
    }
    Ok(())
}

/// The secret in the file `name` of the data directory, made the first time: 256 bits of chance.
///
/// # Errors
/// The file can be neither read nor made.
pub fn kept(data: &Path, name: &str) -> anyhow::Result<SecretString> {
    let file = data.join(name);
    match fs::read_to_string(&file) {
        Ok(secret) if secret.trim().len() >= 32 => return Ok(secret.trim().into()),
        Ok(_) => bail!("{} holds no secret: remove it, and another is made", file.display()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
    make(data, &file).with_context(|| format!("cannot make {}", file.display()))?;
    // Of two servers that make it at once, the first one's is kept.
    let mut secret = String::new();
    File::open(&file)?.read_to_string(&mut secret)?;
    Ok(secret.trim().into())
}

fn make(data: &Path, file: &Path) -> io::Result<()> {
    if !data.exists() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(data)?;
    }
    let fresh = file.with_extension(format!("{}.new", std::process::id()));
    let mut to = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    to.set_permissions(fs::Permissions::from_mode(0o600))?;
    writeln!(to, "{}", chance())?;
    to.sync_all()?;
    let linked = fs::hard_link(&fresh, file);
    fs::remove_file(&fresh)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// 256 bits of chance, in hexadecimal digits.
pub fn chance() -> String {
    use rand::Rng;
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn keys_have_to_be_long_and_unknown() {
        assert!(check_key(&chance()).is_ok());
        for weak in [
            "",
            "short",
            &"a".repeat(64),
            "abababababababababababababababababab",
            "a-string-secret-at-least-256-bits-long",
            "your_secret_key_change_in_production_please",
        ] {
            assert!(check_key(weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn a_secret_is_made_once_and_is_the_owners_alone() {
        let data = tempfile::tempdir().unwrap();
        let place = data.path().join("new");
        let first = kept(&place, "key").unwrap();
        assert_eq!(first.expose_secret().len(), 64);
        assert_eq!(kept(&place, "key").unwrap().expose_secret(), first.expose_secret());
        assert_ne!(kept(&place, "other").unwrap().expose_secret(), first.expose_secret());
        assert_eq!(fs::metadata(place.join("key")).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&place).unwrap().count(), 2);
        fs::write(place.join("key"), "short").unwrap();
        assert!(kept(&place, "key").is_err());
    }
}
