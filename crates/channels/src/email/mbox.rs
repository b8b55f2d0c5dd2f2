//! Mails out of one file (mbox, RFC 4155), read one after the other.
//!
//! Both dialects in use are read: lines that begin with `From ` after an empty line divide
//! mails, and `>From ` within a mail loses the sign its writer put there.

use std::io::{self, BufRead};

/// A mail larger than this is cut here, in bytes: a file that is no mbox must not fill the
/// memory.
pub const MAIL_BYTES_MAX: usize = 256 * 1024 * 1024;

/// The mails of a file.
#[derive(Debug)]
pub struct Mbox<R> {
    source: R,
    line: Vec<u8>,
    /// The dividing line of the next mail was read.
    is_begun: bool,
}

impl<R: BufRead> Mbox<R> {
    /// Reads from `source`.
    pub const fn new(source: R) -> Self {
        Self {
            source,
            line: Vec::new(),
            is_begun: false,
        }
    }

    /// The next mail as raw bytes, without its dividing line; `None` at the end.
    pub fn next_mail(&mut self) -> io::Result<Option<Vec<u8>>> {
        if !self.is_begun && !self.begin()? {
            return Ok(None);
        }
        self.is_begun = false;
        let mut mail = Vec::new();
        let mut after_empty = false;
        while self.read_line()? {
            if after_empty && self.line.starts_with(b"From ") {
                self.is_begun = true;
                break;
            }
            after_empty = matches!(self.line.as_slice(), b"\n" | b"\r\n");
            let line = unquoted(&self.line);
            if mail.len() + line.len() <= MAIL_BYTES_MAX {
                mail.extend_from_slice(line);
            }
        }
        if after_empty {
            // The empty line before a dividing line belongs to the file, not to the mail.
            let end = mail.strip_suffix(b"\n").unwrap_or(&mail);
            let end = end.strip_suffix(b"\r").unwrap_or(end).len();
            mail.truncate(end);
        }
        Ok(Some(mail))
    }

    /// Finds the first dividing line.
    fn begin(&mut self) -> io::Result<bool> {
        while self.read_line()? {
            if self.line.starts_with(b"From ") {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether there was one more line.
    fn read_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        Ok(self.source.read_until(b'\n', &mut self.line)? > 0)
    }
}

/// `>From ` and `>>From ` have one sign too many.
fn unquoted(line: &[u8]) -> &[u8] {
    let signs = line.iter().take_while(|byte| **byte == b'>').count();
    if signs > 0 && line[signs..].starts_with(b"From ") {
        &line[1..]
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(text: &str) -> Vec<String> {
        let mut mbox = Mbox::new(text.as_bytes());
        let mut found = Vec::new();
        while let Some(mail) = mbox.next_mail().unwrap() {
            found.push(String::from_utf8(mail).unwrap());
        }
        found
    }

    #[test]
    fn mails_are_divided_and_their_from_lines_restored() {
        let text = "From ada Mon Jan  5\nSubject: 1\n\n>From the beginning\n>>From\nFrom here\n\n\
                    From bo Mon Jan  5\nSubject: 2\n\nTwo\n";
        let found = mails(text);
        assert_eq!(
            found,
            [
                "Subject: 1\n\nFrom the beginning\n>>From\nFrom here\n",
                "Subject: 2\n\nTwo\n"
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_mbox_has_no_mails() {
        assert!(mails("").is_empty());
        assert!(mails("Subject: x\n\nHello\n").is_empty());
        assert_eq!(mails("From x\n"), [""]);
    }
}
