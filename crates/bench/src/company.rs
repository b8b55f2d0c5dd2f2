//! A company on a running program, set up over its public interface.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::http::{Answer, Connection, Place, Request, once};

/// The password of everybody in a benchmark; the program is reachable from this machine
/// only and ends with it.
const PASSWORD: &str = "correct horse 电池 staple";

/// Somebody who is logged in: the headers that prove it.
#[derive(Debug, Clone)]
pub struct Login {
    headers: Vec<(&'static str, String)>,
}

impl Login {
    /// Whoever an answer has let in.
    pub fn of(answer: &Answer) -> Result<Self> {
        let me = answer.success()?;
        let cookie = answer.cookie.clone().context("no cookie was set")?;
        Ok(Self {
            headers: vec![
                ("cookie", cookie),
                ("x-csrf-token", text(&me, "csrf_token")?),
            ],
        })
    }

    /// Whoever has a personal token.
    pub fn with_token(token: &str) -> Self {
        Self {
            headers: vec![("authorization", format!("Bearer {token}"))],
        }
    }

    /// What proves it.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }
}

/// A field that must be there.
pub fn text(value: &Value, field: &str) -> Result<String> {
    let found = value[field].as_str();
    Ok(found
        .with_context(|| format!("`{field}` is missing in {value}"))?
        .to_owned())
}

/// The company, seen by its administrator.
#[derive(Debug, Clone)]
pub struct Company {
    /// Where the program listens.
    pub place: Place,
    /// The administrator.
    pub admin: Login,
}

/// A place where customers arrive.
#[derive(Debug, Clone)]
pub struct InboxPlace {
    /// Identifier.
    pub id: String,
    /// Key of the snippet.
    pub key: String,
}

impl Company {
    /// Sets a fresh installation up.
    pub async fn set_up(place: impl Into<Place>) -> Result<Self> {
        let place = place.into();
        let body = json!({
            "workspace_name": "Bench", "locale": "zh-CN", "time_zone": "Asia/Shanghai",
            "name": "Admin", "email": "admin@bench.example", "password": PASSWORD,
        });
        let request = Request::new("POST", "/api/v1/setup").json(&body)?;
        let answer = once(place.clone(), request).await?;
        Ok(Self {
            place,
            admin: Login::of(&answer)?,
        })
    }

    /// One that is there already, as whoever has a personal token of its administrator.
    pub fn known(place: Place, token: &str) -> Self {
        Self {
            place,
            admin: Login::with_token(token),
        }
    }

    /// Sends something as the administrator.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = as_agent(Request::new("POST", path), &self.admin).json(body)?;
        let answer = once(self.place.clone(), request).await?;
        answer.success().with_context(|| format!("POST {path}"))
    }

    /// Asks for something as the administrator.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let request = as_agent(Request::new("GET", path), &self.admin);
        let answer = once(self.place.clone(), request).await?;
        answer.success().with_context(|| format!("GET {path}"))
    }

    /// Opens an inbox.
    pub async fn inbox(&self, name: &str) -> Result<InboxPlace> {
        let inbox = self
            .post("/api/v1/inboxes", &json!({ "name": name }))
            .await?;
        Ok(InboxPlace {
            id: text(&inbox, "id")?,
            key: text(&inbox, "key")?,
        })
    }

    /// The role of those who answer customers.
    pub async fn agent_role(&self) -> Result<String> {
        let roles = self.get("/api/v1/roles").await?;
        let of_agents = |role: &&Value| role["builtin"] == "agent";
        let role = roles["items"]
            .as_array()
            .and_then(|items| items.iter().find(of_agents));
        text(role.context("there is no role for agents")?, "id")
    }

    /// Invites an agent to an inbox and accepts.
    pub async fn agent(&self, name: &str, role: &str, inbox: &str) -> Result<Login> {
        let invitation = self
            .post(
                "/api/v1/invitations",
                &json!({
                    "email": format!("{name}@bench.example"), "name": name,
                    "role_ids": [role], "inbox_ids": [inbox],
                }),
            )
            .await?;
        let link = text(&invitation, "link")?;
        let token = link
            .rsplit(['#', '=', '/'])
            .next()
            .context("the link has no token")?;
        let body = json!({ "token": token, "name": name, "password": PASSWORD });
        let accept = Request::new("POST", "/api/v1/invitations/accept").json(&body)?;
        Login::of(&once(self.place.clone(), accept).await?)
    }
}

/// A request of somebody who is logged in.
pub fn as_agent(request: Request, login: &Login) -> Request {
    let headers = login.headers.iter();
    headers.fold(request, |request, (name, value)| {
        request.header(name, value)
    })
}

/// A new visitor's token.
pub async fn open_visitor(connection: &mut Connection, key: &str) -> Result<String> {
    let path = format!("/api/v1/widget/inboxes/{key}/visitors");
    let body = json!({ "locale": "zh-CN", "context": { "page_url": "https://shop.example/cart" } });
    let answer = connection
        .send(&Request::new("POST", &path).json(&body)?)
        .await?;
    text(&answer.success()?, "token")
}

/// The request with which the widget sends a message.
pub fn message(token: &str, client_id: &str, text: &str) -> Result<Request> {
    Request::new("POST", "/api/v1/widget/messages")
        .bearer(token)
        .json(&json!({ "client_id": client_id, "text": text }))
}
