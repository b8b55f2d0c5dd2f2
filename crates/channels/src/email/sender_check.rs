//! Whether a mail is really from who it says, found out by ourselves: SPF (RFC 7208), DKIM
//! (RFC 6376) and DMARC (RFC 9989), for mailboxes whose server does not tell.
//!
//! A signature speaks for itself. SPF needs to know who handed the mail over, and only a server
//! of ours can tell that: everybody can write `Received` lines. So the lines are followed from
//! the top, over hops inside the house, to the first address outside; it counts only in a line
//! of a server that is named as trusted. Without that nothing is said about SPF, and a mail
//! whose signature does not help is *unknown* and not *failed*.

use std::net::IpAddr;
use std::time::Duration;

use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig};
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::hickory_resolver::system_conf::read_system_conf;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    AuthenticatedMessage, DkimOutput, DkimResult, DmarcOutput, DmarcResult, MessageAuthenticator,
    SpfOutput, SpfResult,
};
use mail_parser::{HeaderName, HeaderValue, Host, MessageParser, Protocol, Received};
use zhiyin_domain::mail::{Authentication, CheckedBy, Finding};
use zhiyin_ports::{Checking, SenderCheck};

/// How long all questions about one mail may take.
const TIME_LIMIT: Duration = Duration::from_secs(8);
/// How long one question may take; it is asked twice.
const QUESTION_LIMIT: Duration = Duration::from_secs(2);
/// Signatures of one mail that are looked at; who writes more wants us to ask many.
const SIGNATURES_MAX: usize = 8;

/// The name servers that are asked. Cheap to clone.
#[derive(Clone)]
pub struct NameServers(MessageAuthenticator);

/// The name servers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NameServersError {
    /// Not an address.
    #[error("`{0}` is not the address of a name server, such as 192.0.2.53 or 192.0.2.53:5353")]
    Address(String),
    /// The settings of the system cannot be read.
    #[error("the name servers of the system cannot be read: {0}")]
    System(String),
}

impl NameServers {
    /// Those with these addresses (with or without a port); those of the system if there are
    /// none.
    pub fn new(addresses: &[String]) -> Result<Self, NameServersError> {
        let system = |error: &dyn std::fmt::Display| NameServersError::System(error.to_string());
        let (config, mut options) = if addresses.is_empty() {
            read_system_conf().map_err(|error| system(&error))?
        } else {
            let servers: Result<Vec<_>, _> = addresses.iter().map(|it| server(it)).collect();
            let config = ResolverConfig::from_name_servers(servers?);
            (config, ResolverOpts::default())
        };
        options.timeout = QUESTION_LIMIT;
        options.attempts = 2;
        let asked = MessageAuthenticator::new(config, options);
        asked.map(Self).map_err(|error| system(&error))
    }

    async fn findings(&self, raw: &[u8], trusted: &[String]) -> Option<Authentication> {
        let mut message = AuthenticatedMessage::parse(raw)?;
        if message.from.is_empty() {
            return None;
        }
        message.dkim_headers.truncate(SIGNATURES_MAX);
        let way = way_in(raw, trusted);
        let (spf, domain) = match &way {
            Some(way) => (self.spf(way).await, way.domain()),
            None => (SpfOutput::new(String::new()), ""),
        };
        let dkim = self.0.verify_dkim(&message).await;
        let parameters = DmarcParameters::new(&message, &dkim, domain, &spf);
        let dmarc = self.0.verify_dmarc(parameters).await;
        Some(Authentication {
            spf: of_spf(spf.result()),
            dkim: of_dkim(&dkim),
            dmarc: of_dmarc(&dmarc, way.is_some()),
            by: CheckedBy::Us,
        })
    }

    async fn spf(&self, way: &WayIn) -> SpfOutput {
        let parameters = if way.mail_from.is_empty() {
            SpfParameters::verify_ehlo(way.address, &way.helo, &way.by)
        } else {
            SpfParameters::verify_mail_from(way.address, &way.helo, &way.by, &way.mail_from)
        };
        self.0.verify_spf(parameters).await
    }
}

