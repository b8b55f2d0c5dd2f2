//! `--live`: simulated customers who keep writing to the sample company.
//!
//! Each plays a script as a visitor over the public interface of the widget, like anybody
//! else: it opens, writes, looks for answers, asks again when its patience is over, rates
//! and leaves. Then the next one comes. Whatever fails is tried again with the next one.

mod visitor;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use zhiyin_app::demo::{LiveCustomer, Said, live_customers};
use zhiyin_ports::system::SystemRng;

use self::visitor::Visitor;

/// Customers at the same time.
const CUSTOMERS: usize = 4;
/// How often a customer looks for answers.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Nobody writes for longer than this.
const VISIT_MAX: Duration = Duration::from_mins(20);

/// Plays until it is dropped, against the server that listens on `address`.
pub async fn play(address: SocketAddr) -> Result<()> {
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()));
    let scripts = live_customers().context("the scripts of the live customers")?;
    let mut places = JoinSet::new();
    for place in 0..CUSTOMERS {
        places.spawn(occupy(server, scripts.clone(), place));
    }
    while places.join_next().await.is_some() {}
    Ok(())
}

/// One customer after the other.
async fn occupy(server: SocketAddr, scripts: Vec<LiveCustomer>, place: usize) {
    sleep(pause(2, 10) * u32::try_from(place).unwrap_or_default()).await;
    loop {
        let Some(script) = scripts.get(below(scripts.len())) else {
            return;
        };
        if let Err(error) = visit(server, script.clone()).await {
            tracing::debug!("A live customer left early: {error:#}");
        }
        sleep(pause(10, 60)).await;
    }
}

async fn visit(server: SocketAddr, mut customer: LiveCustomer) -> Result<()> {
    let key = customer.inbox_key();
    let mut visitor = Visitor::open(server, &key, customer.locale().as_str()).await?;
    let opening: Vec<String> = customer.opening().collect();
    for line in opening {
        say(&visitor, &line).await?;
    }
    let begun = Instant::now();
    let mut asked = Instant::now();
    let patience = Duration::from_secs(u64::from(customer.patience_s()));
    while begun.elapsed() < VISIT_MAX {
        sleep(LOOK_EVERY).await;
        let said = match visitor.new_answers().await?.pop() {
            Some(answer) => {
                // Reading and typing take a while.
                sleep(pause(3, 9)).await;
                customer.answer(&answer)
            }
            None if asked.elapsed() > patience => customer.nudge(),
            None => continue,
        };
        asked = Instant::now();
        match said {
            Said::Line(line) => say(&visitor, &line).await?,
            Said::Farewell(line) => {
                say(&visitor, &line).await?;
                break;
            }
        }
    }
    leave(&visitor, &customer).await
}

async fn say(visitor: &Visitor, line: &str) -> Result<()> {
    if line.is_empty() {
        return Ok(());
    }
    sleep(pause(1, 4)).await;
    visitor.write(line).await
}

/// Waits a while whether the agent resolves, and rates then.
async fn leave(visitor: &Visitor, customer: &LiveCustomer) -> Result<()> {
    let end = Instant::now() + Duration::from_mins(2);
    while Instant::now() < end {
        sleep(LOOK_EVERY).await;
        let Some(session) = visitor.resolved_session().await? else {
            continue;
        };
        let chance = f64::from(u32::try_from(below(1000)).unwrap_or_default()) / 1000.0;
        if let Some((score, comment)) = customer.rating(chance) {
            visitor.rate(&session, score, comment.as_deref()).await?;
        }
        return Ok(());
    }
    Ok(())
}

/// Some time between two numbers of seconds.
fn pause(from_s: u64, to_s: u64) -> Duration {
    let span = usize::try_from(to_s - from_s).unwrap_or_default() * 1000;
    let extra = u64::try_from(below(span)).unwrap_or_default();
    Duration::from_secs(from_s) + Duration::from_millis(extra)
}

/// A chosen number below `end`; 0 if there is none.
fn below(end: usize) -> usize {
    let bytes = zhiyin_ports::random_bytes::<4>(&SystemRng);
    let number = usize::try_from(u32::from_le_bytes(bytes)).unwrap_or_default();
    number.checked_rem(end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_stays_in_its_bounds() {
        assert_eq!(below(0), 0);
        for _ in 0..100 {
            assert!(below(3) < 3);
            let pause = pause(2, 5);
            assert!(pause >= Duration::from_secs(2) && pause < Duration::from_secs(5));
        }
    }
}
