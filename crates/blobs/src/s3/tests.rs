//! The client against a service that checks its signatures.

use super::service::{KEY_ID, REGION, SECRET, Service};
use super::*;
use crate::tests::{check_blob_store, key_of};

fn open(service: &Service, secret: &str) -> S3Blobs {
    S3Blobs::open(&S3Config {
        bucket: "files".to_owned(),
        prefix: "zhiyin/one".to_owned(),
        endpoint: Some(service.address.clone()),
        region: Some(REGION.to_owned()),
        credentials: Some((KEY_ID.to_owned(), Secret::new(secret.to_owned()))),
    })
    .unwrap()
}

#[test]
fn a_bucket_keeps_blobs() {
    let service = Service::start();
    check_blob_store(&open(&service, SECRET));
    let state = service.state();
    assert_eq!(state.refused, 0);
    assert!(state.served > 10);
    let names: Vec<&String> = state.objects.keys().collect();
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("/files/zhiyin/one/ws_"))
            && names.len() == 1,
        "{names:?}"
    );
}

#[test]
fn a_wrong_key_is_a_failure_and_not_an_absence() {
    let service = Service::start();
    let blobs = open(&service, "another secret");
    let key = key_of(b"x");
    assert!(matches!(blobs.exists(&key), Err(BlobError::Unavailable(_))));
    assert!(matches!(
        blobs.put(&key, b"x"),
        Err(BlobError::Unavailable(_))
    ));
    assert!(matches!(blobs.get(&key), Err(BlobError::Unavailable(_))));
    assert!(service.state().objects.is_empty());
}

#[test]
fn a_service_that_is_unwell_is_asked_again() {
    let service = Service::start();
    let blobs = open(&service, SECRET);
    let key = key_of(b"x");
    service.state().unwell.extend([503, 500]);
    blobs.put(&key, b"x").unwrap();
    service.state().unwell.extend([503]);
    assert_eq!(blobs.get(&key).unwrap(), b"x");
}

#[test]
fn damage_in_the_bucket_is_noticed() {
    let service = Service::start();
    let blobs = open(&service, SECRET);
    let key = key_of(b"original");
    blobs.put(&key, b"original").unwrap();
    for bytes in service.state().objects.values_mut() {
        *bytes = b"changed".to_vec();
    }
    assert!(matches!(blobs.get(&key), Err(BlobError::Damaged)));
}

#[test]
fn nobody_at_the_address_is_a_failure() {
    let mut service = Service::start();
    service.address = "http://127.0.0.1:9".to_owned();
    let blobs = open(&service, SECRET);
    assert!(matches!(
        blobs.exists(&key_of(b"x")),
        Err(BlobError::Unavailable(_))
    ));
}

#[test]
fn secrets_are_not_printed() {
    let config = S3Config {
        bucket: "files".to_owned(),
        prefix: String::new(),
        endpoint: None,
        region: None,
        credentials: Some((KEY_ID.to_owned(), Secret::new(SECRET.to_owned()))),
    };
    assert!(!format!("{config:?}").contains(SECRET));
}
