//! The language of a chat line, among those a workspace speaks.
//!
//! Short lines hold too little for statistics, but the writing system alone tells most
//! languages apart. So the script comes first; only when several of the workspace's
//! languages share it do their everyday words decide, and then a trigram detector
//! limited to them. Addresses, numbers and emoji have no language.

use whatlang::{Detector, Lang};

/// A guess with its confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess<'a> {
    /// One of the allowed codes.
    pub language: &'a str,
    /// Between 0 and 1.
    pub confidence: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Han,
    Kana,
    Hangul,
    Latin,
    Cyrillic,
    Arabic,
    Greek,
    Hebrew,
    Thai,
    Devanagari,
    Bengali,
    Tamil,
    Georgian,
    Armenian,
    Khmer,
    Burmese,
    Other,
}

const SCRIPTS: usize = Script::Other as usize + 1;
/// Latin words are longer than ideographs: what one of each counts.
const HAN_WEIGHT: f32 = 0.7;

/// Languages by ISO 639-1 code, with their script and the detector's name for them.
const LANGUAGES: [(&str, Script, Option<Lang>); 46] = [
    ("zh", Script::Han, Some(Lang::Cmn)),
    ("ja", Script::Kana, Some(Lang::Jpn)),
    ("ko", Script::Hangul, Some(Lang::Kor)),
    ("en", Script::Latin, Some(Lang::Eng)),
    ("fr", Script::Latin, Some(Lang::Fra)),
    ("de", Script::Latin, Some(Lang::Deu)),
    ("es", Script::Latin, Some(Lang::Spa)),
    ("pt", Script::Latin, Some(Lang::Por)),
    ("it", Script::Latin, Some(Lang::Ita)),
    ("nl", Script::Latin, Some(Lang::Nld)),
    ("pl", Script::Latin, Some(Lang::Pol)),
    ("cs", Script::Latin, Some(Lang::Ces)),
    ("sk", Script::Latin, Some(Lang::Slk)),
    ("sv", Script::Latin, Some(Lang::Swe)),
    ("da", Script::Latin, Some(Lang::Dan)),
    ("nb", Script::Latin, Some(Lang::Nob)),
    ("fi", Script::Latin, Some(Lang::Fin)),
    ("et", Script::Latin, Some(Lang::Est)),
    ("lv", Script::Latin, Some(Lang::Lav)),
    ("lt", Script::Latin, Some(Lang::Lit)),
    ("hu", Script::Latin, Some(Lang::Hun)),
    ("ro", Script::Latin, Some(Lang::Ron)),
    ("hr", Script::Latin, Some(Lang::Hrv)),
    ("sl", Script::Latin, Some(Lang::Slv)),
    ("ca", Script::Latin, Some(Lang::Cat)),
    ("tr", Script::Latin, Some(Lang::Tur)),
    ("az", Script::Latin, Some(Lang::Aze)),
    ("vi", Script::Latin, Some(Lang::Vie)),
    ("id", Script::Latin, Some(Lang::Ind)),
    ("tl", Script::Latin, Some(Lang::Tgl)),
    ("ms", Script::Latin, None),
    ("sw", Script::Latin, None),
    ("ru", Script::Cyrillic, Some(Lang::Rus)),
    ("uk", Script::Cyrillic, Some(Lang::Ukr)),
    ("bg", Script::Cyrillic, Some(Lang::Bul)),
    ("ar", Script::Arabic, Some(Lang::Ara)),
    ("fa", Script::Arabic, Some(Lang::Pes)),
    ("ur", Script::Arabic, Some(Lang::Urd)),
    ("el", Script::Greek, Some(Lang::Ell)),
    ("he", Script::Hebrew, Some(Lang::Heb)),
    ("th", Script::Thai, Some(Lang::Tha)),
    ("hi", Script::Devanagari, Some(Lang::Hin)),
    ("bn", Script::Bengali, Some(Lang::Ben)),
    ("ta", Script::Tamil, Some(Lang::Tam)),
    ("ka", Script::Georgian, Some(Lang::Kat)),
    ("km", Script::Khmer, Some(Lang::Khm)),
];

