//! 投诉: somebody is not content and says so.

use crate::conversation::Priority;

use super::super::case_type::CaseTerms;
use super::super::closing::ClosingPolicy;
use super::super::forms::{Condition, FieldKind, Form};
use super::super::procedure::{Desk, Doer, Procedure};
use super::parts::{Draft, amount, days, desk, field, form, label, procedure, select, step};

pub fn terms() -> CaseTerms {
    CaseTerms {
        name: label(("投诉", "Complaint")),
        description: label((
            "客户表达不满并期待回应，无论是否说出“投诉”二字。",
            "A customer is not content and expects an answer, whether they call it a complaint or not.",
        )),
        is_complaint: true,
        priority: Priority::High,
        form: asked(),
        procedure: steps(),
        closing: ClosingPolicy::THOROUGH,
        reopen_within_s: days(60),
        is_public: true,
    }
}

fn asked() -> Form {
    form([
        select(
            "about",
            ("投诉对象", "About"),
            &[
                ("product", ("产品", "Product")),
                ("delivery", ("配送", "Delivery")),
                ("billing", ("费用", "Billing")),
                ("information", ("宣传或承诺", "Advertising or promise")),
                ("process", ("流程", "Process")),
                ("conduct", ("服务态度", "Conduct")),
                ("system", ("系统", "System")),
                ("other", ("其他", "Something else")),
            ],
        )
        .required()
        .public(),
        field(
            "what_happened",
            ("经过", "What happened"),
            FieldKind::LongText,
        )
        .required()
        .public()
        .help(label((
            "按时间写，尽量用客户自己的话。",
            "In order of time, in the customer's own words.",
        ))),
        field(
            "wish",
            ("客户的期望", "What the customer hopes for"),
            FieldKind::LongText,
        )
        .required()
        .public(),
        amount("loss", ("损失金额", "Loss")).public(),
        field("order", ("相关订单", "Order"), FieldKind::Text).public(),
        field(
            "is_repeated",
            ("同一问题曾经投诉", "Complained of before"),
            FieldKind::Boolean,
        )
        .public(),
    ])
}

fn steps() -> Procedure {
    procedure([
        receive(),
        make_safe(),
        find_out(),
        examine(),
        decide(),
        make_up(),
        reply(),
        call_back(),
        review(),
        improve(),
    ])
}

fn receive() -> Draft {
    step("receive", ("受理", "Receive"), Doer::Owner, 1)
            .urgent(30)
            .guide((
                "先处理心情，再处理事情：听完、致歉、复述，当场告诉客户何时答复。",
                "First the feeling, then the matter: hear them out, apologise for the trouble, repeat it, and say at once when there is a reply.",
            ))
            .customer(("已收到您的投诉，由专人负责", "We have your complaint, and one person is in charge of it"))
            .must("repeated", ("已复述并得到客户确认", "It was repeated and the customer agreed"))
            .must("severity", ("已评定严重程度", "The severity was set"))
            .must("told", ("已告知答复时间", "The time of the reply was told"))
            .to("received", ("已受理", "Received"), "find_out")
            .to("danger", ("有安全风险", "There is danger"), "make_safe")
}

fn make_safe() -> Draft {
    step(
        "make_safe",
        ("先止住损害", "Stop the harm"),
        Doer::Supervisor,
        1,
    )
    .urgent(30)
    .guide((
        "停用、召回、隔离或暂停扣费，先让损害停止，再谈责任。",
        "Stop use, recall, isolate or suspend charges: end the harm first, talk of blame later.",
    ))
    .customer(("我们正在采取紧急措施", "We are taking urgent measures"))
    .must("stopped", ("损害已停止", "The harm has stopped"))
    .to("safe", ("已控制", "Under control"), "find_out")
}

fn find_out() -> Draft {
    step("find_out", ("调查", "Find out"), Doer::Owner, 16)
            .guide((
                "双方的说法、记录和物证都要看，存入证据。不预设谁对谁错。",
                "Look at both accounts, records and things, and keep them as evidence. Do not decide beforehand who is right.",
            ))
            .customer(("正在调查", "We are finding out what happened"))
            .must("evidence", ("材料已存入证据", "What was found is kept as evidence"))
            .to("clear", ("事实清楚", "The facts are clear"), "decide")
            .to("ask_desk", ("请质量部门协查", "Ask the quality desk"), "examine")
}

