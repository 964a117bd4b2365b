//! A sweep as a picture (SVG).
//!
//! It shows throughput and attempts against the number of writers, with a curve for each strategy and backoff.
//! Both axes of a panel are logarithmic, since each step of a sweep usually doubles the writers. A curve is told apart
//! by its marker and its dashes as well as by its colour. The colours are those of Okabe and Ito ('Color Universal
//! Design', 2008), which colour-blind people can tell apart.

use std::fmt::Write as _;

use crate::strategy::{RetryBackoff, SaveStrategy};
use crate::sweep::{SweepCurve, SweepMeasure, in_digits, sweep_curves, sweep_writers};
use crate::tally::SwarmTotals;

/// The width of the picture, in pixels.
const WIDTH: f64 = 960.0;

/// The width of the area of a panel's curves.
const PANEL_WIDTH: f64 = 390.0;

/// The height of the area of a panel's curves.
const PANEL_HEIGHT: f64 = 260.0;

/// The distance from the top of the picture to the area of the curves.
const TOP: f64 = 70.0;

/// The height of a line of the legend.
const LEGEND_LINE: f64 = 22.0;

/// The panels of the picture.
const PANELS: [SweepMeasure; 2] = [SweepMeasure::Throughput, SweepMeasure::Attempts];

/// A logarithmic axis.
struct LogAxis {
    least: f64,
    most: f64,
    /// The positions of `least` and `most`.
    from: f64,
    to: f64,
}

impl LogAxis {
    /// Returns an axis that has room for these values, which are above 0.
    fn new(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (least, most) =
            values.fold((f64::INFINITY, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        let (least, most) = if least > most { (1.0, 10.0) } else { (least, most) };
        // A single value is in the middle.
        let (least, most) = if most / least < 1.01 { (least / 2.0, most * 2.0) } else { (least, most) };
        Self { least, most, from, to }
    }

    fn position(&self, value: f64) -> f64 {
        let share = (value / self.least).ln() / (self.most / self.least).ln();
        self.from + share * (self.to - self.from)
    }

    /// Returns the values with a line of their own: 1, 2 and 5 times the powers of ten.
    fn ticks(&self) -> Vec<f64> {
        let powers = (-2..7).map(|power| 10.0_f64.powi(power));
        let all = powers.flat_map(|power| [power, 2.0 * power, 5.0 * power]);
        all.filter(|tick| *tick >= self.least * 0.999 && *tick <= self.most * 1.001).collect()
    }
}

/// Returns a sweep as a picture. `title` is its heading.
#[must_use]
pub fn sweep_svg(runs: &[SwarmTotals], title: &str) -> String {
    let curves = sweep_curves(runs);
    #[expect(clippy::cast_precision_loss, reason = "a legend has a few lines")]
    let height = TOP + PANEL_HEIGHT + 70.0 + LEGEND_LINE * curves.len().div_ceil(2) as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n<title>{0}</title>\n<rect width=\"100%\" \
         height=\"100%\" fill=\"#ffffff\"/>\n<text x=\"60\" y=\"28\" font-size=\"17\">{0}</text>\n",
        escape(title)
    );
    for (panel, measure) in [60.0, 540.0].into_iter().zip(PANELS) {
        draw_panel(&mut svg, panel, measure, &curves);
    }
    draw_legend(&mut svg, &curves);
    svg.push_str("</svg>\n");
    svg
}

// Writing into a string cannot fail, so results of `writeln!` are dropped below.

fn draw_panel(svg: &mut String, left: f64, measure: SweepMeasure, curves: &[SweepCurve]) {
    let writers = sweep_writers(curves);
    let values = || curves.iter().flat_map(|curve| &curve.runs).filter_map(|run| measure.of(run));
    let (bottom, right) = (TOP + PANEL_HEIGHT, left + PANEL_WIDTH);
    let across = LogAxis::new(writers.iter().map(|count| number(*count)), left + 12.0, right - 12.0);
    let up = LogAxis::new(values().filter(|value| *value > 0.0), bottom - 12.0, TOP + 12.0);
    let _ = writeln!(svg, "<text x=\"{left}\" y=\"{}\">{}</text>", TOP - 12.0, measure.title());
    for tick in up.ticks() {
        let y = up.position(tick);
        let _ = writeln!(
            svg,
            "<line x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/>\n\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#444444\">{}</text>",
            left - 6.0,
            y + 4.0,
            in_digits(tick),
        );
    }
    for count in &writers {
        let x = across.position(number(*count));
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#444444\">{count}</text>",
            bottom + 18.0
        );
    }
    let _ = writeln!(
        svg,
        "<rect x=\"{left}\" y=\"{TOP}\" width=\"{PANEL_WIDTH}\" height=\"{PANEL_HEIGHT}\" fill=\"none\" \
         stroke=\"#444444\"/>\n<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">writers</text>",
        left + PANEL_WIDTH / 2.0,
        bottom + 38.0,
    );
    for curve in curves {
        let point = |run: &SwarmTotals| {
            let value = measure.of(run).filter(|value| *value > 0.0)?;
            Some((across.position(number(run.writers)), up.position(value)))
        };
        let points: Vec<(f64, f64)> = curve.runs.iter().filter_map(point).collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(svg, "<polyline points=\"{}\" fill=\"none\" {}/>", path.join(" "), line_style(curve));
        for (x, y) in points {
            draw_marker(svg, curve, x, y);
        }
    }
}

