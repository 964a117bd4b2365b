//! The areas of the people: editors and cards.
//!
//! A card is for a client without an editor, or for an editor without room. Each person is shown, whatever the size:
//! side by side if there is room; otherwise editors above cards, or cards in a grid; in a narrow terminal the current
//! person, and the others as a line each. Only if even that does not fit are the others named in one line.

use ratatui::layout::{Constraint, Layout as Split, Rect};

use super::shapes::{
    LayoutShape, MIN_EDITOR_ROWS, MIN_ONE_COLUMNS, MIN_TWO_COLUMNS, PaneRect, has_conflict, is_merging,
};
use crate::content::people;
use crate::ids::PersonIndex;
use crate::state::{Focus, State};

/// The fewest columns of a card beside editors or other cards.
const MIN_CARD_COLUMNS: u16 = 30;

/// The most columns of a card beside editors; a wider one has nothing to show.
const MAX_CARD_COLUMNS: u16 = 52;

/// The rows of a card below editors: its border, the text that it sends, and its request.
const CARD_ROWS: u16 = 4;

/// From this height of the terminal on, the cards of a grid have borders.
const TALL_ROWS: u16 = 32;

/// The area of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CardRect {
    pub(crate) person: PersonIndex,
    pub(crate) area: Rect,
}

/// The areas of everyone on the stage.
#[derive(Debug, Clone, Default)]
pub(super) struct PeopleAreas {
    pub(super) panes: Vec<PaneRect>,
    pub(super) cards: Vec<CardRect>,
    /// The line that names those without an area.
    pub(super) others: Option<Rect>,
}

/// Returns the areas of the people within an area.
pub(super) fn people_areas(state: &State, area: Rect, with_policy: bool) -> PeopleAreas {
    let scene = PeopleScene {
        state,
        area,
        with_policy,
        editors: state.people.panes.len(),
        count: people::all(state).len(),
        current: people::current(state),
    };
    scene.areas()
}

/// Returns the rows below which not everyone has an area, in a terminal of this size.
pub(super) fn min_rows(state: &State, (width, height): (u16, u16)) -> u16 {
    let (editors, count) = (state.people.panes.len(), people::all(state).len());
    let cards = as_rows(count - editors);
    if is_side_by_side(width, editors, count) {
        MIN_EDITOR_ROWS
    } else if width >= MIN_TWO_COLUMNS && is_side_by_side(width, editors, editors) {
        MIN_EDITOR_ROWS + 2 * cards.div_ceil((width / MIN_ONE_COLUMNS).max(1))
    } else if width >= MIN_TWO_COLUMNS {
        // In a tall terminal, each card of a grid has a border, and its text within.
        let each = if height >= TALL_ROWS { CARD_ROWS } else { CARD_ROWS - 1 };
        each * as_rows(count).div_ceil((width / MIN_ONE_COLUMNS).max(1))
    } else {
        MIN_EDITOR_ROWS + as_rows(count).saturating_sub(1)
    }
}

fn as_rows(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Returns whether this many editors, and cards for the rest of the people, fit side by side.
fn is_side_by_side(width: u16, editors: usize, count: usize) -> bool {
    let cards = as_rows(count - editors);
    let needs = as_rows(editors).saturating_mul(MIN_ONE_COLUMNS).saturating_add(cards.saturating_mul(MIN_CARD_COLUMNS));
    count <= 1 || (width >= MIN_TWO_COLUMNS && needs <= width)
}

/// The people, and the area for all of them.
struct PeopleScene<'a> {
    state: &'a State,
    area: Rect,
    with_policy: bool,
    /// The number of people with an editor; they come first.
    editors: usize,
    count: usize,
    current: PersonIndex,
}