/// Everyday words of languages that share a script, each telling by itself more often than
/// not.
const EVERYDAY: [(&str, &str); 10] = [
    (
        "en",
        "the and is are was you your my what when where how why can could please thanks thank hi hello with have has not this that for from order would will it its to of yes hey been any there need want",
    ),
    (
        "fr",
        "le les des du est sont je vous nous mon ma mes votre quand où comment pourquoi merci bonjour avec pas ne que qui pour dans sur une commande oui non plus être avez ai suis cette c'est salut",
    ),
    (
        "de",
        "der das den dem ist sind ich sie wir mein meine ihr wann wo wie warum danke hallo mit nicht und für auf ein eine bestellung ja nein noch haben habe bin kein keine bitte guten tag kann",
    ),
    (
        "es",
        "el los las del es son yo usted mi mis su cuándo cuando dónde donde cómo como por qué gracias hola con que para en una pedido sí está estoy tengo muy pero mas más buenas puedo quiero",
    ),
    (
        "pt",
        "os as do da dos das é são eu você meu minha seu quando onde como porque obrigado obrigada olá com não que para em um uma pedido sim está estou tenho muito mas bom dia quero",
    ),
    (
        "it",
        "il gli della di è sono io voi mio mia vostro quando dove come perché grazie ciao con non che per nel una ordine sì sto ho molto ma buongiorno posso vorrei",
    ),
    (
        "nl",
        "het een van zijn ik u wij mijn uw wanneer waar hoe waarom bedankt hallo met niet dat voor op bestelling ja nee nog heb heeft kan geen graag goedemorgen",
    ),
    (
        "id",
        "yang dan di ini itu saya anda kami apa kapan bagaimana terima kasih halo dengan tidak untuk dari pesanan ya belum sudah bisa mau tolong kenapa",
    ),
    (
        "tr",
        "bir ve bu ne zaman nerede nasıl neden teşekkürler merhaba ile değil için sipariş evet hayır var yok benim lütfen",
    ),
    (
        "vi",
        "tôi bạn của là và không có cho khi nào ở đâu cảm ơn chào với đơn hàng được này rồi chưa",
    ),
];

/// The language of a text among the allowed ISO 639-1 codes; `None` when it has no letters
/// or none of the languages is written like this.
pub fn identify<'a>(text: &str, allowed: &[&'a str]) -> Option<Guess<'a>> {
    let cleaned = without_addresses(text);
    let weights = weigh(&cleaned);
    let total: f32 = weights.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let candidates = |script: Script| -> Vec<(&'a str, Option<Lang>)> {
        LANGUAGES
            .iter()
            .filter(|(_, of, _)| *of == script)
            .filter_map(|(code, _, lang)| {
                let allowed = allowed.iter().find(|allowed| *allowed == code)?;
                Some((*allowed, *lang))
            })
            .collect()
    };
    if let Some(guess) = east_asian(&cleaned, &weights, total, allowed) {
        return Some(guess);
    }
    let mut scripts: Vec<(usize, f32)> = weights.iter().copied().enumerate().collect();
    scripts.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (script, weight) in scripts.into_iter().filter(|(_, weight)| *weight > 0.0) {
        let of_script = |(_, of, _): &&(&str, Script, Option<Lang>)| *of as usize == script;
        let Some((_, script, _)) = LANGUAGES.iter().find(of_script) else {
            continue;
        };
        let share = weight / total;
        match candidates(*script).as_slice() {
            [] => {}
            [(only, _)] => {
                return Some(Guess {
                    language: only,
                    confidence: share,
                });
            }
            many => {
                let (language, confidence) = among(&cleaned, many);
                return Some(Guess {
                    language,
                    confidence: confidence * share,
                });
            }
        }
    }
    None
}

