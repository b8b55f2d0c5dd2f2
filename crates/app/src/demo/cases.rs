//! Cases of the sample company, in every state: one nobody has begun, one that is late, one
//! that waits for the warehouse, one somebody is asked to take over, a complaint with two
//! handoffs, one that is solved and one that is over.

use std::sync::Arc;
use std::time::Duration;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::cases::case::{Case, Source};
use zhiyin_domain::cases::closing::{Answer, Means};
use zhiyin_domain::cases::escalation::TimeLimit;
use zhiyin_domain::cases::forms::{Answers, FieldKind, Form};
use zhiyin_domain::cases::procedure::{Desk, Desks};
use zhiyin_domain::cases::severity::{ComplaintFacts, Harm, Outside, Value};
use zhiyin_domain::ids::{AgentId, TeamId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::{runs, types};
use zhiyin_store::{Tx, calendars, conversations};

use super::company::Made;
use super::plan::Customer;
use super::texts::Texts;
use super::{DemoError, history};
use crate::cases::{self, CaseError, CaseTimes, NewCase, NewTaskInput, TaskAct, Wanted};
use crate::{App, Context, Principal};

/// A text in Chinese and English.
type Text = (&'static str, &'static str);

/// How far a case is.
#[derive(Clone, Copy)]
enum State {
    /// Nobody has begun.
    New,
    /// Somebody works on it.
    Taken,
    /// The customer has the turn.
    WaitsForCustomer,
    /// The back office has a task.
    WithTask(Text, Text),
    /// A complaint with two handoffs, one answered, one late.
    TwoHandoffs,
    /// Somebody is asked to take it over.
    Offered(&'static str, Text),
    /// Solved; the customer is asked.
    Resolved,
    /// Over: the customer confirmed.
    Closed,
}

/// One case.
struct Story {
    case_type: &'static str,
    title: Text,
    owner: &'static str,
    hours_ago: u32,
    state: State,
}

const STORIES: [Story; 9] = [
    Story {
        case_type: "consultation",
        title: ("想了解紫砂壶怎么开壶", "How to season a new clay teapot"),
        owner: "jiamu",
        hours_ago: 1,
        state: State::New,
    },
    Story {
        case_type: "fault",
        title: ("电热水壶底座不通电", "The base of the kettle has no power"),
        owner: "anran",
        hours_ago: 20,
        state: State::Taken,
    },
    Story {
        case_type: "return_exchange",
        title: (
            "茶杯到货有裂纹，想换一只",
            "A cup arrived cracked; to be exchanged",
        ),
        owner: "shuyan",
        hours_ago: 26,
        state: State::WaitsForCustomer,
    },
    Story {
        case_type: "billing",
        title: (
            "发票抬头写错，需要重开",
            "The invoice names the wrong company",
        ),
        owner: "emily",
        hours_ago: 5,
        state: State::WithTask(
            (
                "请按客户给的抬头重开发票",
                "Please write the invoice anew with the name the customer gave",
            ),
            (
                "新发票的号码和寄出时间",
                "Number of the new invoice, and when it was sent",
            ),
        ),
    },
    Story {
        case_type: "request",
        title: ("婚礼回礼定制 80 份茶礼盒", "80 tea boxes as wedding gifts"),
        owner: "anran",
        hours_ago: 3,
        state: State::Offered(
            "emily",
            (
                "我明天开始休假，客户更习惯用英文",
                "I am on leave from tomorrow, and the customer prefers English",
            ),
        ),
    },
    Story {
        case_type: "complaint",
        title: (
            "第二次发错货，还要客户自己付运费",
            "The wrong goods for the second time, and the customer was to pay the shipping",
        ),
        owner: "anran",
        hours_ago: 30,
        state: State::TwoHandoffs,
    },
    Story {
        case_type: "fault",
        title: ("茶盘漏水", "The tea tray leaks"),
        owner: "emily",
        hours_ago: 70,
        state: State::Resolved,
    },
    Story {
        case_type: "consultation",
        title: ("普洱生茶和熟茶怎么存放", "How to store raw and ripe Pu'er"),
        owner: "jiamu",
        hours_ago: 120,
        state: State::Closed,
    },
    Story {
        case_type: "account_security",
        title: (
            "手机换号后登录不了会员账户",
            "Cannot log in after changing the phone number",
        ),
        owner: "shuyan",
        hours_ago: 2,
        state: State::New,
    },
];

const fn said(locale: Locale, (zh, en): Text) -> &'static str {
    match locale {
        Locale::ZhCn => zh,
        Locale::En => en,
    }
}

/// Answers to everything that has to be answered.
fn filled(form: &Form, locale: Locale) -> Answers {
    let words = said(locale, ("见对话记录", "See the conversation"));
    let required = form
        .fields
        .iter()
        .filter(|field| field.is_required || field.required_if.is_some());
    let answer = |kind: &FieldKind| match kind {
        FieldKind::Text | FieldKind::LongText => words.to_owned(),
        FieldKind::Number { min, .. } => min.unwrap_or(1).max(1).to_string(),
        FieldKind::Money { .. } => "128".to_owned(),
        FieldKind::Boolean => "false".to_owned(),
        FieldKind::Date => "2026-03-01".to_owned(),
        FieldKind::Select { options } | FieldKind::MultiSelect { options } => {
            let first = options.first().map(|option| option.value.clone());
            first.unwrap_or_default()
        }
        FieldKind::Link => "https://qingyu.example/order".to_owned(),
    };
    required
        .map(|field| (field.key.clone(), answer(&field.kind)))
        .collect()
}

/// The sample company while its cases are made.
struct Stage<'a> {
    app: &'a App,
    made: &'a Made,
    locale: Locale,
    orders: TeamId,
    aftersales: TeamId,
}

