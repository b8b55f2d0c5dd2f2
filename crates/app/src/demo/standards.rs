//! Calendar, service standards and promises of the sample company.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::calendars::{CalendarRules, DayKind, Exception, china_holidays};
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::ids::{AgentId, CalendarId};
use zhiyin_domain::inbox::{Localized, OfficeHours};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::promise::PromiseKind;
use zhiyin_domain::session::Step;
use zhiyin_domain::standards::{
    Action, Basis, Conditions, Metric, OnMoment, Pause, Target, Terms, When,
};
use zhiyin_domain::tier::Tier;
use zhiyin_store::Tx;
use zhiyin_store::conversations::{self, ListFilter, Order, StatusFilter, View};

use super::company::Made;
use super::texts::Texts;
use super::{DemoError, history};
use crate::calendars::create_calendar;
use crate::promises::{self, NewPromise};
use crate::standards::{NewStandard, create_standard};
use crate::{App, Context, Principal};

/// From this tier on customers are dear ones.
const DEAR: u8 = 6;

/// Weekends that are worked in exchange for holidays in 2026, as announced for China.
const MOVED: [&str; 6] = [
    "2026-01-04",
    "2026-02-14",
    "2026-02-28",
    "2026-05-09",
    "2026-09-20",
    "2026-10-10",
];

fn wrong(error: impl std::fmt::Display) -> DemoError {
    DemoError::Texts(format!("standards: {error}"))
}

const fn in_words<'a>(locale: Locale, zh: &'a str, en: &'a str) -> &'a str {
    match locale {
        Locale::ZhCn => zh,
        Locale::En => en,
    }
}

fn both(zh: &str, en: &str) -> Localized {
    BTreeMap::from([(Locale::ZhCn, zh.to_owned()), (Locale::En, en.to_owned())])
}