impl PeopleScene<'_> {
    fn areas(&self) -> PeopleAreas {
        if self.count == 0 || self.area.is_empty() {
            return PeopleAreas::default();
        }
        let (width, height) = (self.area.width, self.area.height);
        let is_merging = is_merging(self.state, self.current) && self.state.people.focus != Focus::Wire;
        // A merge of many writers that needs no decision is a card like the others.
        let is_alone =
            is_merging && height > 8 && self.count > 1 && (self.count < 3 || has_conflict(self.state, self.current));
        if width < MIN_TWO_COLUMNS || is_alone {
            return self.one_at_a_time();
        }
        if is_side_by_side(width, self.editors, self.count) {
            return self.side_by_side(self.area, 0..self.count);
        }
        let cards = as_rows(self.count - self.editors);
        if cards > 0 && is_side_by_side(width, self.editors, self.editors) {
            let rows = cards.div_ceil((width / MIN_ONE_COLUMNS).max(1));
            let each = match height.saturating_sub(MIN_EDITOR_ROWS) / rows {
                // Without a border, the exchange and the text need two rows; the editors need the third more.
                each @ 0..CARD_ROWS => each.min(2),
                CARD_ROWS.. => CARD_ROWS,
            };
            if each > 0 {
                return self.editors_above_cards(rows, each);
            }
        }
        // While the user types, their text is more important than everyone else's.
        if self.state.people.focus == Focus::Lesson { self.grid() } else { self.one_beside_cards() }
    }

    /// Adds the area of a person: an editor in full, or a card for a client without an editor.
    fn place(&self, areas: &mut PeopleAreas, person: PersonIndex, area: Rect) {
        if area.is_empty() {
            return;
        }
        if person < self.editors {
            areas.panes.push(self.pane(person, area, LayoutShape::Whole));
        } else {
            areas.cards.push(CardRect { person, area });
        }
    }

    const fn pane(&self, seat: usize, area: Rect, shape: LayoutShape) -> PaneRect {
        PaneRect { seat, area, shape, with_policy: self.with_policy }
    }

    fn side_by_side(&self, area: Rect, people: std::ops::Range<PersonIndex>) -> PeopleAreas {
        let width = area.width / as_rows(people.len()).max(1);
        let column = |person: PersonIndex| {
            let is_card = person >= self.editors && self.editors > 0;
            let card = width.clamp(MIN_CARD_COLUMNS, MAX_CARD_COLUMNS);
            if is_card { Constraint::Length(card) } else { Constraint::Fill(1) }
        };
        let columns = Split::horizontal(people.clone().map(column)).split(area);
        let mut areas = PeopleAreas::default();
        people.zip(columns.iter()).for_each(|(person, area)| self.place(&mut areas, person, *area));
        areas
    }

    fn editors_above_cards(&self, rows: u16, each: u16) -> PeopleAreas {
        let [above, below] = Split::vertical([Constraint::Fill(1), Constraint::Length(rows * each)]).areas(self.area);
        let mut areas = self.side_by_side(above, 0..self.editors);
        areas.cards = cells(below, self.count - self.editors, rows)
            .zip(self.editors..)
            .map(|(area, person)| CardRect { person, area })
            .collect();
        areas
    }

    /// Returns a grid in which each person has a card, so that no place changes from step to step.
    fn grid(&self) -> PeopleAreas {
        let rows = grid_rows(self.area, self.count);
        if rows > self.area.height {
            return self.one_at_a_time();
        }
        let cards = cells(self.area, self.count, rows).enumerate().map(|(person, area)| CardRect { person, area });
        PeopleAreas { cards: cards.collect(), ..PeopleAreas::default() }
    }

    /// Returns the current editor on the left, and the cards of the others on the right.
    fn one_beside_cards(&self) -> PeopleAreas {
        let others = self.count - 1;
        let [left, right] = Split::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(self.area);
        let rows = grid_rows(right, others);
        if rows > self.area.height {
            return self.one_at_a_time();
        }
        let mut areas = PeopleAreas::default();
        self.place(&mut areas, self.current, left);
        let people = (0..self.count).filter(|person| *person != self.current);
        let cards = cells(right, others, rows).zip(people);
        areas.cards.extend(cards.map(|(area, person)| CardRect { person, area }));
        areas
    }

    /// Returns the current person in all rows except one for each other person, or one for all of them.
    fn one_at_a_time(&self) -> PeopleAreas {
        let others = as_rows(self.count).saturating_sub(1);
        let mut areas = PeopleAreas::default();
        if others > 0 && self.area.height < MIN_EDITOR_ROWS + others {
            let names = u16::from(self.state.lesson.course.is_some());
            let [whole, names] = Split::vertical([Constraint::Fill(1), Constraint::Length(names)]).areas(self.area);
            self.place(&mut areas, self.current, whole);
            areas.others = Some(names).filter(|names| !names.is_empty());
            return areas;
        }
        if self.state.lesson.course.is_none() && self.area.width < MIN_TWO_COLUMNS {
            // In free play, the coach names the key to the other editor.
            self.place(&mut areas, self.current, self.area);
            return areas;
        }
        let length = |person| if person == self.current { Constraint::Fill(1) } else { Constraint::Length(1) };
        let rows = Split::vertical((0..self.count).map(length)).split(self.area);
        for (person, area) in rows.iter().enumerate() {
            if person == self.current || person >= self.editors {
                self.place(&mut areas, person, *area);
            } else {
                areas.panes.push(self.pane(person, *area, LayoutShape::Strip));
            }
        }
        areas
    }
}

/// Returns how many rows of cards a grid has.
///
/// There are as many as have room for a border, or as few as narrow columns allow.
fn grid_rows(area: Rect, count: usize) -> u16 {
    let count = as_rows(count);
    let rows = |columns: u16| count.div_ceil(columns.max(1));
    let wide = (area.width / MIN_ONE_COLUMNS).max(1);
    let narrow = (area.width / MIN_CARD_COLUMNS).max(wide);
    let has_borders = |columns: &u16| rows(*columns) * CARD_ROWS <= area.height;
    rows((wide..=narrow).find(has_borders).unwrap_or(narrow))
}

/// Returns the cells of a grid with this many rows; the last row may have fewer cells, which are wider.
fn cells(area: Rect, count: usize, rows: u16) -> impl Iterator<Item = Rect> {
    let per_row = count.div_ceil(usize::from(rows.max(1))).max(1);
    let lines = Split::vertical(vec![Constraint::Fill(1); rows.into()]).split(area);
    let row = move |(at, line): (usize, Rect)| {
        let cells = count.saturating_sub(at * per_row).min(per_row);
        Split::horizontal(vec![Constraint::Fill(1); cells]).split(line).to_vec()
    };
    (0..usize::from(rows)).map(move |at| (at, lines[at])).flat_map(row)
}
