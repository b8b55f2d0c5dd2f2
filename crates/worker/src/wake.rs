//! Wake-ups: commits of this process and messages of other nodes.
//!
//! A wake-up only says "look again". It may be lost, doubled or late.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use zhiyin_app::App;
use zhiyin_ports::{Subscription, Topic, Wake};

/// Wake-ups for other nodes are sent at most this often: the cost of `NOTIFY` inside
/// every transaction would halve the throughput of the database.
const ANNOUNCE_PAUSE: Duration = Duration::from_millis(5);

/// Where wake-ups come together.
pub(crate) struct Wakers {
    commits: watch::Receiver<u64>,
    remote: watch::Receiver<u64>,
    _subscriptions: [Subscription; 2],
}

/// One listener.
pub(crate) struct Ear {
    commits: watch::Receiver<u64>,
    remote: watch::Receiver<u64>,
}

impl Wakers {
    pub(crate) fn new(app: &App) -> Self {
        let (sender, remote) = watch::channel(0_u64);
        let sender = Arc::new(sender);
        let subscribe = |topic| {
            let sender = Arc::clone(&sender);
            app.parts().bus.subscribe(
                topic,
                Box::new(move |_| {
                    if !ANNOUNCING.with(|flag| flag.load(Ordering::Relaxed)) {
                        sender.send_modify(|count| *count = count.wrapping_add(1));
                    }
                }),
            )
        };
        Self {
            commits: app.store().commits(),
            _subscriptions: [subscribe(Topic::Events), subscribe(Topic::Jobs)],
            remote,
        }
    }

    pub(crate) fn listen(&self) -> Ear {
        Ear {
            commits: self.commits.clone(),
            remote: self.remote.clone(),
        }
    }
}

impl Ear {
    /// What happened up to now is known; only what follows wakes.
    pub(crate) fn mark(&mut self) {
        self.commits.borrow_and_update();
        self.remote.borrow_and_update();
    }

    /// Resolves at the next wake-up.
    pub(crate) async fn heard(&mut self) {
        tokio::select! {
            Ok(()) = self.commits.changed() => {}
            Ok(()) = self.remote.changed() => {}
            else => std::future::pending().await,
        }
    }
}

thread_local! {
    /// Set while this thread tells the bus about commits of its own process, which the
    /// loops here have heard of already.
    static ANNOUNCING: AtomicBool = const { AtomicBool::new(false) };
}

/// Tells other nodes of commits here, coalesced.
pub(crate) async fn announce(app: App, mut stop: watch::Receiver<bool>) {
    let mut commits = app.store().commits();
    loop {
        tokio::select! {
            changed = commits.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
        ANNOUNCING.with(|flag| flag.store(true, Ordering::Relaxed));
        app.parts().bus.publish(Wake::up(Topic::Events, None));
        app.parts().bus.publish(Wake::up(Topic::Jobs, None));
        ANNOUNCING.with(|flag| flag.store(false, Ordering::Relaxed));
        tokio::time::sleep(ANNOUNCE_PAUSE).await;
    }
}