impl Stage<'_> {
    fn agent(&self, key: &str) -> Result<AgentId, DemoError> {
        let found = self.made.agents.get(key).copied();
        found.ok_or_else(|| DemoError::Texts(format!("no agent `{key}`")))
    }

    fn at(&self, tx: &Tx<'_>, agent: AgentId, at: Timestamp) -> Context {
        history::at(self.app, tx, Actor::Agent(agent), at)
    }

    fn play(
        &self,
        tx: &mut Tx<'_>,
        story: &Story,
        (customer, now): (&Customer, Timestamp),
    ) -> Result<(), DemoError> {
        let owner = self.agent(story.owner)?;
        let begun = now.minus(Duration::from_hours(story.hours_ago.into()));
        let ctx = self.at(tx, owner, begun);
        let case_type = types::by_key(tx, story.case_type)?
            .ok_or_else(|| DemoError::Texts(format!("no type `{}`", story.case_type)))?;
        let version = types::version(tx, case_type.id, case_type.version_number)?;
        let form = version.map(|it| it.terms.form).unwrap_or_default();
        let identity = &customer.identity;
        let talk = conversations::find(tx, identity.inbox_id, identity.id)?;
        let is_complaint = matches!(story.state, State::TwoHandoffs);
        let new = NewCase {
            type_id: Some(case_type.id),
            title: said(self.locale, story.title).to_owned(),
            contact_id: Some(customer.contact.id),
            source: talk
                .as_ref()
                .map_or(Source::Manual, |talk| Source::Conversation {
                    conversation_id: talk.id,
                    message_ids: Vec::new(),
                }),
            team_id: Some(self.aftersales),
            answers: filled(&form, self.locale),
            conversation_ids: talk.into_iter().map(|talk| talk.id).collect(),
            facts: is_complaint.then_some(ComplaintFacts {
                harm: Harm::Over,
                legal: Outside::None,
                media: Outside::Threatened,
                repeat_count: 1,
                value: Value::Usual,
                ..ComplaintFacts::default()
            }),
            ..NewCase::default()
        };
        let case = cases::create(tx, &ctx, &new).map_err(DemoError::refused)?;
        self.go_on(tx, story, (&case, owner, begun))
            .map_err(DemoError::refused)
    }

    fn go_on(
        &self,
        tx: &mut Tx<'_>,
        story: &Story,
        (case, owner, begun): (&Case, AgentId, Timestamp),
    ) -> Result<(), CaseError> {
        let later = |minutes: u64| begun.plus(Duration::from_mins(minutes));
        let ctx = self.at(tx, owner, later(6));
        let id = case.id;
        let visit = |tx: &mut Tx<'_>| -> Result<u32, CaseError> {
            let run = runs::get(tx, id)?;
            Ok(run
                .and_then(|run| run.current().map(|visit| visit.number))
                .unwrap_or(1))
        };
        if matches!(story.state, State::New) {
            return Ok(());
        }
        let number = visit(tx)?;
        cases::take_step(tx, &ctx, id, number)?;
        match story.state {
            State::New | State::Taken => {}
            State::WaitsForCustomer => {
                let note = said(
                    self.locale,
                    ("已请客户补充照片", "Asked the customer for a picture"),
                );
                cases::set_status(tx, &ctx, id, Wanted::WaitingForCustomer, note)?;
            }
            State::WithTask(request, standard) => {
                self.ask(tx, &ctx, (case, self.orders), (request, standard, 8))?;
            }
            State::TwoHandoffs => self.two_handoffs(tx, (case, owner, begun))?,
            State::Offered(key, reason) => {
                if let Ok(to) = self.agent(key) {
                    let reason = said(self.locale, reason);
                    cases::propose(tx, &ctx, id, (to, reason, None))?;
                }
            }
            State::Resolved | State::Closed => {
                let reason = said(self.locale, ("电话中已解决", "Solved on the telephone"));
                cases::abandon_step(tx, &ctx, id, (number, reason))?;
                let then = self.at(tx, owner, later(90));
                cases::resolve(tx, &then, id, "")?;
                if matches!(story.state, State::Closed) {
                    let then = self.at(tx, owner, later(24 * 60));
                    let words = said(
                        self.locale,
                        ("客户说可以了", "The customer says it is fine"),
                    );
                    let contact = (Means::Call, Answer::Confirmed, words);
                    cases::contacts::document(tx, &then, id, contact)?;
                    cases::close(tx, &then, id, "")?;
                }
            }
        }
        Ok(())
    }

    fn ask(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        (case, team): (&Case, TeamId),
        (request, standard, hours): (Text, Text, u32),
    ) -> Result<zhiyin_domain::ids::CaseTaskId, CaseError> {
        let input = NewTaskInput {
            team_id: Some(team),
            desk: None,
            request: said(self.locale, request).to_owned(),
            standard: said(self.locale, standard).to_owned(),
            limit: TimeLimit::business_hours(hours),
            ladder: None,
        };
        Ok(cases::ask_task(tx, ctx, case.id, input)?.task.id)
    }

    /// The first question is answered; the second is late, and has gone up the line.
    fn two_handoffs(
        &self,
        tx: &mut Tx<'_>,
        (case, owner, begun): (&Case, AgentId, Timestamp),
    ) -> Result<(), CaseError> {
        let later = |minutes: u64| begun.plus(Duration::from_mins(minutes));
        let ctx = self.at(tx, owner, later(12));
        let first = self.ask(
            tx,
            &ctx,
            (case, self.orders),
            (
                (
                    "两次发货的拣货记录是什么？为什么又发错？",
                    "What do the picking records of both parcels say? Why was it wrong again?",
                ),
                (
                    "两次的拣货单号、拣货人和原因",
                    "Both picking numbers, who picked, and the cause",
                ),
                4,
            ),
        )?;
        if let Some(picker) = self.made.agents.get("yifan") {
            let then = self.at(tx, *picker, later(100));
            cases::act_on_task(tx, &then, first, &TaskAct::Take)?;
            let then = self.at(tx, *picker, later(190));
            let words = said(
                self.locale,
                (
                    "货架 B12 与 B21 标签贴反，两次都取自 B21。标签已更正。",
                    "The labels of shelves B12 and B21 were swapped; both parcels came from B21. Corrected.",
                ),
            );
            cases::act_on_task(tx, &then, first, &TaskAct::Answer(words.to_owned()))?;
        }
        let then = self.at(tx, owner, later(200));
        self.ask(
            tx,
            &then,
            (case, self.orders),
            (
                (
                    "请今天补发正确商品，并承担退回运费",
                    "Please send the right goods today, and pay for the way back",
                ),
                (
                    "补发的运单号和预计送达日",
                    "Tracking number, and the day it arrives",
                ),
                2,
            ),
        )?;
        Ok(())
    }
}

