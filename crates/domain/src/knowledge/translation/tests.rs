//! The way of a text.

use uuid::Uuid;

use super::*;

fn content(title: &str) -> Content {
    Content {
        title: title.to_owned(),
        summary: String::new(),
        body: "text".to_owned(),
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(second * 1_000_000)
}

fn draft() -> Translation {
    let id = ArticleId::from_uuid(Uuid::from_u128(1));
    let slug = "returns".parse().expect("a slug");
    Translation::new(
        id,
        Locale::En,
        slug,
        content("Returns"),
        (Actor::Bot, at(1)),
    )
    .expect("a draft")
}

#[test]
fn readers_see_the_last_published_text_while_the_next_is_written() {
    let live = draft().publish(Actor::Bot, at(2)).expect("published");
    let next = live
        .write(content("Return it"), Actor::Bot, at(3))
        .expect("written");
    assert_eq!((next.status.clone(), next.revision), (Status::Draft, 2));
    assert_eq!(next.live.as_ref().map(|live| live.revision), Some(1));
    let next = next.submit(Actor::Bot, at(4)).expect("submitted");
    let next = next
        .write(content("Return them"), Actor::Bot, at(5))
        .expect("corrected");
    assert_eq!(next.status.as_str(), "review");
    let next = next.publish(Actor::Bot, at(6)).expect("published");
    let live = next.live.expect("live");
    assert_eq!(
        (live.revision, live.content.title.as_str()),
        (3, "Return them")
    );
}

#[test]
fn the_same_text_is_no_new_revision() {
    let again = draft()
        .write(content("Returns"), Actor::Bot, at(2))
        .expect("written");
    assert_eq!(again.revision, 1);
}

#[test]
fn every_step_is_possible_only_from_where_it_makes_sense() {
    type Step = fn(Translation, Actor, Timestamp) -> Result<Translation, TransitionError>;
    let steps: [Step; 5] = [
        Translation::submit,
        Translation::send_back,
        Translation::publish,
        Translation::archive,
        Translation::restore,
    ];
    let review = draft().submit(Actor::Bot, at(2)).expect("submitted");
    let published = draft().publish(Actor::Bot, at(2)).expect("published");
    let archived = draft().archive(Actor::Bot, at(2)).expect("archived");
    for (from, possible) in [
        (draft(), ["review", "-", "published", "archived", "-"]),
        (review, ["-", "draft", "published", "archived", "-"]),
        (published, ["-", "-", "-", "archived", "-"]),
        (archived, ["-", "-", "-", "-", "draft"]),
    ] {
        for (step, wanted) in steps.iter().zip(possible) {
            let got = step(from.clone(), Actor::Bot, at(3));
            let got = got.as_ref().map_or("-", |it| it.status.as_str());
            assert_eq!(got, wanted, "{:?}", from.status);
        }
    }
}

#[test]
fn what_is_archived_is_seen_and_written_by_nobody() {
    let live = draft().publish(Actor::Bot, at(2)).expect("published");
    let away = live.archive(Actor::Bot, at(3)).expect("archived");
    assert_eq!(away.live, None);
    let written = away.write(content("Other"), Actor::Bot, at(4));
    assert_eq!(written, Err(TransitionError::Archived));
}

#[test]
fn a_translation_is_outdated_when_its_source_went_on() {
    let source = draft().publish(Actor::Bot, at(2)).expect("published");
    let other = Translation {
        locale: Locale::ZhCn,
        based_on: Some(1),
        ..draft()
    };
    assert!(!outdated(&other, &source) && !outdated(&source, &source));
    let source = source
        .write(content("Return it"), Actor::Bot, at(3))
        .expect("written");
    assert!(
        !outdated(&other, &source),
        "readers still see what it follows"
    );
    let source = source.publish(Actor::Bot, at(4)).expect("published");
    assert!(outdated(&other, &source));
    assert!(outdated(
        &Translation {
            based_on: None,
            ..other
        },
        &source
    ));
}

#[test]
fn texts_have_limits() {
    let checked = |change: fn(&mut Content)| {
        let mut content = content("Returns");
        change(&mut content);
        content.check()
    };
    assert_eq!(checked(|_| ()), Ok(()));
    assert_eq!(
        checked(|it| it.title = " ".into()),
        Err(ContentError::Title)
    );
    assert_eq!(
        checked(|it| it.title = "a\nb".into()),
        Err(ContentError::Title)
    );
    assert_eq!(
        checked(|it| it.title = "长".repeat(201)),
        Err(ContentError::Title)
    );
    assert_eq!(
        checked(|it| it.summary = "长".repeat(501)),
        Err(ContentError::Summary)
    );
    assert_eq!(checked(|it| it.body = "\0".into()), Err(ContentError::Body));
    assert_eq!(
        checked(|it| it.body = "a".repeat(ARTICLE_BODY_BYTES_MAX + 1)),
        Err(ContentError::Body)
    );
}

#[test]
fn a_text_is_scheduled_as_it_is() {
    let planned = draft()
        .schedule(at(9), Actor::Bot, at(2))
        .expect("scheduled");
    let plan = planned.scheduled.clone().expect("a plan");
    assert_eq!((plan.at, plan.by), (at(9), Actor::Bot));
    let same = planned.content.clone();
    let same = planned.clone().write(same, Actor::Bot, at(3));
    assert!(same.expect("written").scheduled.is_some());
    let other = planned.clone().write(content("x"), Actor::Bot, at(3));
    assert_eq!(other.expect("written").scheduled, None, "another text");
    let live = planned
        .clone()
        .publish(Actor::Bot, at(9))
        .expect("published");
    assert_eq!(live.scheduled, None);
    let again = live.schedule(at(99), Actor::Bot, at(10));
    assert_eq!(again, Err(TransitionError::AlreadyPublished));
    assert_eq!(planned.unschedule().scheduled, None);
    for time in [at(2), at(2).plus(ARTICLE_SCHEDULE_MAX * 2)] {
        let refused = draft().schedule(time, Actor::Bot, at(2));
        assert_eq!(refused, Err(TransitionError::ScheduleTime));
    }
}
