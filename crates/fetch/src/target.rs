//! An address taken apart: what is connected to, and what the other side is told.

use std::net::IpAddr;

use rustls::pki_types::ServerName;
use url::{Host, Url};
use zhiyin_ports::HttpError;

/// Longest address that is sent to, in bytes.
const URL_BYTES_MAX: usize = 2_048;

/// Where a request goes.
#[derive(Debug)]
pub(crate) struct Target {
    url: Url,
    host: String,
    port: u16,
}

impl Target {
    /// Reads an address as browsers do (WHATWG URL), so that `0x7f.1` is `127.0.0.1` here
    /// already. User names and passwords are refused: they end up in logs.
    pub(crate) fn parse(text: &str) -> Result<Self, HttpError> {
        if text.len() > URL_BYTES_MAX {
            return Err(HttpError::InvalidUrl);
        }
        let url = Url::parse(text.trim()).map_err(|_| HttpError::InvalidUrl)?;
        let has_login = !url.username().is_empty() || url.password().is_some();
        if !matches!(url.scheme(), "http" | "https") || has_login {
            return Err(HttpError::InvalidUrl);
        }
        let host = match url.host() {
            Some(Host::Domain(name)) => name.trim_end_matches('.').to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        };
        let port = url.port_or_known_default().ok_or(HttpError::InvalidUrl)?;
        if host.is_empty() || port == 0 {
            return Err(HttpError::InvalidUrl);
        }
        Ok(Self { url, host, port })
    }

    /// The name that is looked up, without brackets and a dot at the end.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The address, if it is written as one.
    pub(crate) fn literal(&self) -> Option<IpAddr> {
        match self.url.host()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }

    /// Whether the name can only mean something inside: `localhost` and names without a dot.
    pub(crate) fn is_local_name(&self) -> bool {
        let name = self.host.as_str();
        self.literal().is_none()
            && (!name.contains('.')
                || [".localhost", ".local", ".internal"]
                    .iter()
                    .any(|ending| name.ends_with(ending)))
    }

    /// Whose certificate is expected; none without encryption.
    pub(crate) fn server_name(&self) -> Result<Option<ServerName<'static>>, HttpError> {
        if !self.is_encrypted() {
            return Ok(None);
        }
        let name = ServerName::try_from(self.host.clone());
        name.map(Some).map_err(|_| HttpError::InvalidUrl)
    }

    /// The `Host` header: with the port unless it is the usual one.
    pub(crate) fn host_header(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Path and query.
    pub(crate) fn path(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_ways_to_write_an_address_are_seen_through() {
        for text in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://127.0.0.1./",
            "https://１２７.0.0.1/",
        ] {
            let target = Target::parse(text).unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(target.literal(), "127.0.0.1".parse().ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_to_send_to_is_refused() {
        for text in [
            "",
            "shop.example/hook",
            "ftp://shop.example/",
            "file:///etc/passwd",
            "gopher://shop.example/",
            "https://",
            "https://user@shop.example/",
            "https://user:secret@shop.example/",
            "https://shop.example:0/",
            "javascript:alert(1)",
        ] {
            assert_eq!(
                Target::parse(text).err(),
                Some(HttpError::InvalidUrl),
                "{text}"
            );
        }
        let long = format!("https://shop.example/{}", "x".repeat(URL_BYTES_MAX));
        assert_eq!(Target::parse(&long).err(), Some(HttpError::InvalidUrl));
    }

    #[test]
    fn the_other_side_is_told_host_port_and_path() {
        let target = Target::parse("https://Shop.Example:8443/a b?c=d#e").expect("an address");
        assert_eq!(target.host_header(), "shop.example:8443");
        assert_eq!(target.path(), "/a%20b?c=d");
        let target = Target::parse("https://[2606:4700::1]/").expect("an address");
        assert_eq!(target.host_header(), "[2606:4700::1]");
        assert_eq!(target.host(), "2606:4700::1");
    }
}
