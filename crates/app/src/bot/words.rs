//! What the bot says by itself, in the customer's language.

use zhiyin_domain::locale::Locale;
use zhiyin_language::fold;

/// A sentence of the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Answers a greeting.
    Hello,
    /// Answers thanks.
    Welcome,
    /// Asks whether an answer helped.
    DidItHelp,
    /// Yes, it did.
    Yes,
    /// No, it did not.
    No,
    /// The wish for a person.
    Person,
    /// Introduces suggestions.
    OneOfThese,
    /// None of the suggestions.
    NoneOfThese,
    /// Answers that it helped.
    Glad,
    /// There is no answer; other words may help.
    OtherWords,
    /// Says that a person goes on.
    HandOver,
    /// The same when nobody is there.
    LeaveMessage,
}

/// The sentence in a language.
pub(super) const fn word(word: Word, locale: Locale) -> &'static str {
    match locale {
        Locale::ZhCn => match word {
            Word::Hello => "您好！请告诉我您想了解什么。",
            Word::Welcome => "不客气！还有问题随时告诉我。",
            Word::DidItHelp => "这个回答对您有帮助吗？",
            Word::Yes => "有帮助",
            Word::No => "没有帮助",
            Word::Person => "转人工",
            Word::OneOfThese => "您想了解的是下面哪一个？",
            Word::NoneOfThese => "都不是",
            Word::Glad => "很高兴帮到您！还有问题随时告诉我。",
            Word::OtherWords => "抱歉，我没有找到答案。您可以换个说法再问一次，或者转人工。",
            Word::HandOver => "我这就请同事来帮您，前面的对话他们都能看到，您不用重复。",
            Word::LeaveMessage => {
                "现在没有同事在线。请把问题和联系方式留在这里，我们上班后会尽快回复您。"
            }
        },
        Locale::En => match word {
            Word::Hello => "Hello! What would you like to know?",
            Word::Welcome => "You're welcome! Just write if there is anything else.",
            Word::DidItHelp => "Did this help?",
            Word::Yes => "Yes, it did",
            Word::No => "No, it didn't",
            Word::Person => "Talk to a person",
            Word::OneOfThese => "Is it one of these?",
            Word::NoneOfThese => "None of these",
            Word::Glad => "Glad I could help! Just write if there is anything else.",
            Word::OtherWords => {
                "Sorry, I found no answer to that. You can ask in other words, or talk to a person."
            }
            Word::HandOver => {
                "I'm getting a colleague for you. They can see what was said here, so there is \
                 no need to repeat it."
            }
            Word::LeaveMessage => {
                "Nobody is here right now. Please leave your question and how to reach you; we \
                 will answer as soon as we are back."
            }
        },
    }
}

const HELLO: &str = "hi|hello|hey|hi there|hello there|good morning|good afternoon|good evening|\
    你好|您好|你好呀|您好呀|在吗|在么|哈喽|嗨|早上好|下午好|晚上好|hello你好|亲|亲在吗";
const THANKS: &str = "thanks|thank you|thx|ok thanks|thank you very much|cheers|谢谢|多谢|谢谢你|\
    谢谢您|好的谢谢|感谢|谢啦|辛苦了";
const YES: &str = "yes|yep|yeah|yes it did|it did|it helped|yes thanks|helped|solved|有|有的|有用|\
    是|是的|对|有帮助|解决了|可以了|好了|明白了";
const NO: &str = "no|nope|no it didnt|it didnt|not really|not helpful|没有|没用|没|不是|不对|否|\
    没帮助|没有用|没有帮助|没解决|不行";

/// What a short text says besides a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Courtesy {
    Hello,
    Thanks,
    Yes,
    No,
}

/// Whether a text is nothing but a courtesy, or a yes or no.
pub(super) fn courtesy(text: &str) -> Option<Courtesy> {
    let bare = bare(text);
    let is_in = |list: &str| list.split('|').any(|one| one == bare);
    if is_in(HELLO) {
        Some(Courtesy::Hello)
    } else if is_in(THANKS) {
        Some(Courtesy::Thanks)
    } else if is_in(YES) {
        Some(Courtesy::Yes)
    } else if is_in(NO) {
        Some(Courtesy::No)
    } else {
        None
    }
}

/// Folded, without punctuation and doubled spaces.
pub(super) fn bare(text: &str) -> String {
    let folded: String = fold(text)
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace())
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courtesies_are_told_from_questions() {
        for (text, wanted) in [
            ("Hi!", Some(Courtesy::Hello)),
            ("您好～", Some(Courtesy::Hello)),
            ("Thank you!!", Some(Courtesy::Thanks)),
            ("No, it didn't", Some(Courtesy::No)),
            ("没有帮助。", Some(Courtesy::No)),
            ("Yes, it did", Some(Courtesy::Yes)),
            ("是的", Some(Courtesy::Yes)),
            ("hi, how do I return a teapot?", None),
            ("怎么退货", None),
            ("", None),
        ] {
            assert_eq!(courtesy(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_wish_for_a_person_is_heard_as_one() {
        for locale in [Locale::ZhCn, Locale::En] {
            assert!(zhiyin_language::wants_person(word(Word::Person, locale)));
            for other in [Word::Yes, Word::No, Word::NoneOfThese] {
                assert!(!zhiyin_language::wants_person(word(other, locale)));
            }
        }
    }
}
