//! What is made, by chance.

mod handling;
mod mishaps;
mod people;
mod sheets;

use schemas::payload::Serial;

use crate::dice::Dice;
use crate::file::{Container, Effort};
use crate::leaflet::Leaflet;
use crate::order::{Order, PageOrder};
use crate::scan::{Colours, Scan};
use crate::truth::DpiTag;
use crate::{Handling, Options, SampleError};

/// The order for one leaflet of a seed.
pub(crate) fn order<'a>(
    seed: u64,
    leaflet_idx: u32,
    options: &'a Options,
    dice: &mut Dice,
) -> Result<Order<'a>, SampleError> {
    let name = format!("sample-{seed}-{:04}", leaflet_idx + 1);
    let serial = Serial::from_number(options.first_serial.saturating_add(leaflet_idx));
    if options.layouts.is_empty() {
        return Err(SampleError::NoLayout);
    }
    Ok(match options.handling {
        Handling::Gentle => gentle(name, leaflet_idx, serial, options, dice),
        Handling::Rough => handling::rough(name, serial, options, dice),
    })
}

fn gentle<'a>(
    name: String,
    leaflet_idx: u32,
    serial: Serial,
    options: &'a Options,
    dice: &mut Dice,
) -> Order<'a> {
    let scan = Scan::by_chance(dice);
    let container = match scan.colours {
        Colours::Bitonal => *dice.pick(&[Container::Tiff, Container::Png]),
        Colours::Grey => *dice.pick(&[
            Container::Png,
            Container::Jpeg(80),
            Container::Tiff,
            Container::Pdf(75),
        ]),
        Colours::Colour => {
            *dice.pick(&[Container::Jpeg(85), Container::Jpeg(70), Container::Pdf(75)])
        }
    };
    let leaflet = Leaflet::by_chance(serial, dice);
    Order {
        name,
        layout: &options.layouts[leaflet_idx as usize % options.layouts.len()],
        prefix: &options.prefix,
        pages: vec![PageOrder::ordinary(leaflet, scan)],
        container,
        in_one_file: false,
        dpi_tag: DpiTag::Right,
        effort: Effort::Quick,
    }
}
