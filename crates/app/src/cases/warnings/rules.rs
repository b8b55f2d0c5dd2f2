//! When somebody is warned, who, and what they are to do. A value: stored and sent as it is.

use serde::{Deserialize, Serialize};
use zhiyin_domain::attribute::{Label, is_label};
use zhiyin_domain::ids::AgentId;
use zhiyin_domain::locale::Locale;

use super::super::handling::HandlingError;
use super::PlanStep;

/// People that one set of rules can name.
const PEOPLE_MAX: usize = 50;
/// Words that are looked for.
const WORDS_MAX: usize = 200;
/// Steps of one plan.
const STEPS_MAX: usize = 20;

/// Many similar cases in a short time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRule {
    /// Whether it is used.
    pub is_enabled: bool,
    /// From so many cases of a type on, if that is unusual.
    pub count: u32,
    /// In so many seconds.
    pub window_s: u32,
}

/// Words that announce trouble, in what customers write and in titles of cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeywordRule {
    /// Whether it is used.
    pub is_enabled: bool,
    /// The words; case and width do not count.
    pub words: Vec<String>,
}

/// Cases nobody speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BacklogRule {
    /// Whether it is used.
    pub is_enabled: bool,
    /// Nothing has happened for so many hours.
    pub hours: u32,
    /// From so many such cases of a team on.
    pub count: u32,
}

/// A channel that fell silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelRule {
    /// Whether it is used.
    pub is_enabled: bool,
    /// Nobody has begun to write for so many hours, in which that is unusual.
    pub silent_hours: u32,
}

/// What is to be done about each kind of warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plans {
    /// About a run of cases.
    pub run: Vec<Label>,
    /// About a word.
    pub keyword: Vec<Label>,
    /// About a backlog.
    pub backlog: Vec<Label>,
    /// About a silent channel.
    pub channel: Vec<Label>,
}

/// All rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarningRules {
    /// Who is told; nobody means whoever leads the floor.
    pub people: Vec<AgentId>,
    /// Many similar cases.
    pub run: RunRule,
    /// Words.
    pub keywords: KeywordRule,
    /// Backlogs.
    pub backlog: BacklogRule,
    /// Channels.
    pub channel: ChannelRule,
    /// What is to be done.
    pub plan: Plans,
}

fn steps(texts: &[(&str, &str)]) -> Vec<Label> {
    texts
        .iter()
        .map(|(zh, en)| {
            Label::from([
                (Locale::ZhCn, (*zh).to_owned()),
                (Locale::En, (*en).to_owned()),
            ])
        })
        .collect()
}

fn plans() -> Plans {
    Plans {
        run: steps(&[
            (
                "看几张工单，确认是不是同一原因",
                "Read some of the cases: is it one cause?",
            ),
            (
                "建立主工单，把其余的挂为子工单",
                "Make a parent case and link the others to it",
            ),
            ("告诉一线怎样答复", "Tell the floor what to answer"),
            (
                "告诉负责的部门并约定时间",
                "Tell the department in charge and agree on a time",
            ),
        ]),
        keyword: steps(&[
            ("通读会话和工单", "Read the conversation and the case"),
            (
                "重新评估严重程度，必要时升级为投诉",
                "Assess the severity; make it a complaint if it is one",
            ),
            ("指定一位对外答复的人", "Name one person who answers"),
            ("告诉法务或公关", "Tell legal or public relations"),
        ]),
        backlog: steps(&[
            ("找出为什么没有动静", "Find out why nothing happens"),
            (
                "给每张工单定下一步和时间",
                "Give each case a next step and a time",
            ),
            ("告诉客户进展", "Tell the customers how things stand"),
        ]),
        channel: steps(&[
            (
                "自己从这个渠道发一条消息试试",
                "Write through the channel yourself",
            ),
            (
                "检查渠道设置和网站上的代码",
                "Look at its settings and the code on the site",
            ),
            (
                "恢复之前在网站上写明其他联系方式",
                "Name other ways to reach you until it works",
            ),
        ]),
    }
}

impl Default for WarningRules {
    fn default() -> Self {
        let words = [
            "媒体",
            "记者",
            "曝光",
            "律师",
            "起诉",
            "法院",
            "消协",
            "12315",
            "工商",
            "lawyer",
            "attorney",
            "sue",
            "court",
            "journalist",
            "press",
            "newspaper",
            "ombudsman",
        ];
        Self {
            people: Vec::new(),
            run: RunRule {
                is_enabled: true,
                count: 5,
                window_s: 24 * 3600,
            },
            keywords: KeywordRule {
                is_enabled: true,
                words: words.map(str::to_owned).into(),
            },
            backlog: BacklogRule {
                is_enabled: true,
                hours: 24,
                count: 10,
            },
            channel: ChannelRule {
                is_enabled: true,
                silent_hours: 4,
            },
            plan: plans(),
        }
    }
}

impl WarningRules {
    pub(super) fn check(&self) -> Result<(), HandlingError> {
        let invalid = |path: &'static str, detail: &str| {
            Err(HandlingError::Invalid {
                path,
                detail: detail.to_owned(),
            })
        };
        if self.people.len() > PEOPLE_MAX {
            return invalid("/rules/people", "At most 50 people are named.");
        }
        if self.run.count < 2 || !(3600..=30 * 86_400).contains(&self.run.window_s) {
            return invalid(
                "/rules/run",
                "A run is two cases or more within an hour to 30 days.",
            );
        }
        let is_word = |word: &String| (2..=40).contains(&word.trim().chars().count());
        if self.keywords.words.len() > WORDS_MAX || !self.keywords.words.iter().all(is_word) {
            return invalid(
                "/rules/keywords",
                "At most 200 words of 2 to 40 characters each.",
            );
        }
        if self.backlog.count == 0 || !(1..=30 * 24).contains(&self.backlog.hours) {
            return invalid(
                "/rules/backlog",
                "One case or more, for an hour to 30 days.",
            );
        }
        if !(1..=72).contains(&self.channel.silent_hours) {
            return invalid("/rules/channel", "One to 72 hours.");
        }
        let Plans {
            run,
            keyword,
            backlog,
            channel,
        } = &self.plan;
        let is_plan = |plan: &Vec<Label>| plan.len() <= STEPS_MAX && plan.iter().all(is_label);
        if ![run, keyword, backlog, channel].into_iter().all(is_plan) {
            return invalid(
                "/rules/plan",
                "A plan has at most 20 steps, each with words.",
            );
        }
        Ok(())
    }

    /// The plan of a kind, nothing of it done.
    pub(super) fn plan_of(&self, kind: &str) -> Vec<PlanStep> {
        let plan = match kind {
            "run" => &self.plan.run,
            "keyword" => &self.plan.keyword,
            "backlog" => &self.plan.backlog,
            _ => &self.plan.channel,
        };
        plan.iter()
            .map(|text| PlanStep {
                text: text.clone(),
                done: None,
            })
            .collect()
    }
}
