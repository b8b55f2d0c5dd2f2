//! A mailbox's mail kept in memory, for tests.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use zhiyin_channels::email::fingerprint::Fingerprint;
use zhiyin_channels::email::imap::{
    Account, Arrival, Content, Intake, Patience, Position, Rules, Taken, follow,
};
use zhiyin_channels::email::server::{Cause, Trouble};
use zhiyin_channels::email::{Mail, parse};

use super::servers;

/// How long a test waits for a mail before it fails.
const LIMIT: Duration = Duration::from_mins(2);

/// What was taken.
#[derive(Default)]
pub struct Kept {
    pub arrivals: Vec<Arrival>,
    pub position: Option<Position>,
}

impl Kept {
    /// The subjects in the order the mails came.
    pub fn subjects(&self) -> Vec<String> {
        self.arrivals
            .iter()
            .map(|arrival| mail_of(arrival).subject)
            .collect()
    }
}

/// The mail of an arrival.
pub fn mail_of(arrival: &Arrival) -> Mail {
    let (Content::Whole(raw) | Content::Head(raw)) = &arrival.content;
    parse(raw).expect("a mail")
}

impl Intake for Kept {
    type Error = Infallible;

    async fn position(&mut self) -> Result<Option<Position>, Infallible> {
        Ok(self.position)
    }

    async fn is_known(&mut self, fingerprint: &Fingerprint) -> Result<bool, Infallible> {
        let mut known = self.arrivals.iter().map(|arrival| arrival.fingerprint);
        Ok(known.any(|known| known == Some(*fingerprint)))
    }

    async fn take(&mut self, arrival: Arrival) -> Result<(), Infallible> {
        self.arrivals.push(arrival);
        Ok(())
    }

    async fn moved(&mut self, position: Position) -> Result<(), Infallible> {
        self.position = Some(position);
        Ok(())
    }

    async fn looked(&mut self, _: Taken) {}

    async fn troubled(&mut self, _: &Trouble) {}
}

/// Passes on what it keeps.
struct Telling {
    kept: Kept,
    mails: mpsc::UnboundedSender<Arrival>,
    looks: mpsc::UnboundedSender<Taken>,
    troubles: Arc<Mutex<Vec<Cause>>>,
}

impl Intake for Telling {
    type Error = Infallible;

    async fn position(&mut self) -> Result<Option<Position>, Infallible> {
        self.kept.position().await
    }

    async fn is_known(&mut self, fingerprint: &Fingerprint) -> Result<bool, Infallible> {
        self.kept.is_known(fingerprint).await
    }

    async fn take(&mut self, arrival: Arrival) -> Result<(), Infallible> {
        self.kept.take(arrival.clone()).await?;
        tell(&self.mails, arrival);
        Ok(())
    }

    async fn moved(&mut self, position: Position) -> Result<(), Infallible> {
        self.kept.moved(position).await
    }

    async fn looked(&mut self, taken: Taken) {
        tell(&self.looks, taken);
    }

    async fn troubled(&mut self, trouble: &Trouble) {
        self.troubles.lock().expect("no panic").push(trouble.cause);
    }
}

/// Nobody listens any more when the test is over.
fn tell<T>(listener: &mpsc::UnboundedSender<T>, news: T) {
    assert!(listener.send(news).is_ok() || listener.is_closed());
}

/// A mailbox that is followed until this is dropped.
pub struct Inbox {
    mails: mpsc::UnboundedReceiver<Arrival>,
    looks: mpsc::UnboundedReceiver<Taken>,
    troubles: Arc<Mutex<Vec<Cause>>>,
    count: usize,
    _stop: oneshot::Sender<()>,
}

impl Inbox {
    /// Follows a mailbox from its beginning.
    pub fn follow(account: Account, patience: Patience) -> Self {
        let (mail_sender, mails) = mpsc::unbounded_channel();
        let (look_sender, looks) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let troubles = Arc::new(Mutex::new(Vec::new()));
        let mut telling = Telling {
            kept: Kept::default(),
            mails: mail_sender,
            looks: look_sender,
            troubles: Arc::clone(&troubles),
        };
        tokio::spawn(async move {
            let stop = async {
                // An error says that the test is over, too.
                stopped.await.unwrap_or_default();
            };
            let ended = follow(&account, &Rules::default(), &patience, &mut telling, stop).await;
            ended.expect("keeping in memory succeeds");
        });
        Self {
            mails,
            looks,
            troubles,
            count: 0,
            _stop: stop,
        }
    }

    /// The next mail.
    pub async fn next(&mut self) -> Mail {
        mail_of(&self.next_arrival().await)
    }

    /// The next mail as it arrived.
    pub async fn next_arrival(&mut self) -> Arrival {
        let arrival = timeout(LIMIT, self.mails.recv()).await;
        self.count += 1;
        arrival
            .unwrap_or_else(|_| panic!("no mail came: {}", servers().logs()))
            .expect("the mailbox is followed")
    }

    /// Waits until the folder was looked through once more.
    pub async fn looked(&mut self) -> Taken {
        let looked = timeout(LIMIT, self.looks.recv()).await;
        looked
            .expect("a look in time")
            .expect("the mailbox is followed")
    }

    /// Mails that came, asked for or not.
    pub fn count(&mut self) -> usize {
        while self.mails.try_recv().is_ok() {
            self.count += 1;
        }
        self.count
    }

    /// What went wrong so far.
    pub fn troubles(&self) -> Vec<Cause> {
        self.troubles.lock().expect("no panic").clone()
    }
}
