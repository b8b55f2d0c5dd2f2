//! The look of the help centre over HTTP.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::knowledge::{self as use_cases, article_file_path};
use zhiyin_domain::attribute::Label;
use zhiyin_domain::ids::ArticleFileId;
use zhiyin_domain::knowledge::{Colour, HelpCentre};
use zhiyin_domain::locale::Locale;
use zhiyin_store::identity::workspaces;

use crate::attributes::LabelDto;
use crate::error::ApiResult;
use crate::extract::{Caller, Valid};
use crate::identity::field;

/// What the help centre looks like and where it is found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HelpCentreDto {
    /// Its name by language; that of the workspace where there is none.
    #[schema(value_type = LabelDto)]
    pub name: Label,
    /// Colour of links and buttons, `#rrggbb`; ours if `null`.
    pub colour: Option<String>,
    /// That colour as it is shown on light and on dark ground: moved towards black or white where words in
    /// it could not be read otherwise (WCAG 2.2 AA).
    pub shown_colours: Option<[String; 2]>,
    /// Picture in the head of the pages, a file of articles.
    #[schema(value_type = Option<String>)]
    pub logo_id: Option<ArticleFileId>,
    /// Address of that picture.
    pub logo_url: Option<String>,
    /// Languages it speaks.
    #[schema(value_type = Vec<String>)]
    pub locales: BTreeSet<Locale>,
    /// Host name under which it is found besides.
    pub domain: Option<String>,
    /// Where it is found.
    pub url: String,
    /// Rises with every change; 0 before it was ever saved.
    pub version: i64,
}

impl HelpCentreDto {
    fn new(app: &App, slug: &str, it: HelpCentre) -> Self {
        let public_url = app.parts().settings.public_url.trim_end_matches('/');
        Self {
            shown_colours: it
                .colour
                .map(|colour| colour.legible().map(|it| it.to_string())),
            colour: it.colour.map(|colour| colour.to_string()),
            logo_id: it.logo,
            logo_url: it.logo.map(article_file_path),
            name: it.name,
            locales: it.locales,
            domain: it.domain.map(|domain| domain.to_string()),
            url: format!("{public_url}/help/{slug}"),
            version: it.version,
        }
    }
}

/// What the help centre is to look like, as a whole.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HelpCentreBody {
    /// Its name by language; may be empty.
    #[serde(default)]
    #[schema(value_type = LabelDto)]
    pub name: Label,
    /// Colour of links and buttons, `#rrggbb`.
    pub colour: Option<String>,
    /// Picture in the head of the pages: one that `POST /api/v1/article-files` took.
    #[schema(value_type = Option<String>)]
    pub logo_id: Option<ArticleFileId>,
    /// Languages it speaks, at least one.
    #[schema(value_type = Vec<String>)]
    pub locales: BTreeSet<Locale>,
    /// Host name under which it is found besides, such as `help.example.com`. Changing it takes
    /// `workspace.manage` too.
    pub domain: Option<String>,
    /// The version that was read.
    pub version: i64,
}

/// What the help centre looks like and where it is found.
#[utoipa::path(get, path = "/api/v1/help-centre", tag = "knowledge",
    responses((status = 200, body = HelpCentreDto)))]
pub async fn get_help_centre(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<HelpCentreDto>> {
    let (slug, it) = app
        .read(&caller.0, |tx, ctx| {
            let it = use_cases::get_help_centre(tx, ctx)?;
            Ok::<_, use_cases::KnowledgeError>((workspaces::load(tx)?.slug, it))
        })
        .await?;
    Ok(Json(HelpCentreDto::new(&app, slug.as_str(), it)))
}

/// Changes what the help centre looks like and where it is found.
#[utoipa::path(put, path = "/api/v1/help-centre", tag = "knowledge",
    request_body = HelpCentreBody, responses((status = 200, body = HelpCentreDto)))]
pub async fn update_help_centre(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<HelpCentreBody>,
) -> ApiResult<Json<HelpCentreDto>> {
    let colour = body.colour.filter(|it| !it.is_empty());
    let domain = body.domain.filter(|it| !it.trim().is_empty());
    let it = HelpCentre {
        name: body.name,
        colour: colour
            .map(|it| field::<Colour>(&it, "/colour"))
            .transpose()?,
        logo: body.logo_id,
        locales: body.locales,
        domain: domain.map(|it| field(&it, "/domain")).transpose()?,
        version: body.version,
    };
    let own = host_of(&app.parts().settings.public_url).to_owned();
    let (slug, it) = app
        .write(&caller.0, move |tx, ctx| {
            let it = use_cases::update_help_centre(tx, ctx, &it, &own)?;
            Ok::<_, use_cases::KnowledgeError>((workspaces::load(tx)?.slug, it))
        })
        .await?;
    Ok(Json(HelpCentreDto::new(&app, slug.as_str(), it)))
}

/// The name of the host in an address, without its port.
pub(crate) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default()
}
