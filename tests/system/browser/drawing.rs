//! A form that somebody else printed, as a person brings it in: its empty copy is uploaded as a PDF, one box is drawn
//! with the mouse and one with the keyboard, the form is put in use, and the sheet that nobody could read is read.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places on a page of a known size"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use image::{GrayImage, Luma};
use schemas::layout::{Layout, LayoutId, Side};

use super::chromium::{Browser, Scripts};
use super::{PASSWORD, PATIENCE, Settings, add_person, settings};
use crate::support::{Role, free_port, one_at_a_time, program, wait_until};

const NAME: &str = "olwen";
const DPI: f64 = 200.0;
/// The printed frames of the form, in millimetres: x, y, width, height.
const WARD: [f64; 4] = [20.0, 60.0, 170.0, 14.0];
const STORY: [f64; 4] = [20.0, 110.0, 170.0, 120.0];
/// Arrow keys: half a millimetre each.
const DOWN: char = '\u{e015}';
const RIGHT: char = '\u{e014}';
const SHIFT: char = '\u{e008}';
const CONTROL: char = '\u{e009}';

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_drawn_by_mouse_and_keyboard_and_its_sheet_is_read() {
    let _turn = one_at_a_time().await;
    let folder = tempfile::tempdir().unwrap();
    let form = form();
    let postbag = start(folder.path(), &form);
    let browser = Browser::start(Scripts::On).await;
    let url = |path: &str| format!("{}{path}", postbag.url);
    wait_until("the bench is open", PATIENCE, || async {
        browser.opens(&url("/quarantine")).await
    })
    .await;
    browser.fill("#name", NAME).await;
    browser.fill("#password", PASSWORD).await;
    browser.follow("button[type=submit]").await;
    wait_until("the sheet is set aside", PATIENCE, || async {
        browser.opens(&url("/layouts/new")).await && browser.has(".sheet-choice").await
    })
    .await;
    upload(&browser, &pdf(folder.path(), &form)).await;
    draw_with_the_mouse(&browser).await;
    draw_with_the_keyboard(&browser).await;
    lay_a_grid_and_take_it_back(&browser).await;
    click_a_box_to_tick_and_take_it_back(&browser).await;
    put_in_use(&browser).await;
    export(folder.path(), &postbag.settings);
    wait_until("the sheet is read", PATIENCE, || async {
        browser.opens(&url("/queue")).await && browser.text("h1").await == "1 story to review"
    })
    .await;
    browser.close().await;
}

/// The program with one person, and one filled-in sheet of a form that it does not know.
struct Installation {
    url: String,
    settings: Settings,
    _process: Role,
}

fn start(folder: &Path, form: &Layout) -> Installation {
    let inbox = folder.join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    filled(form).save(inbox.join("scan.png")).unwrap();
    let address = format!("127.0.0.1:{}", free_port());
    let settings: Settings = settings(folder, &inbox, &address);
    add_person(folder, &settings, NAME, "administrator");
    Installation {
        url: format!("http://{address}"),
        _process: Role::start(&["run"], &settings, folder),
        settings,
    }
}

/// A card of some hospital: words and two frames, and nothing that Postbag prints.
fn form() -> Layout {
    let words = [
        (20.0, 28.0, 30.0, "St Elsewhere comment card"),
        (
            20.0,
            40.0,
            15.0,
            "Tell the matron what you liked, and what you did not.",
        ),
        (20.0, 55.0, 14.0, "Which ward were you on?"),
        (20.0, 103.0, 14.0, "What would you like to say?"),
        (
            20.0,
            245.0,
            12.0,
            "Hand this card to any nurse, or post it in the red box.",
        ),
        (
            20.0,
            270.0,
            11.0,
            "Form SE/77 · printed by the hospital itself",
        ),
    ];
    let texts: Vec<_> = words
        .iter()
        .map(|(x, y, size_pt, text)| {
            serde_json::json!({ "at": [x, y], "size_pt": size_pt, "text": text })
        })
        .collect();
    let side: Side = serde_json::from_value(serde_json::json!({
        "side": 1,
        "texts": texts,
        "regions": [
            { "id": "ward", "label": "", "box": WARD, "reads": "service", "kind": "line" },
            { "id": "story", "label": "", "box": STORY, "reads": "story", "kind": "text" },
        ],
    }))
    .unwrap();
    let mut layout = schemas::layout::builtin().remove(0);
    layout.id = LayoutId::parse("their-card").unwrap();
    layout.sides = vec![side];
    layout
}

