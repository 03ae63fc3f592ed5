//! dev
fn load(f: &std::path::Path) -> Vec<u8> {
    let bytes = std::fs::read(f).unwrap();
    match f.extension().unwrap().to_str().unwrap() {
        "tif" | "tiff" => {
            let img = image::load_from_memory(&bytes).unwrap();
            let mut out = std::io::Cursor::new(Vec::new());
            img.write_to(&mut out, image::ImageFormat::Png).unwrap();
            out.into_inner()
        }
        "pdf" => {
            let start = bytes
                .windows(3)
                .position(|w| w == [0xff, 0xd8, 0xff])
                .unwrap();
            let end = bytes.windows(2).rposition(|w| w == [0xff, 0xd9]).unwrap();
            bytes[start..end + 2].to_vec()
        }
        _ => bytes,
    }
}
fn main() {
    let reader = ocr_worker::Reader::new(
        schemas::layout::builtin(),
        ocr_worker::ReaderSettings::default(),
    )
    .unwrap();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let out = std::path::PathBuf::from(&args[0]);
    let mut files: Vec<_> = std::fs::read_dir(&args[1])
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.to_string_lossy().ends_with(".truth.json"))
        .collect();
    files.sort();
    let mut ok_post = 0;
    for f in files {
        let truth: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&f).unwrap()).unwrap();
        let file = f.parent().unwrap().join(truth["file"].as_str().unwrap());
        let bytes = load(&file);
        let t = std::time::Instant::now();
        let read = reader.read(
            &bytes,
            ocr_worker::PageSource {
                file: truth["file"].as_str().unwrap().into(),
                page_idx: 0,
                dpi: None,
            },
        );
        let ms = t.elapsed();
        let r = serde_json::to_value(&read.reading).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        std::fs::write(
            out.join(format!("{name}.json")),
            serde_json::to_string_pretty(&read.reading).unwrap(),
        )
        .unwrap();
        for p in &read.pictures {
            std::fs::write(
                out.join(format!(
                    "{name}-{}-{}.jpg",
                    p.role,
                    p.region_id.clone().unwrap_or_default()
                )),
                &p.bytes,
            )
            .unwrap();
        }
        println!(
            "== {name} {ms:?} status {} residual {} marks {} warnings {}",
            r["status"],
            r["registration"]["residual_mm"],
            r["registration"]["marks_found"],
            r["warnings"]
                .as_array()
                .unwrap()
                .iter()
                .map(|w| w["code"].to_string())
                .collect::<Vec<_>>()
                .join(",")
        );
        let d = r["orientation_deg"].as_f64().unwrap_or(999.0)
            - truth["orientation_deg"].as_f64().unwrap();
        if d.abs() > 0.3 || r["serial"] != truth["serial"] {
            println!("  BAD orientation {d} serial {}", r["serial"]);
        }
        for t in truth["regions"].as_array().unwrap() {
            let reg = r["regions"]
                .as_array()
                .unwrap()
                .iter()
                .find(|x| x["id"] == t["id"]);
            let Some(reg) = reg else {
                println!("  BAD region missing {}", t["id"]);
                continue;
            };
            if reg["state"] != t["state"] {
                println!(
                    "  BAD state {} is {} read {}",
                    t["id"], t["state"], reg["state"]
                );
            }
            if reg["kind"] == "marks" {
                println!(
                    "  marks {}",
                    reg["marks"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|m| {
                            let ticked = truth["ticks"]
                                .as_array()
                                .unwrap()
                                .iter()
                                .find(|x| x["region"] == t["id"] && x["value"] == m["value"])
                                .unwrap()["ticked"]
                                .as_bool()
                                .unwrap();
                            let dec = m["decision"] == "ticked";
                            format!(
                                "{}{}{}",
                                m["score"],
                                if ticked { "*" } else { "" },
                                if dec != ticked { " BAD" } else { "" }
                            )
                        })
                        .collect::<Vec<_>>()
                        .join(" ")
                );
            }
            if reg["reads"] == "postcode" {
                let c: Vec<String> = reg["candidates"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|c| {
                        format!(
                            "{}({:.2})",
                            c["text"].as_str().unwrap(),
                            c["confidence"].as_f64().unwrap()
                        )
                    })
                    .collect();
                let place = reg["candidates"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .position(|c| c["text"] == truth["postcode"]);
                if place.is_some() {
                    ok_post += 1;
                }
                println!(
                    "  postcode {} at {place:?}: {} | {}",
                    truth["postcode"],
                    c.join(" "),
                    reg["candidates"][0]["evidence"]
                );
            }
            if reg["reads"] == "service" {
                println!("  service {} / {}", truth["service"], reg["value"]);
            }
            if reg["reads"] == "story" {
                println!(
                    "  story truth {}\n  story read  {}",
                    truth["story"], reg["value"]
                );
            }
            if reg["reads"] == "drawing" {
                println!("  drawing {} {}", t["state"], reg["value"]);
            }
        }
    }
    println!("postcodes {ok_post}");
}
