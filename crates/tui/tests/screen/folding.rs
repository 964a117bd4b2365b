//! Esc beside a view that opened by itself: each press that the footer offers has a visible effect.

use crossterm::event::KeyCode;

use crate::typist::refused;

#[test]
fn each_esc_offered_changes_the_screen() {
    for (width, height) in [(40, 12), (60, 14), (80, 24), (120, 40)] {
        let mut play = refused(width, height);
        let mut presses = 0;
        while play.screen(width, height).text().contains("Esc") && presses < 5 {
            let before = play.screen(width, height).text();
            play.code(KeyCode::Esc);
            assert_ne!(
                play.screen(width, height).text(),
                before,
                "press {presses} in {width} columns and {height} rows"
            );
            presses += 1;
        }
        assert!(presses < 5, "Esc is no longer offered in the end");
    }
}

#[test]
fn view_of_one_line_offers_no_fold_but_stays_folded() {
    let mut play = refused(40, 12);
    let line = "1 conflict";
    play.shows(40, 12, line);
    assert!(!play.screen(40, 12).text().contains("fold"), "there is nothing to fold: {}", play.screen(40, 12).text());
    play.code(KeyCode::Esc);
    play.shows(40, 12, line);
    // In a larger terminal, the view stays folded.
    play.resize(120, 40);
    play.hides(120, 40, "E: write it all");
}
