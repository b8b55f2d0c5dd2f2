//! What the interpreter says by itself, in the customer's language.

use crate::locale::Locale;

/// Words of the interpreter itself.
pub(super) const fn own(word: Own, locale: Locale) -> &'static str {
    match (locale, word) {
        (Locale::ZhCn, Own::Again) => "这个回答我没看懂，请再试一次。",
        (Locale::ZhCn, Own::Choose) => "请选择下面的一项。",
        (Locale::ZhCn, Own::Ask) => "您想了解什么？",
        (Locale::ZhCn, Own::Address) => "为了保护您的账户，请告诉我您的邮箱，我会发一个验证码。",
        (Locale::ZhCn, Own::Code) => "验证码已发出，10 分钟内有效。请输入 6 位数字。",
        (Locale::ZhCn, Own::WrongCode) => "验证码不对，请再输入一次。",
        (Locale::ZhCn, Own::NoCode) => "现在不能再发送验证码。",
        (Locale::En, Own::Again) => "I did not understand that answer. Please try again.",
        (Locale::En, Own::Choose) => "Please choose one of these.",
        (Locale::En, Own::Ask) => "What would you like to know?",
        (Locale::En, Own::Address) => {
            "To protect your account, please tell me your e-mail address; I will send a code."
        }
        (Locale::En, Own::Code) => {
            "The code is on its way and is valid for 10 minutes. Please type its six digits."
        }
        (Locale::En, Own::WrongCode) => "That is not the code. Please type it again.",
        (Locale::En, Own::NoCode) => "No more codes can be sent now.",
    }
}

/// Something the interpreter says by itself.
#[derive(Clone, Copy)]
pub(super) enum Own {
    Again,
    Choose,
    Ask,
    Address,
    Code,
    WrongCode,
    NoCode,
}
