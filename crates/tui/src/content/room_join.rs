//! How people join a room, in lines.

use ratatui::text::Line;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::text;
use crate::action::{Action, Context, RoomAction};
use crate::state::State;

/// Returns how people join, for a width.
///
/// The leader's own code is among the lines only if it is asked for.
pub(crate) fn lines(state: &State, shows_leader: bool, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let plain = |line: &String| -> Vec<Line<'static>> {
        text::paragraph(&sanitize(line), width, state.theme.style(Role::Text))
    };
    let Some(hosting) = &state.room.hosting else { return elsewhere(state, width) };
    let mut lines: Vec<_> = hosting.join.iter().flat_map(plain).collect();
    let browser = format!("browser:    {}/ says how to join, and takes answers to questions", hosting.address);
    lines.extend(text::paragraph(&sanitize(&browser), width, state.theme.style(Role::Text)));
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
fn elsewhere(state: &State, width: usize) -> Vec<Line<'static>> {
    let address = sanitize(&state.server.address).into_owned();
    let ways = [
        format!("with the program: ifmatch join {address}"),
        format!("in a browser: {address}/"),
        format!("by hand: curl {address}/"),
        "The code, and the line for ssh, were printed where the server was started.".to_owned(),
    ];
    ways.iter().flat_map(|way| text::paragraph(way, width, state.theme.style(Role::Text))).collect()
}