/// Chinese, Japanese and Korean, which mix scripts.
fn east_asian<'a>(
    text: &str,
    weights: &[f32; SCRIPTS],
    total: f32,
    allowed: &[&'a str],
) -> Option<Guess<'a>> {
    let allowed = |code: &str| allowed.iter().find(|allowed| **allowed == code).copied();
    let weight = |script: Script| weights[script as usize];
    let (han, kana, hangul) = (
        weight(Script::Han),
        weight(Script::Kana),
        weight(Script::Hangul),
    );
    let east = han + kana + hangul;
    // A name of a product in Latin letters does not make a Chinese line English.
    let has_other = LANGUAGES.iter().any(|(code, script, _)| {
        allowed(code).is_some()
            && weight(*script) > 1.5 * east
            && !matches!(script, Script::Han | Script::Kana | Script::Hangul)
    });
    if east <= 0.0 || has_other {
        return None;
    }
    let is_japanese = kana > 0.15 * east || (kana == 0.0 && text.chars().any(is_japanese_only));
    let choice = if hangul > han + kana {
        allowed("ko")
    } else if is_japanese {
        allowed("ja").or_else(|| allowed("zh").filter(|_| han > kana))
    } else {
        allowed("zh").or_else(|| allowed("ja"))
    };
    let language = choice.or_else(|| allowed("ko").filter(|_| hangul > 0.0))?;
    let confidence = if language == "zh" && kana > 0.0 {
        0.6
    } else {
        0.5 + 0.5 * east / total
    };
    Some(Guess {
        language,
        confidence,
    })
}

/// Simplified in Japan alone, and common.
const fn is_japanese_only(c: char) -> bool {
    matches!(
        c,
        '円' | '駅'
            | '込'
            | '働'
            | '対'
            | '発'
            | '売'
            | '読'
            | '払'
            | '図'
            | '団'
            | '囲'
            | '姉'
            | '徳'
            | '戻'
            | '拝'
            | '択'
            | '桜'
            | '検'
            | '楽'
            | '残'
            | '沢'
            | '済'
            | '渋'
            | '温'
            | '続'
            | '緑'
            | '腸'
            | '観'
            | '訳'
            | '証'
            | '変'
            | '価'
            | '仮'
            | '伝'
            | '児'
            | '県'
            | '頼'
            | '歩'
            | '毎'
            | '産'
            | '単'
            | '厳'
            | '栄'
            | '営'
            | '実'
            | '応'
            | '悪'
            | '拠'
            | '気'
            | '々'
    )
}

/// The language whose everyday words are there, or what the detector says of the trigrams.
fn among<'a>(text: &str, candidates: &[(&'a str, Option<Lang>)]) -> (&'a str, f32) {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    let mut hits: Vec<(&'a str, usize)> = candidates
        .iter()
        .map(|(code, _)| {
            let list = EVERYDAY
                .iter()
                .find(|(of, _)| of == code)
                .map_or("", |(_, list)| *list);
            let count = words
                .iter()
                .filter(|word| list.split(' ').any(|known| known == **word))
                .count();
            (*code, count)
        })
        .collect();
    hits.sort_by_key(|(_, count)| usize::MAX - count);
    if hits[0].1 > hits[1].1 {
        let lead = (hits[0].1 - hits[1].1) as f32;
        return (hits[0].0, 1.0 - 0.5 / (1.0 + lead));
    }
    let list: Vec<Lang> = candidates.iter().filter_map(|(_, lang)| *lang).collect();
    let found = Detector::with_allowlist(list).detect(&lower);
    let code = found.and_then(|info| {
        let (code, _) = candidates
            .iter()
            .find(|(_, lang)| *lang == Some(info.lang()))?;
        Some((*code, (info.confidence() as f32).clamp(0.2, 0.95)))
    });
    code.unwrap_or((hits[0].0, 0.1))
}

