//! How people join a room, in lines.

use client::ServerUrl;
use ratatui::layout::Rect;
use ratatui::text::Line;
use terminal::qr_code;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::text;
use crate::action::{Action, Context, RoomAction};
use crate::state::State;

/// Returns how people join, for an area of this size.
///
/// The leader's own code is among the lines only if it is asked for. A QR code of the address is there if the area has
/// room for all of it.
pub(crate) fn lines(state: &State, shows_leader: bool, area: Rect) -> Vec<Line<'static>> {
    let width = usize::from(area.width);
    let plain = |line: &String| -> Vec<Line<'static>> {
        text::paragraph(&sanitize(line), width, state.theme.style(Role::Text))
    };
    let Some(hosting) = &state.room.hosting else { return elsewhere(state, area) };
    let mut lines: Vec<_> = hosting.join.iter().flat_map(plain).collect();
    if hosting.forwards_to.is_none() {
        let browser = format!("browser:    {}/ says how to join, and takes answers to questions", hosting.address);
        lines.extend(text::paragraph(&sanitize(&browser), width, state.theme.style(Role::Text)));
    }
    lines.extend(address_code(state, &hosting.address, area));
    if hosting.leader.is_empty() {
        return lines;
    }
    lines.push(Line::default());
    if shows_leader {
        lines.extend(hosting.leader.iter().flat_map(plain));
    } else {
        let key = state.hint_for(Action::Room(RoomAction::ShowLeaderCode), Context::JoinRoom);
        let words = format!("{key} shows the leader's own code: not while the room can see this screen");
        lines.extend(text::paragraph(&words, width, state.theme.style(Role::Dim)));
    }
    lines
}

/// Returns how people join a server that was started elsewhere, whose code is not known here.
fn elsewhere(state: &State, area: Rect) -> Vec<Line<'static>> {
    let address = sanitize(&state.server.address).into_owned();
    let ways = [
        format!("with the program: ifmatch join {address}"),
        format!("in a browser: {address}/"),
        format!("by hand: curl {address}/"),
        "The code, and the line for ssh, were printed where the server was started.".to_owned(),
    ];
    let width = usize::from(area.width);
    let lines = ways.iter().flat_map(|way| text::paragraph(way, width, state.theme.style(Role::Text)));
    lines.chain(address_code(state, &state.server.address, area)).collect()
}

/// Returns the address of the room's page as a QR code below an empty line.
///
/// There is none if the area is too small, or if only this machine can reach the address.
fn address_code(state: &State, address: &str, area: Rect) -> Vec<Line<'static>> {
    if !address.parse::<ServerUrl>().is_ok_and(|url| !url.is_loopback()) {
        return Vec::new();
    }
    let mut code = qr_code::lines(&format!("{}/", address.trim_end_matches('/')), &state.theme).unwrap_or_default();
    let is_too_large = code.len() > area.height.into() || code.iter().any(|line| line.width() > area.width.into());
    if code.is_empty() || is_too_large {
        return Vec::new();
    }
    code.insert(0, Line::default());
    code
}
