//! Dovecot and Postfix, started once for this test program in a folder of their own.
//!
//! Dovecot runs without any right. Postfix wants to be started by root and gives its rights
//! up itself; as another user it is root of a user namespace only. A shell supervises both:
//! when the test program ends, however it ends, the shell's standard input closes, and it
//! stops them and removes the folder.

mod configuration;
pub mod inbox;
mod proxy;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zhiyin_channels::email::server::{Encryption, LogIn, Server};
use zhiyin_channels::email::{imap, smtp};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::secret::Secret;

pub use proxy::Proxy;

/// The password of every mailbox.
pub const PASSWORD: &str = "tea-and-ceramics";
/// What access tokens are signed with.
pub const TOKEN_KEY: &[u8] = b"a key that only the test servers know";
/// Mail to this mailbox is refused for now until [`MailServers::stop_greylisting`].
pub const GREYLISTED: &str = "greylisted@customer.example";
/// Mail to this mailbox is taken, and comes back later: nobody has it.
pub const UNKNOWN: &str = "nobody.at.all@customer.example";

/// Both servers, and where they listen.
pub struct MailServers {
    folder: PathBuf,
    ports: Ports,
    certificate: String,
    /// Its standard input is closed by the system when this program ends.
    _supervisor: Child,
}

/// Where the servers listen on 127.0.0.1.
pub struct Ports {
    pub imap: u16,
    pub imaps: u16,
    pub smtp: u16,
    pub smtps: u16,
    pub lmtp: u16,
    pub sasl: u16,
    pub policy: u16,
}

/// The servers of this test program.
pub fn servers() -> &'static MailServers {
    static SERVERS: OnceLock<MailServers> = OnceLock::new();
    SERVERS.get_or_init(MailServers::start)
}

impl MailServers {
    fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("zhiyin-test-mail-")
            .tempdir()
            .expect("a folder for the mail servers")
            .keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("set permissions");
        let certificate = certify(&folder);
        let ports = Ports::free();
        let owners = Owners::find();
        configuration::write(&folder, &ports, &owners);
        let supervisor = supervise(&folder, &owners);
        let servers = Self {
            folder,
            ports,
            certificate,
            _supervisor: supervisor,
        };
        servers.wait_until_ready();
        servers
    }

    fn wait_until_ready(&self) {
        let end = Instant::now() + Duration::from_mins(1);
        let Ports { imaps, smtp, .. } = self.ports;
        for port in [imaps, smtp] {
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                assert!(Instant::now() < end, "no mail server: {}", self.logs());
                std::thread::park_timeout(Duration::from_millis(20));
            }
        }
    }

    /// A mailbox that nobody else in this program uses: `NAME-N@DOMAIN`.
    #[expect(clippy::unused_self, reason = "mailboxes are those of these servers")]
    pub fn mailbox(&self, name: &str, domain: &str) -> EmailAddress {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let address = format!("{name}-{number}@{domain}");
        address.parse().expect("an address")
    }

    /// The mailbox over IMAP with TLS.
    pub fn imap(&self, address: &EmailAddress) -> imap::Account {
        self.imap_at(address, self.ports.imaps, Encryption::Tls)
    }

    /// The mailbox over IMAP at another port.
    pub fn imap_at(
        &self,
        address: &EmailAddress,
        port: u16,
        encryption: Encryption,
    ) -> imap::Account {
        imap::Account {
            server: self.server(port, encryption),
            log_in: log_in(address),
            folder: "INBOX".to_owned(),
        }
    }

    /// The mailbox sending with STARTTLS.
    pub fn smtp(&self, address: &EmailAddress) -> smtp::Account {
        self.smtp_at(address, self.ports.smtp, Encryption::StartTls)
    }

    /// The mailbox sending through another port.
    pub fn smtp_at(
        &self,
        address: &EmailAddress,
        port: u16,
        encryption: Encryption,
    ) -> smtp::Account {
        smtp::Account {
            server: self.server(port, encryption),
            log_in: Some(log_in(address)),
            hello: "zhiyin.tea.example".to_owned(),
        }
    }

    /// This machine, with the certificate trusted.
    pub fn server(&self, port: u16, encryption: Encryption) -> Server {
        Server {
            host: "127.0.0.1".to_owned(),
            port,
            encryption,
            authority: Some(self.certificate.clone()),
        }
    }

    /// Where the servers listen.
    pub const fn ports(&self) -> &Ports {
        &self.ports
    }

    /// From now on mail to [`GREYLISTED`] is taken: a policy server says yes to everything.
    pub fn stop_greylisting(&self) {
        let listener = TcpListener::bind(("127.0.0.1", self.ports.policy)).expect("policy port");
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("accept Postfix");
                let reader = BufReader::new(stream.try_clone().expect("clone"));
                for line in reader.lines() {
                    if line.expect("read a request").is_empty() {
                        stream.write_all(b"action=DUNNO\n\n").expect("answer");
                    }
                }
            }
        });
    }

    /// What went wrong, for a failing test.
    pub fn logs(&self) -> String {
        ["dovecot.log", "postfix.log", "supervisor.log"]
            .map(|name| fs::read_to_string(self.folder.join(name)).unwrap_or_default())
            .join("\n")
    }
}

