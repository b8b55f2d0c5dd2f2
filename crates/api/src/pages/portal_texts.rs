//! The words of the customer portal.

use zhiyin_domain::locale::Locale;

/// The words of one language.
pub(super) struct Texts {
    /// Title of the list.
    pub list: &'static str,
    /// There is nothing in it.
    pub none: &'static str,
    /// Back to the list.
    pub back: &'static str,
    /// Before the number.
    pub number: &'static str,
    /// Before what kind of case it is.
    pub kind: &'static str,
    /// Before the time it was taken in.
    pub since: &'static str,
    /// Before the status.
    pub status: &'static str,
    /// Before the time a reply was promised for.
    pub reply_by: &'static str,
    /// Above the steps.
    pub steps: &'static str,
    /// Of a step that is done.
    pub step_done: &'static str,
    /// Of the step that goes on.
    pub step_now: &'static str,
    /// No step has words yet.
    pub no_steps: &'static str,
    /// Above what was said.
    pub talk: &'static str,
    /// The customer said it.
    pub you: &'static str,
    /// One file came along, and more than one; `{}` is how many.
    pub file_counts: (&'static str, &'static str),
    /// Above the form.
    pub add: &'static str,
    /// Before the words.
    pub words: &'static str,
    /// Below them.
    pub words_hint: &'static str,
    /// Before the file.
    pub file: &'static str,
    /// Below it.
    pub file_hint: &'static str,
    /// Sends it.
    pub send: &'static str,
    /// Above the question whether it is solved.
    pub solved: &'static str,
    /// Below it.
    pub solved_hint: &'static str,
    /// Yes.
    pub yes: &'static str,
    /// No.
    pub no: &'static str,
    /// Before what is still open.
    pub open: &'static str,
    /// Of a closed case that can come back.
    pub again: &'static str,
    /// After something was written.
    pub written: &'static str,
    /// After it was confirmed.
    pub confirmed: &'static str,
    /// After it was contested.
    pub contested: &'static str,
    /// Above what they were told.
    pub told: &'static str,
    /// They take note.
    pub note: &'static str,
    /// Before the time at which they did.
    pub noted_at: &'static str,
    /// After they did.
    pub noted: &'static str,
    /// Nothing was written.
    pub empty: &'static str,
    /// Too many words.
    pub too_long: &'static str,
    /// Nobody said what is open.
    pub say_why: &'static str,
    /// The file was not taken.
    pub file_refused: &'static str,
    /// The case does not take it now.
    pub not_now: &'static str,
    /// Too often.
    pub too_often: &'static str,
    /// In which zone times are.
    pub zone: &'static str,
    /// Between two sentences.
    pub stop: &'static str,
    /// What to do with an old link.
    pub expired_text: &'static str,
    /// What the link is good for.
    pub secret: &'static str,
}

impl Texts {
    /// How many files came along.
    pub(super) fn files(&self, count: usize) -> String {
        let (one, many) = self.file_counts;
        let words = if count == 1 { one } else { many };
        words.replace("{}", &count.to_string())
    }
}

/// The words of a language.
pub(super) const fn of(locale: Locale) -> &'static Texts {
    match locale {
        Locale::ZhCn => &ZH_CN,
        Locale::En => &EN,
    }
}

static ZH_CN: Texts = Texts {
    list: "您的事项",
    none: "目前没有可以查看的事项。",
    back: "返回列表",
    number: "编号",
    kind: "类型",
    since: "受理时间",
    status: "目前状态",
    reply_by: "最迟答复时间",
    steps: "处理进展",
    step_done: "已完成",
    step_now: "进行中",
    no_steps: "我们已经收到，很快开始处理。",
    talk: "往来消息",
    you: "您",
    file_counts: ("附 {} 个文件", "附 {} 个文件"),
    add: "补充说明",
    words: "您想补充什么",
    words_hint: "请不要填写密码和银行卡号。",
    file: "文件（可不选）",
    file_hint: "照片、截图、单据等，最大 20 MB。",
    send: "发送",
    solved: "问题解决了吗？",
    solved_hint: "我们认为已经解决，请您确认。",
    yes: "已经解决",
    no: "还没有解决",
    open: "还有什么没有解决",
    again: "问题又出现了",
    written: "已收到，谢谢。我们会在这里和您常用的渠道答复您。",
    confirmed: "谢谢您的确认。",
    contested: "抱歉让您再次费心。我们已经重新开始处理。",
    told: "请您了解",
    note: "我已知悉",
    noted_at: "您已知悉",
    noted: "谢谢，我们已记录您已知悉。",
    empty: "请先写几句，或选一个文件。",
    too_long: "内容太长，请缩短后再发送。",
    say_why: "请告诉我们还有什么没有解决。",
    file_refused: "这个文件不能接收，请换一个，或缩小后再试。",
    not_now: "这一事项现在不能这样操作，请看下面的最新状态。",
    too_often: "发送太频繁了，请稍等一分钟再试。",
    zone: "时间均为",
    stop: "。",
    expired_text: "链接已经过期。如需继续查看，请直接联系我们要一个新的。",
    secret: "知道这个链接的人都能看到并补充这一事项，请不要转发。",
};

static EN: Texts = Texts {
    list: "Your cases",
    none: "There is nothing to be seen here at present.",
    back: "Back to the list",
    number: "Number",
    kind: "About",
    since: "Taken in",
    status: "How it stands",
    reply_by: "You have our reply by",
    steps: "What is being done",
    step_done: "Done",
    step_now: "In progress",
    no_steps: "We have received it and begin soon.",
    talk: "Messages",
    you: "You",
    file_counts: ("{} file", "{} files"),
    add: "Add something",
    words: "What would you like to add?",
    words_hint: "Please leave out passwords and card numbers.",
    file: "File (optional)",
    file_hint: "A photo, a screenshot, a receipt; up to 20 MB.",
    send: "Send",
    solved: "Is it solved?",
    solved_hint: "As far as we can see it is. Please tell us.",
    yes: "Yes, it is solved",
    no: "No, not yet",
    open: "What is still open?",
    again: "The problem is back",
    written: "We have received it, thank you. You will hear from us here and where you usually do.",
    confirmed: "Thank you for telling us.",
    contested: "We are sorry for the trouble. We have taken it up again.",
    told: "Good to know",
    note: "I have read this",
    noted_at: "You have read this",
    noted: "Thank you, we have kept that you have read it.",
    empty: "Please write something first, or choose a file.",
    too_long: "Your text is too long. Please shorten it.",
    say_why: "Please tell us what is still open.",
    file_refused: "This file cannot be taken. Please choose another or a smaller one.",
    not_now: "This cannot be done with the case as it stands now; see below how it stands.",
    too_often: "That was too often. Please wait a minute and try again.",
    zone: "All times are in",
    stop: ". ",
    expired_text: "The link has expired. To go on, please ask us for a new one.",
    secret: "Whoever has this link can see this case and add to it. Please do not pass it on.",
};
