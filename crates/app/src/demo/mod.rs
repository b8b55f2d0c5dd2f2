//! The sample company: what `zhiyin serve --demo` shows.
//!
//! A tea and ceramics shop with two languages, three teams, nine agents, phrases, tags and
//! two thousand past sessions over ninety days. Everything goes through the same use cases
//! as real work, only with times in the past, so that lists, counters, search and events
//! are what they would be. The texts are in `crates/app/demo`; chance comes from a seed, so
//! two demos are alike.

mod automation;
mod bot;
mod cases;
mod company;
mod history;
mod knowledge;
mod live;
mod moments;
mod plan;
mod routing;
mod settings;
mod standards;
mod texts;

pub use live::{LiveCustomer, Said, live_customers};

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{InboxId, WorkspaceId};
use zhiyin_domain::secret::Secret;
use zhiyin_store::StoreError;

use crate::App;
use crate::identity::SetupError;

/// The password of every log-in of the sample company. It is printed at the start and
/// guards invented data only.
pub const PASSWORD: &str = "tea-and-ceramics";

/// Past sessions of the sample company, unless somebody wants fewer.
pub const SESSIONS: usize = 2000;

/// Why the sample company could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The texts do not fit together; a fault of this program.
    #[error("the texts of the sample company do not fit together: {0}")]
    Texts(String),
    /// There is a workspace already: a demo is only made in a fresh store.
    #[error("the sample company can only be made in an empty store")]
    NotEmpty,
    /// The workspace could not be made.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A use case refused what the texts say.
    #[error("a use case refused the sample data")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DemoError {
    fn refused(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Refused(Box::new(source))
    }
}

/// How to look around in the sample company.
#[derive(Debug, Clone)]
pub struct DemoAccess {
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Its log-ins.
    pub log_ins: Vec<DemoLogIn>,
    /// Its inboxes: id, public key, language of the shop.
    pub inboxes: Vec<(InboxId, String, &'static str)>,
}

/// One log-in of the sample company.
#[derive(Debug, Clone)]
pub struct DemoLogIn {
    /// Name.
    pub name: String,
    /// Address.
    pub email: EmailAddress,
    /// Built-in role.
    pub role: String,
    /// The same for all.
    pub password: Secret<String>,
}

/// Makes the sample company with `sessions` past sessions in an empty store.
///
/// Lists, search and reports look alike with a few hundred, which take a fraction of the time
/// to make: browser tests ask for fewer than [`SESSIONS`].
pub async fn seed(app: &App, sessions: usize) -> Result<DemoAccess, DemoError> {
    if !app.needs_set_up().await? {
        return Err(DemoError::NotEmpty);
    }
    let texts = texts::Texts::load()?;
    let company = company::create(app, &texts).await?;
    settings::create(app, &texts, &company).await?;
    standards::create(app, &texts, &company).await?;
    let customers = history::play(app, &texts, &company, sessions).await?;
    settings::block(app, &texts, &company, &customers).await?;
    routing::create(app, &texts, &company, &customers).await?;
    moments::play(app, &company, &customers).await?;
    standards::promise(app, &texts, &company).await?;
    cases::create(app, &texts, &company, &customers).await?;
    knowledge::create(app, &texts, &company).await?;
    automation::create(app, &texts, &company).await?;
    bot::create(app, &company).await?;
    Ok(company.access(&texts))
}
