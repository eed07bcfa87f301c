//! A QR code (ISO/IEC 18004) as a picture on its own white field: dark on light in every colour scheme, with the quiet
//! zone of four modules that readers need.

use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder, QRCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use yew::prelude::*;

/// Modules of white around the code.
const QUIET: usize = 4;

/// Properties of [`QrCode`].
#[derive(PartialEq, Properties)]
pub(crate) struct QrCodeProps {
    /// What it says.
    pub(crate) text: AttrValue,
    /// Words for those who do not see it.
    pub(crate) label: AttrValue,
}

/// The code of a text. Nothing for one that is longer than a QR code can be.
#[component]
pub(crate) fn QrCode(props: &QrCodeProps) -> Html {
    let picture = use_memo(props.text.clone(), |text| encode(text).map(|code| (picture(&code), side(&code))));
    match &*picture {
        Some((url, side)) => html! {
            <img class="qr" src={url.clone()} width={side.to_string()} height={side.to_string()} alt={props.label.clone()} />
        },
        None => Html::default(),
    }
}

/// Error correction M.
fn encode(text: &str) -> Option<QRCode> {
    QRBuilder::new(text).ecl(ECL::M).build().ok()
}

/// Modules of a side, quiet zone included.
fn side(code: &QRCode) -> usize {
    code.size + 2 * QUIET
}

/// The code as the address of a picture.
fn picture(code: &QRCode) -> String {
    let drawn = SvgBuilder::default().margin(QUIET).module_color("#000").background_color("#fff").to_str(code);
    // Whole pixels: between modules that are drawn one by one nothing may shine through.
    let drawn = drawn.replacen("<svg ", "<svg shape-rendering=\"crispEdges\" ", 1);
    ["data:image/svg+xml,", &utf8_percent_encode(&drawn, NON_ALPHANUMERIC).to_string()].concat()
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use rqrr::PreparedImage;

    use super::*;

    /// Pixels of one module.
    const SCALE: usize = 4;

    /// Left and top of every dark module of a picture, as its paths say.
    fn dark(picture: &str) -> Vec<(usize, usize)> {
        let drawn = percent_decode_str(picture.strip_prefix("data:image/svg+xml,").unwrap()).decode_utf8().unwrap();
        let path = drawn.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let corner = |module: &str| {
            let numbers: Vec<usize> = module.split(|c: char| !c.is_ascii_digit()).flat_map(str::parse).collect();
            (numbers[0], numbers[1])
        };
        path.split('M').skip(1).map(corner).collect()
    }

    #[test]
    fn what_is_drawn_is_read_by_a_reader_of_another_house() {
        let text = format!("https://a.example/j#{}", "pwABAXgfbWltaTovL2EuZXhhbXBsZS9y-_".repeat(8));
        let code = encode(&text).unwrap();
        let (dark, side) = (dark(&picture(&code)), side(&code));
        let inside = QUIET..side - QUIET;
        assert!(dark.iter().all(|(x, y)| inside.contains(x) && inside.contains(y)));
        let mut picture = PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, |x, y| {
            if dark.contains(&(x / SCALE, y / SCALE)) { 0 } else { 255 }
        });
        let found = picture.detect_grids();
        assert_eq!(found[0].decode().unwrap().1, text);
    }

    #[test]
    fn what_is_too_long_is_not_drawn() {
        assert!(encode(&"x".repeat(3000)).is_none());
    }
}
