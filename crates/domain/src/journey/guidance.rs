//! What agents are told at each step, where a workspace has not written its own.

use crate::locale::Locale;
use crate::session::Step;

/// Two or three sentences on what matters now.
#[must_use]
pub const fn guidance(step: Step, locale: Locale) -> &'static str {
    match (step, locale) {
        (Step::Entry, Locale::ZhCn) => {
            "客户刚刚到来。让对方立刻知道已经收到，并说明接下来会怎样。不要让客户重复填写已经提供过的信息。"
        }
        (Step::Entry, Locale::En) => {
            "The customer has just arrived. Let them know at once that they are heard and what \
             comes next. Do not ask for what they have already given."
        }
        (Step::Triage, Locale::ZhCn) => {
            "先分清售前、售中还是售后，再看紧急程度和语言。拿不准就转人工，不要让客户在菜单里打转。"
        }
        (Step::Triage, Locale::En) => {
            "Tell before, during and after a purchase apart, then urgency and language. When in \
             doubt, take a person; never send the customer round in menus."
        }
        (Step::Classification, Locale::ZhCn) => {
            "用客户自己的话确认问题：是什么、从什么时候开始、希望得到什么结果。选定主题，之后可以更正。"
        }
        (Step::Classification, Locale::En) => {
            "Confirm the problem in the customer's own words: what, since when, and what they \
             hope for. Choose a topic; it can be corrected later."
        }
        (Step::Response, Locale::ZhCn) => {
            "先称呼、先回应情绪，再谈问题。暂时答不了也要先回应，并给出下一次答复的准确时间。"
        }
        (Step::Response, Locale::En) => {
            "Address the customer by name and answer the feeling before the question. If you \
             cannot solve it yet, answer all the same, with the exact time of the next answer."
        }
        (Step::Resolution, Locale::ZhCn) => {
            "首问负责：由你负责到底。把方案、时间和需要客户做的事说清楚；请他人协助时，进展仍由你告知客户。"
        }
        (Step::Resolution, Locale::En) => {
            "You own it until it is solved. Say what will be done, by when, and what the customer \
             has to do. When others help, the news still comes from you."
        }
        (Step::Feedback, Locale::ZhCn) => {
            "请客户确认问题确实解决了，再邀请评价。低分要当天回访，先听，不辩解。"
        }
        (Step::Feedback, Locale::En) => {
            "Have the customer confirm that it is solved, then ask what they think. Call back on \
             a low score the same day; listen, do not defend."
        }
        (Step::AfterCare, Locale::ZhCn) => {
            "兑现承诺过的后续事项，按约定回访。把学到的写进知识库，让下一位客户不用再问。"
        }
        (Step::AfterCare, Locale::En) => {
            "Keep what was promised and call back as agreed. Put what was learned into the \
             knowledge base, so that the next customer need not ask."
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_step_has_a_text_of_its_own_in_both_languages() {
        let texts: BTreeSet<&str> = Step::ALL
            .iter()
            .flat_map(|step| [Locale::ZhCn, Locale::En].map(|locale| guidance(*step, locale)))
            .collect();
        assert_eq!(texts.len(), 14);
    }
}
