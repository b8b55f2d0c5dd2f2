//! The program in a test: fixed clock, seeded ids, a store of its own, no network.
//!
//! ```no_run
//! # use serde_json::json;
//! # use zhiyin_domain::permission::BuiltinRole;
//! # use zhiyin_testkit::TestApp;
//! # async fn example() {
//! let t = TestApp::new().await;
//! let inbox = t.inbox("Shop").await;
//! let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
//! let visitor = t.visitor(&inbox).await;
//! let sent = visitor.post("/api/v1/widget/messages").json(json!({ "client_id": "1", "text": "你好" })).await;
//! assert_eq!(sent.summary(), "201");
//! t.run_until_idle().await;
//! # }
//! ```
//!
//! Time moves by `t.clock.advance(..)`, work that follows by `t.run_until_idle()`. There is
//! no sleeping. The store is SQLite in memory, or PostgreSQL with
//! `ZHIYIN_TEST_ENGINE=postgres`. Streams run over a real socket of this machine, see
//! [`TestApp::listen`].

mod client;
mod database;
mod people;
mod receiver;
mod server;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use zhiyin_api::{AppState, HttpConfig};
use zhiyin_app::identity::{NewWorkspace, PasswordCost, Visit};
use zhiyin_app::work::Work;
use zhiyin_app::{App, Parts, Principal, Settings};
use zhiyin_domain::ids::{AgentId, WorkspaceId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_fetch::{Allowed, GuardedClient, SystemResolver};
use zhiyin_ports::SenderCheck;
use zhiyin_ports::fixed::{FixedClock, MemoryBlobs, Outbox, SeededIds, SeededRng};
use zhiyin_ports::system::LocalBus;
use zhiyin_store::Store;
use zhiyin_worker::Worker;

pub use client::{Client, Request, TestResponse};
pub use database::TestDatabase;
pub use people::{TestAgent, TestInbox, TestVisitor};
pub use receiver::{Heard, Receiver, Reply};
pub use server::{Server, Socket};

/// The password of everybody in a test.
pub const PASSWORD: &str = "seven green kettles sing";

/// 2026-03-02, 09:00 in Shanghai: a Monday morning.
const START_MICROS: i64 = 1_772_413_200_000_000;

/// The program, ready to be called.
pub struct TestApp {
    /// The program.
    pub app: App,
    /// The HTTP surface.
    pub state: AppState,
    /// Time, which stands still until it is moved.
    pub clock: Arc<FixedClock>,
    /// Mail that was sent.
    pub outbox: Arc<Outbox>,
    /// The company.
    pub workspace: WorkspaceId,
    /// Its administrator.
    pub admin: TestAgent,
    router: Router,
    worker: Worker,
    password_hash: String,
    /// Dropped last: the store must be gone before its database is.
    _database: Option<TestDatabase>,
}

/// How a [`TestApp`] differs from the usual one.
pub struct Options {
    /// The HTTP surface.
    pub http: HttpConfig,
    /// What the worker runs besides the upkeep of the house.
    pub work: Work,
    /// Seed of ids and randomness.
    pub seed: u16,
    /// How senders of mails are checked, if they are.
    pub sender_check: Option<Arc<dyn SenderCheck>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            http: HttpConfig::default(),
            work: Work::default(),
            seed: 1,
            sender_check: None,
        }
    }
}