fn printed(form: &Layout) -> GrayImage {
    artwork::blank(form, &form.sides[0], DPI).unwrap()
}

/// The card with waves of ink in both frames.
fn filled(form: &Layout) -> GrayImage {
    let mut sheet = printed(form);
    let px = |mm: f64| mm / 25.4 * DPI;
    for (x_mm, y_mm) in [(30.0, 67.0), (28.0, 125.0), (28.0, 140.0), (28.0, 155.0)] {
        for step in 0..900_u32 {
            let along = f64::from(step);
            let (x, y) = (px(x_mm) + along, px(y_mm) + 14.0 * (along / 9.0).sin());
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1)] {
                sheet.put_pixel(x as u32 + dx, y as u32 + dy, Luma([40]));
            }
        }
    }
    sheet
}

/// A PDF of one page with one picture, as an office scanner writes it.
fn pdf(folder: &Path, form: &Layout) -> PathBuf {
    let page = printed(form);
    let (width, height) = page.dimensions();
    let points = |px: u32| f64::from(px) / DPI * 72.0;
    let contents = format!("{} 0 0 {} 0 0 cm /P Do", points(width), points(height));
    let media_box = format!("[0 0 {} {}]", points(width), points(height));
    let picture = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray \
         /BitsPerComponent 8 /Length {} >>\nstream\n",
        page.as_raw().len()
    );
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox {media_box} /Contents 4 0 R \
             /Resources << /XObject << /P 5 0 R >> >> >>"
        )
        .into_bytes(),
        format!(
            "<< /Length {} >>\nstream\n{contents}\nendstream",
            contents.len()
        )
        .into_bytes(),
        [picture.as_bytes(), page.as_raw(), b"\nendstream"].concat(),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (i, object) in objects.iter().enumerate() {
        let offset = file.len();
        writeln!(table, "{offset:010} 00000 n ").unwrap();
        file.extend(format!("{} 0 obj\n", i + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    let trailer = format!(
        "{table}trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    file.extend(trailer.bytes());
    let path = folder.join("card.pdf");
    std::fs::write(&path, file).unwrap();
    path
}

async fn upload(browser: &Browser, file: &Path) {
    browser.fill("#title", "St Elsewhere card").await;
    browser.choose_file("#file", file).await;
    browser.follow("button.big").await;
    assert!(
        browser
            .url()
            .await
            .ends_with("/layouts/st-elsewhere-card/1/corners/1")
    );
    assert_eq!(browser.value("[name='top-left.x']").await, "0");
    browser.follow("button.big").await;
    assert!(
        browser
            .url()
            .await
            .ends_with("/layouts/st-elsewhere-card/1")
    );
}

/// Drawn a little too large, the box falls onto the printed frame.
async fn draw_with_the_mouse(browser: &Browser) {
    let [x, y, width, height] = STORY;
    let from = (x - 0.9, y - 0.8);
    let to = (x + width + 0.9, y + height + 0.8);
    // What is printed is read from the picture after the page has opened: until then nothing snaps.
    wait_until("the picture is there", PATIENCE, || async {
        browser.has("#board[data-print]").await
    })
    .await;
    browser.drag_on("#board", 210.0, from, to).await;
    for (field, expected) in ["x", "y", "width", "height"].into_iter().zip(STORY) {
        let drawn = number(browser, field).await;
        assert!(
            (drawn - expected).abs() < 0.4,
            "{field} is {drawn} and not {expected}"
        );
    }
    browser.select("[data-field=kind]", "text").await;
    browser.select("[data-field=reads]", "story").await;
}

/// A new box stands in the middle of the page; the arrow keys bring it to its place.
async fn draw_with_the_keyboard(browser: &Browser) {
    browser.press_keys("#add-box", &['\u{e007}']).await;
    browser
        .select(".chosen [data-field=reads]", "service")
        .await;
    let (x, y) = (number(browser, "x").await, number(browser, "y").await);
    let width = number(browser, "width").await;
    let up = vec!['\u{e013}'; 160];
    browser.press_keys(".box.chosen", &up).await;
    assert!((number(browser, "y").await - (y - 80.0)).abs() < 0.1);
    browser.press_keys(".box.chosen", &[RIGHT, DOWN]).await;
    assert!((number(browser, "x").await - (x + 0.5)).abs() < 0.1);
    browser
        .press_keys_with(".box.chosen", SHIFT, &[RIGHT, RIGHT])
        .await;
    assert!((number(browser, "width").await - (width + 1.0)).abs() < 0.1);
    browser
        .press_keys_with(".box.chosen", CONTROL, &['z', 'z'])
        .await;
    assert!(
        (number(browser, "width").await - width).abs() < 0.1,
        "two steps are taken back"
    );
}

/// A field of the box that is chosen.
async fn number(browser: &Browser, field: &str) -> f64 {
    let css = format!(".box-fields.chosen [data-field={field}]");
    browser.value(&css).await.parse().unwrap()
}

/// A box is drawn around two rows of two, a grid is laid in it, and both are taken back.
async fn lay_a_grid_and_take_it_back(browser: &Browser) {
    let (from, to) = ((24.0, 82.0), (50.0, 94.0));
    browser.drag_on("#board", 210.0, from, to).await;
    browser.press("#grid-pane > summary").await;
    browser.fill("[name='grid.questions']", "2").await;
    browser.fill("[name='grid.values']", "yes no").await;
    browser.press("#grid-in-box").await;
    wait_until("the grid is laid", PATIENCE, || async {
        browser.has("#box-list li:nth-child(4)").await
    })
    .await;
    let options = ".box-fields.chosen [data-field=options]";
    assert!(browser.value(options).await.contains("no | no | "));
    browser.press("#undo").await;
    browser.press("#undo").await;
    assert!(!browser.has("#box-list li:nth-child(3)").await);
}

/// With no box chosen, a click makes the box to tick and the box of its question around it.
async fn click_a_box_to_tick_and_take_it_back(browser: &Browser) {
    let (nowhere, tick) = ((120.0, 250.0), (60.0, 88.0));
    browser.drag_on("#board", 210.0, nowhere, nowhere).await;
    browser.press("#tool-tick").await;
    browser.drag_on("#board", 210.0, tick, tick).await;
    wait_until("the box to tick is there", PATIENCE, || async {
        browser.has("#box-list li:nth-child(3)").await
    })
    .await;
    let options = ".box-fields.chosen [data-field=options]";
    assert!(browser.value(options).await.contains("option-1"));
    // It is laid on the print a little later, which is a step of its own.
    wait_until("it is taken back", PATIENCE, || async {
        browser.press("#undo").await;
        !browser.has("#box-list li:nth-child(3)").await
    })
    .await;
    browser.press("#tool-draw").await;
}

/// Another installation knows the form from the files that are written of it.
fn export(folder: &Path, settings: &Settings) {
    let run = |args: &[&str], settings: &Settings| {
        let mut command = std::process::Command::new(program());
        command.args(args).current_dir(folder);
        let output = command.envs(settings.clone()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let there = folder.join("there").display().to_string();
    let id = "st-elsewhere-card";
    run(&["layout", "export", id, "--out", &there], settings);
    let elsewhere = vec![("POSTBAG__READING__LAYOUTS", there)];
    filled(&form()).save(folder.join("sheet.png")).unwrap();
    let read = run(&["read", "sheet.png", "--json"], &elsewhere);
    assert!(read.contains(id), "{read}");
}

async fn put_in_use(browser: &Browser) {
    wait_until("nothing is in the way", PATIENCE, || async {
        browser.has("#use:not(:disabled)").await
            && browser.has("#problems-pane[hidden]").await
            && browser.has("#box-list li:nth-child(2)").await
    })
    .await;
    browser.follow("#use").await;
    let told = browser.text(".draw-head").await;
    assert!(
        told.contains("In use") && told.contains("1 quarantined sheet was sent to be read again."),
        "{told}"
    );
}
