//! Mail through a relay, by SMTP.

use std::time::Duration;

use anyhow::{Context as _, Result};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox as Address, MultiPart, SinglePart};
use lettre::transport::smtp::SmtpTransport;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, Transport as _};
use zhiyin_ports::{Mail, MailError, Mailbox, Mailer};

use crate::config::{Config, MailRelay, MailTls};

/// A relay that is silent for longer counts as gone.
const RELAY_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends through the relay of the configuration.
pub struct SmtpMailer {
    transport: SmtpTransport,
    from: Address,
}

/// Stands in where no relay is set up.
pub struct NoMailer;

impl Mailer for NoMailer {
    fn send(&self, _: &Mail) -> Result<(), MailError> {
        Err(MailError::NotSetUp)
    }
}

impl SmtpMailer {
    /// The mailer of a configuration, if it names a relay.
    pub fn of(config: &Config) -> Result<Option<Self>> {
        let (Some(relay), Some(from)) = (MailRelay::of(config), &config.mail.from) else {
            return Ok(None);
        };
        let parameters = || TlsParameters::new(relay.host.clone()).context("mail.url");
        let tls = match relay.tls {
            MailTls::StartTls => Tls::Required(parameters()?),
            MailTls::Implicit => Tls::Wrapper(parameters()?),
            MailTls::Plain => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(&relay.host)
            .port(relay.port)
            .tls(tls)
            .timeout(Some(RELAY_TIMEOUT));
        if let (Some(user), Some(password)) = (&config.mail.username, &config.mail.password) {
            let credentials = Credentials::new(user.clone(), password.expose().clone());
            builder = builder.credentials(credentials);
        }
        let name = Some(config.mail.from_name.clone()).filter(|name| !name.is_empty());
        let from = Address::new(name, from.parse().context("mail.from")?);
        Ok(Some(Self {
            transport: builder.build(),
            from,
        }))
    }

    /// Whether the relay answers and lets us in.
    pub fn probe(&self) -> Result<bool> {
        Ok(self.transport.test_connection()?)
    }

    fn letter(&self, mail: &Mail) -> Result<Message> {
        let id = if mail.message_id.contains('@') {
            format!("<{}>", mail.message_id)
        } else {
            format!("<{}@{}>", mail.message_id, self.from.email.domain())
        };
        let mut letter = Message::builder()
            .from(self.from.clone())
            .to(address(&mail.to)?)
            .subject(mail.subject.as_str())
            .message_id(Some(id));
        if let Some(reply_to) = &mail.reply_to {
            letter = letter.reply_to(address(reply_to)?);
        }
        let text = SinglePart::builder()
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone());
        Ok(match &mail.html {
            Some(html) => {
                let html = SinglePart::builder()
                    .header(ContentType::TEXT_HTML)
                    .body(html.clone());
                letter.multipart(MultiPart::alternative().singlepart(text).singlepart(html))?
            }
            None => letter.singlepart(text)?,
        })
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let letter = self
            .letter(mail)
            .map_err(|error| MailError::GiveUp(error.into()))?;
        match self.transport.send(&letter) {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailError::GiveUp(error.into())),
            Err(error) => Err(MailError::Retry(error.into())),
        }
    }
}

fn address(mailbox: &Mailbox) -> Result<Address> {
    let name = Some(mailbox.name.clone()).filter(|name| !name.is_empty());
    Ok(Address::new(name, mailbox.address.as_str().parse()?))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::thread::{self, JoinHandle};

    use super::*;

    /// A relay that answers one letter's recipient with `verdict` and returns what it heard.
    fn relay(verdict: &'static str) -> (Config, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut config = Config::default();
        config.mail.url = Some(format!("smtp+plain://{}", listener.local_addr().unwrap()));
        config.mail.from = Some("help@shop.example".to_owned());
        let heard = thread::spawn(move || converse(&listener.accept().unwrap().0, verdict));
        (config, heard)
    }

    fn converse(stream: &TcpStream, verdict: &str) -> String {
        let mut answer = stream;
        let mut heard = String::new();
        let mut is_letter = false;
        answer.write_all(b"220 relay\r\n").unwrap();
        for line in BufReader::new(stream).lines() {
            let line = line.unwrap();
            heard.push_str(&line);
            heard.push('\n');
            let reply = match line.as_str() {
                "." => "250 taken",
                _ if is_letter => continue,
                "DATA" => "354 go on",
                "QUIT" => break,
                line if line.starts_with("RCPT") => verdict,
                _ => "250 relay",
            };
            is_letter = line == "DATA";
            answer.write_all(format!("{reply}\r\n").as_bytes()).unwrap();
        }
        heard
    }

    fn mail() -> Mail {
        Mail {
            to: Mailbox {
                name: "王芳".to_owned(),
                address: "fang@example.com".parse().unwrap(),
            },
            reply_to: None,
            subject: "邀请".to_owned(),
            text: "Come in.".to_owned(),
            html: Some("<p>Come in.</p>".to_owned()),
            message_id: "iv_1".to_owned(),
        }
    }

    #[test]
    fn a_letter_is_handed_over_whole() {
        let (config, heard) = relay("250 known");
        let mailer = SmtpMailer::of(&config).unwrap().unwrap();
        mailer.send(&mail()).unwrap();
        drop(mailer);
        let heard = heard.join().unwrap();
        for part in [
            "MAIL FROM:<help@shop.example>",
            "RCPT TO:<fang@example.com>",
            "Message-ID: <iv_1@shop.example>",
            "Come in.",
            "multipart/alternative",
        ] {
            assert!(heard.contains(part), "{part} is not in {heard}");
        }
    }

    #[test]
    fn a_refusal_for_good_is_told_from_one_for_now() {
        let send = |verdict| {
            let (config, _heard) = relay(verdict);
            SmtpMailer::of(&config)
                .unwrap()
                .unwrap()
                .send(&mail())
                .unwrap_err()
        };
        assert!(matches!(send("550 nobody here"), MailError::GiveUp(_)));
        assert!(matches!(send("451 later"), MailError::Retry(_)));
    }

    #[test]
    fn without_a_relay_there_is_no_mailer() {
        assert!(SmtpMailer::of(&Config::default()).unwrap().is_none());
        assert!(matches!(NoMailer.send(&mail()), Err(MailError::NotSetUp)));
    }
}
