//! The cards of kinds of complainants, in both languages.

use super::{Card, ComplainantKind, line};

/// Cards of kinds of complainants.
pub const KINDS: [Card<ComplainantKind>; 4] = [
    Card {
        of: ComplainantKind::GivesAdvice,
        name: line(
            "complaint.card.gives_advice.name",
            "提建议的客户",
            "Gives advice",
        ),
        signs: &[
            line(
                "complaint.card.gives_advice.sign.1",
                "语气平和，说的是“你们可以怎样做得更好”。",
                "Calm; talks of how we could do better.",
            ),
            line(
                "complaint.card.gives_advice.sign.2",
                "对事不对人，不急着要补偿。",
                "Speaks of the matter, not of people; asks for nothing in return.",
            ),
            line(
                "complaint.card.gives_advice.sign.3",
                "熟悉产品或流程，能说出细节。",
                "Knows the product or the process and gives details.",
            ),
        ],
        dos: &[
            line(
                "complaint.card.gives_advice.do.1",
                "认真记录，复述要点，请客户确认。",
                "Write it down, repeat the main points and have them confirmed.",
            ),
            line(
                "complaint.card.gives_advice.do.2",
                "说明建议会交给谁、什么时候有答复，并真的答复。",
                "Say who gets the suggestion and when there is an answer, and answer.",
            ),
            line(
                "complaint.card.gives_advice.do.3",
                "采纳了要告诉客户，没有采纳也要说明原因。",
                "Tell them when it is taken up, and why when it is not.",
            ),
        ],
        donts: &[
            line(
                "complaint.card.gives_advice.dont.1",
                "不要只说“感谢您的建议”就结束。",
                "Do not end with a mere thank you.",
            ),
            line(
                "complaint.card.gives_advice.dont.2",
                "不要辩解“一直都是这样规定的”。",
                "Do not defend it with how it has always been done.",
            ),
        ],
        phrases: &[
            line(
                "complaint.card.gives_advice.phrase.1",
                "您说的这一点我记下来了，我会转给产品负责人，周五前给您回音。",
                "I have noted this point. It goes to the person in charge of the product, and you will hear from me by Friday.",
            ),
            line(
                "complaint.card.gives_advice.phrase.2",
                "请允许我核对一下，您的建议主要是这两点，对吗？",
                "May I check: these two points are what you suggest, is that right?",
            ),
        ],
    },
    Card {
        of: ComplainantKind::WantsJustice,
        name: line(
            "complaint.card.wants_justice.name",
            "求公道的客户",
            "Wants justice",
        ),
        signs: &[
            line(
                "complaint.card.wants_justice.sign.1",
                "反复讲述经过，希望有人认真听完。",
                "Tells what happened again and again and wants to be heard to the end.",
            ),
            line(
                "complaint.card.wants_justice.sign.2",
                "说“我不在乎钱，我要一个说法”。",
                "Says that it is not about money but about an explanation.",
            ),
            line(
                "complaint.card.wants_justice.sign.3",
                "关心是谁的责任、会不会再发生。",
                "Asks who is responsible and whether it will happen again.",
            ),
        ],
        dos: &[
            line(
                "complaint.card.wants_justice.do.1",
                "先听完，不打断；先回应感受，再谈事实。",
                "Hear them out; answer the feeling first, then the facts.",
            ),
            line(
                "complaint.card.wants_justice.do.2",
                "有错就明确道歉，说清错在哪里。",
                "Where we were wrong, apologise plainly and say what was wrong.",
            ),
            line(
                "complaint.card.wants_justice.do.3",
                "告诉客户我们改了什么，由谁负责。",
                "Say what has been changed and who sees to it.",
            ),
        ],
        donts: &[
            line(
                "complaint.card.wants_justice.dont.1",
                "不要一开始就谈补偿，像是用钱打发人。",
                "Do not begin with compensation; it looks like buying silence.",
            ),
            line(
                "complaint.card.wants_justice.dont.2",
                "不要把责任推给同事、系统或其他部门。",
                "Do not blame a colleague, the system or another department.",
            ),
        ],
        phrases: &[
            line(
                "complaint.card.wants_justice.phrase.1",
                "让您遇到这样的事，还要自己一遍遍解释，确实是我们没有做好。",
                "You met with this and then had to explain it again and again. We did not do that well.",
            ),
            line(
                "complaint.card.wants_justice.phrase.2",
                "这件事由我负责到底，每一步的结果我都会亲自告诉您。",
                "I will see this through, and you will hear each result from me.",
            ),
        ],
    },
    Card {
        of: ComplainantKind::WantsGain,
        name: line(
            "complaint.card.wants_gain.name",
            "求利益的客户",
            "Wants gain",
        ),
        signs: &[
            line(
                "complaint.card.wants_gain.sign.1",
                "很快谈到金额、退款或赠品。",
                "Comes to sums, refunds or gifts soon.",
            ),
            line(
                "complaint.card.wants_gain.sign.2",
                "拿别的商家或别的客户的补偿作比较。",
                "Compares with what other companies or customers gave or got.",
            ),
            line(
                "complaint.card.wants_gain.sign.3",
                "对原因和改进不感兴趣，只问能给多少。",
                "Is not interested in causes, only in how much.",
            ),
        ],
        dos: &[
            line(
                "complaint.card.wants_gain.do.1",
                "先确认事实和损失，再谈补偿。",
                "Settle facts and loss before talking of compensation.",
            ),
            line(
                "complaint.card.wants_gain.do.2",
                "给出在权限内的方案，说明依据，最好有两个可选。",
                "Offer what is within your limit, with its reason; better two to choose from.",
            ),
            line(
                "complaint.card.wants_gain.do.3",
                "超出权限时说明谁来决定、何时答复，按审批走。",
                "Beyond your limit say who decides and when, and ask for approval.",
            ),
        ],
        donts: &[
            line(
                "complaint.card.wants_gain.dont.1",
                "不要当场讨价还价，一加再加。",
                "Do not haggle or raise the offer step by step.",
            ),
            line(
                "complaint.card.wants_gain.dont.2",
                "不要暗示“闹一闹就会多给”。",
                "Do not let it seem that more noise brings more.",
            ),
        ],
        phrases: &[
            line(
                "complaint.card.wants_gain.phrase.1",
                "根据您的订单和实际损失，我现在可以为您办理这两种方案，您更倾向哪一种？",
                "From your order and the actual loss I can offer these two ways now. Which do you prefer?",
            ),
            line(
                "complaint.card.wants_gain.phrase.2",
                "您提出的金额超出了我的权限，我会连同凭证一起提交，明天十二点前答复您。",
                "The sum you ask for is beyond what I may decide. I will submit it with the receipts and answer by noon tomorrow.",
            ),
        ],
    },
    Card {
        of: ComplainantKind::MakesTrouble,
        name: line(
            "complaint.card.makes_trouble.name",
            "滋事的客户",
            "Makes trouble",
        ),
        signs: &[
            line(
                "complaint.card.makes_trouble.sign.1",
                "要求不断变化，满足一个又提出一个。",
                "Demands change; when one is met there is another.",
            ),
            line(
                "complaint.card.makes_trouble.sign.2",
                "辱骂、威胁，拒绝谈事实。",
                "Insults or threatens, and refuses to talk of facts.",
            ),
            line(
                "complaint.card.makes_trouble.sign.3",
                "经过与记录明显不符，又不肯提供凭证。",
                "The story does not fit the records, and no proof is given.",
            ),
        ],
        dos: &[
            line(
                "complaint.card.makes_trouble.do.1",
                "保持平静礼貌，只谈事实和能做的事，全程留证。",
                "Stay calm and polite, keep to facts and to what can be done, and keep evidence of everything.",
            ),
            line(
                "complaint.card.makes_trouble.do.2",
                "明确一次底线：可以做什么，不能做什么。",
                "State once what can be done and what cannot.",
            ),
            line(
                "complaint.card.makes_trouble.do.3",
                "受到威胁时通知主管；涉及人身安全时先保护自己和同事。",
                "Tell your supervisor of threats; where people are in danger, protect yourself and colleagues first.",
            ),
        ],
        donts: &[
            line(
                "complaint.card.makes_trouble.dont.1",
                "不要对骂、讽刺或说出对客户的判断。",
                "Do not answer in kind, mock, or say what you think of them.",
            ),
            line(
                "complaint.card.makes_trouble.dont.2",
                "不要为了尽快结束而答应做不到的事。",
                "Do not promise what cannot be kept to get it over with.",
            ),
        ],
        phrases: &[
            line(
                "complaint.card.makes_trouble.phrase.1",
                "我很愿意帮您解决问题。请您用平常的语气，我们一步一步来。",
                "I want to help you. Please let us speak calmly and take it step by step.",
            ),
            line(
                "complaint.card.makes_trouble.phrase.2",
                "这是我们能提供的方案；如果您不同意，也可以向有关部门反映，我会提供所需的材料。",
                "This is what we can do. If you do not agree, you may turn to the authorities, and I will provide what they need.",
            ),
        ],
    },
];
