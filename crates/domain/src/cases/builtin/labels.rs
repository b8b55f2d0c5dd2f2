//! One label for each category of status.

use super::super::status::{StatusCategory, StatusLabel, Tone};
use super::parts::{Text, label};

/// One label for each category, with what agents and customers read.
#[must_use]
pub fn status_labels() -> Vec<StatusLabel> {
    use StatusCategory as C;
    let all: [(C, Tone, Text, Text); 6] = [
        (C::New, Tone::Info, ("新建", "New"), ("已收到", "Received")),
        (
            C::Open,
            Tone::Neutral,
            ("处理中", "Open"),
            ("正在处理", "We are working on it"),
        ),
        (
            C::WaitingForCustomer,
            Tone::Neutral,
            ("等待客户", "Waiting for customer"),
            ("等待您的回复", "We need something from you"),
        ),
        (
            C::WaitingForBackOffice,
            Tone::Warning,
            ("等待后台", "Waiting for back office"),
            ("专人正在处理", "A specialist is working on it"),
        ),
        (
            C::Resolved,
            Tone::Success,
            ("已解决", "Resolved"),
            ("已解决，请您确认", "Solved; please confirm"),
        ),
        (
            C::Closed,
            Tone::Neutral,
            ("已结案", "Closed"),
            ("已结束", "Closed"),
        ),
    ];
    let one = |(category, tone, name, customer_name): (C, Tone, Text, Text)| StatusLabel {
        key: category.as_str().to_owned(),
        category,
        name: label(name),
        customer_name: label(customer_name),
        tone,
        is_default: true,
    };
    all.into_iter().map(one).collect()
}
