//! Questions that articles leave open: counting those that ask the same as one, and what people
//! do about them.

use std::mem;
use std::time::Duration;

use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{ArticleId, KnowledgeGapId, SessionId};
use zhiyin_domain::knowledge::{
    ArticleQuestion, Audience, Content, GapState, KnowledgeGap, QuestionPlace,
};
use zhiyin_domain::limits::ARTICLE_TITLE_CHARS_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::{Author, MessageKind};
use zhiyin_domain::permission::Permission;
use zhiyin_language::similarity::{Index, Passage, Weights};
use zhiyin_store::conversations::messages::{self, Audience as Hearers};
use zhiyin_store::conversations::sessions;
use zhiyin_store::events::StoredEvent;
use zhiyin_store::knowledge::{articles, gaps as store, questions};
use zhiyin_store::{StoreError, Tx};

use super::articles::view;
use super::questions::without_persons;
use super::{
    ArticlePatch, ArticleView, Draft, KnowledgeError, NewArticle, announced, create_article,
    require,
};
use crate::Context;
use crate::work::WorkError;

/// How alike two questions are that ask the same: the geometric mean of how much of the best
/// possible score each has for the other. Tried on pairs of the sample company's questions: below,
/// "Do you deliver to Canada?" asks the same as "How long does delivery to Canada take?".
const SAME: f32 = 0.45;
/// Gaps that a new question is compared with.
const COMPARED: u32 = 500;
/// Questions counted in one transaction.
const BATCH: u32 = 50;
/// A question is counted when its reader has had this long to go on: to open something, or to ask.
const SETTLES: Duration = Duration::from_mins(10);
/// Up to this score of 5 a session counts as rated badly.
const BAD_SCORE: u8 = 2;
/// Messages in which the question of a session is looked for.
const MESSAGES: u32 = 200;

/// A page of gaps in a state, asked most often first.
pub fn list_gaps(
    tx: &mut Tx<'_>,
    ctx: &Context,
    state: GapState,
    after: Option<(i64, KnowledgeGapId)>,
    limit: u32,
) -> Result<Vec<KnowledgeGap>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    Ok(store::list(tx, state, after, limit)?)
}

/// What people do about a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapStep {
    /// An article answers it.
    Link(ArticleId),
    /// It needs no article.
    Ignore,
    /// It should be looked at again.
    Reopen,
}

fn load(tx: &mut Tx<'_>, id: KnowledgeGapId) -> Result<KnowledgeGap, KnowledgeError> {
    store::get_for_update(tx, id)?.ok_or(KnowledgeError::GapNotFound)
}

/// Decides about a gap.
pub fn settle_gap(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: KnowledgeGapId,
    step: GapStep,
) -> Result<KnowledgeGap, KnowledgeError> {
    require(ctx, Permission::WriteKnowledge)?;
    let gap = load(tx, id)?;
    let gap = match step {
        GapStep::Link(article) => {
            articles::get(tx, article)?.ok_or(KnowledgeError::ArticleNotFound)?;
            gap.answer(article)
        }
        GapStep::Ignore => gap.ignore(),
        GapStep::Reopen => gap.reopen(),
    };
    let gap = store::save(tx, &gap)?;
    announced(tx, ctx, Aggregate::KnowledgeGap, id, Change::Updated)?;
    Ok(gap)
}

/// Begins an article with the question of a gap as its title, and names it as the answer. Where
/// that was done already it gives the same article.
pub fn write_for_gap(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: KnowledgeGapId,
) -> Result<ArticleView, KnowledgeError> {
    require(ctx, Permission::WriteKnowledge)?;
    let gap = load(tx, id)?;
    if let Some(article) = gap.article_id {
        let article = articles::get(tx, article)?.ok_or(KnowledgeError::NotFound)?;
        return view(tx, article);
    }
    let title = gap.question.chars().take(ARTICLE_TITLE_CHARS_MAX).collect();
    let new = NewArticle {
        source: gap.locale,
        draft: Draft {
            content: Content {
                title,
                summary: String::new(),
                body: String::new(),
            },
            slug: None,
            based_on: None,
        },
        patch: ArticlePatch {
            audience: Some(Audience::Public),
            ..ArticlePatch::default()
        },
    };
    let view = create_article(tx, ctx, new)?;
    store::save(tx, &gap.answer(view.article.id))?;
    announced(tx, ctx, Aggregate::KnowledgeGap, id, Change::Updated)?;
    Ok(view)
}

/// Counts questions that wait; how many there were.
pub(super) fn count_waiting(tx: &mut Tx<'_>, ctx: &Context) -> Result<u64, KnowledgeError> {
    let mut waiting = questions::waiting(tx, BATCH)?;
    waiting.retain(|it| it.at <= ctx.now().minus(SETTLES) || it.place == QuestionPlace::Session);
    let mut counted = 0;
    for locale in [Locale::ZhCn, Locale::En] {
        let asked: Vec<&ArticleQuestion> =
            waiting.iter().filter(|it| it.locale == locale).collect();
        if asked.is_empty() {
            continue;
        }
        let mut known = Gaps::new(store::recent(tx, locale, COMPARED)?);
        // An index costs more than a question, so gaps of this round have one of their own.
        let mut new = Gaps::new(Vec::new());
        for question in asked {
            count(tx, ctx, (&mut known, &mut new), question)?;
            counted += 1;
        }
    }
    Ok(counted)
}

