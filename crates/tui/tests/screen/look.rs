use crate::play::Play;

#[test]
fn look() {
    for (w, h) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = Play::stage(w, h);
        println!("{}", play.screen(w, h).text());
        play.types("hello ").ctrl('s').alt('2').types("again ");
        println!("{}", play.screen(w, h).text());
        play.f(6);
        println!("{}", play.screen(w, h).text());
        play.code(crossterm::event::KeyCode::Esc).f(1);
        println!("{}", play.screen(w, h).text());
        play.f(1).f(2);
        println!("{}", play.screen(w, h).text());
    }
}
