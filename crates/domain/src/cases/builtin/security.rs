//! 账户安全: somebody else may be in the account, or the customer cannot get in.

use crate::conversation::Priority;

use super::super::approvals::Approver;
use super::super::case_type::CaseTerms;
use super::super::closing::ClosingPolicy;
use super::super::forms::{Condition, FieldKind};
use super::super::procedure::{Desk, Doer, Procedure};
use super::parts::{Draft, days, desk, field, form, label, procedure, select, step};

pub fn terms() -> CaseTerms {
    CaseTerms {
        name: label(("账户安全", "Account security")),
        description: label((
            "账户被盗、陌生订单、诈骗、资料泄露、无法登录。",
            "An account taken over, unknown orders, fraud, a leak of data, no way to log in.",
        )),
        is_complaint: false,
        priority: Priority::Urgent,
        form: form([
            select(
                "what",
                ("情况", "What"),
                &[
                    ("stolen", ("账户被盗", "The account was taken over")),
                    (
                        "unknown_order",
                        ("陌生订单或扣款", "An unknown order or payment"),
                    ),
                    ("fraud", ("遇到诈骗", "Fraud")),
                    ("leak", ("资料泄露", "A leak of data")),
                    ("locked_out", ("无法登录", "Cannot log in")),
                ],
            )
            .required()
            .public(),
            field(
                "is_going_on",
                ("仍在发生", "It is still going on"),
                FieldKind::Boolean,
            )
            .required()
            .public(),
            field("noticed_on", ("发现日期", "Noticed on"), FieldKind::Date).public(),
            field("details", ("经过", "What happened"), FieldKind::LongText)
                .required()
                .public()
                .personal()
                .help(label((
                    "请不要填写密码或验证码。",
                    "Please do not write passwords or codes.",
                ))),
        ]),
        procedure: steps(),
        closing: ClosingPolicy::THOROUGH,
        reopen_within_s: days(90),
        is_public: true,
    }
}

fn steps() -> Procedure {
    procedure([protect(), investigate(), notify(), restore(), refuse()])
}

fn protect() -> Draft {
    step("protect", ("先保护", "Protect first"), Doer::Owner, 1)
            .urgent(30)
            .guide((
                "通过登记的另一种联系方式核实身份，冻结账户、退出所有登录。绝不索要密码或验证码。",
                "Verify identity by another known way, lock the account, end all sessions. Never ask for passwords or codes.",
            ))
            .customer(("正在保护您的账户", "We are protecting your account"))
            .must("verified", ("已用另一种方式核实身份", "Identity was verified another way"))
            .must("locked", ("已冻结并退出所有登录", "Locked, and all sessions ended"))
            .to("protected", ("已保护", "Protected"), "investigate")
            .to("stranger", ("无法证明是本人", "Identity not proven"), "refuse")
}

fn investigate() -> Draft {
    step(
        "investigate",
        ("调查", "Investigate"),
        desk(Desk::Security),
        8,
    )
    .urgent(8 * 60)
    .guide((
        "保存登录和操作记录作为证据，再做任何更改。",
        "Keep log-ins and actions as evidence before anything is changed.",
    ))
    .customer(("安全人员正在调查", "Our security team is investigating"))
    .must(
        "evidence",
        ("记录已存为证据", "Records were kept as evidence"),
    )
    .ask(
        select(
            "found",
            ("结论", "Result"),
            &[
                ("misuse", ("账户被他人使用", "Somebody else used it")),
                ("none", ("未发现异常", "Nothing unusual")),
                ("leak", ("个人信息泄露", "Personal data leaked")),
            ],
        )
        .required(),
    )
    .to("clear", ("可以恢复", "It can be restored"), "restore")
    .when(Condition::is("found", ["misuse", "none"]))
    .to("leak", ("需要通报", "A notice is due"), "notify")
    .when(Condition::is("found", ["leak"]))
}

fn notify() -> Draft {
    step("notify", ("依法通报", "Give notice"), desk(Desk::Legal), 8)
            .urgent(24 * 60)
            .guide((
                "按当地法律判断是否通知监管部门和当事人，记录时间和内容。",
                "Decide by the law of the place who has to be told, the authority and those affected; keep time and text.",
            ))
            .customer(("我们会告知您受影响的范围", "We will tell you what is affected"))
            .ask(field("notice", ("通报内容", "Notice"), FieldKind::LongText).required())
            .to("notified", ("已通报", "Notice given"), "restore")
            .approved_by(vec![Approver::Line { level: 1 }])
            .to("not_due", ("无需通报", "No notice due"), "restore")
}

fn restore() -> Draft {
    step(
        "restore",
        ("恢复账户", "Restore the account"),
        Doer::Owner,
        4,
    )
    .guide((
        "再次核实身份，协助更换密码、开启两步验证，撤销损失。",
        "Verify again, help with a new password and two-factor, and undo the damage.",
    ))
    .customer(("正在恢复您的账户", "Your account is being restored"))
    .must(
        "verified_again",
        ("已再次核实身份", "Identity was verified again"),
    )
    .end("restored", ("已恢复", "Restored"))
    .to("again", ("又出现异常", "It happened again"), "protect")
}

fn refuse() -> Draft {
    step(
        "refuse",
        ("说明无法办理", "Explain the refusal"),
        Doer::Owner,
        2,
    )
    .guide((
        "不透露任何账户信息，告诉对方怎样证明身份。",
        "Reveal nothing of the account; say how identity can be proven.",
    ))
    .customer((
        "请按说明证明身份",
        "Please prove your identity as described",
    ))
    .end("told", ("已告知", "Told"))
    .to("proven", ("已证明身份", "Identity proven"), "protect")
}