fn count(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (known, new): (&mut Gaps, &mut Gaps),
    question: &ArticleQuestion,
) -> Result<(), KnowledgeError> {
    let before = known.nearest(&question.text);
    let lately = match before {
        Some(_) => None,
        None => new.nearest(&question.text),
    };
    let place = match (before, lately) {
        (Some(at), _) => known.all.get_mut(at),
        (None, Some(at)) => new.all.get_mut(at),
        (None, None) => None,
    };
    let (id, change) = if let Some(gap) = place {
        *gap = store::save(tx, &gap.clone().count(question))?;
        (gap.id, Change::Updated)
    } else {
        let gap = KnowledgeGap::new(ctx.id(), question).count(question);
        store::insert(tx, &gap)?;
        let id = gap.id;
        new.all.push(gap);
        *new = Gaps::new(mem::take(&mut new.all));
        (id, Change::Created)
    };
    questions::counted(tx, question.id, id)?;
    announced(tx, ctx, Aggregate::KnowledgeGap, id, change)?;
    Ok(())
}

/// Gaps that a question may be about.
struct Gaps {
    all: Vec<KnowledgeGap>,
    index: Index,
}

impl Gaps {
    fn new(all: Vec<KnowledgeGap>) -> Self {
        let passages: Vec<Passage<'_>> = all
            .iter()
            .map(|gap| Passage {
                text: &gap.question,
                vector: None,
            })
            .collect();
        let index = Index::new(&passages);
        Self { all, index }
    }

    /// The gap that asks the same, if one does. Being alike counts both ways: a short question is not
    /// the same as a long one that holds its words besides others.
    fn nearest(&self, text: &str) -> Option<usize> {
        if let Some(same) = self.all.iter().position(|gap| gap.question == text) {
            return Some(same);
        }
        let weights = Weights::default();
        let back = Index::new(&[Passage { text, vector: None }]);
        let alike = |at: usize, score: f32| {
            let other = back.search(&self.all[at].question, None, weights, 1);
            (score * other.first().map_or(0.0, |it| it.score)).sqrt()
        };
        let found = self.index.search(text, None, weights, 5).into_iter();
        let scored = found.map(|it| (it.passage, alike(it.passage, it.score)));
        let best = scored.max_by(|a, b| a.1.total_cmp(&b.1))?;
        (best.1 >= SAME).then_some(best.0)
    }
}

/// The language of a text, of those articles are written in.
pub(crate) fn language_of(text: &str) -> Locale {
    let guess = zhiyin_language::identify::identify(text, &["zh", "en"]);
    match guess {
        Some(guess) if guess.language == "en" => Locale::En,
        _ => Locale::ZhCn,
    }
}

/// Takes in the question of a session that was rated badly.
pub(super) fn react(tx: &mut Tx<'_>, ctx: &Context, event: &StoredEvent) -> Result<(), WorkError> {
    let Some(Event::SessionRated {
        session_id, score, ..
    }) = &event.event
    else {
        return Ok(());
    };
    if *score <= BAD_SCORE {
        take_in(tx, ctx, *session_id)?;
    }
    Ok(())
}

fn take_in(tx: &mut Tx<'_>, ctx: &Context, id: SessionId) -> Result<(), StoreError> {
    let Some(session) = sessions::get(tx, id)? else {
        return Ok(());
    };
    let conversation = session.conversation_id;
    let all = messages::before(tx, conversation, None, MESSAGES, Hearers::Contact)?;
    let asked = all.iter().filter(|it| {
        it.session_id == id
            && it.kind == MessageKind::Text
            && it.recalled_at.is_none()
            && matches!(it.author, Author::Contact(_))
    });
    // People greet first: what they ask is the longest of what they say in the beginning.
    let asked = asked.take(3).max_by_key(|it| it.text.chars().count());
    let text = asked
        .map(|it| without_persons(&it.text))
        .unwrap_or_default();
    if text.chars().count() < 2 {
        return Ok(());
    }
    let question = ArticleQuestion {
        id: ctx.id(),
        place: QuestionPlace::Session,
        locale: language_of(&text),
        text,
        results: 0,
        article_id: None,
        is_helpful: None,
        is_contact: true,
        at: ctx.now(),
    };
    questions::insert(tx, &question)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use zhiyin_domain::ids::ArticleQuestionId;
    use zhiyin_domain::time::Timestamp;

    use super::*;

    fn gap(text: &str) -> KnowledgeGap {
        let question = ArticleQuestion {
            id: ArticleQuestionId::from_uuid(Uuid::from_u128(1)),
            place: QuestionPlace::Help,
            locale: language_of(text),
            text: text.to_owned(),
            results: 0,
            article_id: None,
            is_helpful: None,
            is_contact: false,
            at: Timestamp::from_micros(0),
        };
        KnowledgeGap::new(KnowledgeGapId::from_uuid(Uuid::from_u128(2)), &question)
    }

    #[test]
    fn questions_that_ask_the_same_are_one_gap() {
        let gaps = Gaps::new(vec![
            gap("Do you gift wrap orders?"),
            gap("可以开专用发票吗"),
            gap("How long does delivery to Canada take?"),
        ]);
        for (text, wanted) in [
            ("do you gift wrap orders", Some(0)),
            ("Can you gift wrap my order?", Some(0)),
            ("能开专用发票吗", Some(1)),
            ("专用发票可以开吗？", Some(1)),
            ("delivery to Canada: how long?", Some(2)),
            ("orders", None),
            ("How do I return a teapot?", None),
            ("可以退货吗", None),
        ] {
            assert_eq!(gaps.nearest(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_language_is_told_by_its_letters() {
        assert_eq!(language_of("怎么用 Apple Pay"), Locale::ZhCn);
        assert_eq!(language_of("Where can I buy 工夫茶?"), Locale::En);
    }
}
