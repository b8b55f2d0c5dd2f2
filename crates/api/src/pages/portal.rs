//! The customer portal behind a signed link: `GET` shows it, `POST` takes what the customer
//! does and leads back, so that loading it again sends nothing twice. It needs no script.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use zhiyin_app::App;
use zhiyin_app::cases::HandlingError;
use zhiyin_app::cases::portal::{
    Answered, LinkError, PortalFile, Written, acknowledge, confirm, contest, open, write,
};
use zhiyin_domain::limits::ATTACHMENT_BYTES_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::MessageError;
use zhiyin_store::StoreError;

use super::portal_view::{self as view, Done, Form, Frame, Notice, Problem};
use crate::extract::ClientAddress;
use crate::guard::limits::Key;
use crate::guard::request_id;
use crate::state::AppState;

/// A file of the largest kind and the rest of the form.
const FORM_BYTES_MAX: usize = 26 * 1024 * 1024;
/// Fields of a form that are looked at.
const FIELDS_MAX: usize = 8;
/// A text of the longest kind, every character with four bytes.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Nothing was typed that has to be shown again.
const NOTHING: (Form, &str) = (Form::Write, "");

/// The pages.
pub(super) fn routes() -> Router<AppState> {
    let limit = || DefaultBodyLimit::max(FORM_BYTES_MAX);
    Router::new()
        .route("/portal/{token}", get(show).post(act).layer(limit()))
        .route(
            "/portal/{token}/cases/{number}",
            get(show_one).post(act_on_one).layer(limit()),
        )
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Language, if it is not the customer's.
    lang: Option<String>,
    /// What was just done.
    done: Option<String>,
}

impl Asked {
    fn locale(&self) -> Option<Locale> {
        self.lang.as_deref().and_then(Locale::closest)
    }

    fn notice(&self) -> Option<Notice> {
        match self.done.as_deref() {
            Some("written") => Some(Notice::Done(Done::Written)),
            Some("confirmed") => Some(Notice::Done(Done::Confirmed)),
            Some("contested") => Some(Notice::Done(Done::Contested)),
            Some("acknowledged") => Some(Notice::Done(Done::Acknowledged)),
            Some(_) | None => None,
        }
    }
}

/// Which page.
struct Place {
    token: String,
    number: Option<String>,
}

impl Place {
    fn list(&self) -> String {
        format!("/portal/{}", self.token)
    }

    fn path(&self) -> String {
        match &self.number {
            None => self.list(),
            Some(number) => format!("/portal/{}/cases/{number}", self.token),
        }
    }
}

async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let place = Place {
        token,
        number: None,
    };
    render(
        &app,
        &place,
        &asked,
        (StatusCode::OK, asked.notice(), NOTHING),
    )
    .await
}

