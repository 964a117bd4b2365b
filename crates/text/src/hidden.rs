//! The characters of a text that a reader cannot see, or that change how others are shown.

/// Returns whether a character must be replaced by a visible mark before a person sees it.
///
/// These are:
///
/// - control characters, which a terminal obeys;
/// - separators of lines and paragraphs, and noncharacters;
/// - characters of format, such as those that change the direction of the text around them, and all others that
///   Unicode calls default ignorable, since they have no glyph.
///
/// The zero-width joiner and the variation selectors are not hidden: they are parts of a visible glyph, such as an
/// emoji of several people. Nor are format characters that have a glyph of their own, such as the Arabic number sign.
///
/// # Examples
///
/// ```
/// assert!(text::is_hidden('\u{202e}'), "what follows is read from right to left");
/// assert!(!text::is_hidden('é') && !text::is_hidden('\u{200d}'));
/// ```
#[must_use]
pub fn is_hidden(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}');
    c.is_control() || invisible || is_last_of_its_plane(c)
}

/// Returns whether a character is U+FFFE or U+FFFF, or their like in another plane: a noncharacter.
fn is_last_of_its_plane(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use icu_properties::props::{
        DefaultIgnorableCodePoint, GeneralCategory, NoncharacterCodePoint, PrependedConcatenationMark,
        VariationSelector,
    };
    use icu_properties::{CodePointMapData, CodePointSetData};

    use super::*;

    const JOINER: char = '\u{200d}';

    /// The Unicode Character Database decides, as of the version that `icu_properties` has.
    #[test]
    fn hidden_characters_are_those_of_the_categories() {
        use GeneralCategory as Category;
        for c in '\0'..=char::MAX {
            let hidden = match CodePointMapData::<Category>::new().get(c) {
                Category::Control | Category::LineSeparator | Category::ParagraphSeparator => true,
                Category::Format => !CodePointSetData::new::<PrependedConcatenationMark>().contains(c),
                _ => {
                    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
                        || CodePointSetData::new::<NoncharacterCodePoint>().contains(c)
                }
            };
            let is_part = c == JOINER || CodePointSetData::new::<VariationSelector>().contains(c);
            assert_eq!(is_hidden(c), hidden && !is_part, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn glyphs_are_not_hidden() {
        for glyphs in
            ["plain é e\u{301} 日本 ﾞ", "👩\u{200d}❤\u{fe0f}\u{200d}👨", "葛\u{e0100}", "\u{600}12", "\u{e000}"]
        {
            assert!(!glyphs.chars().any(is_hidden), "{glyphs}");
        }
    }
}