impl TestApp {
    /// The usual program: a workspace with its administrator, nobody else.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A program with other settings.
    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options::default();
        change(&mut options);
        let (store, database) = database::open();
        let clock = Arc::new(FixedClock::at(Timestamp::from_micros(START_MICROS)));
        let outbox = Arc::new(Outbox::default());
        let app = app(store, &clock, &outbox, options.seed);
        let app = match options.sender_check {
            Some(check) => app.with_sender_check(check),
            None => app,
        };
        let logged_in = app
            .set_up(first_workspace(), visit())
            .await
            .expect("an empty store");
        let password =
            zhiyin_domain::identity::password::Password::new(Secret::new(PASSWORD.to_owned()), &[])
                .expect("a good password");
        let password_hash = app
            .hasher()
            .hash(password, [7; 16])
            .await
            .expect("an idle hasher");
        let state = AppState::new(app.clone(), options.http);
        let router = zhiyin_api::router(&state);
        let worker = Worker::new(
            &app,
            options
                .work
                .and(zhiyin_app::identity::work())
                .and(zhiyin_app::attachments::work())
                .and(zhiyin_app::avatars::work())
                .and(zhiyin_app::presence::work())
                .and(zhiyin_app::scheduled_messages::work())
                .and(zhiyin_app::journey::work())
                .and(zhiyin_app::promises::work())
                .and(zhiyin_app::cases::work())
                .and(zhiyin_app::knowledge::work())
                .and(zhiyin_app::bot::work())
                .and(zhiyin_app::email::work())
                .and(zhiyin_app::automation::work())
                .and(zhiyin_app::webhooks::work())
                .and(zhiyin_api::webhooks::work()),
        );
        let admin = TestAgent::new(logged_in.agent, &logged_in.cookie, &router);
        Self {
            workspace: logged_in.workspace,
            app,
            state,
            clock,
            outbox,
            admin,
            router,
            worker,
            password_hash,
            _database: database,
        }
    }

    /// Somebody without credentials.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// Everything this program answers, for a test that brings its own server.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Zhiyin itself, for what no API offers.
    pub fn system(&self) -> Principal {
        Principal::system(self.workspace, "test")
    }

    /// Lets everything happen that follows from what happened, and serves the streams.
    pub async fn run_until_idle(&self) {
        self.worker
            .run_until_idle()
            .await
            .expect("the worker comes to rest");
        zhiyin_api::stream::pump(&self.state)
            .await
            .expect("the streams can read the log");
    }

    /// Time passes, second by second for the streams' timers.
    pub async fn let_pass(&self, duration: Duration) {
        for _ in 0..duration.as_secs() {
            self.clock.advance(Duration::from_secs(1));
            zhiyin_api::stream::tick(&self.state).await;
        }
        self.run_until_idle().await;
    }

    pub(crate) fn password_hash(&self) -> &str {
        &self.password_hash
    }

    pub(crate) fn agent_client(&self, id: AgentId, cookie: &Secret<String>) -> TestAgent {
        TestAgent::new(id, cookie, &self.router)
    }
}

fn app(store: Store, clock: &Arc<FixedClock>, outbox: &Arc<Outbox>, seed: u16) -> App {
    let parts = Parts {
        store,
        clock: Arc::clone(clock) as _,
        ids: Arc::new(SeededIds::new(seed)),
        rng: Arc::new(SeededRng::new(seed.into())),
        blobs: Arc::new(MemoryBlobs::default()),
        mailer: Arc::clone(outbox) as _,
        http: http(),
        bus: Arc::new(LocalBus::new()),
        settings: Settings {
            public_url: "http://zhiyin.test".to_owned(),
            node: "test".to_owned(),
        },
    };
    App::new(parts).with_password_cost(PasswordCost::CHEAP)
}

/// Requests reach this machine and nothing else: no name is looked up outside.
fn http() -> Arc<GuardedClient> {
    let loopback = "127.0.0.0/8".parse().expect("a network");
    let allowed = Allowed::new(vec![loopback]);
    Arc::new(GuardedClient::with(
        allowed,
        Arc::new(SystemResolver),
        Vec::new(),
    ))
}

fn first_workspace() -> NewWorkspace {
    NewWorkspace {
        name: "绿茶商行".parse().expect("a name"),
        slug: None,
        locale: Locale::ZhCn,
        time_zone: "Asia/Shanghai".parse().expect("a time zone"),
        admin_name: "Chen Wei".parse().expect("a name"),
        admin_email: "chen.wei@tea.example".parse().expect("an address"),
        password: Secret::new(PASSWORD.to_owned()),
    }
}

pub(crate) fn visit() -> Visit {
    Visit {
        address: "192.0.2.1".to_owned(),
        user_agent: "test".to_owned(),
        previous: None,
        request_id: None,
    }
}
