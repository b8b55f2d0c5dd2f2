//! What is new in an answer: the text above what it quotes.
//!
//! Mail programs mark a quotation in as many ways as there are programs. The rules here know
//! the marks of those used in Chinese, English and Japanese; where none is found, nothing is
//! cut. The whole text is always kept beside the new part.

/// An answer in two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trimmed {
    /// What its writer wrote now.
    pub new: String,
    /// What was quoted, signature included; empty if nothing was found.
    pub quoted: String,
}

/// Parts an answer. If everything looks quoted, nothing is: an empty answer helps nobody.
#[must_use]
pub fn trim(text: &str) -> Trimmed {
    let lines: Vec<&str> = text.lines().collect();
    let cut = (0..lines.len())
        .find(|at| starts_quotation(&lines, *at))
        .unwrap_or(lines.len());
    let end = signature(&lines[..cut]).unwrap_or(cut);
    let new = lines[..end].join("\n").trim().to_owned();
    if new.is_empty() {
        return Trimmed {
            new: text.trim().to_owned(),
            quoted: String::new(),
        };
    }
    Trimmed {
        new,
        quoted: lines[end..].join("\n").trim().to_owned(),
    }
}

fn starts_quotation(lines: &[&str], at: usize) -> bool {
    let line = bare(lines[at]);
    is_divider(&line)
        || is_attribution(lines, at)
        || is_header_block(lines, at)
        || is_trailing_quote(lines, at)
}

/// A line without the white space and stars some programs put around it.
fn bare(line: &str) -> String {
    line.replace('\u{a0}', " ")
        .trim_matches(|c: char| c.is_whitespace() || c == '*')
        .to_owned()
}

/// `-----Original Message-----` in its languages, and the long rule of Outlook.
fn is_divider(line: &str) -> bool {
    const WORDS: [&str; 12] = [
        "original message",
        "original email",
        "original mail",
        "forwarded message",
        "原始邮件",
        "原始郵件",
        "原邮件",
        "转发邮件",
        "轉寄郵件",
        "元のメッセージ",
        "original appointment",
        "回复的原邮件",
    ];
    let is_ruled = |c: char| matches!(c, '-' | '—' | '－' | '=' | '_' | ' ');
    let inner = line.trim_matches(is_ruled);
    let has_rule = line.chars().filter(|c| is_ruled(*c) && *c != ' ').count() >= 4;
    if inner.is_empty() {
        return line.chars().filter(|c| *c == '_').count() >= 20;
    }
    let inner = inner.to_lowercase();
    has_rule
        && WORDS
            .iter()
            .any(|word| inner == *word || inner.starts_with(word))
}

/// `On Monday, Ada <a@b> wrote:` and the like, also broken over up to three lines.
fn is_attribution(lines: &[&str], at: usize) -> bool {
    let first = bare(lines[at]);
    if first.is_empty() || !may_begin_attribution(&first) {
        return false;
    }
    let mut joined = String::new();
    for line in lines[at..].iter().take(3) {
        let line = bare(line);
        if line.is_empty() {
            return false;
        }
        joined.push_str(&line);
        joined.push(' ');
        if joined.chars().count() > 300 {
            return false;
        }
        if ends_attribution(joined.trim_end()) {
            return true;
        }
    }
    false
}

fn may_begin_attribution(line: &str) -> bool {
    let lower = line.to_lowercase();
    let starts_with_year = line.chars().take(4).filter(char::is_ascii_digit).count() == 4;
    ["on ", "at ", "在", "于", "於"]
        .iter()
        .any(|start| lower.starts_with(start))
        || starts_with_year
        || lower.contains('@')
        || lower.contains("wrote")
        || lower.contains("写道")
        || lower.contains("寫道")
}

fn ends_attribution(text: &str) -> bool {
    // Gmail in Japanese: a date, a name and an address, without a verb.
    if text.contains('年') && text.contains('@') && text.ends_with(">:") {
        return true;
    }
    let text = text.trim_end_matches([':', '：']).trim_end();
    let lower = text.to_lowercase();
    let has_when_or_who = text.chars().any(|c| c.is_ascii_digit()) || text.contains('@');
    has_when_or_who
        && [
            "wrote",
            "writes",
            "写道",
            "寫道",
            "撰写",
            "書きました",
            "のメール",
        ]
        .iter()
        .any(|end| lower.ends_with(end))
}

/// `From: … / Sent: … / Subject: …`, at least two different fields within four lines.
fn is_header_block(lines: &[&str], at: usize) -> bool {
    let Some(first) = header_field(&bare(lines[at])) else {
        return false;
    };
    if first != Field::From {
        return false;
    }
    let next = lines[at + 1..].iter().take(4);
    let others = next.filter_map(|line| header_field(&bare(line)));
    others.filter(|field| *field != Field::From).take(2).count() == 2
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    From,
    Sent,
    To,
    Cc,
    Subject,
}