/// Letters by script: ideographs and syllables count each, others by the word.
fn weigh(text: &str) -> [f32; SCRIPTS] {
    let mut weights = [0.0; SCRIPTS];
    let mut last = None;
    for c in text.chars() {
        let script = script(c);
        match script {
            Some(
                Script::Han
                | Script::Kana
                | Script::Hangul
                | Script::Thai
                | Script::Khmer
                | Script::Burmese,
            ) => {
                weights[script.unwrap_or(Script::Other) as usize] += HAN_WEIGHT;
            }
            Some(script) if last != Some(script) => weights[script as usize] += 1.0,
            _ => {}
        }
        last = script;
    }
    weights
}

const fn script(c: char) -> Option<Script> {
    Some(match c {
        'a'..='z'
        | 'A'..='Z'
        | '\u{c0}'..='\u{24f}'
        | '\u{1e00}'..='\u{1eff}'
        | '\u{ff21}'..='\u{ff5a}' => Script::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{530}'..='\u{58f}' => Script::Armenian,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => Script::Arabic,
        '\u{900}'..='\u{97f}' => Script::Devanagari,
        '\u{980}'..='\u{9ff}' => Script::Bengali,
        '\u{b80}'..='\u{bff}' => Script::Tamil,
        '\u{e00}'..='\u{e7f}' => Script::Thai,
        '\u{1000}'..='\u{109f}' => Script::Burmese,
        '\u{10a0}'..='\u{10ff}' => Script::Georgian,
        '\u{1780}'..='\u{17ff}' => Script::Khmer,
        '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' => Script::Kana,
        '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}' => {
            Script::Hangul
        }
        '\u{3005}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Script::Han,
        _ => return None,
    })
}

/// The text without links, mail addresses and words with digits, unless nothing else is there.
fn without_addresses(text: &str) -> String {
    let kept: Vec<&str> = text
        .split_whitespace()
        .filter(|word| {
            let is_latin = word.is_ascii();
            let is_address = word.contains("://")
                || word.starts_with("www.")
                || (is_latin && word.contains('@'));
            let is_number = is_latin && word.bytes().any(|b| b.is_ascii_digit());
            !is_address && !is_number
        })
        .collect();
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(text: &str, allowed: &[&'static str]) -> Option<&'static str> {
        identify(text, allowed).map(|guess| guess.language)
    }

    #[test]
    fn short_lines_of_two_languages_are_told_apart() {
        for (text, wanted) in [
            ("在吗", Some("zh")),
            ("退貨", Some("zh")),
            ("OK的", Some("zh")),
            ("iPhone 15 Pro Max 有货吗", Some("zh")),
            ("ok", Some("en")),
            ("refund pls", Some("en")),
            ("what does 你好 mean in your app", Some("en")),
            ("https://example.com/退货 where is it", Some("en")),
            ("12345", None),
            ("👍👍", None),
            ("", None),
        ] {
            assert_eq!(language(text, &["zh", "en"]), wanted, "{text}");
        }
    }

    #[test]
    fn neighbours_are_told_apart_by_script_or_by_words() {
        let allowed = ["zh", "en", "ja", "ko", "fr", "de", "es", "ru", "th"];
        for (text, wanted) in [
            ("返品したいです", "ja"),
            ("ご注文の件", "ja"),
            ("発送済", "ja"),
            ("환불해 주세요", "ko"),
            ("我要退货", "zh"),
            ("where is my order", "en"),
            ("où est ma commande", "fr"),
            ("wo ist meine Bestellung", "de"),
            ("dónde está mi pedido", "es"),
            ("где мой заказ", "ru"),
            ("ขอคืนเงิน", "th"),
        ] {
            assert_eq!(language(text, &allowed), Some(wanted), "{text}");
        }
    }

    #[test]
    fn only_what_is_allowed_is_said() {
        assert_eq!(language("bonjour", &["zh", "en"]), Some("en"));
        assert_eq!(language("こんにちは", &["en"]), None);
        assert_eq!(language("где", &["zh", "en"]), None);
        assert_eq!(language("你好", &[]), None);
    }
}
