//! Responses to wrong tokens are delayed once an address has sent many, see [`TokenGuesses`](crate::state::token_guesses).

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, sleep};

use crate::budget::{TOKEN_GUESSES, WAITING_GUESSES};
use crate::connection::peer_client::ConnectedClient;
use crate::http::authentication::{AuthError, Authentication};
use crate::problem::Refusal;
use crate::state::SharedState;
use crate::state::token_guesses::GuessPace;

/// How late a wrong token is answered after too many of them.
const GUESS_DELAY: Duration = Duration::from_secs(1);

/// A request with an unknown token.
pub(super) struct TokenGuess {
    client: IpAddr,
    owns_connection: bool,
}

/// Returns the guess in a request, if it is one.
pub(super) fn guess_in(request: &Request) -> Option<TokenGuess> {
    match request.extensions().get::<Authentication>() {
        Some(Authentication::Denied(AuthError::UnknownToken)) => {
            let client = request.extensions().get::<ConnectedClient>()?.address();
            Some(TokenGuess { client, owns_connection: request.version() < Version::HTTP_2 })
        }
        _ => None,
    }
}

/// Answers a guess late, or with a 429, if its address has made many. Only a 401 tells that a token is wrong.
pub(super) async fn delay_response(app: &SharedState, guess: TokenGuess, response: &mut Response) {
    if response.status() != StatusCode::UNAUTHORIZED {
        return;
    }
    app.metrics.count_guess();
    match app.guesses.guess(guess.client, Instant::now()) {
        GuessPace::AtOnce => {}
        GuessPace::Late(waiting) => {
            app.metrics.budgets.refused(&TOKEN_GUESSES);
            sleep(GUESS_DELAY).await;
            drop(waiting);
        }
        GuessPace::Never => {
            *response = Refusal::budget_exhausted(&WAITING_GUESSES, &app.options.budgets, Some(1)).into_response();
            if guess.owns_connection {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
        }
    }
}
