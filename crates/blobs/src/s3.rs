//! Files in a bucket of an S3 service.

#[cfg(test)]
mod service;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, ObjectStoreExt as _, RetryConfig};
use tokio::runtime::{Builder, Runtime};
use zhiyin_domain::secret::Secret;
use zhiyin_ports::{BlobError, BlobKey, BlobStore};

use crate::check_hash;

/// Longest time one try may take.
const TRY_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A caller waits for all tries together no longer than this.
const RETRY_TIMEOUT: Duration = Duration::from_secs(30);
const RETRIES_MAX: usize = 4;

/// Where the bucket is and what opens it.
#[derive(Debug, Clone)]
pub struct S3Config {
    /// Name of the bucket.
    pub bucket: String,
    /// What every name in the bucket begins with; may be empty.
    pub prefix: String,
    /// Address of the service, when it is not Amazon's. Plain HTTP only if it says so.
    pub endpoint: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Key id and secret; without them the machine's own rights count.
    pub credentials: Option<(String, Secret<String>)>,
}

/// The bucket cannot be used as it is set up.
#[derive(Debug, thiserror::Error)]
#[error("the bucket cannot be used as it is set up")]
pub struct S3Error(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Keeps blobs in a bucket. Callers are on threads that may block; the requests run on a
/// small runtime of their own.
#[derive(Debug)]
pub struct S3Blobs {
    bucket: AmazonS3,
    prefix: Path,
    runtime: Runtime,
}

impl S3Blobs {
    /// Uses a bucket. Nothing is sent yet.
    pub fn open(config: &S3Config) -> Result<Self, S3Error> {
        use_ring();
        let is_plain = config
            .endpoint
            .as_deref()
            .is_some_and(|it| it.starts_with("http://"));
        let client = ClientOptions::new()
            .with_timeout(TRY_TIMEOUT)
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_allow_http(is_plain);
        let retries = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: RETRIES_MAX,
            retry_timeout: RETRY_TIMEOUT,
        };
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(&config.bucket)
            .with_client_options(client)
            .with_retry(retries);
        if let Some(endpoint) = &config.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(region) = &config.region {
            builder = builder.with_region(region);
        }
        if let Some((id, secret)) = &config.credentials {
            builder = builder
                .with_access_key_id(id)
                .with_secret_access_key(secret.expose());
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("zhiyin-s3")
            .enable_all()
            .build()
            .map_err(|error| S3Error(error.into()))?;
        Ok(Self {
            bucket: builder.build().map_err(|error| S3Error(error.into()))?,
            prefix: Path::from(config.prefix.as_str()),
            runtime,
        })
    }

    fn path(&self, key: &BlobKey) -> Path {
        let join = |path: Path, part| path.join(part);
        key.to_string().split('/').fold(self.prefix.clone(), join)
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
            if range.is_empty() {
                return Ok(Some(Vec::new()));
            }
            let bytes = self.bucket.get_range(&path, range).await?;
            Ok(Some(bytes.to_vec()))
        };
        let bytes = self.runtime.block_on(get).map_err(failure)?;
        bytes.ok_or(BlobError::OutOfRange)
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
