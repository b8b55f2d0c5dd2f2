//! How the two servers are set up: nothing leaves this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use data_encoding::BASE64;

use super::{GREYLISTED, Owners, PASSWORD, Ports, TOKEN_KEY, UNKNOWN};

/// Writes the configuration of both and makes the folders they expect.
pub fn write(folder: &Path, ports: &Ports, owners: &Owners) {
    let (_, user, group) = owners.dovecot;
    for name in ["run", "state", "mail"] {
        let path = folder.join(name);
        fs::create_dir(&path).expect("make a folder");
        owners.give(&path, user, Some(group));
    }
    let log = folder.join("dovecot.log");
    fs::write(&log, "").expect("make a log");
    owners.give(&log, user, Some(group));
    owners.give(&folder.join("key.pem"), user, Some(group));
    fs::write(folder.join("dovecot.conf"), dovecot(folder, ports, owners)).expect("write");
    tokens(folder);
    queue(folder, owners);
    let settings = folder.join("postfix");
    fs::create_dir(&settings).expect("make a folder");
    fs::write(settings.join("main.cf"), postfix(folder, ports)).expect("write");
    fs::write(settings.join("master.cf"), services(ports)).expect("write");
}

fn dovecot(folder: &Path, ports: &Ports, owners: &Owners) -> String {
    let (user, id, group) = &owners.dovecot;
    let group_name = &owners.dovecot_group;
    let folder = folder.display();
    let Ports {
        imap,
        imaps,
        lmtp,
        sasl,
        ..
    } = ports;
    format!(
        "base_dir = {folder}/run\n\
         state_dir = {folder}/state\n\
         log_path = {folder}/dovecot.log\n\
         protocols = imap lmtp\n\
         listen = 127.0.0.1\n\
         default_internal_user = {user}\n\
         default_internal_group = {group_name}\n\
         default_login_user = {user}\n\
         first_valid_uid = 1\n\
         first_valid_gid = 1\n\
         mail_location = maildir:~/Maildir\n\
         mail_fsync = never\n\
         mail_max_userip_connections = 100\n\
         ssl = yes\n\
         ssl_cert = <{folder}/certificate.pem\n\
         ssl_key = <{folder}/key.pem\n\
         auth_mechanisms = plain login xoauth2\n\
         auth_failure_delay = 0\n\
         postmaster_address = postmaster@tea.example\n\
         hostname = imap.tea.example\n\
         recipient_delimiter = +\n\
         passdb {{\n driver = oauth2\n mechanisms = xoauth2\n \
         args = {folder}/oauth2.conf\n}}\n\
         passdb {{\n driver = static\n mechanisms = plain login\n args = password={PASSWORD}\n}}\n\
         userdb {{\n driver = static\n \
         args = uid={id} gid={group} home={folder}/mail/%u allow_all_users=yes\n}}\n\
         service anvil {{\n chroot =\n}}\n\
         service imap-login {{\n chroot =\n \
         inet_listener imap {{\n port = {imap}\n}}\n \
         inet_listener imaps {{\n port = {imaps}\n ssl = yes\n}}\n}}\n\
         service lmtp {{\n inet_listener lmtp {{\n address = 127.0.0.1\n port = {lmtp}\n}}\n}}\n\
         service auth {{\n inet_listener sasl {{\n address = 127.0.0.1\n port = {sasl}\n}}\n}}\n"
    )
}

/// Access tokens are believed if they are signed with [`TOKEN_KEY`].
fn tokens(folder: &Path) {
    let keys = folder.join("keys/default/HS256");
    fs::create_dir_all(&keys).expect("make a folder");
    fs::write(keys.join("default"), BASE64.encode(TOKEN_KEY)).expect("write");
    let settings = format!(
        "introspection_mode = local\n\
         local_validation_key_dict = fs:posix:prefix={}/keys/\n\
         username_attribute = email\n",
        folder.display()
    );
    fs::write(folder.join("oauth2.conf"), settings).expect("write");
}