/// The header a line of a quoted head stands for, by its name in the languages we serve.
pub(super) fn header_field(line: &str) -> Option<Field> {
    const NAMES: [(Field, &[&str]); 5] = [
        (
            Field::From,
            &["from", "发件人", "寄件者", "寄件人", "差出人", "送信者"],
        ),
        (
            Field::Sent,
            &[
                "sent",
                "date",
                "发送时间",
                "日期",
                "寄件日期",
                "時間",
                "时间",
                "送信日時",
                "日付",
            ],
        ),
        (Field::To, &["to", "收件人", "收件者", "宛先"]),
        (Field::Cc, &["cc", "抄送", "副本"]),
        (Field::Subject, &["subject", "主题", "主旨", "件名"]),
    ];
    let (name, _) = line.split_once([':', '：'])?;
    let name: String = name
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '*')
        .collect();
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&name.as_str()))
        .map(|(field, _)| *field)
}

/// A block of `>` lines with nothing of one's own after it. Answers between quoted lines are
/// kept whole.
fn is_trailing_quote(lines: &[&str], at: usize) -> bool {
    lines[at].starts_with('>')
        && lines[at..]
            .iter()
            .all(|line| line.starts_with('>') || line.trim().is_empty())
}

/// Where a signature begins: `-- ` on a line of its own (RFC 3676), or the line a telephone
/// adds at the end.
fn signature(lines: &[&str]) -> Option<usize> {
    const ADDED: [&str; 9] = [
        "sent from my ",
        "get outlook for ",
        "发自我的",
        "發自我的",
        "从我的 iphone",
        "iphoneから送信",
        "来自 outlook",
        "来自我的",
        "获取 outlook",
    ];
    let standard = lines
        .iter()
        .position(|line| *line == "-- " || *line == "--");
    let added = || {
        let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
        let line = bare(lines[last]).to_lowercase();
        let is_short = line.chars().count() <= 60;
        (is_short && ADDED.iter().any(|start| line.starts_with(start))).then_some(last)
    };
    standard.or_else(added)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(text: &str) -> String {
        trim(text).new
    }

    #[test]
    fn quotations_of_many_programs_are_cut() {
        for quoted in [
            "On Mon, 5 Jan 2026 at 10:00, Qingyu <help@tea.example> wrote:\n> Hello\n> there",
            "On 5 Jan 2026, at 10:00, Qingyu Tea\n<help@tea.example> wrote:\n\n> Hello",
            "在 2026年1月5日，10:00，青屿 <help@tea.example> 写道：\n> 您好",
            "2026年1月5日(月) 10:00 Qingyu <help@tea.example>:\n> x wrote:\n> y",
            "------------------ 原始邮件 ------------------\n发件人: \"青屿\"<help@tea.example>;\n发送时间: 2026年1月5日\n您好",
            "---- 回复的原邮件 ----\n| 发件人 | 青屿 |\n您好",
            "-----Original Message-----\nFrom: Qingyu\nSent: Monday\nTo: Ada\n\nHello",
            "________________________________\nFrom: Qingyu <help@tea.example>\nSent: Monday\nTo: Ada\nSubject: Tea\n\nHello",
            "From: Qingyu <help@tea.example>\nSent: Monday, 5 January\nTo: Ada\nSubject: Tea\n\nHello",
            "发件人：青屿\n发送时间：2026年1月5日\n收件人：王芳\n主题：茶壶\n\n您好",
            "差出人: Qingyu\n送信日時: 2026年1月5日\n宛先: Aoi\n件名: お茶\n\nこんにちは",
            "> Hello\n> there",
        ] {
            assert_eq!(
                new(&format!("Thank you!\n\n{quoted}")),
                "Thank you!",
                "{quoted}"
            );
        }
    }

    #[test]
    fn signatures_of_telephones_and_people_are_cut() {
        assert_eq!(new("Done.\n\nSent from my iPhone"), "Done.");
        assert_eq!(new("好了\n\n发自我的手机"), "好了");
        assert_eq!(new("Done.\n-- \nAda\nTea lovers"), "Done.");
    }

    #[test]
    fn what_only_looks_like_a_quotation_stays() {
        for text in [
            "On Monday I wrote: it is broken",
            "From: the box you can see that it fell.",
            "My answers:\n> Is it blue?\nYes.\n> Is it broken?\nNo.",
            "在这里我写道",
            "a -- b",
            "价格：100\n数量：2",
        ] {
            assert_eq!(trim(text).quoted, "", "{text}");
            assert_eq!(new(text), text);
        }
    }

    #[test]
    fn nothing_is_cut_when_nothing_would_be_left() {
        let text = "> only a quotation";
        assert_eq!(new(text), text);
    }

    #[test]
    fn both_parts_together_hold_every_line() {
        let text = "Thanks\n\nOn 5 Jan 2026, Q <q@tea.example> wrote:\n> Hello";
        let parts = trim(text);
        assert_eq!(parts.new, "Thanks");
        assert!(parts.quoted.contains("> Hello"));
    }
}
