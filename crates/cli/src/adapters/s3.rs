//! Attachments in a bucket of an S3 service.

use std::ops::Range;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _};
use tokio::runtime::{Builder, Runtime};
use zhiyin_ports::{BlobError, BlobKey, BlobStore};

use super::folder::check_hash;
use crate::config::BlobsConfig;

/// Keeps blobs in a bucket. Callers are on threads that may block; the requests run on
/// a small runtime of their own.
pub struct S3Blobs {
    bucket: Arc<AmazonS3>,
    prefix: Path,
    runtime: Runtime,
}

impl S3Blobs {
    /// Uses a bucket. Without keys in the configuration the machine's own rights count.
    pub fn open(config: &BlobsConfig, bucket: &str, prefix: &str) -> Result<Self> {
        use_ring();
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
        if let Some(endpoint) = &config.s3_endpoint {
            let is_plain = endpoint.starts_with("http://");
            builder = builder.with_endpoint(endpoint).with_allow_http(is_plain);
        }
        if let Some(region) = &config.s3_region {
            builder = builder.with_region(region);
        }
        if let (Some(id), Some(secret)) = (&config.s3_access_key_id, &config.s3_secret_access_key) {
            builder = builder
                .with_access_key_id(id)
                .with_secret_access_key(secret.expose());
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("zhiyin-s3")
            .enable_all()
            .build()?;
        let bucket = Arc::new(
            builder
                .build()
                .context("the bucket of blobs.url cannot be used")?,
        );
        Ok(Self {
            bucket,
            prefix: Path::from(prefix),
            runtime,
        })
    }

    fn path(&self, key: &BlobKey) -> Path {
        key.to_string()
            .split('/')
            .fold(self.prefix.clone(), |path, part| path.join(part))
    }
}

impl BlobStore for S3Blobs {
    fn put(&self, key: &BlobKey, bytes: &[u8]) -> Result<(), BlobError> {
        let path = self.path(key);
        let put = self.bucket.put(&path, bytes.to_vec().into());
        self.runtime.block_on(put).map(drop).map_err(failure)
    }

    fn get(&self, key: &BlobKey) -> Result<Vec<u8>, BlobError> {
        let path = self.path(key);
        let get = async { self.bucket.get(&path).await?.bytes().await };
        let bytes = self.runtime.block_on(get).map_err(failure)?;
        check_hash(key, &bytes)?;
        Ok(bytes.to_vec())
    }

    fn range(&self, key: &BlobKey, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
        let path = self.path(key);
        let get = async {
            let size = self.bucket.head(&path).await?.size;
            if range.start > range.end || range.end > size {
                return Ok(None);
            }
            self.bucket.get_range(&path, range).await.map(Some)
        };
        match self.runtime.block_on(get).map_err(failure)? {
            Some(bytes) => Ok(bytes.to_vec()),
            None => Err(BlobError::OutOfRange),
        }
    }

    fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        let path = self.path(key);
        match self.runtime.block_on(self.bucket.head(&path)) {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failure(error)),
        }
    }

    fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        let path = self.path(key);
        match self.runtime.block_on(self.bucket.delete(&path)) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failure(error)),
        }
    }
}

/// The HTTP library takes the process's cryptography; one other than the database's would
/// be compiled and shipped for nothing.
fn use_ring() {
    let provider = rustls::crypto::ring::default_provider();
    if provider.install_default().is_err() {
        tracing::debug!("The cryptography of TLS was chosen already");
    }
}

fn failure(error: object_store::Error) -> BlobError {
    match error {
        object_store::Error::NotFound { .. } => BlobError::NotFound,
        other => BlobError::Unavailable(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Mutex;
    use std::thread;

    use zhiyin_domain::secret::Secret;

    use super::super::tests::check_blob_store;
    use super::*;

    type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

    /// As much of an S3 service as blobs need; every signature is good.
    fn service() -> (String, Objects) {
        let objects = Objects::default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::clone(&objects);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let objects = Arc::clone(&shared);
                thread::spawn(move || serve(&stream.unwrap(), &objects));
            }
        });
        (address, objects)
    }

    fn serve(stream: &TcpStream, objects: &Objects) {
        let mut reader = BufReader::new(stream);
        while let Some((method, path, range, body)) = request(&mut reader) {
            let mut objects = objects.lock().unwrap();
            let (status, answer) = match (method.as_str(), objects.get(&path)) {
                ("PUT", _) => {
                    objects.insert(path, body);
                    ("200 OK", Vec::new())
                }
                ("POST", _) => {
                    // The library deletes with a list of names, also a single one.
                    let list = String::from_utf8(body).unwrap();
                    let names = list.split("<Key>").skip(1);
                    let mut answer = String::from("<DeleteResult>");
                    for name in names.filter_map(|rest| rest.split("</Key>").next()) {
                        objects.remove(&format!("/files/{name}"));
                        answer.push_str(&format!("<Deleted><Key>{name}</Key></Deleted>"));
                    }
                    ("200 OK", format!("{answer}</DeleteResult>").into_bytes())
                }
                (_, None) => ("404 Not Found", Vec::new()),
                (_, Some(bytes)) => match range {
                    Some(range) => ("206 Partial Content", bytes[range].to_vec()),
                    None => ("200 OK", bytes.clone()),
                },
            };
            let total = answer.len();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {total}\r\netag: \"x\"\r\n\
                 last-modified: Wed, 01 Jan 2025 00:00:00 GMT\r\n\
                 content-range: bytes 1-2/8\r\n\r\n"
            );
            let mut answering = stream;
            answering.write_all(head.as_bytes()).unwrap();
            if method != "HEAD" {
                answering.write_all(&answer).unwrap();
            }
        }
    }

    type Request = (String, String, Option<Range<usize>>, Vec<u8>);

    fn request(reader: &mut BufReader<&TcpStream>) -> Option<Request> {
        let mut line = String::new();
        reader
            .read_line(&mut line)
            .ok()
            .filter(|length| *length > 0)?;
        let mut words = line.split(' ').map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let (mut length, mut range) = (0, None);
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            let Some((name, value)) = header.trim().split_once(": ") else {
                break;
            };
            match name.to_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "range" => {
                    let (from, to) = value.strip_prefix("bytes=")?.split_once('-')?;
                    range = Some(from.parse().unwrap()..to.parse::<usize>().unwrap() + 1);
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some((method, path, range, body))
    }

    #[test]
    fn a_bucket_keeps_blobs() {
        let (endpoint, objects) = service();
        let config = BlobsConfig {
            s3_endpoint: Some(endpoint),
            s3_region: Some("nowhere".to_owned()),
            s3_access_key_id: Some("id".to_owned()),
            s3_secret_access_key: Some(Secret::new("secret".to_owned())),
            ..BlobsConfig::default()
        };
        let blobs = S3Blobs::open(&config, "files", "zhiyin/one").unwrap();
        check_blob_store(&blobs);
        let names: Vec<String> = objects.lock().unwrap().keys().cloned().collect();
        assert!(
            names
                .iter()
                .all(|name| name.starts_with("/files/zhiyin/one/ws_")),
            "{names:?}"
        );
    }
}
