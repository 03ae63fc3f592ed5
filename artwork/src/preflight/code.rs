//! The code: large enough for the coarsest scan, and dark on light.

use schemas::geometry::px_per_mm;
use schemas::layout::{Layout, LayoutFault, QUIET_ZONE_MM, Shape, Side};
use schemas::payload::Serial;

use super::{colours, fault};
use crate::Print;
use crate::code::{
    COARSEST_DPI, MIN_MODULE_MM, MIN_MODULE_PX, encode, finest_module_mm, module_mm,
};
use crate::drawing::{self, CODE};

/// The symbol contrast of grade A in ISO/IEC 15415: the difference of two reflectances.
const MIN_CONTRAST: f64 = 0.7;

pub(super) fn check(found: &mut Vec<LayoutFault>, layout: &Layout, side: &Side, prefix: &str) {
    let Some(code) = side.code else {
        return;
    };
    let place = format!("side {}, code", side.side);
    let print = Print {
        prefix: prefix.to_owned(),
        serial: Some(Serial::from_number(0)),
    };
    let text = drawing::payload(layout, side, &print).to_text(prefix);
    let module = match encode(&text, &code.area) {
        Ok(code_drawn) => Some(module_mm(&code.area, code_drawn.n_modules)),
        Err(_) => finest_module_mm(&text, &code.area),
    };
    match module {
        None => found.push(fault(&place, format!("no code can hold {text:?}"))),
        Some(module) => found.extend(module_fault(module).map(|problem| fault(&place, problem))),
    }
    let quiet = code.area.shrunk(-QUIET_ZONE_MM);
    for (i, shape) in side.shapes.iter().enumerate() {
        let Shape::Panel { area, tone } = shape else {
            continue;
        };
        let behind = drawing::fill(*tone).unwrap_or(CODE);
        let contrast = colours::luminance(behind) - colours::luminance(CODE);
        if area.overlaps(&quiet) && contrast < MIN_CONTRAST {
            let percent = (contrast * 100.0).round();
            let problem = format!(
                "stands on shape {} with a contrast of {percent} %; 70 % at least, or plain paper",
                i + 1
            );
            found.push(fault(&place, problem));
        }
    }
}

fn module_fault(module_mm: f64) -> Option<String> {
    let module_px = module_mm * px_per_mm(COARSEST_DPI);
    let too_small = module_mm < MIN_MODULE_MM || module_px < MIN_MODULE_PX;
    too_small.then(|| {
        format!(
            "modules are {module_mm:.2} mm ({module_px:.1} pixels at {COARSEST_DPI} dpi); \
             {MIN_MODULE_MM} mm and {MIN_MODULE_PX} pixels at least: make the code larger or its text shorter"
        )
    })
}