fn postfix(folder: &Path, ports: &Ports) -> String {
    let folder = folder.display();
    let Ports {
        lmtp, sasl, policy, ..
    } = ports;
    format!(
        "compatibility_level = 3.6\n\
         queue_directory = {folder}/queue\n\
         data_directory = {folder}/data\n\
         command_directory = /usr/sbin\n\
         daemon_directory = /usr/lib/postfix/sbin\n\
         mail_owner = postfix\n\
         setgid_group = postdrop\n\
         maillog_file = {folder}/postfix.log\n\
         maillog_file_prefixes = {folder}\n\
         myhostname = mx.tea.example\n\
         mydestination =\n\
         alias_maps =\n\
         inet_interfaces = 127.0.0.1\n\
         inet_protocols = ipv4\n\
         mynetworks = 127.0.0.0/8\n\
         recipient_delimiter = +\n\
         virtual_mailbox_domains = tea.example, customer.example, other.example\n\
         virtual_mailbox_maps = static:all\n\
         virtual_transport = lmtp:inet:127.0.0.1:{lmtp}\n\
         default_transport = error:5.1.2 nothing leaves this machine\n\
         transport_maps = inline:{{ {{{UNKNOWN} = error:5.1.1 no such user}} }}\n\
         virtual_mailbox_limit = 0\n\
         mailbox_size_limit = 0\n\
         message_size_limit = 104857600\n\
         smtpd_tls_cert_file = {folder}/certificate.pem\n\
         smtpd_tls_key_file = {folder}/key.pem\n\
         smtpd_tls_security_level = may\n\
         smtpd_tls_auth_only = yes\n\
         smtpd_sasl_auth_enable = yes\n\
         smtpd_sasl_type = dovecot\n\
         smtpd_sasl_path = inet:127.0.0.1:{sasl}\n\
         smtpd_restriction_classes = greylist\n\
         greylist = check_policy_service inet:127.0.0.1:{policy}\n\
         smtpd_policy_service_try_limit = 1\n\
         smtpd_policy_service_retry_delay = 1s\n\
         smtpd_policy_service_default_action = 450 4.7.1 Greylisted, come back later\n\
         smtpd_recipient_restrictions = \
         check_recipient_access inline:{{ {{{GREYLISTED} = greylist}}, \
         {{unwelcome@customer.example = 550 5.1.1 No such user}} }}, permit_mynetworks, reject\n\
         smtpd_reject_unlisted_recipient = no\n\
         smtpd_relay_restrictions = permit_mynetworks, reject\n"
    )
}

fn services(ports: &Ports) -> String {
    let Ports { smtp, smtps, .. } = ports;
    format!(
        "127.0.0.1:{smtp} inet n - n - - smtpd\n\
         127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n\
         pickup unix n - n 60 1 pickup\n\
         cleanup unix n - n - 0 cleanup\n\
         qmgr unix n - n 300 1 qmgr\n\
         tlsmgr unix - - n 1000? 1 tlsmgr\n\
         rewrite unix - - n - - trivial-rewrite\n\
         bounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\n\
         verify unix - - n - 1 verify\n\
         flush unix n - n 1000? 0 flush\n\
         proxymap unix - - n - - proxymap\n\
         error unix - - n - - error\n\
         retry unix - - n - - error\n\
         lmtp unix - - n - - lmtp\n\
         anvil unix - - n - 1 anvil\n\
         scache unix - - n - 1 scache\n\
         postlog unix-dgram n - n - 1 postlogd\n"
    )
}

/// The folders of the queue, which Postfix' start script makes otherwise.
fn queue(folder: &Path, owners: &Owners) {
    let (user, _) = owners.postfix;
    let data = folder.join("data");
    fs::create_dir(&data).expect("make a folder");
    owners.give(&data, user, None);
    let queue = folder.join("queue");
    fs::create_dir(&queue).expect("make a folder");
    fs::create_dir(queue.join("pid")).expect("make a folder");
    for (name, mode, group) in [
        ("active", 0o700, None),
        ("bounce", 0o700, None),
        ("corrupt", 0o700, None),
        ("defer", 0o700, None),
        ("deferred", 0o700, None),
        ("flush", 0o700, None),
        ("hold", 0o700, None),
        ("incoming", 0o700, None),
        ("private", 0o700, None),
        ("saved", 0o700, None),
        ("trace", 0o700, None),
        ("maildrop", 0o730, Some(owners.postdrop_group)),
        ("public", 0o710, Some(owners.postdrop_group)),
    ] {
        let path = queue.join(name);
        fs::create_dir(&path).expect("make a folder");
        owners.give(&path, user, group);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("set a mode");
    }
}
