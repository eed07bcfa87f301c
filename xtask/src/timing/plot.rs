//! The figures as a picture: volume and success, both logarithmic, a line for each pause. It lies on light and on dark
//! pages, so it has no ground of its own, and everything in it is of a middle tone.

use anyhow::Result;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::traffic::FirstRoom;
use super::{Curve, table};

const SIZE: (u32, u32) = (860, 560);
const GREY: RGBColor = RGBColor(128, 128, 128);
/// For the pauses, the shortest first; told apart also by who does not see red or green.
const COLOURS: [RGBColor; 5] = [
    RGBColor(213, 94, 0),
    RGBColor(200, 140, 0),
    RGBColor(0, 150, 110),
    RGBColor(40, 130, 200),
    RGBColor(175, 100, 165),
];
/// Success below this is not shown.
const LEAST: f64 = 1e-6;
const FONT: &str = "sans-serif";

/// The picture.
///
/// # Errors
/// It cannot be drawn.
pub(super) fn svg(curves: &[Curve]) -> Result<String> {
    let mut svg = String::new();
    draw(&SVGBackend::with_string(&mut svg, SIZE).into_drawing_area(), curves)?;
    Ok(svg)
}

fn draw(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, curves: &[Curve]) -> Result<()> {
    let volumes = curves.iter().flat_map(|curve| &curve.points).map(|point| point.volume);
    let most = volumes.clone().fold(1.0, f64::max);
    let least = volumes.fold(most, f64::min);
    // A little more room, or the first volume itself gets no mark.
    let least = least * 0.999;
    let text = |size: u32| (FONT, size).into_font().color(&GREY);
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .margin_right(36)
        .x_label_area_size(56)
        .y_label_area_size(120)
        .build_cartesian_2d((least..most).log_scale(), (LEAST..1.0).log_scale())?;
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(GREY)
        .label_style(text(16))
        .axis_desc_style(text(17))
        .x_labels(6)
        .y_labels(7)
        .x_label_formatter(&|volume| table::grouped(*volume))
        .y_label_formatter(&|success| chance(*success))
        .x_desc("requests a day between the two providers")
        .y_desc("how often the best guess is right")
        .draw()?;
    for (chance, _) in table::CHANCES {
        chart.draw_series(LineSeries::new([(least, chance), (most, chance)], GREY.stroke_width(1)))?;
    }
    for curve in curves {
        let colour = colour(curve);
        let points = curve.points.iter().map(|point| (point.volume, point.outcome.success.max(LEAST)));
        match curve.first_room {
            FirstRoom::Ends => chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?,
            FirstRoom::Stays => chart.draw_series(DashedLineSeries::new(points, 8, 6, colour.stroke_width(2)))?,
        };
    }
    legend(area, curves)
}

/// In the corner below the lines, where nothing else is.
fn legend(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, curves: &[Curve]) -> Result<()> {
    let style = (FONT, 16).into_font().color(&GREY).pos(Pos::new(HPos::Left, VPos::Center));
    let (left, mut top) = (160, 322);
    area.draw(&Text::new("longest pause before the second room", (left, top), style.clone()))?;
    for curve in curves.iter().filter(|curve| curve.first_room == FirstRoom::Ends) {
        top += 23;
        area.draw(&PathElement::new([(left, top), (left + 34, top)], colour(curve).stroke_width(3)))?;
        area.draw(&Text::new(curve.pause, (left + 44, top), style.clone()))?;
    }
    top += 25;
    let fates = "solid: the first room is ended after the answer; dashed: it stays";
    area.draw(&Text::new(fates, (left, top), style))?;
    area.present()?;
    Ok(())
}

fn colour(curve: &Curve) -> RGBColor {
    let nth = super::PAUSES.iter().position(|(_, name)| *name == curve.pause).unwrap_or_default();
    COLOURS.get(nth).copied().unwrap_or(GREY)
}

/// One in so many.
fn chance(success: f64) -> String {
    if success > 0.99 { "always".to_owned() } else { format!("1 in {}", table::grouped(1.0 / success)) }
}
