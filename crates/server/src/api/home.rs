//! The page at `/`: how to join, the documents, requests to try, and the leader's question as a form.
//!
//! A browser gets HTML, every other client text. The page works without JavaScript and loads nothing. There are no
//! cookies: a visitor sends name and code in a form, and the page in the response has the token that the visitor got,
//! in a hidden member of the next form. So no other web page can make a browser send it, and the page at `/` itself
//! shows no code, no token and, on a server with tokens, no document.
//!
//! What is *not* here: the markup ([`view`]).

mod markup;
mod view;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::{Author, DocumentEntry, QuestionAnswer};
use store::ListQuery;

use crate::fields::accept::prefers_html;
use crate::fields::cache_control::NO_STORE;
use crate::fields::content_type::Media;
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::body;
use crate::http::form::Form;
use crate::http::page::PageBounds;
use crate::http::request_context::RequestContext;
use crate::options::tokens::TokenDigest;
use crate::problem::Refusal;
use crate::problem::details::room;
use crate::state::ServerState;
use crate::state::guarded_setting::GuardedSetting as _;
use crate::state::participants::{ClientIdentity, JoinError, NameStanding};
use crate::state::question::AnswerError;
use view::{HomeView, HomeVisitor};

/// The most documents on the page.
const MAX_DOCUMENTS: usize = 100;

/// The challenge of a 401 (RFC 6750). Browsers ask for nothing because of it.
const CHALLENGE: HeaderValue = HeaderValue::from_static(r#"Bearer realm="ifmatch", error="invalid_token""#);

/// The notice for a visitor if the database of several servers cannot be reached.
const STORE_FAILED: &str = "The server cannot reach its database. Try again in a moment.";

/// The client of a form, after its token or code was right.
struct Admitted {
    client: ClientIdentity,
    token: String,
}

/// Why a form is not accepted, in words for its sender.
struct FormRefusal {
    status: StatusCode,
    notice: String,
    proposed_name: String,
}

/// `GET /`.
pub(crate) async fn get(app: &ServerState, context: &RequestContext) -> Result<AnnotatedResponse, Refusal> {
    // A server without tokens shows its documents to all clients, and any other one to those who send a token.
    let may_read = context.identity().is_some() && context.name_standing(app) == NameStanding::Welcome;
    Ok(respond(app, context, may_read, |_| {}).await?.into())
}

/// `POST /`: a visitor joins by a form, or answers the question.
pub(crate) async fn post(
    app: &ServerState,
    context: &RequestContext,
    body: Body,
) -> Result<AnnotatedResponse, Refusal> {
    body::check_headers(&context.headers, Media::Form, &app.options)?;
    let form = Form::parse(&body::read_form(body, &app.options).await?);
    let admitted = match admit(app, context, &form).await {
        Ok(admitted) => admitted,
        Err(FormRefusal { status, notice, proposed_name }) => {
            let shown = |view: &mut HomeView<'_>| {
                (view.notice, view.proposed_name) = (Some(notice), proposed_name);
            };
            let mut response = AnnotatedResponse::from(respond(app, context, false, shown).await?);
            *response.response.status_mut() = status;
            if status == StatusCode::UNAUTHORIZED {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, CHALLENGE);
                response.is_guess = form.get("token").or_else(|| form.get("code")).is_some();
            }
            return Ok(response);
        }
    };
    let Admitted { client, token } = admitted;
    app.participants.saw(&client, app.now());
    let notice = match form.get("choice") {
        Some(choice) => Some(answer(app, &client.name, choice, form.get("id")).await),
        None => None,
    };
    app.publish_question();
    let visitor = HomeVisitor {
        question: app.question(),
        choice: app.question.answer_of(&client.name),
        name: client.name.into(),
        token,
    };
    Ok(respond(app, context, true, |view| (view.notice, view.visitor) = (notice, Some(visitor))).await?.into())
}

