//! What is there from the beginning.

use super::{NoticeEntry, NoticeKind, Situation};
use crate::attribute::Label;
use crate::locale::Locale;

fn label(zh_cn: &str, en: &str) -> Label {
    Label::from([
        (Locale::ZhCn, zh_cn.to_owned()),
        (Locale::En, en.to_owned()),
    ])
}

fn entry(
    (key, kind): (&str, NoticeKind),
    name: (&str, &str),
    text: (&str, &str),
    (severity, likelihood): (u8, u8),
    case_types: &[&str],
) -> NoticeEntry {
    NoticeEntry {
        key: key.to_owned(),
        kind,
        is_enabled: true,
        name: label(name.0, name.1),
        text: label(text.0, text.1),
        situation: Situation {
            case_types: case_types.iter().map(|it| (*it).to_owned()).collect(),
            ..Situation::default()
        },
        severity,
        likelihood,
    }
}

/// One or two for each built-in type of case. A company writes those of its inboxes and
/// topics itself.
pub(super) fn entries() -> Vec<NoticeEntry> {
    let mut all = about_goods();
    all.extend(about_accounts());
    all
}

/// Repairs, returns, refunds.
fn about_goods() -> Vec<NoticeEntry> {
    use NoticeKind::{Expectation, Notice};
    Vec::from([
        entry(
            ("repair_data", Notice),
            ("维修前备份数据", "Back up before a repair"),
            (
                "送修前请先备份您的数据：检测和维修时设备可能会恢复出厂设置，数据无法找回。",
                "Please back up your data before you hand the device in: tests and repairs may \
                 reset it, and what is on it cannot be brought back.",
            ),
            (5, 3),
            &["fault"],
        ),
        entry(
            ("repair_time", Expectation),
            ("维修需要的时间", "How long a repair takes"),
            (
                "我们会先检测再报价，缺件时需要等待到货。每一步有进展我们都会告诉您，您同意之前不会产生费用。",
                "We test first and then name a price; a missing part has to arrive. We tell you \
                 about every step, and nothing costs anything before you agree.",
            ),
            (3, 4),
            &["fault"],
        ),
        entry(
            ("return_condition", Notice),
            ("退换商品的条件", "What we can take back"),
            (
                "请保留完整的包装、配件和票据一起寄回。已使用或缺少配件的商品可能无法全额退款，我们会在处理前与您确认。",
                "Please send everything back: packaging, accessories and receipt. What was used \
                 or is incomplete may not be refunded in full; we ask you before we go on.",
            ),
            (4, 4),
            &["return_exchange"],
        ),
        entry(
            ("refund_time", Expectation),
            ("退款到账时间", "When a refund arrives"),
            (
                "退款在我们收到商品并检查后发起，之后由银行或支付平台处理，到账时间由对方决定，通常还需要几个工作日。",
                "We start a refund once we have received and checked the goods. From then on it \
                 is with your bank or payment service, which usually takes some working days more.",
            ),
            (3, 5),
            &["return_exchange", "billing"],
        ),
    ])
}

/// Invoices, accounts, complaints.
fn about_accounts() -> Vec<NoticeEntry> {
    use NoticeKind::{Expectation, Notice};
    Vec::from([
        entry(
            ("invoice_final", Notice),
            ("发票开具后的修改", "Changing an invoice"),
            (
                "发票开具后如需更改抬头或税号，需要先作废原发票再重开，请先核对信息。",
                "Please check name and tax number first: to change an invoice later we have to \
                 cancel it and write a new one.",
            ),
            (3, 3),
            &["billing"],
        ),
        entry(
            ("account_locked", Notice),
            ("账户保护期间的限制", "While the account is protected"),
            (
                "为保护您的账户，核实身份期间部分功能会暂停使用。我们不会向您索要密码或验证码。",
                "To protect your account some functions pause until we know it is you. We never \
                 ask for your password or a code.",
            ),
            (5, 4),
            &["account_security"],
        ),
        entry(
            ("complaint_way", Expectation),
            ("投诉的处理过程", "How we handle a complaint"),
            (
                "我们会先核实情况，再给您书面的结论和理由。结论可能与您期望的不同，您不同意时可以要求再次处理。",
                "We find out what happened, and then tell you what we decided and why. It may not \
                 be what you hope for; if you do not agree, you can ask us to look at it again.",
            ),
            (4, 3),
            &["complaint"],
        ),
    ])
}
