//! The cards of temperaments, in both languages.

use super::{Card, Temperament, line};

/// Cards of temperaments.
pub const TEMPERAMENTS: [Card<Temperament>; 4] = [
    Card {
        of: Temperament::Expressive,
        name: line("complaint.card.expressive.name", "活泼型", "Expressive"),
        signs: &[
            line(
                "complaint.card.expressive.sign.1",
                "说话快，情绪起伏大，话题跳跃。",
                "Talks fast, with ups and downs, and jumps between topics.",
            ),
            line(
                "complaint.card.expressive.sign.2",
                "喜欢讲故事和感受，不太在意细节。",
                "Tells stories and feelings more than details.",
            ),
            line(
                "complaint.card.expressive.sign.3",
                "需要回应和认可。",
                "Needs to be answered and recognised.",
            ),
        ],
        dos: &[
            line(
                "complaint.card.expressive.do.1",
                "热情回应，用客户的话表示理解。",
                "Answer warmly and show understanding in their own words.",
            ),
            line(
                "complaint.card.expressive.do.2",
                "温和地把话题带回来，帮客户总结。",
                "Lead back to the point gently and sum up for them.",
            ),
            line(
                "complaint.card.expressive.do.3",
                "把约定写成简短的文字发给客户。",
                "Send what was agreed in a few written words.",
            ),
        ],
        donts: &[
            line(
                "complaint.card.expressive.dont.1",
                "不要冷淡地逐条照本宣科。",
                "Do not read out rules coldly.",
            ),
            line(
                "complaint.card.expressive.dont.2",
                "不要一次列出太多细节和条款。",
                "Do not list many details and terms at once.",
            ),
        ],
        phrases: &[
            line(
                "complaint.card.expressive.phrase.1",
                "听您这么一说，我完全明白您当时有多着急。",
                "Hearing this, I understand how upset you must have been.",
            ),
            line(
                "complaint.card.expressive.phrase.2",
                "我帮您把重点整理成三条，您看对不对？",
                "Let me put the main points in three lines. Are they right?",
            ),
        ],
    },
    Card {
        of: Temperament::Perfectionist,
        name: line(
            "complaint.card.perfectionist.name",
            "完美型",
            "Perfectionist",
        ),
        signs: &[
            line(
                "complaint.card.perfectionist.sign.1",
                "事实、时间、条款记得清楚，会核对每个细节。",
                "Remembers facts, times and terms, and checks each detail.",
            ),
            line(
                "complaint.card.perfectionist.sign.2",
                "追问依据和流程，希望有书面答复。",
                "Asks for grounds and procedure, and wants it in writing.",
            ),
            line(
                "complaint.card.perfectionist.sign.3",
                "对不准确的说法很敏感。",
                "Minds anything that is not exact.",
            ),
        ],
        dos: &[
            line(
                "complaint.card.perfectionist.do.1",
                "准备好数据和依据，按顺序说明。",
                "Have figures and grounds ready and explain in order.",
            ),
            line(
                "complaint.card.perfectionist.do.2",
                "不确定的先查清楚再答，给出准确时间。",
                "Find out what is not certain before you answer, and give an exact time.",
            ),
            line(
                "complaint.card.perfectionist.do.3",
                "用书面形式确认结论。",
                "Confirm the result in writing.",
            ),
        ],
        donts: &[
            line(
                "complaint.card.perfectionist.dont.1",
                "不要用“大概”“应该没问题”。",
                "Do not say about or should be fine.",
            ),
            line(
                "complaint.card.perfectionist.dont.2",
                "不要催促客户马上决定。",
                "Do not press for a decision at once.",
            ),
        ],
        phrases: &[
            line(
                "complaint.card.perfectionist.phrase.1",
                "我把经过按时间列出来了，请您核对有没有遗漏。",
                "I have listed what happened in order. Please check whether anything is missing.",
            ),
            line(
                "complaint.card.perfectionist.phrase.2",
                "这一点我需要核实，下午三点前给您准确的书面答复。",
                "I have to verify this point. You will have an exact written answer by three in the afternoon.",
            ),
        ],
    },
    Card {
        of: Temperament::Forceful,
        name: line("complaint.card.forceful.name", "力量型", "Forceful"),
        signs: &[
            line(
                "complaint.card.forceful.sign.1",
                "直接、语速快、命令语气，要求马上有结果。",
                "Direct, fast and commanding; wants a result now.",
            ),
            line(
                "complaint.card.forceful.sign.2",
                "要求找领导或能做主的人。",
                "Asks for the boss or whoever can decide.",
            ),
            line(
                "complaint.card.forceful.sign.3",
                "不耐烦听解释，打断别人。",
                "Has no patience for explanations and interrupts.",
            ),
        ],
        dos: &[
            line(
                "complaint.card.forceful.do.1",
                "先说结论和时间，再说原因。",
                "Give result and time first, reasons afterwards.",
            ),
            line(
                "complaint.card.forceful.do.2",
                "给出选择，让客户来决定。",
                "Offer a choice and let them decide.",
            ),
            line(
                "complaint.card.forceful.do.3",
                "行动要快，承诺的时间提前完成。",
                "Act fast and be done before the time you promised.",
            ),
        ],
        donts: &[
            line(
                "complaint.card.forceful.dont.1",
                "不要正面争输赢。",
                "Do not fight over who is right.",
            ),
            line(
                "complaint.card.forceful.dont.2",
                "不要长篇解释流程或反复请对方等待。",
                "Do not explain procedures at length or ask them to wait again and again.",
            ),
        ],
        phrases: &[
            line(
                "complaint.card.forceful.phrase.1",
                "我现在就能做两件事：今天退款，或者明天上门更换。您定。",
                "I can do one of two things now: refund today or replace tomorrow at your door. You decide.",
            ),
            line(
                "complaint.card.forceful.phrase.2",
                "这件事我能负责，今天五点前给您结果。",
                "I can take care of this. You have a result by five today.",
            ),
        ],
    },
    Card {
        of: Temperament::EasyGoing,
        name: line("complaint.card.easy_going.name", "和平型", "Easy-going"),
        signs: &[
            line(
                "complaint.card.easy_going.sign.1",
                "语气温和，说“没关系”“再等等也行”。",
                "Speaks softly and says that it does not matter or can wait.",
            ),
            line(
                "complaint.card.easy_going.sign.2",
                "不主动提要求，不轻易表达不满。",
                "Makes no demands and hardly says that they are not content.",
            ),
            line(
                "complaint.card.easy_going.sign.3",
                "做决定慢，希望你给建议。",
                "Decides slowly and likes to be advised.",
            ),
        ],
        dos: &[
            line(
                "complaint.card.easy_going.do.1",
                "主动询问真实的想法和损失。",
                "Ask what they really think and what they lost.",
            ),
            line(
                "complaint.card.easy_going.do.2",
                "给出明确的建议和理由，陪客户做决定。",
                "Advise clearly with a reason and decide together.",
            ),
            line(
                "complaint.card.easy_going.do.3",
                "按约定主动回访，不要等客户来催。",
                "Call back as agreed without being asked.",
            ),
        ],
        donts: &[
            line(
                "complaint.card.easy_going.dont.1",
                "不要因为客户好说话就往后放。",
                "Do not put them last because they are patient.",
            ),
            line(
                "complaint.card.easy_going.dont.2",
                "不要把“算了”当成满意。",
                "Do not take never mind for content.",
            ),
        ],
        phrases: &[
            line(
                "complaint.card.easy_going.phrase.1",
                "您别客气，这件事给您带来了哪些不便，都可以告诉我。",
                "Please do tell me everything this has caused you; it matters.",
            ),
            line(
                "complaint.card.easy_going.phrase.2",
                "我建议选第一种，因为不用您跑一趟。您觉得合适吗？",
                "I would take the first way, since it spares you the trip. Does that suit you?",
            ),
        ],
    },
];
