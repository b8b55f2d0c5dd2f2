//! Whether a mail is really from who it says: what the receiving server found out by SPF,
//! DKIM and DMARC (RFC 8601).
//!
//! Everybody can write an `Authentication-Results` header. It counts only if it names a server
//! that the operator trusts, and of several only the topmost: a border server removes those
//! that came from outside under its name and puts its own in front.

use super::parse::Mail;
use super::threading::SenderCheck;

/// What one method found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The sender is proven.
    Pass,
    /// The sender is not who it says.
    Fail,
    /// Nothing can be said: no record, no signature, or "neutral".
    None,
    /// It could not be found out at that time.
    Error,
}

/// What the receiving server found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderProof {
    /// SPF: the sending server may send for the domain of the envelope.
    pub spf: Finding,
    /// DKIM: at least one signature is good.
    pub dkim: Finding,
    /// DMARC: SPF or DKIM is good *and* is about the domain in `From`.
    pub dmarc: Finding,
}

impl SenderProof {
    /// What it means for where a mail belongs. Only DMARC speaks about the sender that people
    /// see; SPF and DKIM alone may be about anybody.
    #[must_use]
    pub const fn check(&self) -> SenderCheck {
        match self.dmarc {
            Finding::Pass => SenderCheck::Passed,
            Finding::Fail => SenderCheck::Failed,
            Finding::None | Finding::Error => SenderCheck::Unknown,
        }
    }
}

/// What a server in `trusted` says about a mail; `None` if none of them says anything.
#[must_use]
pub fn sender_proof(mail: &Mail, trusted: &[String]) -> Option<SenderProof> {
    mail.headers
        .iter()
        .filter(|(name, _)| name == "authentication-results")
        .find_map(|(_, value)| of_header(value, trusted))
}

fn of_header(value: &str, trusted: &[String]) -> Option<SenderProof> {
    let clean = without_comments(value);
    let mut parts = clean.split(';');
    // The name of the server, and maybe a version after it.
    let server = parts.next()?.split_whitespace().next()?;
    let is_trusted = trusted
        .iter()
        .any(|known| known.eq_ignore_ascii_case(server));
    if !is_trusted {
        return None;
    }
    let mut proof = SenderProof {
        spf: Finding::None,
        dkim: Finding::None,
        dmarc: Finding::None,
    };
    for part in parts {
        let Some((method, result)) = method_of(part) else {
            continue;
        };
        let kept = match method.as_str() {
            "spf" => &mut proof.spf,
            "dkim" => &mut proof.dkim,
            "dmarc" => &mut proof.dmarc,
            _ => continue,
        };
        *kept = better(*kept, finding(&result));
    }
    Some(proof)
}

/// `dkim=pass header.d=…` gives `dkim` and `pass`. A version after the method is left out.
fn method_of(part: &str) -> Option<(String, String)> {
    let (method, rest) = part.trim().split_once('=')?;
    let method = method.split('/').next()?.trim().to_ascii_lowercase();
    let result = rest.split_whitespace().next()?.to_ascii_lowercase();
    Some((method, result))
}

fn finding(result: &str) -> Finding {
    match result {
        "pass" => Finding::Pass,
        "fail" | "softfail" | "policy" | "hardfail" => Finding::Fail,
        "temperror" | "permerror" => Finding::Error,
        _ => Finding::None,
    }
}

/// Of several signatures a good one counts.
const fn better(one: Finding, other: Finding) -> Finding {
    match (one, other) {
        (Finding::Pass, _) | (_, Finding::Pass) => Finding::Pass,
        (Finding::Fail, _) | (_, Finding::Fail) => Finding::Fail,
        (Finding::Error, _) | (_, Finding::Error) => Finding::Error,
        (Finding::None, Finding::None) => Finding::None,
    }
}

/// Comments in brackets, which may be nested, and quotation marks left out.
fn without_comments(value: &str) -> String {
    let mut depth = 0_u32;
    let mut is_quoted = false;
    let mut is_escaped = false;
    value
        .chars()
        .filter(|c| {
            if is_escaped {
                is_escaped = false;
                return depth == 0 && *c != ';';
            }
            match c {
                '\\' => {
                    is_escaped = true;
                    false
                }
                '"' if depth == 0 => {
                    is_quoted = !is_quoted;
                    false
                }
                '(' if !is_quoted => {
                    depth += 1;
                    false
                }
                ')' if !is_quoted && depth > 0 => {
                    depth -= 1;
                    false
                }
                // Text in quotation marks must not look like another method.
                ';' | '=' if is_quoted => false,
                _ => depth == 0,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn proof(headers: &str) -> Option<SenderProof> {
        let raw = format!("{headers}\r\nFrom: ada@example.com\r\n\r\nHi\r\n");
        let trusted = ["mx.tea.example".to_owned()];
        sender_proof(&parse(raw.as_bytes()).unwrap(), &trusted)
    }

    #[test]
    fn what_the_own_server_found_counts() {
        let found = proof(
            "Authentication-Results: MX.tea.example 1;\r\n\tdkim=fail (bad; dmarc=pass) \
             header.d=list.example;\r\n\tdkim=pass header.d=example.com;\r\n\t\
             spf=softfail smtp.mailfrom=list.example;\r\n\tdmarc=pass header.from=example.com",
        )
        .unwrap();
        assert_eq!(found.dkim, Finding::Pass);
        assert_eq!(found.spf, Finding::Fail);
        assert_eq!(found.check(), SenderCheck::Passed);
    }

    #[test]
    fn a_header_of_a_stranger_is_not_believed() {
        let forged = "Authentication-Results: mx.evil.example; dmarc=pass";
        assert_eq!(proof(forged), None);
        assert_eq!(proof("X: y"), None);
    }

    #[test]
    fn only_the_topmost_of_the_own_server_counts() {
        let both = "Authentication-Results: mx.tea.example; dmarc=fail\r\n\
                    Authentication-Results: mx.tea.example; dmarc=pass";
        assert_eq!(proof(both).unwrap().check(), SenderCheck::Failed);
    }

    #[test]
    fn quoted_text_and_comments_prove_nothing() {
        for trick in [
            "mx.tea.example; none (dmarc=pass)",
            "mx.tea.example; spf=fail reason=\"x; dmarc=pass\"",
            "mx.tea.example (; dmarc=pass); dmarc=fail",
            "mx.tea.example; dmarc=none",
            "mx.tea.example",
        ] {
            let found = proof(&format!("Authentication-Results: {trick}")).unwrap();
            assert_ne!(found.check(), SenderCheck::Passed, "{trick}");
        }
    }

    #[test]
    fn good_spf_and_dkim_of_somebody_else_prove_nothing_about_the_sender() {
        let found = proof("Authentication-Results: mx.tea.example; spf=pass; dkim=pass").unwrap();
        assert_eq!(found.check(), SenderCheck::Unknown);
    }
}