fn examine() -> Draft {
    step(
        "examine",
        ("质量部门协查", "Quality desk examines"),
        desk(Desk::Quality),
        8,
    )
    .guide((
        "回答问了什么，不多不少，附上依据。",
        "Answer what was asked, no more and no less, with the grounds.",
    ))
    .customer((
        "专业人员正在协助调查",
        "A specialist is helping to find out",
    ))
    .ask(field("findings", ("调查结果", "Findings"), FieldKind::LongText).required())
    .to("answered", ("已答复", "Answered"), "find_out")
}

fn make_up() -> Draft {
    step("make_up", ("商定补救", "Agree on a remedy"), Doer::Owner, 8)
            .guide((
                "从目录中选择与损失相称的补救，最好给两个选择；超出权限走审批。",
                "Choose from the catalogue what fits the loss, better two to choose from; above your limit ask for approval.",
            ))
            .customer(("正在与您商定解决办法", "We are agreeing on a remedy with you"))
            .to("agreed", ("客户同意", "The customer agrees"), "reply")
            .to("excessive", ("要求过高，已婉拒", "Excessive demand declined"), "reply")
            .to("new_facts", ("出现新事实", "There are new facts"), "find_out")
}

fn reply() -> Draft {
    step("reply", ("正式答复", "Reply"), Doer::Owner, 4)
            .guide((
                "写明结论、理由、补救和期限，以及不同意时的复核和外部途径。",
                "State result, reasons, remedy and times, and the review and ways outside if they disagree.",
            ))
            .customer(("正在准备给您的答复", "Your reply is being written"))
            .must("reasons", ("理由已写明", "The reasons are given"))
            .must("ways", ("已告知复核和外部途径", "Review and ways outside are named"))
            .to("replied", ("已答复", "Replied"), "call_back")
}

fn call_back() -> Draft {
    step("call_back", ("回访", "Call back"), Doer::Owner, 16)
        .guide((
            "由负责人本人回访，先问补救是否到位。",
            "The owner calls in person and first asks whether the remedy has come.",
        ))
        .customer((
            "已答复，我们会回访您",
            "You have our reply; we will call you",
        ))
        .to("content", ("客户接受", "The customer accepts"), "improve")
        .to(
            "not_content",
            ("客户不接受", "The customer does not accept"),
            "review",
        )
        .to(
            "unreachable",
            ("多次未联系上", "Not reached in spite of attempts"),
            "improve",
        )
}

fn review() -> Draft {
    step(
        "review",
        ("主管复核", "Review by a supervisor"),
        Doer::Supervisor,
        16,
    )
    .guide((
        "由没有参与决定的人复核；维持原结论也要给出新的解释。",
        "By somebody who did not decide before; to stay with the result takes a new explanation.",
    ))
    .customer(("主管正在复核", "A supervisor is reviewing it"))
    .to("again", ("重新调查", "Find out again"), "find_out")
    .to(
        "final",
        ("维持结论并已说明", "The result stands and was explained"),
        "improve",
    )
}

fn improve() -> Draft {
    step(
        "improve",
        ("原因与改进", "Cause and improvement"),
        desk(Desk::Quality),
        40,
    )
    .guide((
        "写清根本原因和纠正措施，指定负责人和期限。",
        "Name the root cause and the corrective action, with an owner and a date.",
    ))
    .ask(field("cause", ("根本原因", "Root cause"), FieldKind::LongText).required())
    .end("planned", ("已落实改进", "Improvement is planned"))
    .end("nothing", ("无需改进", "Nothing to improve"))
}

fn decide() -> Draft {
    step("decide", ("认定", "Decide"), Doer::Supervisor, 8)
        .guide((
            "只看事实，不看客户是否难相处。理由要能当面念给客户听。",
            "Look at the facts, not at how difficult the customer is. The reasons must bear reading out to them.",
        ))
        .customer(("正在得出结论", "We are coming to a result"))
        .ask(
            select(
                "validity",
                ("结论", "Result"),
                &[
                    ("valid", ("属实", "Valid")),
                    ("partly_valid", ("部分属实", "Partly valid")),
                    ("not_valid", ("不属实", "Not valid")),
                ],
            )
            .required(),
        )
        .ask(field("reasons", ("理由", "Reasons"), FieldKind::LongText).required())
        .to("make_up", ("需要补救", "To be made up for"), "make_up")
        .when(Condition::is("validity", ["valid", "partly_valid"]))
        .to("explain", ("只需说明", "To be explained"), "reply")
        .when(Condition::is("validity", ["not_valid"]))
}
