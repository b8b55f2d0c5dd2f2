//! What it would cost to encrypt the text of messages:
//! `cargo run --release -p zhiyin-store --example sealing`.
//!
//! Three ways to keep the same messages: in the clear with a plain index, sealed with a
//! plain index, sealed with an index of keyed hashes. For each: time to write a message,
//! bytes it takes, time to find a page. Then: what reading every text takes, which is what
//! a search without an index would have to do.

use std::path::Path;
use std::time::{Duration, Instant};

use zhiyin_domain::ids::{ConversationId, InboxId, WorkspaceId};
use zhiyin_domain::search::Token;
use zhiyin_store::search::index_message;
use zhiyin_store::{Database, Keyring, Store, StoreConfig, StoreError, Tx, params};

const MESSAGES: i64 = 100_000;
const BATCH: i64 = 500;
const SEARCHES: usize = 200;
const FIELD: &str = "messages.text";
const PIECES: [&str; 24] = [
    "您好",
    "我想申请退货",
    "订单还没有发货",
    "请问什么时候到",
    "耳机右边没有声音",
    "麻烦尽快处理",
    "谢谢",
    "可以换一个颜色吗",
    "发票怎么开",
    "优惠券不能用",
    "地址写错了",
    "快递一直没有更新",
    "商品和描述不一样",
    "我要投诉",
    "已经等了三天",
    "客服一直不回复",
    "能不能便宜一点",
    "质量很好",
    "尺码偏小",
    "会员怎么升级",
    "支付失败了",
    "退款什么时候到账",
    "保修期多久",
    "明天要出差",
];

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Clear,
    SealedText,
    SealedBoth,
}

fn main() {
    println!("{MESSAGES} messages of about 60 characters, SQLite, {BATCH} in a transaction");
    for way in [Way::Clear, Way::SealedText, Way::SealedBoth] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        measure(way, folder.path());
    }
}

fn measure(way: Way, folder: &Path) {
    let path = folder.join("data.db");
    let keyring = Keyring::single("test", [7; 32]);
    let mut config = StoreConfig::new(Database::Sqlite { path: path.clone() }, keyring);
    config.closure_timeout_ms = 60_000;
    let store = Store::open(config).expect("a store");
    store.migrate_blocking().expect("the schema");
    let workspace = WorkspaceId::from_uuid(uuid::Uuid::from_u128(1));
    let inbox = InboxId::from_uuid(uuid::Uuid::from_u128(2));
    run(&store, workspace, |tx| {
        tx.execute(
            "INSERT INTO workspaces (id, slug, name, locale, time_zone, settings, created_at, version)
             VALUES ($1, 'a', 'a', 'en', 'UTC', '{}', 0, 1)",
            params![tx.workspace()],
        )?;
        tx.execute(
            "CREATE TABLE texts (position INTEGER PRIMARY KEY, text BLOB NOT NULL)",
            params![],
        )
    });
    let start = Instant::now();
    for first in (0..MESSAGES).step_by(500) {
        run(&store, workspace, move |tx| {
            (first..first + BATCH).try_for_each(|position| write(tx, way, inbox, position))
        });
    }
    let written = start.elapsed();
    let bytes: i64 = run(&store, workspace, |tx| {
        tx.one(
            "SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()",
            params![],
        )?
        .get("n")
    });
    println!(
        "{}: write {:.1} µs, {} bytes a message",
        match way {
            Way::Clear => "clear text, clear index",
            Way::SealedText => "sealed text, clear index",
            Way::SealedBoth => "sealed text, hashed index",
        },
        micros(written) / as_float(MESSAGES),
        bytes / MESSAGES,
    );
    for typed in ["退", "退货", "右边没有声音"] {
        find(&store, workspace, way, typed);
    }
    let start = Instant::now();
    let hits: usize = run(&store, workspace, move |tx| read_all(tx, way));
    let each = micros(start.elapsed()) / as_float(MESSAGES);
    println!("  reading every text: {each:.1} µs a message ({hits} hits)");
}

