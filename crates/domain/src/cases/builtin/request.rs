//! 申请: the customer wants something done.

use crate::conversation::Priority;

use super::super::case_type::CaseTerms;
use super::super::closing::ClosingPolicy;
use super::super::forms::{Condition, FieldKind};
use super::super::procedure::{Doer, Procedure};
use super::parts::{Draft, days, field, form, label, procedure, select, step};

pub fn terms() -> CaseTerms {
    CaseTerms {
        name: label(("服务申请", "Request")),
        description: label((
            "客户希望我们办理一件事：改资料、开证明、改配送、取消等。",
            "The customer wants something done: data changed, a document, a delivery changed, a cancellation.",
        )),
        is_complaint: false,
        priority: Priority::Normal,
        form: form([
            select(
                "what",
                ("申请事项", "What"),
                &[
                    ("change_data", ("修改资料", "Change data")),
                    ("document", ("开具证明", "Issue a document")),
                    ("delivery", ("更改配送", "Change a delivery")),
                    ("cancel", ("取消订单或服务", "Cancel an order or service")),
                    ("other", ("其他", "Something else")),
                ],
            )
            .required()
            .public(),
            field("order", ("订单号", "Order"), FieldKind::Text)
                .public()
                .shown_if(Condition::is("what", ["delivery", "cancel"])),
            field("details", ("具体要求", "Details"), FieldKind::LongText)
                .required()
                .public(),
            field("wanted_by", ("希望完成日期", "Wanted by"), FieldKind::Date).public(),
        ]),
        procedure: steps(),
        closing: ClosingPolicy::LIGHT,
        reopen_within_s: days(14),
        is_public: true,
    }
}

fn steps() -> Procedure {
    procedure([check(), decide(), carry_out(), decline(), tell()])
}

fn check() -> Draft {
    step("check", ("核对申请", "Check the request"), Doer::Owner, 4)
            .guide((
                "核对身份和条件。能办的马上办；需要例外的写明理由请主管决定。",
                "Check identity and conditions. Do what can be done; for an exception give the reason and let a supervisor decide.",
            ))
            .customer(("正在核对您的申请", "We are checking your request"))
            .must("identity", ("已核实是本人", "It is the customer themselves"))
            .to("possible", ("可以办理", "It can be done"), "carry_out")
            .to("exception", ("需要例外", "It takes an exception"), "decide")
            .to("impossible", ("无法办理", "It cannot be done"), "decline")
}

fn decide() -> Draft {
    step(
        "decide",
        ("决定是否例外", "Decide on the exception"),
        Doer::Supervisor,
        4,
    )
    .guide((
        "看客户价值、以往承诺和先例；同样的情况同样对待。",
        "Look at what was promised before and at like cases; treat like alike.",
    ))
    .customer(("正在核对您的申请", "We are checking your request"))
    .to("granted", ("同意", "Granted"), "carry_out")
    .to("refused", ("不同意", "Refused"), "decline")
}

fn carry_out() -> Draft {
    step("carry_out", ("办理", "Carry out"), Doer::Owner, 16)
        .guide((
            "办理后自己检查一遍结果，再告诉客户。",
            "Check the result yourself before telling the customer.",
        ))
        .customer(("正在为您办理", "We are carrying it out"))
        .must("checked", ("已检查结果", "The result was checked"))
        .to("done", ("已办好", "Done"), "tell")
        .to(
            "impossible",
            ("办理中发现无法完成", "It turned out to be impossible"),
            "decline",
        )
}

fn decline() -> Draft {
    step(
        "decline",
        ("婉拒并给出替代", "Decline and offer another way"),
        Doer::Owner,
        4,
    )
    .guide((
        "说明依据和原因，马上给出能做的替代办法，不说“公司规定”了事。",
        "Give the ground and the reason, and at once another way; never just that it is policy.",
    ))
    .customer((
        "我们会联系您说明结果",
        "We will contact you about the result",
    ))
    .must("alternative", ("已提供替代办法", "Another way was offered"))
    .end("told", ("已告知客户", "The customer was told"))
    .to(
        "alternative_chosen",
        ("客户选择替代办法", "The customer takes the other way"),
        "carry_out",
    )
}

fn tell() -> Draft {
    step("tell", ("告知结果", "Tell the result"), Doer::Owner, 4)
        .guide((
            "说明办了什么、何时生效、客户还需要做什么。",
            "Say what was done, from when it holds, and what is left for the customer to do.",
        ))
        .customer(("已办好，正在通知您", "Done; we are telling you"))
        .end("told", ("已告知客户", "The customer was told"))
}
