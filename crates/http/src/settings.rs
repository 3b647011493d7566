//! What the operator decides.

use std::net::IpAddr;
use std::path::PathBuf;

use secrecy::SecretString;

/// How the HTTP side is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the API is, such as `/api/v1`; it is also under `/api`.
    pub base_path: String,
    /// Names the server may be asked by, in lower case and without a port; `*` for any.
    pub allowed_hosts: Vec<String>,
    /// Origins whose pages may call the API; `*` for any.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed.
    pub trusted_proxies: Vec<Network>,
    /// Requests a minute of one account (or address, without a credential); none for no limit.
    pub rate_limit: Option<std::num::NonZeroU32>,
    /// Registrations, sign-ins and refreshes a minute of one address; none for no limit.
    pub register_rate_limit: Option<std::num::NonZeroU32>,
    /// Requests that use the database at the same time; others wait.
    pub places: usize,
    /// What `GET /metrics` asks for; without it `/metrics` is not there.
    pub metrics_token: Option<SecretString>,
    /// Where files of people lie while they are worked on, without a name.
    pub files: PathBuf,
    /// The dashboard's files.
    pub web: Option<PathBuf>,
}

/// Addresses that begin with the same bits: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether `address` is one of them.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let differing = u32::from(ours) ^ u32::from(theirs);
                differing.leading_zeros() >= self.bits
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let differing = u128::from(ours) ^ u128::from(theirs);
                differing.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

impl std::str::FromStr for Network {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Network, Self::Err> {
        const WANTED: &str = "an address such as 127.0.0.1, or a network such as 10.0.0.0/8";
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| WANTED)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| WANTED)?;
        if bits > most { Err(WANTED) } else { Ok(Network { address, bits }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_addresses() {
        for (network, address, held) in [
            ("10.0.0.0/8", "10.255.1.2", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "::ffff:127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("0.0.0.0/0", "::1", false),
        ] {
            let network: Network = network.parse().unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), held, "{network:?} {address}");
        }
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "localhost", "10.0.0.0/"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
