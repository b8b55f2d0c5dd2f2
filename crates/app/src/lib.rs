//! Use cases, queries and reactors: one module per feature, synchronous over a `Tx`.
//!
//! A use case is a plain function `(tx, ctx, input) -> Result<output, its own error>`. It
//! reads, checks the permission, decides with the domain, saves, and appends its events,
//! all in one transaction. What must follow (push, mail, webhook) follows from the event
//! or is a job row; nothing is called after the commit. [`App`] is the one place where a
//! use case meets the database threads, the clock and the identifiers.

pub mod accounts;
pub mod attachments;
pub mod attributes;
pub mod audit;
pub mod automation;
pub mod avatars;
pub mod blocks;
pub mod bot;
pub mod calendars;
pub mod cases;
pub mod channel;
pub mod contacts;
pub mod context;
pub mod conversations;
pub mod demo;
pub mod email;
pub mod floor;
pub mod identity;
pub mod inboxes;
pub mod jobs;
pub mod journey;
pub mod knowledge;
pub mod phrases;
pub mod presence;
pub mod promises;
pub mod ratings;
pub mod reporting;
pub mod routing;
pub mod scheduled_messages;
pub mod search;
mod signed_link;
pub mod standards;
pub mod tags;
pub mod views;
pub mod webhooks;
pub mod widget;
pub mod work;

use std::sync::Arc;

use zhiyin_domain::time::Timestamp;
use zhiyin_language::similarity::Encoder;
use zhiyin_ports::{BlobStore, Bus, Clock, HttpClient, IdSource, Mailer, Rng, SenderCheck};
use zhiyin_store::{Store, StoreError, Tx};

pub use context::{Context, Credential, Principal};

/// The running program: the store and everything that is not ours. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Parts>,
    visitors: Arc<widget::VisitorCache>,
    networks: Arc<blocks::Networks>,
    accesses: Arc<identity::AccessCache>,
    hasher: identity::Hasher,
    intake: attachments::Intake,
    knowledge: Arc<knowledge::KnowledgeCache>,
    sender_check: Option<Arc<dyn SenderCheck>>,
    pictures: Arc<email::Pictures>,
}

/// What [`App::new`] is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<dyn IdSource>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Files.
    pub blobs: Arc<dyn BlobStore>,
    /// Outgoing system mail.
    pub mailer: Arc<dyn Mailer>,
    /// Requests to addresses that people typed in.
    pub http: Arc<dyn HttpClient>,
    /// Wake-ups between nodes.
    pub bus: Arc<dyn Bus>,
    /// What use cases need to know of the configuration.
    pub settings: Settings,
}

/// What use cases need to know of the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address under which people reach this installation, without a slash at the end.
    pub public_url: String,
    /// Name of this node, for leases and presence.
    pub node: String,
}

impl App {
    /// Puts the program together.
    pub fn new(parts: Parts) -> Self {
        Self {
            inner: Arc::new(parts),
            visitors: Arc::default(),
            networks: Arc::default(),
            accesses: Arc::default(),
            hasher: identity::Hasher::new(identity::PasswordCost::STANDARD),
            intake: attachments::Intake::default(),
            knowledge: Arc::default(),
            sender_check: None,
            pictures: Arc::default(),
        }
    }

    /// The same program with another cost for passwords: tests and simulations hash
    /// often and guard nothing.
    #[must_use]
    pub fn with_password_cost(self, cost: identity::PasswordCost) -> Self {
        Self {
            hasher: identity::Hasher::new(cost),
            ..self
        }
    }

    /// The same program with sentence vectors, which find the same question in other words.
    #[must_use]
    pub fn with_encoder(self, encoder: Arc<dyn Encoder>) -> Self {
        Self {
            knowledge: Arc::new(knowledge::KnowledgeCache::new(Some(encoder))),
            ..self
        }
    }

    /// The same program with a way to find out whether mails are from who they say; without
    /// it only what trusted servers wrote counts.
    #[must_use]
    pub fn with_sender_check(self, check: Arc<dyn SenderCheck>) -> Self {
        Self {
            sender_check: Some(check),
            ..self
        }
    }

    /// How senders of mails are checked, if they are.
    pub(crate) fn sender_check(&self) -> Option<&Arc<dyn SenderCheck>> {
        self.sender_check.as_ref()
    }

    /// Pictures of mails that were fetched from servers of others.
    pub(crate) fn pictures(&self) -> &email::Pictures {
        &self.pictures
    }

    /// The parts.
    pub fn parts(&self) -> &Parts {
        &self.inner
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// What agents may do, as it was last looked up.
    pub fn accesses(&self) -> &Arc<identity::AccessCache> {
        &self.accesses
    }

    /// Password hashes on a bounded pool.
    pub fn hasher(&self) -> &identity::Hasher {
        &self.hasher
    }

    /// Looks at uploaded files on few threads.
    pub(crate) fn intake(&self) -> &attachments::Intake {
        &self.intake
    }

    /// What articles say, for search.
    pub fn knowledge(&self) -> &Arc<knowledge::KnowledgeCache> {
        &self.knowledge
    }

    /// Visitor tokens that were looked up a moment ago.
    pub fn visitors(&self) -> &widget::VisitorCache {
        &self.visitors
    }

    /// Networks nobody wants messages from, as they were looked up a moment ago.
    pub fn networks(&self) -> &blocks::Networks {
        &self.networks
    }

    /// What a use case is given for one command of `principal`, now.
    pub fn context(&self, principal: &Principal) -> Context {
        self.context_at(principal, self.inner.clock.now())
    }

    /// The same at another moment: for what happened before it was brought here.
    pub(crate) fn context_at(&self, principal: &Principal, now: Timestamp) -> Context {
        Context::new(
            principal,
            now,
            Arc::clone(&self.inner.ids),
            Arc::clone(&self.inner.rng),
        )
    }

    /// Runs a command in one transaction. The closure may run again after a lost race,
    /// with the same time; it must not reach outside the transaction.
    pub async fn write<T, E, F>(&self, principal: &Principal, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>, &Context) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let ctx = self.context(principal);
        self.inner
            .store
            .write(ctx.workspace(), move |tx| f(tx, &ctx))
            .await
    }

    /// Runs a query on a snapshot.
    pub async fn read<T, E, F>(&self, principal: &Principal, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>, &Context) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let ctx = self.context(principal);
        self.inner
            .store
            .read(ctx.workspace(), move |tx| f(tx, &ctx))
            .await
    }

    /// [`App::write`] for threads that may block: the command line, tests, simulations.
    pub fn write_blocking<T, E, F>(&self, principal: &Principal, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>, &Context) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let ctx = self.context(principal);
        self.inner
            .store
            .write_blocking(ctx.workspace(), move |tx| f(tx, &ctx))
    }

    /// [`App::read`] for threads that may block.
    pub fn read_blocking<T, E, F>(&self, principal: &Principal, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>, &Context) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let ctx = self.context(principal);
        self.inner
            .store
            .read_blocking(ctx.workspace(), move |tx| f(tx, &ctx))
    }
}
