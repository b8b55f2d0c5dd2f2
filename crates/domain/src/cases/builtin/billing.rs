//! 账单与发票: something about a bill, a payment or an invoice.

use crate::conversation::Priority;

use super::super::case_type::CaseTerms;
use super::super::closing::ClosingPolicy;
use super::super::forms::{Condition, FieldKind, Form};
use super::super::procedure::{Desk, Doer, Procedure};
use super::parts::{Draft, amount, days, desk, field, form, label, lead, procedure, select, step};

pub fn terms() -> CaseTerms {
    CaseTerms {
        name: label(("账单与发票", "Billing and invoice")),
        description: label((
            "金额不对、重复扣款、退款未到、发票未开或有误。",
            "A wrong sum, charged twice, a refund that did not come, an invoice missing or wrong.",
        )),
        is_complaint: false,
        priority: Priority::Normal,
        form: asked(),
        procedure: steps(),
        closing: ClosingPolicy::USUAL,
        reopen_within_s: days(30),
        is_public: true,
    }
}

fn asked() -> Form {
    let is_invoice = || Condition::is("what", ["invoice_missing", "invoice_wrong"]);
    form([
        select(
            "what",
            ("问题", "What"),
            &[
                ("wrong_amount", ("金额不对", "The sum is wrong")),
                ("double_charge", ("重复扣款", "Charged twice")),
                ("refund_missing", ("退款未到", "The refund did not come")),
                ("invoice_missing", ("未收到发票", "The invoice is missing")),
                ("invoice_wrong", ("发票有误", "The invoice is wrong")),
            ],
        )
        .required()
        .public(),
        field("order", ("订单或账单号", "Order or bill"), FieldKind::Text)
            .required()
            .public(),
        amount("amount", ("涉及金额", "Sum")).public(),
        field("paid_on", ("付款日期", "Paid on"), FieldKind::Date).public(),
        field(
            "invoice_title",
            ("发票抬头", "Name on the invoice"),
            FieldKind::Text,
        )
        .required()
        .public()
        .personal()
        .shown_if(is_invoice()),
        field("tax_number", ("税号", "Tax number"), FieldKind::Text)
            .public()
            .personal()
            .shown_if(is_invoice()),
        field("remarks", ("说明", "Remarks"), FieldKind::LongText).public(),
    ])
}

fn steps() -> Procedure {
    procedure([check(), correct(), invoice(), explain(), confirm()])
}

fn check() -> Draft {
    step("check", ("核对账目", "Check the account"), Doer::Owner, 4)
            .guide((
                "逐笔对照订单、付款和账单。没有把握不要说“没问题”。",
                "Compare order, payment and bill line by line. Do not say that it is right before you know.",
            ))
            .customer(("正在核对您的账目", "We are checking your account"))
            .must("compared", ("已逐笔核对", "Compared line by line"))
            .to("error", ("确有错误", "There is an error"), "correct")
            .to("right", ("账目无误", "It is right"), "explain")
            .to("invoice", ("开具或重开发票", "Issue an invoice"), "invoice")
            .when(Condition::is("what", ["invoice_missing", "invoice_wrong"]))
}

fn correct() -> Draft {
    step("correct", ("更正", "Correct"), desk(Desk::Finance), 16)
        .guide((
            "更正并查明同一原因是否影响其他客户；影响多人时建立主工单。",
            "Correct it, and see whether others are affected; if so, open a parent case.",
        ))
        .customer(("财务正在更正", "Finance is correcting it"))
        .ask(amount("corrected_amount", ("更正金额", "Corrected sum")).required())
        .may(
            "others",
            (
                "已检查是否影响其他客户",
                "Checked whether others are affected",
            ),
        )
        .to("done", ("已更正", "Corrected"), "confirm")
        .approved_by(vec![lead()])
        .to("not_found", ("未发现错误", "No error found"), "explain")
}

fn invoice() -> Draft {
    step(
        "invoice",
        ("开具发票", "Issue the invoice"),
        desk(Desk::Finance),
        24,
    )
    .guide((
        "按客户提供的抬头和税号逐字核对。",
        "Compare name and tax number letter by letter.",
    ))
    .customer(("正在开具发票", "Your invoice is being issued"))
    .must(
        "letters",
        ("抬头和税号已核对", "Name and tax number were compared"),
    )
    .to("sent", ("已发送", "Sent"), "confirm")
}

fn explain() -> Draft {
    step("explain", ("解释账目", "Explain the account"), Doer::Owner, 4)
            .guide((
                "用客户的订单举例，列出每一项；不让客户觉得是在怀疑他。",
                "Take the customer's own order as the example and list each line; never sound as if you doubt them.",
            ))
            .customer(("我们会向您说明账目", "We will explain the account to you"))
            .end("accepted", ("客户接受", "The customer accepts"))
            .to("disputed", ("客户有异议", "The customer disagrees"), "correct")
}

fn confirm() -> Draft {
    step(
        "confirm",
        ("请客户确认", "Have it confirmed"),
        Doer::Owner,
        16,
    )
    .guide((
        "到账需要时间的，说清几天，并在那天回访。",
        "Where money takes days, say how many, and call on that day.",
    ))
    .customer(("请您核对结果", "Please check the result"))
    .end("right", ("客户确认", "Confirmed"))
    .to("wrong", ("仍有问题", "Still wrong"), "check")
}
