//! How to decline excessive demands, in both languages.

use super::{Line, line};

/// How to decline what cannot be given, in order.
pub const DECLINING: [Line; 6] = [
    line(
        "complaint.declining.1",
        "先说听懂了什么：复述要求，承认感受，不评价要求合不合理。",
        "Say first what you understood: repeat the demand, acknowledge the feeling, do not judge the demand.",
    ),
    line(
        "complaint.declining.2",
        "说清依据：合同、法律、同类情况的处理，一条就够，用客户听得懂的话。",
        "Give the ground: contract, law, or how like cases are treated. One is enough, in plain words.",
    ),
    line(
        "complaint.declining.3",
        "明确说做不到，不用“尽量”“再看看”，也不说“公司规定”了事。",
        "Say clearly that it cannot be done; no we will try, no let us see, and not just that it is policy.",
    ),
    line(
        "complaint.declining.4",
        "紧接着说能做到什么，最好有两个选择和时间。",
        "Go on at once with what can be done, better two choices with a time.",
    ),
    line(
        "complaint.declining.5",
        "告诉客户不同意时可以找谁：主管复核、调解、监管部门，并提供材料。",
        "Say whom they can turn to if they disagree: a review by a supervisor, mediation, the authority, and give them the papers.",
    ),
    line(
        "complaint.declining.6",
        "同样的要求再次提出时，用同样的话回答，不加码。",
        "When the same demand comes again, answer in the same words and do not raise the offer.",
    ),
];