/// An access token (JWT, HS256) as a provider gives it for a mailbox; good until 2100.
pub fn access_token(address: &EmailAddress) -> LogIn {
    let user = address.as_str();
    let coded = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let claims =
        format!(r#"{{"sub":"{user}","email":"{user}","iat":1700000000,"exp":4102444800}}"#);
    let signed = format!(
        "{}.{}",
        coded(r#"{"alg":"HS256","typ":"JWT"}"#),
        coded(&claims)
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(TOKEN_KEY).expect("a key of any length");
    mac.update(signed.as_bytes());
    let proof = BASE64URL_NOPAD.encode(&mac.finalize().into_bytes());
    LogIn::Token {
        user: user.to_owned(),
        token: Secret::new(format!("{signed}.{proof}")),
    }
}

fn log_in(address: &EmailAddress) -> LogIn {
    LogIn::Password {
        user: address.as_str().to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
    }
}

impl Ports {
    /// Seven ports that are free now, all held until all are found.
    fn free() -> Self {
        let held: Vec<TcpListener> = (0..7)
            .map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port"))
            .collect();
        let port = |index: usize| held[index].local_addr().expect("an address").port();
        Self {
            imap: port(0),
            imaps: port(1),
            smtp: port(2),
            smtps: port(3),
            lmtp: port(4),
            sasl: port(5),
            policy: port(6),
        }
    }
}

/// Who runs Dovecot and who owns Postfix' queue.
pub struct Owners {
    is_root: bool,
    dovecot: (String, u32, u32),
    dovecot_group: String,
    postfix: (u32, u32),
    postdrop_group: u32,
}

impl Owners {
    fn find() -> Self {
        let me: u32 = output("id", &["-u"]).parse().expect("a user id");
        let is_root = me == 0;
        let name = if is_root {
            "nobody".to_owned()
        } else {
            output("id", &["-un"])
        };
        let group = output("id", &["-gn", &name]);
        let id = |flag: &str, of: &str| output("id", &[flag, of]).parse().expect("an id");
        let postdrop = output("getent", &["group", "postdrop"]);
        Self {
            is_root,
            dovecot: (name.clone(), id("-u", &name), id("-g", &name)),
            dovecot_group: group,
            postfix: (id("-u", "postfix"), id("-g", "postfix")),
            postdrop_group: postdrop
                .split(':')
                .nth(2)
                .and_then(|id| id.parse().ok())
                .expect("the group postdrop"),
        }
    }

    /// Gives a path to a user, if we may.
    fn give(&self, path: &Path, user: u32, group: Option<u32>) {
        if self.is_root {
            chown(path, Some(user), group).expect("change an owner");
        }
    }
}

/// The output of a program that must be there.
fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(
        output.status.success(),
        "{program} {arguments:?} failed; are Debian's packages dovecot-imapd, dovecot-lmtpd \
         and postfix installed? `cargo xtask test` installs them"
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A certificate for 127.0.0.1 that only who is given it trusts.
fn certify(folder: &Path) -> String {
    let path = |name: &str| folder.join(name).display().to_string();
    output(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-noenc",
            "-days",
            "2",
            "-subj",
            "/CN=zhiyin-test-mail",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            &path("key.pem"),
            "-out",
            &path("certificate.pem"),
        ],
    );
    fs::read_to_string(folder.join("certificate.pem")).expect("the certificate")
}

/// Starts both servers under a shell and waits until both listen.
fn supervise(folder: &Path, owners: &Owners) -> Child {
    let log = fs::File::create(folder.join("supervisor.log")).expect("create a log");
    let (user, id, group) = &owners.dovecot;
    let as_dovecot = if owners.is_root {
        format!("setpriv --reuid={id} --regid={group} --clear-groups")
    } else {
        format!("env LOGNAME={user}")
    };
    let as_postfix = if owners.is_root {
        "env"
    } else {
        "unshare --user --map-root-user --map-auto"
    };
    let script = format!(
        "cd {folder}\n\
         {as_dovecot} dovecot -F -c {folder}/dovecot.conf </dev/null & imap=$!\n\
         {as_postfix} /usr/lib/postfix/sbin/master -c {folder}/postfix -s </dev/null & smtp=$!\n\
         read -r forever\n\
         kill $imap $smtp\n\
         wait\n\
         rm -rf {folder}\n",
        folder = folder.display()
    );
    Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(log.try_clone().expect("clone the log"))
        .stderr(log)
        .spawn()
        .expect("start a shell")
}
