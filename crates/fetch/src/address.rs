//! Which addresses requests may go to.
//!
//! Everything that is not globally reachable by the registries of special addresses (IANA,
//! RFC 6890 and its updates) is refused. What is not in a known public block is refused too:
//! a list of exceptions would have to be complete.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Blocks of IPv4 that are not public: address and length of the prefix.
const NOT_PUBLIC_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];
/// Public by its number, but answered by the host of a virtual machine.
const HOST_SERVICE_V4: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);
/// Metadata of virtual machines over IPv6.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
/// Metadata of virtual machines in a block that is otherwise for carriers.
const METADATA_V4: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);

/// Private networks that the operator lets requests go to.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    networks: Vec<IpNet>,
}

impl Allowed {
    /// These networks besides the public ones.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self { networks }
    }

    /// Whether requests may go to an address.
    #[must_use]
    pub fn may_reach(&self, address: IpAddr) -> bool {
        let address = plain(address);
        !is_never(address) && (self.is_listed(address) || is_public(address))
    }

    /// Whether the operator named the address: then plain `http` is allowed too.
    #[must_use]
    pub fn is_listed(&self, address: IpAddr) -> bool {
        let address = plain(address);
        self.networks
            .iter()
            .any(|network| network.contains(&address))
    }

    /// Whether anything was named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty()
    }
}

/// The IPv4 address inside an IPv6 one, if it is only its clothes: mapped (RFC 4291), NAT64
/// (RFC 6052) or 6to4 (RFC 3056).
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            inner(high, low)
        }
        [0x2002, high, low, ..] => inner(high, low),
        _ => address,
    }
}

/// What no list can allow: link-local addresses and metadata services hand out the keys of
/// the machine, and `0.0.0.0` is the machine itself.
fn is_never(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_link_local()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.octets()[0] == 0
                || v4 == HOST_SERVICE_V4
                || v4 == METADATA_V4
        }
        IpAddr::V6(v6) => {
            v6.is_multicast()
                || v6.is_unspecified()
                || v6.segments()[0] & 0xffc0 == 0xfe80
                || v6 == METADATA_V6
        }
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !NOT_PUBLIC_V4
            .iter()
            .any(|(network, length)| has_prefix(v4, Ipv4Addr::from(*network), *length)),
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            // 2000::/3 without protocol assignments, documentation and benchmarking.
            first & 0xe000 == 0x2000
                && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
                && !(first == 0x3fff && second < 0x1000)
        }
    }
}

fn has_prefix(address: Ipv4Addr, network: Ipv4Addr, length: u32) -> bool {
    (address.to_bits() ^ network.to_bits()) >> (32 - length) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn nothing_inside_is_reached() {
        let nothing_listed = Allowed::default();
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "100::1",
        ] {
            assert!(!nothing_listed.may_reach(address(text)), "{text}");
        }
    }

    #[test]
    fn the_public_net_is_reached() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2001:4860:4860::8888",
            "2400:3200::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::1",
        ] {
            assert!(Allowed::default().may_reach(address(text)), "{text}");
        }
    }

    #[test]
    fn a_list_opens_what_it_names_but_never_metadata() {
        let networks = [
            "10.1.0.0/16",
            "127.0.0.0/8",
            "fd00::/8",
            "169.254.0.0/16",
            "0.0.0.0/0",
        ];
        let networks = networks.map(|it| it.parse().expect("a network")).to_vec();
        let allowed = Allowed::new(networks);
        for text in ["10.1.2.3", "::ffff:10.1.2.3", "127.0.0.1", "fd12::1"] {
            assert!(allowed.may_reach(address(text)), "{text}");
            assert!(allowed.is_listed(address(text)), "{text}");
        }
        for text in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "fd00:ec2::254",
            "0.0.0.0",
            "100.100.100.200",
            "168.63.129.16",
            "fe80::1",
            "224.0.0.1",
        ] {
            assert!(!allowed.may_reach(address(text)), "{text}");
        }
        let narrow = Allowed::new(vec!["10.1.0.0/16".parse().expect("a network")]);
        assert!(!narrow.may_reach(address("10.2.0.1")));
    }
}
