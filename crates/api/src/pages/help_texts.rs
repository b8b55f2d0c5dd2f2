//! What the help centre says itself, in both languages.

use zhiyin_domain::locale::Locale;

/// The sentences of the help centre.
pub(super) struct Texts {
    pub language: &'static str,
    pub help: &'static str,
    pub home: &'static str,
    pub skip: &'static str,
    pub how: &'static str,
    pub search: &'static str,
    pub placeholder: &'static str,
    pub find: &'static str,
    pub results: &'static str,
    pub nothing: &'static str,
    pub empty: &'static str,
    pub other: &'static str,
    pub trail: &'static str,
    pub more: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub helpful: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub why: &'static str,
    pub why_hint: &'static str,
    pub send: &'static str,
    pub thanks: &'static str,
    pub too_long: &'static str,
    pub back: &'static str,
    pub missing: &'static str,
    pub nowhere: &'static str,
    pub failed: &'static str,
    pub contact: &'static str,
    pub stuck: &'static str,
    pub along: &'static str,
    pub typed: &'static str,
    pub read: &'static str,
    pub chat: &'static str,
    pub unreachable: &'static str,
    all: fn(usize) -> String,
}

impl Texts {
    /// The link to all articles of a category.
    pub fn all(&self, number: usize) -> String {
        (self.all)(number)
    }
}

/// The sentences in one language.
pub(super) const fn of(locale: Locale) -> &'static Texts {
    match locale {
        Locale::ZhCn => &ZH_CN,
        Locale::En => &EN,
    }
}

const ZH_CN: Texts = Texts {
    language: "中文",
    help: "帮助中心",
    home: "帮助中心首页",
    skip: "跳到正文",
    how: "有什么可以帮您",
    search: "搜索问题",
    placeholder: "例如：怎么申请退货",
    find: "搜索",
    results: "搜索结果",
    nothing: "没有找到相关文章。换个说法再试，或者联系客服。",
    empty: "这里还没有文章。",
    other: "其他问题",
    trail: "当前位置",
    more: "相邻文章",
    previous: "上一篇",
    next: "下一篇",
    helpful: "这篇文章解决您的问题了吗？",
    yes: "解决了",
    no: "没有解决",
    why: "还差什么？",
    why_hint: "请不要填写姓名、电话等个人信息。我们会据此改进文章，但不会在这里回复。",
    send: "提交",
    thanks: "感谢您的反馈。",
    too_long: "内容太长，请缩短到 1000 字以内。",
    back: "返回文章",
    missing: "找不到这个页面",
    nowhere: "这里没有帮助中心",
    failed: "页面暂时打不开，请稍后再试。",
    contact: "联系客服",
    stuck: "还没有解决？",
    along: "客服会看到以下内容，您不必重复说明：",
    typed: "您搜索过",
    read: "您看过",
    chat: "在线咨询",
    unreachable: "目前没有可以从这里联系的客服。",
    all: |number| format!("查看全部 {number} 篇"),
};

const EN: Texts = Texts {
    language: "English",
    help: "Help centre",
    home: "Help centre",
    skip: "Skip to content",
    how: "How can we help?",
    search: "Search for an answer",
    placeholder: "For example: how do I return something",
    find: "Search",
    results: "Search results",
    nothing: "No article answers this. Try other words, or contact us.",
    empty: "There are no articles here yet.",
    other: "Other questions",
    trail: "You are here",
    more: "Nearby articles",
    previous: "Previous",
    next: "Next",
    helpful: "Did this answer your question?",
    yes: "Yes",
    no: "No",
    why: "What was missing?",
    why_hint: "Leave out names, numbers and other personal data. We use this to improve the article and \
        do not reply here.",
    send: "Send",
    thanks: "Thank you for telling us.",
    too_long: "That is too long. Shorten it to 1,000 characters.",
    back: "Back to the article",
    missing: "There is no such page",
    nowhere: "There is no help centre here",
    failed: "The page cannot be shown right now. Try again in a moment.",
    contact: "Contact us",
    stuck: "Still stuck?",
    along: "Whoever answers sees this, so you need not repeat it:",
    typed: "You searched for",
    read: "You read",
    chat: "Chat with us",
    unreachable: "Nobody can be reached from here at present.",
    all: |number| format!("All {number} articles"),
};
