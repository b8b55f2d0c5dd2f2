//! Simulated customers of `--live`: what they say next, given what an agent said.
//!
//! Pure: a script answers an agent's line by the first cue whose words occur in it. Who
//! sends it, and when, is the business of the caller, who talks to the public interface
//! of the widget like any other visitor.

use std::collections::BTreeMap;

use serde::Deserialize;
use zhiyin_domain::locale::Locale;

use super::DemoError;
use super::texts::parse;

#[derive(Deserialize)]
struct File {
    cues: Vec<Cue>,
    customers: Vec<Script>,
}

#[derive(Deserialize, Clone)]
struct Cue {
    key: String,
    words: BTreeMap<Locale, Vec<String>>,
}

#[derive(Deserialize, Clone)]
struct Script {
    locale: Locale,
    inbox: String,
    patience_s: u32,
    opening: Vec<String>,
    reactions: BTreeMap<String, Vec<String>>,
    nudges: Vec<String>,
    gives_up: String,
    rating: RatingScript,
}

#[derive(Deserialize, Clone)]
struct RatingScript {
    probability: f64,
    scores: Vec<u8>,
    comments: Vec<String>,
}

/// A simulated customer.
#[derive(Clone)]
pub struct LiveCustomer {
    script: Script,
    cues: std::sync::Arc<Vec<Cue>>,
    /// How often each reaction was used.
    used: BTreeMap<String, usize>,
    nudges: usize,
}

/// What a customer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Goes on with this line.
    Line(String),
    /// Says this and leaves.
    Farewell(String),
}

/// All scripts.
pub fn live_customers() -> Result<Vec<LiveCustomer>, DemoError> {
    let file: File = parse(
        "live_customers.json",
        include_str!("../../demo/live_customers.json"),
    )?;
    let cues = std::sync::Arc::new(file.cues);
    Ok(file
        .customers
        .into_iter()
        .map(|script| LiveCustomer {
            script,
            cues: std::sync::Arc::clone(&cues),
            used: BTreeMap::new(),
            nudges: 0,
        })
        .collect())
}

impl LiveCustomer {
    /// Public key of the inbox they write to.
    pub fn inbox_key(&self) -> String {
        format!("demo-{}", self.script.inbox)
    }

    /// Their language.
    pub fn locale(&self) -> Locale {
        self.script.locale
    }

    /// What they begin with.
    pub fn opening(&self) -> impl Iterator<Item = String> + '_ {
        self.script.opening.iter().map(|line| self.fill(line))
    }

    /// Seconds they wait before they ask again.
    pub fn patience_s(&self) -> u32 {
        self.script.patience_s
    }

    /// Their answer to a line of an agent.
    pub fn answer(&mut self, line: &str) -> Said {
        let line = line.to_lowercase();
        let known = |cue: &&Cue| {
            self.script.reactions.contains_key(&cue.key)
                && cue
                    .words
                    .get(&self.script.locale)
                    .is_some_and(|words| words.iter().any(|word| line.contains(word.as_str())))
        };
        let key = self
            .cues
            .iter()
            .find(known)
            .map_or("fallback", |cue| cue.key.as_str())
            .to_owned();
        let lines = self
            .script
            .reactions
            .get(&key)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let used = self.used.entry(key.clone()).or_default();
        let text = lines
            .get(*used % lines.len().max(1))
            .cloned()
            .unwrap_or_default();
        *used += 1;
        let text = self.fill(&text);
        match key.as_str() {
            "anything_else" | "closing" => Said::Farewell(text),
            _ => Said::Line(text),
        }
    }

    /// What they say when nobody has answered for their patience.
    pub fn nudge(&mut self) -> Said {
        let next = self.script.nudges.get(self.nudges).cloned();
        self.nudges += 1;
        match next {
            Some(line) => Said::Line(self.fill(&line)),
            None => Said::Farewell(self.fill(&self.script.gives_up)),
        }
    }

    /// The rating they give; `chance` is a number from 0 to 1.
    pub fn rating(&self, chance: f64) -> Option<(u8, Option<String>)> {
        if chance >= self.script.rating.probability {
            return None;
        }
        let turn = self.used.values().sum::<usize>() + self.nudges;
        let scores = &self.script.rating.scores;
        let score = scores.get(turn % scores.len().max(1)).copied()?;
        let comment = self
            .script
            .rating
            .comments
            .get(turn % (scores.len() + 1))
            .cloned();
        Some((score, comment))
    }

    fn fill(&self, line: &str) -> String {
        let (product, city) = match self.script.locale {
            Locale::ZhCn => ("天青釉盖碗", "杭州"),
            Locale::En => ("celadon gaiwan", "Leeds"),
        };
        line.replace("{{order}}", "QY20418837")
            .replace("{{tracking}}", "YD7719204418307")
            .replace("{{product}}", product)
            .replace("{{city}}", city)
            .replace("{{name}}", "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_can_be_played() {
        let customers = live_customers().expect("readable scripts");
        assert!(customers.len() >= 40);
        for mut customer in customers {
            assert!(
                customer
                    .opening()
                    .all(|line| !line.is_empty() && !line.contains("{{"))
            );
            for line in ["您的订单号是多少？", "May I have your order number?", "hm"] {
                let (Said::Line(text) | Said::Farewell(text)) = customer.answer(line);
                assert!(!text.is_empty() && !text.contains("{{"), "{text}");
            }
            let farewell = (0..10)
                .map(|_| customer.nudge())
                .find(|said| matches!(said, Said::Farewell(_)));
            assert!(farewell.is_some(), "patience ends");
        }
    }

    #[test]
    fn anything_else_ends_the_talk() {
        let customers = live_customers().expect("readable scripts");
        for mut customer in customers {
            let line = match customer.locale() {
                Locale::ZhCn => "请问还有其他可以帮您的吗",
                Locale::En => "Is there anything else I can do?",
            };
            assert!(matches!(customer.answer(line), Said::Farewell(_)));
        }
    }
}
