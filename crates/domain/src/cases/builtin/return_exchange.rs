//! 退换货: goods go back for money or for others.

use crate::conversation::Priority;

use super::super::case_type::CaseTerms;
use super::super::closing::ClosingPolicy;
use super::super::forms::{Condition, FieldKind, Form};
use super::super::procedure::{Desk, Doer, Procedure};
use super::parts::{Draft, amount, days, desk, field, form, label, lead, procedure, select, step};

pub fn terms() -> CaseTerms {
    CaseTerms {
        name: label(("退换货", "Return or exchange")),
        description: label((
            "退货退款，或换一件。",
            "Goods go back for money, or for others.",
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
    form([
        field("order", ("订单号", "Order"), FieldKind::Text)
            .required()
            .public(),
        select(
            "wish",
            ("希望", "Wish"),
            &[
                ("refund", ("退货退款", "Return and refund")),
                ("exchange", ("换货", "Exchange")),
            ],
        )
        .required()
        .public(),
        select(
            "reason",
            ("原因", "Reason"),
            &[
                ("changed_mind", ("不想要了", "Changed my mind")),
                ("defective", ("质量问题", "Defective")),
                ("wrong_item", ("发错货", "Wrong item")),
                ("damaged", ("运输损坏", "Damaged on the way")),
                ("other", ("其他", "Something else")),
            ],
        )
        .required()
        .public(),
        field("exchange_for", ("换成", "Exchange for"), FieldKind::Text)
            .required()
            .public()
            .shown_if(Condition::is("wish", ["exchange"])),
        field("received_on", ("收货日期", "Received on"), FieldKind::Date).public(),
        field("remarks", ("说明", "Remarks"), FieldKind::LongText).public(),
    ])
}

fn steps() -> Procedure {
    procedure([
        check(),
        send_back(),
        inspect(),
        refund(),
        exchange(),
        talk(),
        decline(),
    ])
}

fn check() -> Draft {
    step("check", ("审核申请", "Check the request"), Doer::Owner, 4)
        .guide((
            "核对订单和期限。我们的错，运费由我们承担，先告诉客户。",
            "Check order and period. Where it is our fault we pay the shipping; say so first.",
        ))
        .customer(("正在审核您的退换申请", "We are checking your request"))
        .must("order_found", ("已找到订单", "The order was found"))
        .must("period", ("已核对期限", "The period was checked"))
        .to(
            "accepted",
            ("同意，请客户寄回", "Accepted; to be sent back"),
            "send_back",
        )
        .to(
            "keep",
            ("不必寄回，直接退款", "Nothing to send back; refund"),
            "refund",
        )
        .when(Condition::is(
            "reason",
            ["wrong_item", "damaged", "defective"],
        ))
        .approved_by(vec![lead()])
        .to("declined", ("不符合条件", "Not possible"), "decline")
}

fn send_back() -> Draft {
    step(
        "send_back",
        ("客户寄回", "Customer sends it back"),
        Doer::Customer,
        63,
    )
    .guide((
        "发送寄回地址和运单；三天未寄出时友好提醒一次。",
        "Send address and label; remind kindly once after three days.",
    ))
    .customer((
        "请按说明寄回商品",
        "Please send the goods back as described",
    ))
    .ask(field(
        "tracking",
        ("运单号", "Tracking number"),
        FieldKind::Text,
    ))
    .to("sent", ("已寄回", "Sent back"), "inspect")
    .end("given_up", ("客户放弃", "The customer gives up"))
}

fn refund() -> Draft {
    step("refund", ("退款", "Refund"), desk(Desk::Finance), 24)
        .guide((
            "原路退回，核对金额和运费。",
            "Pay back the way it was paid; check sum and shipping.",
        ))
        .customer(("正在为您退款", "Your refund is being paid"))
        .ask(amount("refund_amount", ("退款金额", "Sum")).required())
        .ask(field("reference", ("流水号", "Reference"), FieldKind::Text))
        .end("refunded", ("已退款", "Refunded"))
}

fn exchange() -> Draft {
    step(
        "exchange",
        ("寄出换货", "Send the exchange"),
        desk(Desk::Warehouse),
        24,
    )
    .guide((
        "寄出前核对型号和数量。",
        "Check model and number before sending.",
    ))
    .customer(("正在为您寄出新商品", "The new goods are on their way"))
    .end("delivered", ("客户已收到", "Delivered"))
    .to(
        "out_of_stock",
        ("无货，改为退款", "Out of stock; refund instead"),
        "refund",
    )
}

fn talk() -> Draft {
    step(
        "talk",
        ("与客户商量", "Talk with the customer"),
        Doer::Owner,
        8,
    )
    .guide((
        "发照片说明验收结果，给出两个选择：部分退款或寄回原物。",
        "Show pictures of what was found and offer two ways: part of the money, or the goods back.",
    ))
    .customer((
        "验收有差异，我们会联系您",
        "Something differs; we will contact you",
    ))
    .end("agreed", ("寄回原物", "The goods go back to the customer"))
    .to("part", ("部分退款", "Part of the money"), "refund")
    .approved_by(vec![lead()])
    .to(
        "disputed",
        ("客户有异议，重新验收", "Disputed; inspect again"),
        "inspect",
    )
}

fn decline() -> Draft {
    step(
        "decline",
        ("说明不能退换", "Explain why not"),
        Doer::Owner,
        4,
    )
    .guide((
        "说明依据，并给出维修、折价等替代办法。",
        "Give the ground, and another way such as repair or a reduction.",
    ))
    .customer((
        "我们会联系您说明结果",
        "We will contact you about the result",
    ))
    .must("alternative", ("已提供替代办法", "Another way was offered"))
    .end("told", ("已告知客户", "The customer was told"))
}

fn inspect() -> Draft {
    let as_new = |wish| Condition::All {
        of: vec![
            Condition::is("condition", ["as_new"]),
            Condition::is("wish", [wish]),
        ],
    };
    step("inspect", ("验收", "Inspect"), desk(Desk::Warehouse), 16)
        .guide((
            "开箱拍照留证，按清单验收。",
            "Take pictures when unpacking; inspect by the list.",
        ))
        .customer((
            "已收到退货，正在验收",
            "The goods are here and being inspected",
        ))
        .must("photographed", ("已拍照", "Pictures were taken"))
        .ask(
            select(
                "condition",
                ("状况", "Condition"),
                &[
                    ("as_new", ("完好", "As new")),
                    ("used", ("有使用痕迹", "Used")),
                    ("damaged", ("损坏", "Damaged")),
                ],
            )
            .required(),
        )
        .to("inspected", ("完好，退款", "As new; refund"), "refund")
        .when(as_new("refund"))
        .to("exchange", ("完好，换货", "As new; exchange"), "exchange")
        .when(as_new("exchange"))
        .to("not_as_new", ("有差异", "Not as new"), "talk")
        .when(Condition::is("condition", ["used", "damaged"]))
}