async fn show_one(
    State(app): State<App>,
    Path((token, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    let place = Place {
        token,
        number: Some(number),
    };
    render(
        &app,
        &place,
        &asked,
        (StatusCode::OK, asked.notice(), NOTHING),
    )
    .await
}

async fn render(
    app: &App,
    place: &Place,
    asked: &Asked,
    (status, notice, typed): (StatusCode, Option<Notice>, (Form, &str)),
) -> Response {
    let path = place.path();
    let wanted = asked.locale();
    let number = place.number.as_deref();
    let page = match open(app, &place.token, number, wanted).await {
        Ok(page) => page,
        Err(error) => return refused(error, wanted, &path),
    };
    let random: [u8; 16] = zhiyin_ports::random_bytes(&*app.parts().rng);
    let client_id = format!("portal-{}", hex::encode(random));
    let list = place.list();
    let frame = Frame {
        path: &path,
        list: number.map(|_| list.as_str()),
        client_id: &client_id,
        notice,
        typed,
    };
    match &page.case {
        Some(one) => view::case(status, &page, one, &frame),
        None => view::list(status, &page, &frame),
    }
}

fn refused(error: LinkError, wanted: Option<Locale>, path: &str) -> Response {
    let locale = wanted.unwrap_or(Locale::ZhCn);
    match error {
        LinkError::Expired => view::expired(locale, path),
        LinkError::Invalid => view::invalid(locale, path),
        LinkError::Store(error) => failed(&error, locale, path),
    }
}

fn failed(error: &StoreError, locale: Locale, path: &str) -> Response {
    tracing::error!("A page of the portal failed: {error}");
    view::failed(locale, path)
}

/// What the customer sent.
#[derive(Default)]
struct Fields {
    action: String,
    text: String,
    client_id: String,
    notice: String,
    file: Option<PortalFile>,
}

/// Why a form was not read.
enum Unread {
    /// It is none of ours.
    Form,
    /// The file is too large.
    File,
}

async fn read(mut form: Multipart) -> Result<Fields, Unread> {
    let mut fields = Fields::default();
    for _ in 0..FIELDS_MAX {
        let Some(field) = form.next_field().await.map_err(|_| Unread::Form)? else {
            break;
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let declared = field.content_type().map(ToOwned::to_owned);
            let bytes = field.bytes().await.map_err(|_| Unread::File)?;
            let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if size > ATTACHMENT_BYTES_MAX {
                return Err(Unread::File);
            }
            // A form without a chosen file sends an empty one.
            if !bytes.is_empty() {
                fields.file = Some(PortalFile {
                    name: file_name,
                    declared,
                    bytes: bytes.to_vec(),
                });
            }
            continue;
        }
        let text = field.text().await.map_err(|_| Unread::Form)?;
        if text.len() > TEXT_BYTES_MAX {
            return Err(Unread::Form);
        }
        match name.as_str() {
            "action" => fields.action = text,
            // Browsers send line breaks as two characters.
            "text" => fields.text = text.replace("\r\n", "\n"),
            "client_id" => fields.client_id = text,
            "notice" => fields.notice = text,
            _ => return Err(Unread::Form),
        }
    }
    Ok(fields)
}

async fn act(
    State(state): State<AppState>,
    address: ClientAddress,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    form: Multipart,
) -> Response {
    let place = Place {
        token,
        number: None,
    };
    take(&state, address, &place, &asked, form).await
}

async fn act_on_one(
    State(state): State<AppState>,
    address: ClientAddress,
    Path((token, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    form: Multipart,
) -> Response {
    let place = Place {
        token,
        number: Some(number),
    };
    take(&state, address, &place, &asked, form).await
}

async fn take(
    state: &AppState,
    address: ClientAddress,
    place: &Place,
    asked: &Asked,
    form: Multipart,
) -> Response {
    let app = state.app();
    let problem = |status, problem| (status, Some(Notice::Problem(problem)), NOTHING);
    let key = Key::Anonymous(address.bucket());
    if state.limiter().take(key, state.now()).is_err() {
        let often = problem(StatusCode::TOO_MANY_REQUESTS, Problem::TooOften);
        return render(app, place, asked, often).await;
    }
    let fields = match read(form).await {
        Ok(fields) => fields,
        Err(Unread::File) => {
            let file = problem(StatusCode::UNPROCESSABLE_ENTITY, Problem::File);
            return render(app, place, asked, file).await;
        }
        Err(Unread::Form) => {
            let empty = problem(StatusCode::BAD_REQUEST, Problem::Empty);
            return render(app, place, asked, empty).await;
        }
    };
    let words = fields.text.clone();
    let form = if fields.action == "contest" {
        Form::Contest
    } else {
        Form::Write
    };
    if form == Form::Contest && words.trim().is_empty() {
        let why = problem(StatusCode::UNPROCESSABLE_ENTITY, Problem::SayWhy);
        return render(app, place, asked, why).await;
    }
    match carry_out(app, place, fields).await {
        Ok(done) => {
            let path = place.path();
            let locale = asked.locale();
            let lang = locale.map_or_else(String::new, |it| format!("&lang={}", it.as_str()));
            Redirect::to(&format!("{path}?done={done}{lang}")).into_response()
        }
        Err(error) => answer(app, place, asked, error, (form, &words)).await,
    }
}

async fn carry_out(app: &App, place: &Place, fields: Fields) -> Result<&'static str, Answered> {
    let number = place.number.as_deref();
    let request = request_id::current();
    match fields.action.as_str() {
        "confirm" => {
            confirm(app, &place.token, number, &fields.text, request).await?;
            Ok("confirmed")
        }
        "contest" => {
            contest(app, &place.token, number, &fields.text, request).await?;
            Ok("contested")
        }
        "acknowledge" => {
            let id = fields.notice.parse().map_err(|_| LinkError::Invalid)?;
            acknowledge(app, (&place.token, number), id, request).await?;
            Ok("acknowledged")
        }
        _ => {
            let written = Written {
                text: fields.text,
                file: fields.file,
                client_id: fields.client_id,
                request_id: request,
            };
            write(app, &place.token, number, written).await?;
            Ok("written")
        }
    }
}

/// The page again, with what was typed and what is wrong with it.
async fn answer(
    app: &App,
    place: &Place,
    asked: &Asked,
    error: Answered,
    typed: (Form, &str),
) -> Response {
    let locale = asked.locale().unwrap_or(Locale::ZhCn);
    let (status, problem) = match error {
        Answered::Link(error) => return refused(error, asked.locale(), &place.path()),
        Answered::Store(error) => return failed(&error, locale, &place.path()),
        Answered::NotNow | Answered::Blocked => (StatusCode::CONFLICT, Problem::NotNow),
        Answered::Words(MessageError::TooLong)
        | Answered::Handling(HandlingError::Invalid { path: "/note", .. }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Problem::TooLong)
        }
        Answered::Words(_) => (StatusCode::UNPROCESSABLE_ENTITY, Problem::Empty),
        Answered::Handling(HandlingError::Invalid { path: "/file", .. }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Problem::File)
        }
        Answered::Handling(HandlingError::Store(error)) => {
            return failed(&error, locale, &place.path());
        }
        Answered::Handling(error) => {
            tracing::warn!("The portal refused something: {error}");
            (StatusCode::CONFLICT, Problem::NotNow)
        }
    };
    render(
        app,
        place,
        asked,
        (status, Some(Notice::Problem(problem)), typed),
    )
    .await
}
