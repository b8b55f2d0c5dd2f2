//! The address of the client.
//!
//! `X-Forwarded-For` is believed only when the peer is a proxy the operator named, and
//! then read from the right: the last entry that is not a trusted proxy is the client.
//! Whatever stands further left was written by the client and proves nothing.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use crate::state::AppState;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What limits are counted by: the address, for IPv6 its /64, because one household
    /// or one attacker owns all of it.
    #[must_use]
    pub fn bucket(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
        }
    }
}

impl ClientAddress {
    /// The address, unless nothing is known of the connection.
    #[must_use]
    pub fn known(self) -> Option<IpAddr> {
        (!self.0.is_unspecified()).then_some(self.0)
    }
}

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
        Ok(Self(resolve(
            peer,
            &parts.headers,
            &state.config().trusted_proxies,
        )))
    }
}

/// Finds the client behind the trusted proxies.
fn resolve(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let peer = peer.to_canonical();
    if !is_trusted(peer) {
        return peer;
    }
    let mut client = peer;
    let entries = headers.get_all("x-forwarded-for");
    let mut entries: Vec<&str> = entries
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .collect();
    while let Some(entry) = entries.pop() {
        let Some(address) = parse(entry) else { break };
        client = address;
        if !is_trusted(address) {
            break;
        }
    }
    client
}

/// `192.0.2.1`, `192.0.2.1:5000`, `2001:db8::1`, `[2001:db8::1]:5000`.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().ok();
    let with_port = || {
        entry
            .parse::<SocketAddr>()
            .map_or(None, |socket| Some(socket.ip()))
    };
    address
        .or_else(with_port)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: &[&str], expected: &str) {
        let trusted: Vec<IpNet> = ["10.0.0.0/8", "::1/128"]
            .map(|net| net.parse().expect("a network"))
            .to_vec();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a header value"));
        }
        let client = resolve(peer.parse().expect("an address"), &headers, &trusted);
        assert_eq!(client.to_string(), expected, "{peer} {forwarded:?}");
    }

    #[test]
    fn a_stranger_cannot_choose_their_address() {
        check("198.51.100.7", &["1.1.1.1"], "198.51.100.7");
    }

    #[test]
    fn the_last_untrusted_entry_is_the_client() {
        check("10.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check("10.0.0.1", &["1.1.1.1, 203.0.113.9"], "203.0.113.9");
        check(
            "10.0.0.1",
            &["1.1.1.1, 203.0.113.9, 10.1.2.3"],
            "203.0.113.9",
        );
        check("10.0.0.1", &["1.1.1.1", "203.0.113.9:4711"], "203.0.113.9");
        check("::1", &["[2001:db8::1]:443"], "2001:db8::1");
    }

    #[test]
    fn nonsense_stops_the_search() {
        check("10.0.0.1", &["203.0.113.9, unknown"], "10.0.0.1");
        check("10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", &["10.0.0.2"], "10.0.0.2");
    }

    #[test]
    fn mapped_addresses_are_one_address() {
        check("::ffff:198.51.100.7", &["1.1.1.1"], "198.51.100.7");
    }

    #[test]
    fn an_ipv6_network_is_one_bucket() {
        let one = ClientAddress("2001:db8:1:2:3:4:5:6".parse().expect("an address"));
        let two = ClientAddress("2001:db8:1:2::1".parse().expect("an address"));
        assert_eq!(one.bucket(), two.bucket());
    }
}
