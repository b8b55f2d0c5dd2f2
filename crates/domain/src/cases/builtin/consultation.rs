//! 咨询: a question that cannot be answered on the spot.

use crate::conversation::Priority;

use super::super::case_type::CaseTerms;
use super::super::closing::ClosingPolicy;
use super::super::forms::FieldKind;
use super::super::procedure::{Desk, Doer, Procedure};
use super::parts::{Draft, days, desk, field, form, label, procedure, select, step};

pub fn terms() -> CaseTerms {
    CaseTerms {
        name: label(("咨询", "Consultation")),
        description: label((
            "不能当场答复、需要查证的问题。",
            "A question that cannot be answered on the spot.",
        )),
        is_complaint: false,
        priority: Priority::Normal,
        form: form([
            field("question", ("问题", "Question"), FieldKind::LongText)
                .required()
                .public(),
            field(
                "product",
                ("产品或服务", "Product or service"),
                FieldKind::Text,
            )
            .public(),
            select(
                "answer_by",
                ("希望的答复方式", "Preferred way of answer"),
                &[
                    ("message", ("消息", "Message")),
                    ("call", ("电话", "Call")),
                    ("email", ("邮件", "E-mail")),
                ],
            )
            .public(),
        ]),
        procedure: steps(),
        closing: ClosingPolicy::LIGHT,
        reopen_within_s: days(14),
        is_public: true,
    }
}

fn steps() -> Procedure {
    procedure([find_out(), expert(), answer()])
}

fn find_out() -> Draft {
    step("find_out", ("查证", "Find out"), Doer::Owner, 4)
            .guide((
                "先查知识库和以往案例。拿不准就请教专家，不要猜。",
                "Look in the knowledge base and earlier cases first. When in doubt ask an expert; do not guess.",
            ))
            .customer(("我们正在为您查证", "We are finding out for you"))
            .must("source", ("已核对答案的出处", "The source of the answer was checked"))
            .to("known", ("已有答案", "Answer found"), "answer")
            .to("ask_expert", ("请教专家", "Ask an expert"), "expert")
}

fn expert() -> Draft {
    step(
        "expert",
        ("专家解答", "Expert answers"),
        desk(Desk::Technical),
        8,
    )
    .guide((
        "用客户听得懂的话回答，并注明适用条件。",
        "Answer in words a customer understands, and say when it holds.",
    ))
    .customer((
        "专家正在查看您的问题",
        "An expert is looking at your question",
    ))
    .ask(field("answer", ("答案", "Answer"), FieldKind::LongText).required())
    .to("answered", ("已解答", "Answered"), "answer")
    .to(
        "not_ours",
        ("不属于本部门", "Not ours to answer"),
        "find_out",
    )
}

fn answer() -> Draft {
    step(
        "answer",
        ("答复客户", "Answer the customer"),
        Doer::Owner,
        4,
    )
    .guide((
        "先给结论，再讲原因；请客户复述或确认，看是否听懂。",
        "Give the result first, then the reason; make sure that it was understood.",
    ))
    .customer(("正在给您答复", "Your answer is on its way"))
    .end("understood", ("客户已明白", "The customer understood"))
    .to("more", ("还有疑问", "There are more questions"), "find_out")
}