fn write(tx: &mut Tx<'_>, way: Way, inbox: InboxId, position: i64) -> Result<(), StoreError> {
    let text = text_of(position);
    let kept = match way {
        Way::Clear => text.clone().into_bytes(),
        Way::SealedText | Way::SealedBoth => tx.seal(FIELD, text.as_bytes())?,
    };
    tx.execute(
        "INSERT INTO texts (position, text) VALUES ($1, $2)",
        params![position, kept],
    )?;
    let mut tokens = tokens_of(&text);
    if way == Way::SealedBoth {
        for token in &mut tokens {
            token.term = hashed(tx, &token.term)?;
        }
    }
    let conversation = ConversationId::from_uuid(uuid::Uuid::from_u128(3));
    index_message(tx, position, inbox, conversation, &tokens)
}

/// What a search would do without an index.
fn read_all(tx: &mut Tx<'_>, way: Way) -> Result<usize, StoreError> {
    let mut hits = 0;
    for first in (0..MESSAGES).step_by(1000) {
        let rows = tx.query(
            "SELECT text FROM texts WHERE position >= $1 AND position < $1 + 1000",
            params![first],
        )?;
        for row in rows {
            let kept: Vec<u8> = row.get("text")?;
            let text = match way {
                Way::Clear => kept,
                Way::SealedText | Way::SealedBoth => tx.open(FIELD, &kept)?,
            };
            hits += usize::from(String::from_utf8_lossy(&text).contains("退货"));
        }
    }
    Ok(hits)
}

fn find(store: &Store, workspace: WorkspaceId, way: Way, typed: &'static str) {
    let mut times: Vec<Duration> = Vec::with_capacity(SEARCHES);
    for _ in 0..SEARCHES {
        let start = Instant::now();
        run(store, workspace, move |tx| {
            let count = typed.chars().count().saturating_sub(1).max(1);
            let mut terms: Vec<String> = tokens_of(typed).into_iter().map(|it| it.term).collect();
            terms.truncate(count);
            if way == Way::SealedBoth {
                for term in &mut terms {
                    *term = hashed(tx, term)?;
                }
            }
            let asked = format!("{{body}} : \"{}\"", terms.join(" "));
            tx.query(
                "SELECT rowid FROM message_index WHERE message_index MATCH $1
                 ORDER BY rowid DESC LIMIT 50",
                params![asked],
            )
        });
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let at = |part: usize| micros(times[SEARCHES * part / 100]) / 1000.0;
    println!("  find {typed}: p50 {:.2} ms, p99 {:.2} ms", at(50), at(99));
}

fn hashed(tx: &mut Tx<'_>, term: &str) -> Result<String, StoreError> {
    Ok(hex::encode(&tx.blind_index(FIELD, term)?[..8]))
}

fn text_of(position: i64) -> String {
    let seed = u64::try_from(position + 1).expect("positive");
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut text = String::new();
    while text.chars().count() < 55 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(PIECES[usize::try_from(state % 24).expect("small")]);
        text.push('，');
    }
    text
}

/// Pairs and single characters, as the index of the program has them.
fn tokens_of(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let pairs = chars.windows(2).filter(|pair| !pair.contains(&'，'));
    let mut terms: Vec<String> = pairs.map(|pair| pair.iter().collect()).collect();
    let mut singles: Vec<char> = chars.iter().copied().filter(|c| *c != '，').collect();
    singles.sort_unstable();
    singles.dedup();
    terms.extend(singles.into_iter().map(String::from));
    let token = |(position, term)| Token { term, position };
    (0..).zip(terms).map(token).collect()
}

fn run<T: Send + 'static>(
    store: &Store,
    workspace: WorkspaceId,
    f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store
        .write_blocking(workspace, f)
        .expect("a transaction that succeeds")
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "a count of messages")]
fn as_float(count: i64) -> f64 {
    count as f64
}