/// Returns the client of a form, who joins if it has not yet.
async fn admit(app: &ServerState, context: &RequestContext, form: &Form) -> Result<Admitted, FormRefusal> {
    let name = form.get("name").unwrap_or_default();
    let refused = |status, notice: &str, proposed: &str| FormRefusal {
        status,
        notice: notice.to_owned(),
        proposed_name: proposed.to_owned(),
    };
    let address = context.client.as_ref().map(|client| client.connection.address());
    let tokens = app.options.tokens.as_ref();
    let credential = form.get("token").or_else(|| form.get("code"));
    let holder = credential.and_then(|credential| {
        let digest = TokenDigest::of(credential.as_bytes());
        let holder = tokens.and_then(|tokens| tokens.holder_of(&digest)).cloned();
        holder.or_else(|| app.participants.holder(&digest))
    });
    if tokens.is_some() && holder.is_none() {
        let notice = "The code is wrong. Compare it letter by letter, or ask the leader.";
        return Err(refused(StatusCode::UNAUTHORIZED, notice, name));
    }
    let admin = holder.as_ref().is_some_and(|holder| holder.admin);
    if let (Some(own), Some(token)) = (holder.and_then(|holder| holder.name), credential) {
        let client = ClientIdentity { name: own, joined: true, admin, address };
        if !admin && app.participants.standing(&client.name, true) == NameStanding::Removed {
            return Err(refused(StatusCode::FORBIDDEN, &room::removed(&client.name), ""));
        }
        return Ok(Admitted { client, token: token.to_owned() });
    }
    let name: Author = name.parse().map_err(|error: contract::NameError| {
        refused(StatusCode::UNPROCESSABLE_ENTITY, &format!("The name cannot be used: {error}."), name)
    })?;
    let stranger = ClientIdentity { name: context.author(), joined: false, admin, address };
    let joined = app.join_room(&stranger, &name).await.map_err(|error| {
        tracing::error!(%error, "a visitor could not join");
        refused(StatusCode::SERVICE_UNAVAILABLE, STORE_FAILED, name.as_str())
    })?;
    match joined {
        Ok(token) => {
            let client = ClientIdentity { name, joined: true, admin, address };
            Ok(Admitted { client, token: token.expose().to_owned() })
        }
        Err(JoinError::Taken { free }) => {
            let notice = format!("The name {name} is taken; {free} is free.");
            Err(refused(StatusCode::CONFLICT, &notice, free.as_str()))
        }
        Err(JoinError::Full) => {
            let notice = "The room is full: as many people have joined as this server accepts.";
            Err(refused(StatusCode::SERVICE_UNAVAILABLE, notice, name.as_str()))
        }
        Err(JoinError::NoRandomNumbers) => {
            Err(refused(StatusCode::INTERNAL_SERVER_ERROR, &room::no_random_numbers(), name.as_str()))
        }
    }
}

/// Records the answer of a form, and returns what to say about it.
async fn answer(app: &ServerState, name: &Author, choice: &str, id: Option<&str>) -> String {
    let choice = choice.parse().unwrap_or(0);
    let answer = QuestionAnswer { choice, id: id.map(str::to_owned) };
    let Ok(answered) = app.change(&app.question, |question| question.answer(name, &answer)).await else {
        return STORE_FAILED.to_owned();
    };
    match answered {
        Ok(()) => "Your answer is recorded. You can change it until the counts are shown.".to_owned(),
        Err(AnswerError::NoQuestion) => "The leader has withdrawn the question.".to_owned(),
        Err(AnswerError::Closed) => "The question takes no more answers.".to_owned(),
        Err(AnswerError::OtherQuestion { .. }) => "The leader has asked another question since.".to_owned(),
        Err(AnswerError::NoSuchChoice { .. }) => "Choose one of the answers.".to_owned(),
    }
}

/// Returns the page.
async fn respond(
    app: &ServerState,
    context: &RequestContext,
    may_read: bool,
    fill_in: impl FnOnce(&mut HomeView<'_>),
) -> Result<Response, Refusal> {
    let mut documents: Option<Vec<DocumentEntry>> = None;
    let mut opened_for_all = None;
    let mut has_more = false;
    if may_read {
        let bounds = PageBounds::new(app, MAX_DOCUMENTS);
        let page = app.store.list(ListQuery { after: None, limit: MAX_DOCUMENTS, bytes: bounds.bytes }).await?;
        let kind = context.policy().etags;
        let (rows, more) = bounds.fit(page.items.iter().map(|item| item.to_entry(kind)), page.more);
        (documents, has_more) = (Some(rows), more);
        opened_for_all = app.room.with_etag().0.open_for_all;
    }
    let authority = authority(context);
    let scheme = if app.options.tls.is_some() { "https" } else { "http" };
    let mut view = HomeView {
        origin: format!("{scheme}://{authority}"),
        host: without_port(&authority).to_owned(),
        ssh_port: app.options.ssh_port,
        has_tokens: app.options.tokens.is_some(),
        notice: None,
        proposed_name: String::new(),
        visitor: None,
        documents: documents.as_deref(),
        opened_for_all,
        has_more,
    };
    fill_in(&mut view);
    let is_html = prefers_html(&context.headers);
    let (media, page) = if is_html {
        ("text/html; charset=utf-8", view::html(&view))
    } else {
        ("text/plain; charset=utf-8", view::text(&view))
    };
    let mut response = page.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, media),
        (header::VARY, "Accept"),
        (header::CONTENT_SECURITY_POLICY, view::POLICY),
        // A stricter policy would make browsers send `Origin: null` with the form, which is refused.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    Ok(response)
}

/// Returns host and port as the client wrote them; the host has been checked.
fn authority(context: &RequestContext) -> String {
    let target = context.uri.authority().map(ToString::to_string);
    let field = || context.headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    target.or_else(field).unwrap_or_else(|| "localhost".to_owned())
}

/// Returns the host of an authority, without brackets around an IPv6 address, as ssh takes it.
fn without_port(authority: &str) -> &str {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.split_once(':').map_or(authority, |(host, _)| host),
    }
}
