//! Connections that switch protocols, such as WebSocket.
//!
//! Bytes pass in both directions until both ends have closed. The connection runs the tunnel itself when hyper is done
//! with it, so it still counts to the budgets of connections, and ends with the server.

use axum::http::StatusCode;
use axum::response::Response;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use crate::connection::tunnel::{Tunnel, TunnelInput};
use crate::http::annotated_response::AnnotatedResponse;
use crate::http::request_context::RequestContext;
use crate::options::gateway::UpgradedStream;
use crate::problem::{Refusal, types};

/// Has the connection of a request pass bytes between client and server.
///
/// It begins when hyper has sent the response. Without a connection to switch, the response becomes a 502.
pub(super) fn open(context: &RequestContext, on_upgrade: Option<OnUpgrade>, response: &mut AnnotatedResponse) {
    let stream = upgraded(&mut response.response).and_then(|stream| stream.take());
    let (Some(client), Some(on_upgrade), Some(stream)) = (&context.client, on_upgrade, stream) else {
        let detail = "The server behind the proxy switched protocols, and the request did not ask for that. Nothing \
                      can be passed on; report this to its operator.";
        *response = Refusal::new(&types::BAD_GATEWAY, detail.to_owned()).into();
        return;
    };
    debug_assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    let peer = client.peer.clone();
    client.connection.set_tunnel(Tunnel::new(async move {
        let (Some(mut server), Ok(client)) = (stream.await, on_upgrade.await) else { return };
        let mut client = TunnelInput::new(TokioIo::new(client), peer);
        // An error means that one end is gone, which ends the tunnel.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }));
}

/// Returns whether a response switches protocols, and has the stream for it.
fn upgraded(response: &mut Response) -> Option<UpgradedStream> {
    response.extensions_mut().remove::<UpgradedStream>()
}
