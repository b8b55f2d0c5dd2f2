//! The words of the pages.

use zhiyin_domain::locale::Locale;

/// The words of one language.
pub(super) struct Texts {
    /// The language in itself.
    pub language: &'static str,
    /// Title of the rating page.
    pub rate_title: &'static str,
    /// What the rating is for.
    pub rate_hint: &'static str,
    /// Above the stars for what was expected.
    pub expected: &'static str,
    /// Above the stars.
    pub stars: &'static str,
    /// One to five stars.
    pub scores: [&'static str; 5],
    /// Above the details.
    pub details: &'static str,
    /// Accurate, convenient, fast, comfortable, attitude.
    pub dimensions: [&'static str; 5],
    /// Above the comment.
    pub comment: &'static str,
    /// Below it.
    pub comment_hint: &'static str,
    /// Sends it.
    pub send: &'static str,
    /// Sends a changed one.
    pub save: &'static str,
    /// After it was sent.
    pub thanks: &'static str,
    /// Below that.
    pub thanks_text: &'static str,
    /// What was given.
    pub given: &'static str,
    /// Leads to the form again.
    pub change: &'static str,
    /// No stars were chosen.
    pub missing: &'static str,
    /// The comment is too long.
    pub too_long: &'static str,
    /// The time for changes is over.
    pub closed: &'static str,
    /// Title of the page of a link that was valid once.
    pub expired: &'static str,
    /// What to do then.
    pub expired_text: &'static str,
    /// Title of the page of a link that is none.
    pub invalid: &'static str,
    /// What to do then.
    pub invalid_text: &'static str,
    /// Title of the page when the server cannot answer.
    pub failed: &'static str,
    /// What to do then.
    pub failed_text: &'static str,
}

/// The words of a language.
pub(super) const fn of(locale: Locale) -> &'static Texts {
    match locale {
        Locale::ZhCn => &ZH_CN,
        Locale::En => &EN,
    }
}

/// The question with the name of whoever is asked about.
pub(super) fn question(locale: Locale, agent: Option<&str>) -> String {
    match (locale, agent) {
        (Locale::ZhCn, Some(agent)) => format!("您对{agent}的服务满意吗？"),
        (Locale::ZhCn, None) => "您对本次服务满意吗？".to_owned(),
        (Locale::En, Some(agent)) => format!("How was your conversation with {agent}?"),
        (Locale::En, None) => "How was your conversation with us?".to_owned(),
    }
}

/// A score in words, for readers who do not see stars.
pub(super) fn stars(locale: Locale, score: usize) -> String {
    let word = of(locale).scores[score.clamp(1, 5) - 1];
    match locale {
        Locale::ZhCn => format!("{score} 星，{word}"),
        Locale::En if score == 1 => format!("1 star, {word}"),
        Locale::En => format!("{score} stars, {word}"),
    }
}

const ZH_CN: Texts = Texts {
    language: "中文",
    rate_title: "评价本次服务",
    rate_hint: "您的意见会直接送到为您服务的团队。",
    expected: "在此之前，您期待的服务",
    stars: "总体评价",
    scores: ["很不满意", "不满意", "一般", "满意", "非常满意"],
    details: "具体说说（选填）",
    dimensions: ["解答准确", "使用方便", "响应快捷", "沟通舒适", "服务态度"],
    comment: "想对我们说的话（选填）",
    comment_hint: "最多 2000 字。请不要填写密码、银行卡号等信息。",
    send: "提交评价",
    save: "保存修改",
    thanks: "谢谢您的评价",
    thanks_text: "我们已经收到。您可以关闭这个页面。",
    given: "您的评价",
    change: "修改评价",
    missing: "请先选择一到五颗星。",
    too_long: "留言太长了，请缩短到 2000 字以内。",
    closed: "这次服务的评价时间已经结束，不能再修改。",
    expired: "链接已过期",
    expired_text: "这个评价链接已经超过有效期。如果仍有话想对我们说，请直接联系客服。",
    invalid: "链接无效",
    invalid_text: "请检查链接是否复制完整，或向客服索取新的链接。",
    failed: "暂时无法打开",
    failed_text: "服务器现在忙不过来，请稍后再试。您填写的内容没有提交。",
};

const EN: Texts = Texts {
    language: "English",
    rate_title: "Rate this conversation",
    rate_hint: "Your answer goes straight to the team that helped you.",
    expected: "What you had expected beforehand",
    stars: "Overall",
    scores: ["very bad", "bad", "all right", "good", "very good"],
    details: "In detail (optional)",
    dimensions: [
        "Correct answer",
        "Easy to get",
        "Quick",
        "Pleasant",
        "Courteous",
    ],
    comment: "Anything you would like to tell us (optional)",
    comment_hint: "Up to 2,000 characters. Please leave out passwords and card numbers.",
    send: "Send rating",
    save: "Save changes",
    thanks: "Thank you for your rating",
    thanks_text: "We have received it. You can close this page.",
    given: "Your rating",
    change: "Change my rating",
    missing: "Please choose one to five stars first.",
    too_long: "Your text is too long. Please shorten it to 2,000 characters.",
    closed: "The time for rating this conversation is over; it cannot be changed any more.",
    expired: "This link has expired",
    expired_text: "The link was valid for thirty days. If there is still something you want to tell us, please contact us directly.",
    invalid: "This link is not valid",
    invalid_text: "Please check that you have copied all of it, or ask us for a new one.",
    failed: "This page cannot be opened now",
    failed_text: "The server is busy. Please try again in a moment; nothing you entered was sent.",
};
