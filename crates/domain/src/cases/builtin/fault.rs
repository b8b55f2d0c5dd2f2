//! 故障报修: something does not work.

use crate::conversation::Priority;

use super::super::case_type::CaseTerms;
use super::super::closing::ClosingPolicy;
use super::super::forms::{Condition, FieldKind, Form};
use super::super::procedure::{Desk, Doer, Procedure};
use super::parts::{Draft, days, desk, field, form, label, lead, procedure, select, some_of, step};

pub fn terms() -> CaseTerms {
    CaseTerms {
        name: label(("故障报修", "Fault or repair")),
        description: label((
            "产品或服务不能正常使用。",
            "A product or service does not work.",
        )),
        is_complaint: false,
        priority: Priority::High,
        form: asked(),
        procedure: steps(),
        closing: ClosingPolicy::USUAL,
        reopen_within_s: days(30),
        is_public: true,
    }
}

fn asked() -> Form {
    form([
        field("product", ("产品型号", "Product"), FieldKind::Text)
            .required()
            .public(),
        field("serial", ("序列号", "Serial number"), FieldKind::Text).public(),
        field("since", ("开始日期", "Since"), FieldKind::Date).public(),
        field("symptom", ("故障现象", "What happens"), FieldKind::LongText)
            .required()
            .public()
            .help(label((
                "什么时候出现、怎样重现、有没有提示。",
                "When it happens, how to make it happen again, what is displayed.",
            ))),
        field(
            "is_dangerous",
            (
                "有漏电、冒烟、漏液等危险",
                "Shock, smoke, leak or other danger",
            ),
            FieldKind::Boolean,
        )
        .required()
        .public(),
        some_of(
            "tried",
            ("已经试过", "Tried already"),
            &[
                ("restart", ("重新启动", "Restart")),
                ("reset", ("恢复设置", "Reset")),
                ("other_place", ("换地方或换设备", "Another place or device")),
            ],
        )
        .public(),
    ])
}

fn steps() -> Procedure {
    procedure([
        understand(),
        make_safe(),
        try_remedy(),
        diagnose(),
        repair(),
        replace(),
        explain(),
        confirm(),
    ])
}

fn understand() -> Draft {
    step("understand", ("了解故障", "Understand the fault"), Doer::Owner, 2)
            .guide((
                "先问安全，再问现象。不要让客户重复已经试过的办法。",
                "Ask about safety first, then about what happens. Do not have the customer try again what they tried.",
            ))
            .customer(("正在了解您的故障", "We are looking at your fault"))
            .must("safety", ("已确认是否有危险", "It is clear whether there is danger"))
            .to("try", ("有可自助的办法", "There is a remedy to try"), "try_remedy")
            .to("bench", ("需要检测", "It has to be examined"), "diagnose")
            .to("danger", ("有危险", "There is danger"), "make_safe")
            .when(Condition::is("is_dangerous", ["true"]))
}

fn make_safe() -> Draft {
    step("make_safe", ("先保证安全", "Make it safe"), Doer::Supervisor, 1)
            .urgent(30)
            .guide((
                "请客户立即停用并断电；有人受伤马上升级为投诉并通知安全负责人。",
                "Have the customer stop using it and cut the power. If somebody was hurt, open a complaint and tell whoever is responsible for safety.",
            ))
            .customer(("请先停止使用，我们马上处理", "Please stop using it; we are acting now"))
            .must("stopped", ("客户已停用", "The customer has stopped using it"))
            .to("safe", ("已安全", "It is safe"), "diagnose")
}

fn try_remedy() -> Draft {
    step(
        "try_remedy",
        ("指导自助排除", "Guide through the remedy"),
        Doer::Owner,
        8,
    )
    .guide((
        "一次一步，等客户做完再说下一步。",
        "One step at a time; wait until it is done.",
    ))
    .customer(("请按我们的说明试一试", "Please try what we described"))
    .end("works", ("已恢复", "It works"))
    .to("fails", ("未恢复", "It does not work"), "diagnose")
}

fn repair() -> Draft {
    step("repair", ("维修", "Repair"), desk(Desk::Technical), 40)
        .guide((
            "修好后按清单测试，并记录更换的部件。",
            "Test by the list afterwards, and note the parts.",
        ))
        .customer(("正在维修", "It is being repaired"))
        .must("tested", ("已通过测试", "It passed the test"))
        .ask(field("parts", ("更换的部件", "Parts"), FieldKind::LongText))
        .to("repaired", ("已修好", "Repaired"), "confirm")
        .to(
            "not_worth",
            ("不值得维修", "Not worth repairing"),
            "replace",
        )
}

fn replace() -> Draft {
    step("replace", ("更换", "Replace"), desk(Desk::Warehouse), 24)
        .guide((
            "寄出前核对地址和型号。",
            "Check address and model before sending.",
        ))
        .customer(("正在为您更换新品", "A new one is on its way"))
        .to("sent", ("已寄出", "Sent"), "confirm")
        .approved_by(vec![lead()])
        .to("unavailable", ("无货", "Out of stock"), "repair")
}

fn explain() -> Draft {
    step(
        "explain",
        ("说明未发现故障", "Explain that no fault was found"),
        Doer::Owner,
        8,
    )
    .guide((
        "说明检测了什么，教客户正确使用；不要暗示是客户的错。",
        "Say what was examined and show how to use it; do not suggest that it is their fault.",
    ))
    .customer((
        "检测完成，我们会向您说明",
        "The examination is done; we will explain",
    ))
    .end("accepted", ("客户接受", "The customer accepts"))
    .to(
        "disputed",
        ("客户不接受", "The customer does not accept"),
        "diagnose",
    )
}

fn confirm() -> Draft {
    step(
        "confirm",
        ("请客户确认", "Have it confirmed"),
        Doer::Owner,
        16,
    )
    .guide((
        "客户用过之后再确认，不要在寄出当天就算解决。",
        "Ask after the customer has used it, not on the day it was sent.",
    ))
    .customer(("请您试用并告诉我们结果", "Please try it and tell us"))
    .end("works", ("使用正常", "It works"))
    .to("again", ("问题再现", "The fault is back"), "diagnose")
}

fn diagnose() -> Draft {
    step("diagnose", ("检测", "Examine"), desk(Desk::Technical), 16)
        .guide((
            "按现象重现。写清原因，方便统计同类故障。",
            "Make it happen again. Name the cause, so that like faults can be counted.",
        ))
        .customer(("技术人员正在检测", "A technician is examining it"))
        .ask(
            select(
                "cause",
                ("原因", "Cause"),
                &[
                    ("product", ("产品本身", "The product")),
                    ("transport", ("运输", "Transport")),
                    ("use", ("使用方式", "How it is used")),
                    ("unknown", ("未查明", "Unknown")),
                ],
            )
            .required(),
        )
        .ask(
            select(
                "remedy",
                ("处理方式", "Remedy"),
                &[
                    ("repair", ("维修", "Repair")),
                    ("replace", ("更换", "Replace")),
                    ("none", ("未发现故障", "No fault found")),
                ],
            )
            .required(),
        )
        .to("repair", ("维修", "Repair"), "repair")
        .when(Condition::is("remedy", ["repair"]))
        .to("replace", ("更换", "Replace"), "replace")
        .when(Condition::is("remedy", ["replace"]))
        .to("no_fault", ("未发现故障", "No fault found"), "explain")
        .when(Condition::is("remedy", ["none"]))
}
