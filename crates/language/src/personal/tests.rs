//! Spans that must be found, and things that only look like personal data.

use proptest::prelude::*;

use super::*;

fn found(text: &str) -> Vec<(Kind, String)> {
    personal_data(text)
        .into_iter()
        .map(|span| (span.kind, text[span.place].to_owned()))
        .collect()
}

#[test]
fn names_numbers_and_mail_are_found_where_they_stand() {
    use Kind::*;
    for (text, kind, wanted) in [
        ("我叫李建国，想查一下", Name, "李建国"),
        ("王女士您好", Name, "王"),
        ("我姓欧阳，帮我看看", Name, "欧阳"),
        (
            "Hi, my name is Anna-Lena O'Brien and I",
            Name,
            "Anna-Lena O'Brien",
        ),
        ("please ask Dr. Szabó about it", Name, "Szabó"),
        ("电话13812345678", Phone, "13812345678"),
        ("打我手机 138 1234 5678 谢谢", Phone, "138 1234 5678"),
        ("+44 20 7946 0958 is mine", Phone, "+44 20 7946 0958"),
        ("call 905-674-3793", Phone, "905-674-3793"),
        ("座机010-88886666", Phone, "010-88886666"),
        (
            "手机号１３８１２３４５６７８",
            Phone,
            "１３８１２３４５６７８",
        ),
        (
            "邮箱是li.na+shop@mail.example.com。",
            Email,
            "li.na+shop@mail.example.com",
        ),
    ] {
        check(text, kind, wanted);
    }
}

fn check(text: &str, kind: Kind, wanted: &str) {
    let spans = found(text);
    assert!(
        spans.contains(&(kind, wanted.to_owned())),
        "{text}: {spans:?}"
    );
}

#[test]
fn addresses_documents_and_codes_are_found_where_they_stand() {
    use Kind::*;
    for (text, kind, wanted) in [
        (
            "寄到浙江省杭州市西湖区文三路478号3幢2单元501室，谢谢",
            Address,
            "浙江省杭州市西湖区文三路478号3幢2单元501室",
        ),
        (
            "send it to 221B Baker Street, London please",
            Address,
            "221B Baker Street, London",
        ),
        (
            "身份证11010519491231002X",
            IdentityNumber,
            "11010519491231002X",
        ),
        ("my SSN: 460-89-9847", Document, "460-89-9847"),
        ("护照号 E12345678", Document, "E12345678"),
        (
            "卡号6222 0212 3456 7890 128",
            BankCard,
            "6222 0212 3456 7890 128",
        ),
        ("card 4111-1111-1111-1111", BankCard, "4111-1111-1111-1111"),
        (
            "IBAN GB82 WEST 1234 5698 7654 32",
            BankAccount,
            "GB82 WEST 1234 5698 7654 32",
        ),
        ("车牌京A·12345", LicencePlate, "京A·12345"),
        ("新能源沪AD12345", LicencePlate, "沪AD12345"),
        ("from 192.168.10.7", NetworkAddress, "192.168.10.7"),
        (
            "see https://example.com/a?b=1，好",
            Link,
            "https://example.com/a?b=1",
        ),
        ("订单号QY-2031-88-1", OrderNumber, "QY-2031-88-1"),
        ("订单 20260115223344556", OrderNumber, "20260115223344556"),
        ("运单号SF1234567890123", TrackingNumber, "SF1234567890123"),
        ("tracking RR123456789CN", TrackingNumber, "RR123456789CN"),
    ] {
        check(text, kind, wanted);
    }
}

#[test]
fn what_only_looks_like_it_is_left_alone() {
    for text in [
        "我下单三天了还没到",
        "2026-01-15 10:30 下的单",
        "一共 1299.50 元",
        "买了 12 件, 每件 35",
        "I am happy with it",
        "Thanks for the quick answer",
        "版本 3.10.2",
        "我是新客户",
    ] {
        assert_eq!(found(text), Vec::new(), "{text}");
    }
}

#[test]
fn check_digits_decide() {
    // One digit wrong: no identity number, no card.
    assert!(
        !found("11010519491231002 1")
            .iter()
            .any(|(kind, _)| *kind == Kind::IdentityNumber)
    );
    assert!(
        !found("110105194912310021")
            .iter()
            .any(|(kind, _)| *kind == Kind::IdentityNumber)
    );
    assert!(
        !found("编码 4111111111111112")
            .iter()
            .any(|(kind, _)| *kind == Kind::BankCard)
    );
    assert!(
        !found("GB82WEST12345698765433")
            .iter()
            .any(|(kind, _)| *kind == Kind::BankAccount)
    );
}

#[test]
fn redacting_leaves_the_rest() {
    assert_eq!(
        redact("我叫李建国，电话13812345678，订单号QY-2031-88-1"),
        "我叫[name]，电话[phone]，订单号QY-2031-88-1"
    );
}

proptest! {
    #[test]
    fn spans_are_whole_ordered_and_apart(text in "(\\PC|[0-9A-Za-z@.\\- ０-９我叫王号路]){0,60}") {
        let mut before = 0;
        for span in personal_data(&text) {
            prop_assert!(span.place.start >= before && text.get(span.place.clone()).is_some());
            prop_assert!((0.0..=1.0).contains(&span.confidence));
            before = span.place.end;
        }
        redact(&text);
    }
}

#[test]
fn names_and_addresses_are_found_without_an_introduction() {
    use Kind::*;
    for (text, kind, wanted) in [
        (
            "please forward this to Margaret Okafor",
            Name,
            "Margaret Okafor",
        ),
        ("Jennifer said it would come today", Name, "Jennifer"),
        ("was it Thomas Brennan's order?", Name, "Thomas Brennan"),
        ("麻烦让陈晓燕联系我", Name, "陈晓燕"),
        ("包裹寄给王志强，谢谢", Name, "王志强"),
        ("ask ms. Marcela about it", Name, "Marcela"),
        ("it goes to Hersnapvej 75", Address, "Hersnapvej 75"),
        ("I moved to Rue de la Gare 12", Address, "Rue de la Gare 12"),
    ] {
        check(text, kind, wanted);
    }
}

#[test]
fn towns_shops_and_form_labels_are_no_names() {
    for text in [
        "I live in Florence",
        "the Martin Hotel was full",
        "Date: tomorrow",
        "高清版有货吗",
        "金属壳的好看",
        "Victoria Station is closed",
    ] {
        assert!(
            found(text).iter().all(|(kind, _)| *kind != Kind::Name),
            "{text}: {:?}",
            found(text)
        );
    }
}