/// Which team is which desk, and by which calendar times of cases run.
fn set_up(tx: &mut Tx<'_>, ctx: &Context, stage: &Stage<'_>) -> Result<(), DemoError> {
    cases::seed_types(tx, ctx)?;
    let desks = Desks::from([
        (Desk::Warehouse, stage.orders),
        (Desk::Finance, stage.orders),
        (Desk::Technical, stage.aftersales),
    ]);
    cases::set_desks(tx, ctx, desks, 0).map_err(DemoError::refused)?;
    let times = CaseTimes {
        calendar_id: calendars::list(tx)?.first().map(|it| it.id),
        ..CaseTimes::default()
    };
    cases::set_times(tx, ctx, times, 0).map_err(DemoError::refused)?;
    Ok(())
}

/// Makes all of it, for customers who were there before.
pub async fn create(
    app: &App,
    texts: &Texts,
    made: &Made,
    customers: &Arc<Vec<Customer>>,
) -> Result<(), DemoError> {
    let principal = Principal::system(made.workspace, "demo");
    let team = |key: &str| {
        let found = made.teams.get(key).copied();
        found.ok_or_else(|| DemoError::Texts(format!("no team `{key}`")))
    };
    let (orders, aftersales) = (team("orders")?, team("aftersales")?);
    let locale = texts.company.workspace.locale;
    let (app_then, made) = (app.clone(), made.share(made.workspace));
    let customers = Arc::clone(customers);
    app.write(&principal, move |tx, ctx| {
        let stage = Stage {
            app: &app_then,
            made: &made,
            locale,
            orders,
            aftersales,
        };
        set_up(tx, ctx, &stage)?;
        for (story, customer) in STORIES.iter().zip(customers.iter()) {
            stage.play(tx, story, (customer, ctx.now()))?;
        }
        Ok(())
    })
    .await
}