impl SenderCheck for NameServers {
    fn check<'a>(&'a self, raw: &'a [u8], trusted: &'a [String]) -> Checking<'a> {
        Box::pin(async move {
            let found = tokio::time::timeout(TIME_LIMIT, self.findings(raw, trusted)).await;
            found.unwrap_or(Some(Authentication {
                spf: Finding::Error,
                dkim: Finding::Error,
                dmarc: Finding::Error,
                by: CheckedBy::Us,
            }))
        })
    }
}

fn server(text: &str) -> Result<NameServerConfig, NameServersError> {
    let wrong = || NameServersError::Address(text.to_owned());
    let (address, port) = match text.parse::<std::net::SocketAddr>() {
        Ok(address) => (address.ip(), address.port()),
        Err(_) => (text.parse::<IpAddr>().map_err(|_| wrong())?, 53),
    };
    let at = |mut connection: ConnectionConfig| {
        connection.port = port;
        connection
    };
    let connections = vec![at(ConnectionConfig::udp()), at(ConnectionConfig::tcp())];
    Ok(NameServerConfig::new(address, true, connections))
}

/// How a mail came into the house, as a server of ours wrote it down.
#[derive(Debug, PartialEq, Eq)]
struct WayIn {
    /// Who handed it over.
    address: IpAddr,
    /// What they called themselves.
    helo: String,
    /// The sender on the envelope; empty for reports.
    mail_from: String,
    /// The server of ours.
    by: String,
}

impl WayIn {
    fn domain(&self) -> &str {
        let named = self.mail_from.rsplit_once('@');
        named.map_or(&self.helo, |(_, domain)| domain)
    }
}

/// Follows the lines at the top of a mail to where it came in; none if nobody trusted tells.
fn way_in(raw: &[u8], trusted: &[String]) -> Option<WayIn> {
    let message = MessageParser::default().parse_headers(raw)?;
    let mut mail_from = None;
    for header in message.headers() {
        match (&header.name, &header.value) {
            // Written by the last server, so above all lines about the way.
            (HeaderName::ReturnPath, _) if mail_from.is_none() => {
                let (start, end) = (header.offset_start, header.offset_end);
                let value = raw.get(start as usize..end as usize)?;
                let value = String::from_utf8_lossy(value);
                mail_from = Some(value.trim().trim_matches(['<', '>']).to_owned());
            }
            (HeaderName::Received, HeaderValue::Received(hop)) => match step(hop, trusted) {
                Step::Inside => {}
                Step::Lost => return None,
                Step::Edge(address, helo, by) => {
                    return Some(WayIn {
                        address,
                        helo,
                        mail_from: mail_from?,
                        by,
                    });
                }
            },
            // A line that cannot be read tells nothing.
            (HeaderName::Received, _) => return None,
            _ => {}
        }
    }
    None
}

/// What one line about the way says.
enum Step {
    /// It went on inside the house.
    Inside,
    /// It came in here.
    Edge(IpAddr, String, String),
    /// Nobody knows.
    Lost,
}

fn step(hop: &Received<'_>, trusted: &[String]) -> Step {
    let Some(address) = hop.from_ip else {
        let is_local = matches!(
            hop.with,
            Some(Protocol::LMTP | Protocol::LMTPA | Protocol::LMTPS | Protocol::LMTPSA)
        );
        return if is_local || hop.from.is_none() {
            Step::Inside
        } else {
            Step::Lost
        };
    };
    if is_inside(address) {
        return Step::Inside;
    }
    let by = hop.by.as_ref().map(host).unwrap_or_default();
    let is_trusted = |name: &String| name.eq_ignore_ascii_case(by.trim_end_matches('.'));
    if !trusted.iter().any(is_trusted) {
        return Step::Lost;
    }
    let helo = hop.helo.as_ref().or(hop.from.as_ref()).map(host);
    Step::Edge(address, helo.unwrap_or_default(), by)
}

fn host(it: &Host<'_>) -> String {
    match it {
        Host::Name(name) => name.clone().into_owned(),
        Host::IpAddr(address) => address.to_string(),
    }
}

const fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => it.is_private() || it.is_loopback() || it.is_link_local(),
        IpAddr::V6(it) => it.is_loopback() || it.is_unique_local() || it.is_unicast_link_local(),
    }
}

const fn of_spf(it: SpfResult) -> Finding {
    match it {
        SpfResult::Pass => Finding::Pass,
        SpfResult::Fail | SpfResult::SoftFail => Finding::Fail,
        SpfResult::TempError | SpfResult::PermError => Finding::Error,
        SpfResult::Neutral | SpfResult::None => Finding::None,
    }
}

/// One good signature is enough; of the others one that is wrong is told before one that
/// could not be checked.
fn of_dkim(found: &[DkimOutput<'_>]) -> Finding {
    let has = |wanted: fn(&DkimResult) -> bool| found.iter().any(|it| wanted(it.result()));
    if has(|it| matches!(it, DkimResult::Pass)) {
        Finding::Pass
    } else if has(|it| matches!(it, DkimResult::Fail(_) | DkimResult::Neutral(_))) {
        Finding::Fail
    } else if has(|it| matches!(it, DkimResult::TempError(_) | DkimResult::PermError(_))) {
        Finding::Error
    } else {
        Finding::None
    }
}

fn of_dmarc(found: &DmarcOutput, is_way_known: bool) -> Finding {
    let both = [found.spf_result(), found.dkim_result()];
    if both.contains(&&DmarcResult::Pass) {
        return Finding::Pass;
    }
    let is_passing = |it: &&DmarcResult| matches!(it, DmarcResult::TempError(_));
    if both.iter().any(is_passing) {
        return Finding::Error;
    }
    // Whoever sends for a domain without a rule breaks none.
    if found.dmarc_record().is_none() || !is_way_known {
        return Finding::None;
    }
    Finding::Fail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(headers: &str) -> Option<WayIn> {
        let raw = format!("{headers}\r\nFrom: ada@example.com\r\n\r\nHi\r\n");
        way_in(raw.as_bytes(), &["mx.tea.example".to_owned()])
    }

    const EDGE: &str = "Received: from out.example.com (out.example.com [198.51.100.7])\r\n\
        \tby mx.tea.example (Postfix) with ESMTPS id 4X1 for <help@tea.example>;\r\n\
        \tMon, 2 Mar 2026 09:00:00 +0800 (CST)";
    const LMTP: &str = "Received: from mx.tea.example ([10.1.0.4])\r\n\
        \tby store.tea.example with LMTP id abc; Mon, 2 Mar 2026 09:00:01 +0800";

    #[test]
    fn the_way_leads_over_hops_inside_to_the_first_address_outside() {
        let way = found(&format!(
            "Return-Path: <ada@example.com>\r\n{LMTP}\r\n{EDGE}"
        ))
        .unwrap();
        assert_eq!(way.address.to_string(), "198.51.100.7");
        assert_eq!(
            (way.domain(), way.helo.as_str()),
            ("example.com", "out.example.com")
        );
        let report = found(&format!("Return-Path: <>\r\n{EDGE}")).unwrap();
        assert_eq!(report.domain(), "out.example.com");
    }

    #[test]
    fn lines_that_a_stranger_may_have_written_prove_nothing() {
        let path = "Return-Path: <ada@example.com>";
        let foreign = EDGE.replace("mx.tea.example", "mx.evil.example");
        // Behind a line of nobody we know, ours is a forgery.
        assert_eq!(found(&format!("{path}\r\n{foreign}\r\n{EDGE}")), None);
        let nameless = "Received: from somewhere by mx.tea.example with ESMTP id 1; \
                        Mon, 2 Mar 2026 09:00:00 +0800";
        assert_eq!(found(&format!("{path}\r\n{nameless}\r\n{EDGE}")), None);
        // An envelope below the line was there before our server saw the mail.
        assert_eq!(found(&format!("{EDGE}\r\n{path}")), None);
        assert_eq!(found(path), None);
    }
}
