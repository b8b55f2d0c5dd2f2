//! The description of the API (OpenAPI 3.1), made from the code.

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, OpenApi, RefOr, ResponseBuilder, Schema};
use utoipa::{Modify, OpenApi as _, ToSchema};

use crate::code::Code;
use crate::error::{FieldProblem, Problem};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Zhiyin",
        version = "1",
        description = "Customer service: conversations, contacts, agents, live events.\n\n\
            Identifiers have the form `cv_…`, times are RFC 3339 in UTC. Lists give `items` and `next`, the \
            cursor of the next page. Errors are problem documents (RFC 9457) with a `code` for programs. \
            A `POST` may carry an `Idempotency-Key`: repeated within 24 hours it has its effect once.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "setup", description = "The first run of an installation."),
        (name = "session", description = "Logging in and out, the second factor, passwords."),
        (name = "me", description = "The caller."),
        (name = "agents", description = "Agents, invitations, teams and roles."),
        (name = "inboxes", description = "Where contacts arrive."),
        (name = "conversations", description = "Conversations and messages."),
        (name = "routing", description = "Queues, skills, offers, and who gets what."),
        (name = "floor", description = "What supervisors see of the floor and do with it."),
        (name = "contacts", description = "Customers."),
        (name = "attachments", description = "Files."),
        (name = "search", description = "Full-text search."),
        (name = "bot", description = "Answers from the knowledge base, guided flows, and the test bench."),
        (name = "knowledge", description = "Articles in several languages, their versions, categories and search."),
        (name = "phrases", description = "Canned texts and tags."),
        (name = "standards", description = "The journey, service standards, business calendars and promises."),
        (name = "cases", description = "Cases, complaints, the back office, and what belongs to them."),
        (name = "workspace", description = "The company, its audit log and its jobs."),
        (name = "tokens", description = "Personal and app tokens."),
        (name = "stream", description = "Events as they happen."),
        (name = "automation", description = "Rules that act by event or time, what they did and why, and macros."),
        (name = "webhooks", description = "Other systems are told what happens, or follow the log."),
        (name = "channel", description = "What other systems bring into API inboxes, and how far answers got."),
        (name = "widget", description = "What the chat widget uses on behalf of a visitor."),
    ),
    modifiers(&Security),
    components(schemas(Problem, FieldProblem, Code)),
)]
struct Skeleton;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = |description: &str| {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(description))
                .build();
            SecurityScheme::Http(scheme)
        };
        components.add_security_scheme("token", bearer("A personal or app token, `zy_…`."));
        components.add_security_scheme(
            "visitor",
            bearer("A visitor's token, `zv_…`; for `/api/v1/widget/` only."),
        );
        let cookie = ApiKeyValue::with_description(
            "zhiyin",
            "The session of a browser. A change also needs the header `X-CSRF-Token`.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The document before any operation.
pub(crate) fn skeleton() -> OpenApi {
    Skeleton::openapi()
}

/// Who may call an operation that does not say so itself: in the widget's part of the API a
/// visitor, elsewhere an agent or an app.
fn callers(path: &str) -> Vec<SecurityRequirement> {
    let requirement = |scheme: &str| SecurityRequirement::new::<_, [&str; 0], &str>(scheme, []);
    if path.starts_with("/api/v1/widget/") {
        return vec![requirement("visitor")];
    }
    vec![requirement("session"), requirement("token")]
}

/// Adds what is the same for all operations: who may call them, and that every one may
/// answer with a problem.
pub(crate) fn finish(mut document: OpenApi) -> OpenApi {
    let reference: RefOr<Schema> =
        RefOr::Ref(utoipa::openapi::Ref::from_schema_name(Problem::name()));
    let problem = ResponseBuilder::new()
        .description("What went wrong.")
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(reference)).build(),
        )
        .build();
    for (path, item) in &mut document.paths.paths {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            operation.security.get_or_insert_with(|| callers(path));
            let responses = &mut operation.responses.responses;
            responses
                .entry("default".to_owned())
                .or_insert_with(|| RefOr::T(problem.clone()));
        }
    }
    document
}

/// The whole document, as it is served and kept in the repository.
#[must_use]
pub fn document() -> OpenApi {
    let (_, document) = crate::operations().split_for_parts();
    finish(document)
}

/// The document as text, one field a line, ending in a line break.
pub fn document_text() -> Result<String, serde_json::Error> {
    Ok(document().to_pretty_json()? + "\n")
}