fn draw_legend(svg: &mut String, curves: &[SweepCurve]) {
    for (index, curve) in curves.iter().enumerate() {
        let x = [60.0, 540.0][index % 2];
        let y = TOP + PANEL_HEIGHT + 66.0 + LEGEND_LINE * number(index / 2);
        let _ = writeln!(svg, "<line x1=\"{x}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\" {}/>", x + 36.0, line_style(curve));
        draw_marker(svg, curve, x + 18.0, y);
        let all = curve.runs.iter().all(|run| run.acknowledged == 0);
        let lost: usize = curve.runs.iter().map(|run| run.lost).sum();
        let note = match (all, lost) {
            (true, _) => ": 428 for each save, nothing is written".to_owned(),
            (false, 0) => ": nothing lost".to_owned(),
            (false, lost) => format!(": {lost} acknowledged edits lost"),
        };
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{}{note}</text>", x + 46.0, y + 4.0, escape(&curve.title()));
    }
}

/// Returns the colour of a strategy.
const fn colour(strategy: SaveStrategy) -> &'static str {
    match strategy {
        SaveStrategy::Merge => "#0072b2",
        SaveStrategy::Retry => "#009e73",
        SaveStrategy::Overwrite => "#d55e00",
        SaveStrategy::Careless => "#cc79a7",
    }
}

fn line_style(curve: &SweepCurve) -> String {
    let dashes = match curve.backoff {
        RetryBackoff::None => "",
        RetryBackoff::FullJitter => " stroke-dasharray=\"7 4\"",
    };
    format!("stroke=\"{}\" stroke-width=\"2\"{dashes}", colour(curve.strategy))
}

/// Draws the marker of a strategy: a circle, a square, a triangle, a diamond.
fn draw_marker(svg: &mut String, curve: &SweepCurve, x: f64, y: f64) {
    let fill = colour(curve.strategy);
    let corners = |corners: &[(f64, f64)]| {
        let corners: Vec<String> =
            corners.iter().map(|(right, down)| format!("{:.1},{:.1}", x + right, y + down)).collect();
        format!("<polygon points=\"{}\" fill=\"{fill}\"/>", corners.join(" "))
    };
    let marker = match curve.strategy {
        SaveStrategy::Merge => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{fill}\"/>"),
        SaveStrategy::Retry => corners(&[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)]),
        SaveStrategy::Overwrite => corners(&[(0.0, -5.0), (5.0, 4.0), (-5.0, 4.0)]),
        SaveStrategy::Careless => corners(&[(0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0)]),
    };
    let _ = writeln!(svg, "{marker}");
}

#[expect(clippy::cast_precision_loss, reason = "a picture has a few hundred pixels")]
const fn number(count: usize) -> f64 {
    count as f64
}

/// Returns a text with the characters escaped that mean something in XML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::tests::run;

    #[test]
    fn picture_has_a_curve_in_each_panel_and_a_legend() {
        let runs = [1, 2, 4].map(|writers| run(RetryBackoff::None, writers, 5 * writers));
        let jitter = [1, 2, 4].map(|writers| run(RetryBackoff::FullJitter, writers, 0));
        let svg = sweep_svg(&[runs, jitter].concat(), "a <sweep>");
        assert_eq!(svg.matches("<polyline").count(), 4, "{svg}");
        assert!(svg.contains("a &lt;sweep&gt;") && svg.contains("merge: nothing lost"), "{svg}");
        assert!(svg.contains("merge, full-jitter: 428"), "{svg}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn positions_are_logarithmic() {
        let axis = LogAxis::new([1.0, 100.0].into_iter(), 0.0, 200.0);
        assert!((axis.position(10.0) - 100.0).abs() < 1e-9);
        assert_eq!(axis.ticks(), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
    }
}
