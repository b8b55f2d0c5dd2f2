//! Gestures to begin with.

use crate::limits::MONEY_MINOR_MAX;
use crate::money::{Currency, Money};

use super::super::recovery::{Catalogue, Cost, Gesture, GestureKind as K};
use super::parts::{Text, label};

/// A cost in whole units of the currency.
#[derive(Clone, Copy)]
enum Price {
    Free,
    Fixed(i64),
    UpTo(i64),
}

/// Key, kind, cost, name and words.
type Entry = (&'static str, K, Price, Text, Text);

const GESTURES: [Entry; 9] = [
    (
        "apology",
        K::Apology,
        Price::Free,
        ("致歉", "Apology"),
        (
            "对不起，这件事是我们没有做好，我向您道歉。",
            "I am sorry. We did not do this well, and I apologise.",
        ),
    ),
    (
        "written_apology",
        K::Apology,
        Price::Free,
        ("书面致歉", "Apology in writing"),
        (
            "我们已向您寄出由负责人签名的致歉信。",
            "A letter of apology signed by the person in charge is on its way to you.",
        ),
    ),
    (
        "refund",
        K::Refund,
        Price::UpTo(5000),
        ("退款", "Refund"),
        ("款项将原路退回。", "The sum goes back the way it was paid."),
    ),
    (
        "replacement",
        K::Replacement,
        Price::UpTo(5000),
        ("换新", "Replacement"),
        ("我们为您寄出一件新的。", "We are sending you a new one."),
    ),
    (
        "voucher_small",
        K::Voucher,
        Price::Fixed(20),
        ("小额代金券", "Small voucher"),
        ("代金券已放入您的账户。", "The voucher is in your account."),
    ),
    (
        "voucher_large",
        K::Voucher,
        Price::Fixed(50),
        ("代金券", "Voucher"),
        (
            "一点心意，感谢您的耐心。",
            "A small thank you for your patience.",
        ),
    ),
    (
        "discount",
        K::Discount,
        Price::UpTo(500),
        ("价格减免", "Price reduction"),
        ("我们为您减免这笔费用。", "We take this off your bill."),
    ),
    (
        "free_service",
        K::FreeService,
        Price::UpTo(1000),
        ("免费服务", "Free service"),
        ("这次服务由我们承担。", "This service is on us."),
    ),
    (
        "compensation",
        K::Compensation,
        Price::UpTo(50_000),
        ("赔偿", "Compensation"),
        (
            "我们将按确认的损失向您赔偿。",
            "We compensate you for the loss that was established.",
        ),
    ),
];

/// A catalogue in a currency. Sums are in whole units of it: up to 5,000 for a refund, 20
/// and 50 for vouchers; a company sets its own.
#[must_use]
pub fn catalogue(currency: Currency) -> Catalogue {
    let unit = 10_i64.pow(currency.minor_digits());
    let sum = |units: i64| {
        let minor = (units * unit).clamp(0, MONEY_MINOR_MAX);
        Money::new(minor, currency).unwrap_or(Money::zero(currency))
    };
    let cost = |price| match price {
        Price::Free => Cost::Free,
        Price::Fixed(units) => Cost::Fixed { amount: sum(units) },
        Price::UpTo(units) => Cost::UpTo { amount: sum(units) },
    };
    let one = |(key, kind, price, name, words): &Entry| Gesture {
        key: (*key).to_owned(),
        name: label(*name),
        kind: *kind,
        cost: cost(*price),
        words: label(*words),
        is_enabled: true,
    };
    Catalogue(GESTURES.iter().map(one).collect())
}