/// Monday to Saturday, with a break at noon, and the holidays of China.
fn rules() -> Result<CalendarRules, DemoError> {
    let hours = |weekday, from: &str, to: &str| OfficeHours {
        weekday,
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let week = (1..=6).flat_map(|day| [hours(day, "09:00", "12:30"), hours(day, "13:30", "21:00")]);
    let mut exceptions = BTreeMap::new();
    for day in MOVED {
        let exception = Exception {
            name: "调休上班".to_owned(),
            day: DayKind::LikeWeekday { weekday: 1 },
        };
        exceptions.insert(day.parse().map_err(wrong)?, exception);
    }
    Ok(CalendarRules {
        time_zone: "Asia/Shanghai".to_owned(),
        weekly: week.collect(),
        holidays: china_holidays(),
        exceptions,
    })
}

fn target(metric: Metric, within_s: u32, basis: Basis, warn: &[u8]) -> Target {
    let pauses = match metric {
        Metric::Resolution => BTreeSet::from([Pause::Customer, Pause::ThirdParty, Pause::Snoozed]),
        Metric::FirstResponse | Metric::NextResponse | Metric::Step(_) => BTreeSet::new(),
    };
    Target {
        metric,
        within_s,
        basis,
        warn_percent: warn.to_vec(),
        pauses,
        is_restarted_on_reopen: false,
    }
}

fn notify(when: When, supervisors: bool) -> OnMoment {
    OnMoment {
        metric: None,
        when,
        action: Action::Notify {
            assignee: true,
            supervisors,
            agents: BTreeSet::new(),
        },
    }
}

/// Dear customers are answered sooner, and nobody has to ask twice.
fn for_dear_ones() -> Result<Terms, DemoError> {
    let raise = OnMoment {
        metric: Some(Metric::FirstResponse),
        when: When::Breach,
        action: Action::RaisePriority {
            to: Priority::Urgent,
        },
    };
    Ok(Terms {
        conditions: Conditions {
            tier_from: Some(Tier::try_from(DEAR).map_err(wrong)?),
            ..Conditions::default()
        },
        targets: vec![
            target(Metric::FirstResponse, 20, Basis::Wall, &[50]),
            target(Metric::NextResponse, 60, Basis::Wall, &[75]),
            target(Metric::Resolution, 4 * 3600, Basis::Business, &[50, 80]),
        ],
        actions: vec![
            notify(When::Warning, true),
            notify(When::Breach, true),
            raise,
        ],
        guidance: BTreeMap::from([(
            Step::Response,
            both(
                "老客户，请先看最近的订单和上次的对话，称呼姓名，不要让对方再说一遍。",
                "A customer of many years: look at the last orders and the last talk first, use \
                 their name, and never have them say it twice.",
            ),
        )]),
    })
}

fn for_everybody() -> Terms {
    Terms {
        targets: vec![
            target(Metric::FirstResponse, 30, Basis::Business, &[66]),
            target(Metric::NextResponse, 120, Basis::Business, &[75]),
            target(Metric::Resolution, 8 * 3600, Basis::Business, &[80]),
            target(Metric::Step(Step::Triage), 10, Basis::Wall, &[]),
            target(Metric::Step(Step::Classification), 20, Basis::Wall, &[]),
        ],
        actions: vec![notify(When::Warning, false), notify(When::Breach, true)],
        ..Terms::default()
    }
}

/// Calendar and standards, before anybody is served by them.
pub async fn create(app: &App, texts: &Texts, made: &Made) -> Result<(), DemoError> {
    let locale = texts.company.workspace.locale;
    let admin = texts
        .company
        .agents
        .iter()
        .find(|one| one.role == "administrator");
    let admin = admin.and_then(|one| made.agents.get(&one.key).copied());
    let admin = admin.ok_or_else(|| wrong("no administrator"))?;
    let (rules, dear) = (rules()?, for_dear_ones()?);
    let principal = Principal::system(made.workspace, "demo");
    let app_then = app.clone();
    app.write(&principal, move |tx, ctx| {
        let ctx = history::at(&app_then, tx, Actor::Agent(admin), ctx.now());
        let name = in_words(locale, "客服工作时间", "Service hours");
        let name = name.parse().map_err(wrong)?;
        let calendar =
            create_calendar(tx, &ctx, name, rules.clone()).map_err(DemoError::refused)?;
        let calendar = calendar.calendar.id;
        let standards = [
            (in_words(locale, "贵宾客户", "Dear customers"), dear.clone()),
            (in_words(locale, "全部客户", "Everybody"), for_everybody()),
        ];
        for (name, terms) in standards {
            add(tx, &ctx, name, calendar, terms)?;
        }
        Ok(())
    })
    .await
}

fn add(
    tx: &mut Tx<'_>,
    ctx: &Context,
    name: &str,
    calendar: CalendarId,
    terms: Terms,
) -> Result<(), DemoError> {
    let new = NewStandard {
        name: name.parse().map_err(wrong)?,
        is_enabled: true,
        calendar_id: Some(calendar),
        terms,
    };
    create_standard(tx, ctx, new).map_err(DemoError::refused)?;
    Ok(())
}

/// One promise of the sample company.
struct Said {
    kind: PromiseKind,
    zh: &'static str,
    en: &'static str,
    /// When it was made, before now.
    ago: Duration,
    /// How long after that it is due.
    within: Duration,
    /// Whether it was kept.
    is_kept: bool,
}

const HOUR: Duration = Duration::from_hours(1);

const SAID: [Said; 5] = [
    Said {
        kind: PromiseKind::CallBack,
        zh: "下午回电，核对收货地址",
        en: "Call back this afternoon about the delivery address",
        ago: HOUR,
        within: Duration::from_hours(4),
        is_kept: false,
    },
    Said {
        kind: PromiseKind::Other,
        zh: "向仓库确认补发时间后告知客户",
        en: "Ask the warehouse when the replacement leaves, then tell the customer",
        ago: Duration::from_mins(20),
        within: HOUR,
        is_kept: false,
    },
    Said {
        kind: PromiseKind::Reply,
        zh: "今天下班前答复退款进度",
        en: "Answer on the refund before the end of the day",
        ago: Duration::from_hours(2),
        within: Duration::from_hours(6),
        is_kept: false,
    },
    Said {
        kind: PromiseKind::Other,
        zh: "补开发票并发到邮箱",
        en: "Send the corrected invoice by mail",
        ago: Duration::from_hours(30),
        within: Duration::from_hours(8),
        is_kept: false,
    },
    Said {
        kind: PromiseKind::CallBack,
        zh: "回访：茶具是否完好",
        en: "Call: did the tea set arrive in one piece?",
        ago: Duration::from_hours(50),
        within: Duration::from_hours(24),
        is_kept: true,
    },
];

/// A few promises to customers whose conversations go on.
pub async fn promise(app: &App, texts: &Texts, made: &Made) -> Result<(), DemoError> {
    let locale = texts.company.workspace.locale;
    let principal = Principal::system(made.workspace, "demo");
    let app_then = app.clone();
    app.write(&principal, move |tx, ctx| {
        let all = Visibility {
            all: true,
            ..Visibility::default()
        };
        let filter = ListFilter {
            view: View::All,
            status: StatusFilter::Open,
            inbox: None,
            tag: None,
            saved: None,
            order: Order::Recent,
        };
        let open = conversations::list(tx, &all, &filter, None, 50)?;
        let held = open.iter().filter_map(|view| {
            let it = &view.conversation;
            Some((it.id, it.assignee_id?))
        });
        let held: Vec<_> = held.take(SAID.len()).collect();
        for (said, (conversation_id, owner)) in SAID.iter().zip(held) {
            let then = ctx.now().minus(said.ago);
            let made_then = history::at(&app_then, tx, Actor::Agent(owner), then);
            let new = NewPromise {
                conversation_id,
                kind: said.kind,
                text: in_words(locale, said.zh, said.en).to_owned(),
                phone: None,
                due_at: then.plus(said.within),
                owner_id: Some(owner),
            };
            settle(tx, &app_then, &made_then, (new, said, owner))?;
        }
        Ok(())
    })
    .await
}

fn settle(
    tx: &mut Tx<'_>,
    app: &App,
    ctx: &Context,
    (new, said, owner): (NewPromise, &Said, AgentId),
) -> Result<(), DemoError> {
    let promise = promises::make(tx, ctx, new).map_err(DemoError::refused)?;
    if said.is_kept {
        let in_time = ctx.now().plus(said.within / 2);
        let ctx = history::at(app, tx, Actor::Agent(owner), in_time);
        promises::keep(tx, &ctx, promise.id).map_err(DemoError::refused)?;
    }
    Ok(())
}
