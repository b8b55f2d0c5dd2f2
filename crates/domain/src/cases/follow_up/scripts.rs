//! What to say at a call back, in both languages.

use super::super::wording::{Line, line};
use super::FollowUpReason;

/// The steps of a call, in order.
#[must_use]
pub const fn script(reason: FollowUpReason) -> &'static [Line] {
    match reason {
        FollowUpReason::Resolved | FollowUpReason::ByHand => &RESOLVED,
        FollowUpReason::ComplaintReplied => &COMPLAINT,
        FollowUpReason::LowScore { .. } => &LOW_SCORE,
    }
}

const RESOLVED: [Line; 5] = [
    line(
        "follow_up.resolved.1",
        "问候并报上姓名和公司，说明为哪件事来电，先问现在是否方便。",
        "Greet, give your name and company, say what it is about, and ask whether now is a good time.",
    ),
    line(
        "follow_up.resolved.2",
        "用客户当初的话复述问题：“您当时说……，现在解决了吗？”然后安静地听。",
        "Say the problem in the customer's words of then, ask whether it is solved now, and listen.",
    ),
    line(
        "follow_up.resolved.3",
        "没有解决：道歉，不辩解，当场说明下一步和时间，选择“未解决”。",
        "If it is not: apologise without defending, say the next step and when, and choose not solved.",
    ),
    line(
        "follow_up.resolved.4",
        "已经解决：问一句“处理过程中有没有让您不舒服的地方？”",
        "If it is: ask whether anything on the way was unpleasant.",
    ),
    line(
        "follow_up.resolved.5",
        "感谢，说明以后怎样联系您本人，等客户先挂断。",
        "Thank them, say how to reach you yourself, and let them hang up first.",
    ),
];

const COMPLAINT: [Line; 5] = [
    line(
        "follow_up.complaint.1",
        "由负责人本人来电，先再次为给客户带来的不便道歉。",
        "The owner calls in person and apologises once more for the trouble.",
    ),
    line(
        "follow_up.complaint.2",
        "确认客户收到了答复、看懂了，并核对承诺的补救是否已经到位。",
        "Check that the reply arrived and was understood, and that what was promised has been done.",
    ),
    line(
        "follow_up.complaint.3",
        "问：“这个结果您能接受吗？”不能接受时记录理由，说明复核和外部渠道。",
        "Ask whether the result is acceptable. If not, note why, and explain the review and the ways outside.",
    ),
    line(
        "follow_up.complaint.4",
        "告诉客户我们因此改了什么，由谁负责，什么时候完成。",
        "Say what is being changed because of it, who sees to it, and by when.",
    ),
    line(
        "follow_up.complaint.5",
        "感谢客户让我们知道，留下直接的联系方式。",
        "Thank them for telling us, and leave a direct way to reach you.",
    ),
];

const LOW_SCORE: [Line; 5] = [
    line(
        "follow_up.low_score.1",
        "说明看到了评价，是来听意见的，不是来请客户改分的。",
        "Say that you saw the score and call to listen, not to have it changed.",
    ),
    line(
        "follow_up.low_score.2",
        "问：“哪一点最让您失望？”让客户说完，不解释。",
        "Ask what disappointed most. Let them finish; do not explain.",
    ),
    line(
        "follow_up.low_score.3",
        "先回应感受并道歉，再问怎样做才算解决。",
        "Answer the feeling and apologise, then ask what would put it right.",
    ),
    line(
        "follow_up.low_score.4",
        "能当场解决的当场解决；不能的，给出负责人和时间，选择“未解决”。",
        "Put right at once what you can. For the rest name who sees to it and when, and choose not solved.",
    ),
    line(
        "follow_up.low_score.5",
        "感谢，并把学到的写进记录，供改进使用。",
        "Thank them, and write down what was learned.",
    ),
];
