//! The real ports that need nothing but the operating system.

use std::sync::{Arc, PoisonError, RwLock, Weak};

use uuid::Uuid;
use zhiyin_domain::time::Timestamp;

use crate::{Bus, Clock, IdSource, Rng, Subscription, Topic, Wake, bus::Receiver};

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// UUIDv7 from the machine's clock and randomness; ids made within the same
/// millisecond still rise.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that makes identifiers"
    )]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// The randomness of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer)
            .expect("the operating system gives random bytes once it has started");
    }
}

/// A bus within one process: all an installation of one node needs.
#[derive(Clone, Default)]
pub struct LocalBus {
    receivers: Arc<RwLock<Receivers>>,
}

#[derive(Default)]
struct Receivers {
    next: u64,
    list: Vec<(u64, Topic, Arc<Receiver>)>,
}

impl LocalBus {
    /// A bus nobody listens to yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Bus for LocalBus {
    fn publish(&self, wake: Wake) {
        // Called without the lock, so that a receiver may subscribe or publish.
        let receivers: Vec<_> = {
            let receivers = self
                .receivers
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            let wanted = receivers
                .list
                .iter()
                .filter(|(_, topic, _)| *topic == wake.topic);
            wanted
                .map(|(_, _, receiver)| Arc::clone(receiver))
                .collect()
        };
        for receiver in receivers {
            receiver(&wake);
        }
    }

    fn subscribe(&self, topic: Topic, receiver: Receiver) -> Subscription {
        let number = {
            let mut receivers = self
                .receivers
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            receivers.next += 1;
            let number = receivers.next;
            receivers.list.push((number, topic, Arc::new(receiver)));
            number
        };
        let bus: Weak<RwLock<Receivers>> = Arc::downgrade(&self.receivers);
        Subscription::new(move || {
            if let Some(receivers) = bus.upgrade() {
                let mut receivers = receivers.write().unwrap_or_else(PoisonError::into_inner);
                receivers.list.retain(|(other, _, _)| *other != number);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    #[test]
    fn ids_rise() {
        let ids: Vec<_> = (0..10_000).map(|_| SystemIds.uuid()).collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn the_clock_is_in_this_century() {
        assert!(SystemClock.now() > Timestamp::from_micros(1_700_000_000_000_000));
    }

    #[test]
    fn random_bytes_differ() {
        assert_ne!(
            crate::random_bytes::<32>(&SystemRng),
            crate::random_bytes::<32>(&SystemRng)
        );
    }

    #[test]
    fn a_message_reaches_its_topic_until_the_subscription_ends() {
        let bus = LocalBus::new();
        let heard = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&heard);
        let subscription = bus.subscribe(
            Topic::Jobs,
            Box::new(move |_| {
                count.fetch_add(1, Ordering::SeqCst);
            }),
        );
        bus.publish(Wake::up(Topic::Jobs, None));
        bus.publish(Wake::up(Topic::Events, None));
        drop(subscription);
        bus.publish(Wake::up(Topic::Jobs, None));
        assert_eq!(heard.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_receiver_may_use_the_bus() {
        let bus = LocalBus::new();
        let inner = bus.clone();
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&kept);
        let subscription = bus.subscribe(
            Topic::Events,
            Box::new(move |_| {
                let another = inner.subscribe(Topic::Signals, Box::new(|_| {}));
                keep.lock()
                    .expect("no test holds it in a panic")
                    .push(another);
            }),
        );
        bus.publish(Wake::up(Topic::Events, None));
        drop(subscription);
        assert_eq!(kept.lock().expect("no test holds it in a panic").len(), 1);
    }
}
